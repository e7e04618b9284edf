import {
  DECIDED_VERSION,
  KEPT_CASES,
  LAST_CONTACTS,
  LIFECYCLE,
  MISSED_ALARMS,
  PLACES_AND_OUTBOX,
  PROPOSALS,
} from './schema/cases.ts'
import { CHANNELS, DUTY, PHOTO_MARGINS, ROTAS, VISITS } from './schema/duty.ts'
import { FIRST_FORM } from './schema/first.ts'
import { CIRCUMSTANCES, CONSENT_FORMS, HOME_SETTINGS_HISTORY, ONBOARDING, RETENTION } from './schema/homes.ts'
import { DEVICE_COMMANDS, MAPPINGS, SEALED_SECRETS, SOURCES } from './schema/sources.ts'

/**
 * The state's tables, step by step (see `migrate`), in the order in which they came to be. What lists filter and order
 * by has a column; what is only handed out whole stays JSON. Names of people, their words and their doors stand in
 * `residents` and `notes` alone.
 */
export const STATE_MIGRATIONS: readonly string[] = [
  FIRST_FORM,
  PLACES_AND_OUTBOX,
  SEALED_SECRETS,
  LIFECYCLE,
  CIRCUMSTANCES,
  MAPPINGS,
  DUTY,
  CHANNELS,
  SOURCES,
  VISITS,
  DECIDED_VERSION,
  ONBOARDING,
  PROPOSALS,
  MISSED_ALARMS,
  ROTAS,
  DEVICE_COMMANDS,
  HOME_SETTINGS_HISTORY,
  CONSENT_FORMS,
  RETENTION,
  KEPT_CASES,
  LAST_CONTACTS,
  PHOTO_MARGINS,
]
