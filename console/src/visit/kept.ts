import type { Outcome, OwnVisit } from '../api/types.ts'

/** What somebody on the way does, by the last part of its address. */
export type ActType = 'accept' | 'decline' | 'en-route' | 'check-in' | 'submit'

export interface KeptPhoto {
  /** Null once the service has it, or would not take it. */
  picture: Blob | null
  id: string | null
}

/** An act as this phone keeps it until the service has said that it received it. `actId` is made here, once. */
export interface KeptAct {
  actId: string
  accountId: string
  visitId: string
  type: ActType
  doneAt: string
  place: { latitude: number; longitude: number; accuracyMetres: number } | null
  photos: KeptPhoto[]
  outcome: Outcome | null
  note: string
  state: 'kept' | 'received' | 'refused'
  /** When the service's receipt came, by civil time. */
  receivedAt: string | null
  /** Why it was refused. */
  code: string | null
}

const RECEIPTS_KEPT_MS = 24 * 3_600_000

/** The same act pressed twice is one act; a second report of a visit waits until the first was refused. */
export const keep = (acts: readonly KeptAct[], act: KeptAct): KeptAct[] => {
  const isAgain = acts.some(
    (one) =>
      one.actId === act.actId ||
      (act.type !== 'check-in' &&
        one.visitId === act.visitId &&
        one.accountId === act.accountId &&
        one.type === act.type &&
        one.state === 'kept'),
  )
  return isAgain ? [...acts] : [...acts, act]
}

/** What is sent next: in the order in which it was done, and nobody else's. */
export const nextOf = (acts: readonly KeptAct[], accountId: string): KeptAct | null =>
  acts.find((act) => act.state === 'kept' && act.accountId === accountId) ?? null

export const unsentOf = (acts: readonly KeptAct[], accountId: string, visitId?: string): KeptAct[] =>
  acts.filter(
    (act) =>
      act.state === 'kept' &&
      act.accountId === accountId &&
      (visitId === undefined || act.visitId === visitId),
  )

const change = (acts: readonly KeptAct[], actId: string, to: Partial<KeptAct>): KeptAct[] =>
  acts.map((act) => (act.actId === actId ? { ...act, ...to } : act))

/** Only that it was received stays on the phone: what it said of somebody does not. */
const said = { place: null, photos: [], outcome: null, note: '' }

export const received = (acts: readonly KeptAct[], actId: string, receivedAt: string): KeptAct[] =>
  change(acts, actId, { ...said, state: 'received', receivedAt })

/** A report that was refused keeps what it said: somebody has to mend it. */
export const refused = (acts: readonly KeptAct[], actId: string, code: string): KeptAct[] =>
  change(acts, actId, { state: 'refused', code, photos: [] })

/** Photo `n` has an id at the service, or (null) was not taken by it. */
export const photoSent = (acts: readonly KeptAct[], actId: string, n: number, id: string | null): KeptAct[] =>
  acts.map((act) =>
    act.actId === actId
      ? { ...act, photos: act.photos.map((photo, at) => (at === n ? { picture: null, id } : photo)) }
      : act,
  )

/** Receipts leave after a day, and what others left on this phone when it was sent. */
export const tidied = (acts: readonly KeptAct[], now: number): KeptAct[] =>
  acts.filter((act) => act.state === 'kept' || now - Date.parse(act.doneAt) < RECEIPTS_KEPT_MS)

type Standing = Pick<OwnVisit, 'state' | 'answer' | 'acceptedAt' | 'enRouteAt' | 'onSceneAt' | 'submittedAt'>

/** The visit as whoever holds the phone knows it: what was done here counts before the service has heard of it. */
export const asDone = <Visit extends Standing & Pick<OwnVisit, 'id'>>(
  visit: Visit,
  acts: readonly KeptAct[],
): Visit => unsentOf(acts, acts[0]?.accountId ?? '', visit.id).reduce(apply, visit)

const apply = <Visit extends Standing>(visit: Visit, { type, doneAt }: KeptAct): Visit => {
  switch (type) {
    case 'decline':
      return { ...visit, answer: 'declined' }
    case 'en-route':
      return { ...visit, state: 'en_route', enRouteAt: visit.enRouteAt ?? doneAt }
    case 'check-in':
      return { ...visit, state: 'on_scene', onSceneAt: visit.onSceneAt ?? doneAt }
    case 'submit':
      return { ...visit, state: 'submitted', submittedAt: doneAt }
    case 'accept':
      // Nobody has it before the service says so: it may have gone to somebody else.
      return visit
  }
}

/** Of a kept list of visits, nothing that names anybody once nobody has confirmed for so long that it is still open. */
const DISCLOSED_KEPT_MS = 12 * 3_600_000

export const withoutAged = (kept: { at: number; items: OwnVisit[] }, now: number): OwnVisit[] =>
  now - kept.at < DISCLOSED_KEPT_MS
    ? kept.items
    : kept.items.map((visit) => ({ ...visit, disclosed: null, photoIds: [] }))
