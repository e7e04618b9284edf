import { z } from 'zod'
import { Actor } from './alert.ts'
import { ConsentId, DeviceId, HomeId } from './ids.ts'
import { DeviceKind } from './reading.ts'

/** What readings of a home may be used for. */
export const Purpose = z.enum(['safety', 'care_calls', 'statistics'])
export type Purpose = z.infer<typeof Purpose>

/** How it was given: said to whoever stood there, or on a sheet that lies with the community. */
export const ConsentForm = z.enum(['on_the_spot', 'on_paper'])
export type ConsentForm = z.infer<typeof ConsentForm>

/** Somebody of the home agreed that devices of a kind stand there, for these purposes. Withdrawn, it stays on record. */
export const Consent = z.strictObject({
  id: ConsentId,
  homeId: HomeId,
  deviceKind: DeviceKind,
  purposes: z.array(Purpose).min(1).max(3),
  givenBy: z.enum(['resident', 'family', 'guardian']),
  form: ConsentForm,
  givenAt: z.int(),
  /** Who was there, or had the paper, and wrote it down. */
  recordedBy: Actor,
  withdrawnAt: z.int().nullable(),
  withdrawnBy: Actor.nullable(),
})
export type Consent = z.infer<typeof Consent>

/** What is said of a consent when it is written down; `givenAt` null: now. */
export type GivenConsent = Pick<Consent, 'purposes' | 'givenBy' | 'form'> & { givenAt: number | null }
export type NewConsent = GivenConsent & Pick<Consent, 'homeId' | 'deviceKind'>

/** A device that is mounted in a home of which nobody has agreed yet: until then it stands nowhere. */
export const AwaitedConsent = z.strictObject({ deviceId: DeviceId, homeId: HomeId, since: z.int() })
export type AwaitedConsent = z.infer<typeof AwaitedConsent>

/** A gateway measures nothing of anybody. */
export const asksConsent = (kind: DeviceKind): boolean => kind !== 'gateway'
