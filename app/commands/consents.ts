import type { Actor } from '../../contracts/alert.ts'
import { asksConsent, type Consent, type NewConsent } from '../../contracts/consent.ts'
import { Refusal } from '../../contracts/errors.ts'
import { ConsentId, type HomeId } from '../../contracts/ids.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { StateTables } from '../../store/state.ts'
import { newId } from '../secrets.ts'

/** The newest that holds; null: nobody agreed, or they took it back. */
export async function consentFor(
  tables: Pick<StateTables, 'consents'>,
  homeId: HomeId,
  kind: DeviceKind,
): Promise<ConsentId | null> {
  const consents = await tables.consents.ofHome(homeId)
  return consents.find((one) => one.deviceKind === kind && one.withdrawnAt === null)?.id ?? null
}

/** Throws the `Refusal` consent_missing: what is not on record was not given. */
export async function requireConsent(
  tables: Pick<StateTables, 'consents'>,
  homeId: HomeId,
  kind: DeviceKind,
): Promise<void> {
  if (asksConsent(kind) && (await consentFor(tables, homeId, kind)) === null)
    throw new Refusal('consent_missing', 'nobody of the home has agreed to a device of this kind')
}

/** Throws the `Refusal` bad_request for a time to come. */
export function writtenDown(given: NewConsent, recordedBy: Actor, now: EpochMs): Consent {
  const givenAt = given.givenAt ?? now
  if (givenAt > now) throw new Refusal('bad_request', 'this consent is still to come')
  const id = ConsentId.parse(newId('consent'))
  return { ...given, id, givenAt, recordedBy, withdrawnAt: null, withdrawnBy: null }
}
