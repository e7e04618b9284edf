import { z } from 'zod'
import type { PersonKind } from './duty.ts'
import type { ErrorCode } from './errors.ts'
import type { Sentence } from './finding.ts'
import { AlertId, HomeId, JurisdictionId, PersonId, PhotoId, VisitId } from './ids.ts'

/** How a case ended: five fields, all of them required. Only reviewed verdicts teach the rules. */
export const Outcome = z.strictObject({
  contact: z.enum(['seen', 'phone', 'no_answer', 'refused']),
  cause: z.enum([
    'fall',
    'illness',
    'fire',
    'death',
    'late_rising',
    'family_stay',
    'hospital',
    'away',
    'guests',
    'cooking',
    'utility_cut',
    'device_battery',
    'device_offline',
    'device_placement',
    'device_swapped',
    'unknown',
  ]),
  need: z.enum(['none', 'medical_care', 'repair', 'meals', 'fall_proofing', 'benefits', 'company']),
  action: z.enum([
    'none',
    'referral',
    'police_110',
    'fire_119',
    'ambulance_120',
    'forced_entry',
    'follow_up',
  ]),
  verdict: z.enum(['emergency', 'need', 'benign', 'technical', 'drill']),
  /** Civil date; required when the action is to follow up. */
  followUpOn: z.iso.date().nullable(),
  /** Required of a forced entry: the 110 reference, and two people who were there. */
  policeReference: z.string().min(1).max(80).nullable(),
  /** Until when they are away or in hospital, where the cause says so and it is known. */
  awayUntil: z.int().nullable(),
})
export type Outcome = z.infer<typeof Outcome>
export type Verdict = Outcome['verdict']

export const VisitKind = z.enum(['emergency', 'routine', 'call'])
export type VisitKind = z.infer<typeof VisitKind>

export const VisitState = z.enum([
  'offered',
  'accepted',
  'en_route',
  'on_scene',
  'submitted',
  'closed',
  /** Nobody is left to offer it to; the desk is told. */
  'unfilled',
  'cancelled',
])
export type VisitState = z.infer<typeof VisitState>

/** Of one visit. */
export const PHOTOS_MOST = 5

export const Offer = z.strictObject({
  personId: PersonId,
  offeredAt: z.int(),
  expiresAt: z.int(),
  answer: z.enum(['accepted', 'declined', 'timeout', 'withdrawn']).nullable(),
  answeredAt: z.int().nullable(),
})
export type Offer = z.infer<typeof Offer>

/** Somebody goes to look, or calls. `version` grows with every change. */
export const Visit = z.strictObject({
  id: VisitId,
  /** Null: a routine visit or call that no alert asked for. */
  alertId: AlertId.nullable(),
  homeId: HomeId,
  jurisdictionId: JurisdictionId,
  kind: VisitKind,
  state: VisitState,
  /** How many must go: two where entry may be forced. */
  crewSize: z.int().min(1).max(2),
  crew: z.array(PersonId),
  /** Ranked, not yet asked. */
  candidates: z.array(PersonId),
  offers: z.array(Offer),
  /** How far each candidate has to go, in steps of 100 m: enough to decide by, and leads to no door. */
  distancesMetres: z.partialRecord(PersonId, z.number()),
  createdAt: z.int(),
  updatedAt: z.int(),
  acceptedAt: z.int().nullable(),
  enRouteAt: z.int().nullable(),
  onSceneAt: z.int().nullable(),
  /** Where the phone was at check-in, where its owner allowed it. */
  place: z
    .strictObject({ latitude: z.number(), longitude: z.number(), accuracyMetres: z.number() })
    .nullable(),
  photoIds: z.array(PhotoId).max(PHOTOS_MOST),
  outcome: Outcome.nullable(),
  noteId: z.string().nullable(),
  submittedAt: z.int().nullable(),
  submittedBy: PersonId.nullable(),
  closedAt: z.int().nullable(),
  drill: z.boolean(),
  version: z.int(),
})
export type Visit = z.infer<typeof Visit>

/** What somebody on the way does, possibly told hours later by a phone without reception. `actId` is made by the phone: sent twice it changes nothing. */
const act = {
  actId: z.string().min(8).max(64),
  visitId: VisitId,
  homeId: HomeId,
  personId: PersonId,
  /** When it was done by the phone's clock, bounded by now when it arrives. */
  doneAt: z.int(),
}
export const VisitCommand = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('accept'), ...act }),
  z.strictObject({ type: z.literal('decline'), ...act }),
  z.strictObject({ type: z.literal('en_route'), ...act }),
  z.strictObject({
    type: z.literal('check_in'),
    ...act,
    place: Visit.shape.place,
    photoIds: Visit.shape.photoIds,
  }),
  z.strictObject({ type: z.literal('submit'), ...act, outcome: Outcome, noteId: z.string().nullable() }),
])
export type VisitCommand = z.infer<typeof VisitCommand>

/** What came of an act, kept so that the same act sent again is answered the same. */
export interface ActReceipt {
  actId: string
  visitId: VisitId
  personId: PersonId
  type: VisitCommand['type']
  doneAt: number
  receivedAt: number
  refused: { code: ErrorCode; message: string } | null
}

/** Somebody who might be sent to a home, with what speaks for and against them, in words. */
export interface Candidate {
  personId: PersonId
  name: string
  kind: PersonKind
  distanceMetres: number | null
  /** Those who are not are never asked by the service itself; why not is the last of the reasons. */
  isEligible: boolean
  reasons: Sentence[]
}

/** A picture from a visit, without anything that its camera wrote into it. Erased with the resident. */
export interface Photo {
  id: PhotoId
  visitId: VisitId
  homeId: HomeId
  takenBy: PersonId
  receivedAt: number
  mediaType: 'image/jpeg' | 'image/png'
  bytes: Uint8Array
}
