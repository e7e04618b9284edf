import { z } from 'zod'
import { Actor } from './alert.ts'
import { ConsentId, HomeId } from './ids.ts'
import { DeviceKind } from './reading.ts'

/** What readings of a home may be used for. */
export const Purpose = z.enum(['safety', 'care_calls', 'statistics'])
export type Purpose = z.infer<typeof Purpose>

/** Somebody of the home agreed that devices of a kind stand there, for these purposes. Withdrawn, it stays on record. */
export const Consent = z.strictObject({
  id: ConsentId,
  homeId: HomeId,
  deviceKind: DeviceKind,
  purposes: z.array(Purpose).min(1).max(3),
  givenBy: z.enum(['resident', 'family', 'guardian']),
  givenAt: z.int(),
  /** Who was there and wrote it down. */
  recordedBy: Actor,
  withdrawnAt: z.int().nullable(),
  withdrawnBy: Actor.nullable(),
})
export type Consent = z.infer<typeof Consent>

export type NewConsent = Pick<Consent, 'homeId' | 'deviceKind' | 'purposes' | 'givenBy'>
