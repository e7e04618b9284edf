import { z } from 'zod'
import { AccountId, AlertId, ChannelId, HomeId, JurisdictionId, PersonId, PolicyId } from './ids.ts'
import { TimeZone } from './registry.ts'
import { Severity } from './severity.ts'

/** Where a person can be told something: a channel of the district, and their own address in it (phone, mail, robot name). */
export const PersonAddress = z.strictObject({ channelId: ChannelId, address: z.string().max(2_000) })
export type PersonAddress = z.infer<typeof PersonAddress>

export const PersonKind = z.enum(['staff', 'visitor', 'volunteer'])
export type PersonKind = z.infer<typeof PersonKind>

/** Somebody who answers alerts or visits. Kept in one table of its own; the journal knows the id alone. */
export const Person = z.strictObject({
  id: PersonId,
  /** The account with which they sign in; null: told by channels only. */
  accountId: AccountId.nullable(),
  jurisdictionId: JurisdictionId,
  kind: PersonKind,
  name: z.string().min(1).max(60),
  phone: z.string().max(40),
  language: z.enum(['zh', 'en']),
  /** In the order in which they are tried. */
  addresses: z.array(PersonAddress).max(10),
  skills: z.array(z.string().min(1).max(40)).max(20),
  /** Homes of which they are the friendly visitor, and homes whose key they hold. */
  pairedWith: z.array(HomeId).max(500),
  holdsKeyOf: z.array(HomeId).max(500),
  /** Where they start from, degrees; null: not said. */
  place: z.strictObject({ latitude: z.number(), longitude: z.number() }).nullable(),
  enabled: z.boolean(),
  createdAt: z.int(),
})
export type Person = z.infer<typeof Person>

const LocalDate = z.iso.date()
const Minute = z.int().min(0).max(1_439)
const Weekday = z.int().min(1).max(7)

/** A shift that comes again: by the roster's zone, from `startMinute` of the day for `durationMinutes`. */
export const Shift = z.strictObject({
  name: z.string().min(1).max(40),
  startMinute: Minute,
  durationMinutes: z.int().min(30).max(1_440),
  /** ISO weekdays on which it begins; 1 is Monday. */
  weekdays: z.array(Weekday).min(1).max(7),
  /** Crews that take turns: the next one every `turnDays`, counted from `turnsFrom`. */
  crews: z
    .array(z.strictObject({ primary: PersonId, backup: PersonId.nullable() }))
    .min(1)
    .max(60),
  turnDays: z.int().min(1).max(28),
  turnsFrom: LocalDate,
})
export type Shift = z.infer<typeof Shift>

/** Somebody stands in for whoever the plan names; a swap is two of them. */
export const Override = z.strictObject({
  from: z.int(),
  to: z.int(),
  duty: z.enum(['primary', 'backup']),
  personId: PersonId,
})
export type Override = z.infer<typeof Override>

/** Who is on duty for a node. Versions are never changed: an alert goes by those it was opened under. */
export const Roster = z.strictObject({
  jurisdictionId: JurisdictionId,
  version: z.int().min(1),
  zone: TimeZone,
  /** First and last day it covers, both included. */
  from: LocalDate,
  to: LocalDate,
  shifts: z.array(Shift).min(1).max(20),
  overrides: z.array(Override).max(500),
  publishedAt: z.int(),
})
export type Roster = z.infer<typeof Roster>

/** Whom a step tells: on duty for the home's own place, on duty a level up, the resident, the resident's contacts. */
export const Target = z.enum(['primary', 'backup', 'street', 'district', 'resident', 'contacts'])
export type Target = z.infer<typeof Target>

export const LadderStep = z.strictObject({
  /** Minutes after the alert opened. */
  afterMinutes: z.number().min(0),
  tell: z.array(Target).min(1),
})
export type LadderStep = z.infer<typeof LadderStep>

/** How an alert of one severity climbs until somebody acts. */
export const SeverityPolicy = z.strictObject({
  steps: z.array(LadderStep).min(1).max(10),
  /** The last step again, until somebody acts. */
  repeatMinutes: z.number().positive(),
  /** Whoever took it on shows progress within this, or it comes back. */
  progressMinutes: z.number().positive(),
  /** On scene by, as the measures count it. */
  sceneMinutes: z.number().positive(),
  /** First step only within the working hours of the roster's zone. */
  workingHoursOnly: z.boolean(),
  /** Told in parallel: a fact for the timeline and the desk, never dialled by the machine. */
  tellFireService: z.boolean(),
})
export type SeverityPolicy = z.infer<typeof SeverityPolicy>

/** Data, never constants in code: the defaults stand in `defaultPolicy`. Versions are never changed. */
export const EscalationPolicy = z.strictObject({
  id: PolicyId,
  version: z.int().min(1),
  /** Null: for every place that has none of its own above it. */
  jurisdictionId: JurisdictionId.nullable(),
  name: z.string().min(1).max(80),
  /** Severities that are left out have no ladder: they stand in the queue. */
  ladders: z.partialRecord(Severity, SeverityPolicy),
  workingHours: z.strictObject({ fromMinute: Minute, toMinute: Minute, weekdays: z.array(Weekday) }),
  /** How long a candidate has to accept a visit. */
  offerMinutes: z.number().positive(),
  /** How long somebody has to answer the test page at the start of a shift. */
  reachMinutes: z.number().positive(),
  /** Pages for one person; beyond it the ladder goes to the next. */
  pagesPerShift: z.int().positive(),
  pagesPerDay: z.int().positive(),
  /** Review by somebody other than the one who resolved. */
  reviewByAnother: z.boolean(),
})
export type EscalationPolicy = z.infer<typeof EscalationPolicy>

/** The running ladder of an alert, with what it was opened under: editing a policy or a roster never changes it. */
export const Ladder = z.strictObject({
  policyId: PolicyId,
  policyVersion: z.int(),
  /** Version of each roster on the way up, by node. */
  rosters: z.partialRecord(JurisdictionId, z.int()),
  /** Its clock: when it rang (again). */
  startedAt: z.int(),
  /** Grows with every new start, so that a reopened alert tells everybody anew. */
  run: z.int(),
  /** The step that comes next, and how often the last was repeated. */
  step: z.int(),
  round: z.int(),
  /** When the next step or repeat is due; null: held, because somebody has it. */
  dueAt: z.int().nullable(),
})
export type Ladder = z.infer<typeof Ladder>

/** Who is told: `person:{id}`, `resident:{homeId}`, `contact:{homeId}:{index}`. */
export const Recipient = z.string().regex(/^(person|resident|contact):[A-Za-z0-9._:-]{1,80}$/)
export type Recipient = z.infer<typeof Recipient>

export const PagePurpose = z.enum(['alert', 'offer', 'test', 'notice'])
export type PagePurpose = z.infer<typeof PagePurpose>

/**
 * One message to one person for one step of one alert. `key` is the same however often it is tried, so that whoever
 * receives it twice shows it once.
 */
export const Page = z.strictObject({
  key: z.string().min(1).max(200),
  purpose: PagePurpose,
  alertId: AlertId.nullable(),
  homeId: HomeId.nullable(),
  /** The node whose duty it is. */
  jurisdictionId: JurisdictionId,
  recipient: Recipient,
  severity: Severity.nullable(),
  step: z.int().nullable(),
  dueAt: z.int(),
  createdAt: z.int(),
  state: z.enum(['queued', 'sent', 'failed', 'dropped', 'answered']),
  channelId: ChannelId.nullable(),
  sentAt: z.int().nullable(),
  /** A channel's own word for what went wrong; names nobody. */
  reason: z.string().max(200).nullable(),
  drill: z.boolean(),
})
export type Page = z.infer<typeof Page>

/** Why a roster cannot be published; each names the time or the person. */
export const RosterFault = z.discriminatedUnion('fault', [
  z.strictObject({ fault: z.literal('ends_before_it_begins') }),
  z.strictObject({ fault: z.literal('gap'), from: z.int(), to: z.int() }),
  z.strictObject({ fault: z.literal('twice_at_once'), personId: PersonId, from: z.int(), to: z.int() }),
  z.strictObject({ fault: z.literal('unknown_person'), personId: PersonId }),
  z.strictObject({ fault: z.literal('no_working_address'), personId: PersonId }),
])
export type RosterFault = z.infer<typeof RosterFault>

/** A time in which the same people are on duty, from (inclusive) and to (exclusive). */
export const Stretch = z.strictObject({
  from: z.int(),
  to: z.int(),
  shift: z.string(),
  /** When the shift began, of which this may be a part. */
  shiftFrom: z.int(),
  primary: PersonId,
  backup: PersonId.nullable(),
})
export type Stretch = z.infer<typeof Stretch>
