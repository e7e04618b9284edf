import type { Alert, TimelineEntry } from '../contracts/alert.ts'
import type { AlertCommand } from '../contracts/command.ts'
import type { Page, PagePurpose } from '../contracts/duty.ts'
import type { Evidence, Json } from '../contracts/finding.ts'
import type { PersonId, VisitId } from '../contracts/ids.ts'
import { minutesMs } from '../contracts/time.ts'
import type { Offer, Visit, VisitState } from '../contracts/visit.ts'
import { distanceBetween, goesAloneToDanger, rankCandidates, roundedMetres } from './candidates.ts'
import { type CaseRefusal, REOPENED } from './case.ts'
import type { CaseBook } from './case-book.ts'
import { defaultPolicy } from './policy.ts'
import { ROUTINE_OFFER_MS } from './rota.ts'

/** Somebody is being asked, has accepted, is on the way, or is there. */
const OPEN_VISIT: ReadonlySet<VisitState> = new Set(['offered', 'accepted', 'en_route', 'on_scene'])
export const isOpenVisit = (visit: Visit): boolean => OPEN_VISIT.has(visit.state)

export const openVisitOf = (book: CaseBook, alert: Alert): Visit | undefined =>
  book.visits().find((visit) => visit.alertId === alert.id && isOpenVisit(visit))

type Line = Pick<TimelineEntry, 'actor' | 'noteId'>

/** Sends somebody: the best are asked first, the next when they decline or do not answer. */
export function sendSomebody(
  book: CaseBook,
  alert: Alert,
  command: Extract<AlertCommand, { type: 'dispatch' }>,
  take: Partial<Alert>,
  line: Line,
): CaseRefusal | null {
  const { homeId } = alert
  if (homeId === null)
    return { code: 'illegal_transition', message: 'this alert is of a place: there is no home to go to' }
  if (openVisitOf(book, alert))
    return { code: 'illegal_transition', message: 'somebody is being sent already: call them back first' }
  const { crewSize } = command
  const candidates = chosen(book, alert, command)
  if (candidates.length < crewSize)
    return { code: 'nobody_to_send', message: `${crewSize} must go, and ${candidates.length} can be asked` }
  const visit = book.putVisit(
    newVisit(book, {
      id: command.visitId,
      alertId: alert.id,
      homeId,
      jurisdictionId: alert.jurisdictionId,
      kind: 'emergency',
      crewSize,
      candidates,
      distancesMetres: distancesTo(book, candidates),
      drill: alert.drill,
    }),
  )
  const asked = offerNext(book, visit, alert)
  const evidence = evidenceOf(visit.id, asked, OFFERED)
  book.change(
    alert,
    { ...take, state: 'dispatched', visitId: visit.id },
    { ...line, event: 'visit_offered', evidence },
  )
  return null
}

type NewVisit = Pick<
  Visit,
  | 'id'
  | 'alertId'
  | 'homeId'
  | 'jurisdictionId'
  | 'kind'
  | 'crewSize'
  | 'candidates'
  | 'distancesMetres'
  | 'drill'
>

const newVisit = ({ now }: CaseBook, visit: NewVisit): Visit => ({
  ...visit,
  state: 'offered',
  crew: [],
  offers: [],
  createdAt: now,
  updatedAt: now,
  acceptedAt: null,
  enRouteAt: null,
  onSceneAt: null,
  place: null,
  photoIds: [],
  outcome: null,
  noteId: null,
  submittedAt: null,
  submittedBy: null,
  closedAt: null,
  version: 0,
})

/** A friendly visit or call that the rota planned: asked for by no alert, and offered in the same way. */
export function sendRoutinely(
  book: CaseBook,
  { id, kind, candidates }: { id: VisitId; kind: Visit['kind']; candidates: PersonId[] },
): void {
  const { homeId, jurisdictionId } = book.context
  if (homeId === null) throw new Error('a routine visit is of a home')
  const none = { alertId: null, crewSize: 1, distancesMetres: {}, drill: false }
  const visit = book.putVisit(newVisit(book, { ...none, id, homeId, jurisdictionId, kind, candidates }))
  offerNext(book, visit, undefined)
}

/** Whoever had a routine visit was not heard of again. */
export function lapse(book: CaseBook, id: VisitId): void {
  const visit = book.visit(id)
  if (visit && visit.alertId === null && isOpenVisit(visit)) cancel(book, visit, undefined)
}

/** Those that were named and may go, or all who may, the best first. */
function chosen(
  { context: { homeToVisit, candidates } }: CaseBook,
  { severity }: Alert,
  command: Extract<AlertCommand, { type: 'dispatch' }>,
): PersonId[] {
  const errand = { severity, crewSize: command.crewSize }
  if (command.candidates !== null) {
    const may = new Set(
      candidates
        .filter(({ person }) => person.enabled && !goesAloneToDanger(person, errand))
        .map(({ person }) => person.id),
    )
    return [...new Set(command.candidates)].filter((id) => may.has(id))
  }
  if (homeToVisit === null) return []
  return rankCandidates(homeToVisit, candidates, errand)
    .filter(({ isEligible }) => isEligible)
    .map(({ personId }) => personId)
}

function distancesTo(
  { context: { homeToVisit, candidates } }: CaseBook,
  ids: readonly PersonId[],
): Visit['distancesMetres'] {
  const ways = candidates.flatMap(({ person }) => {
    const metres = distanceBetween(homeToVisit?.place ?? null, person.place)
    return metres === null || !ids.includes(person.id) ? [] : [[person.id, roundedMetres(metres)] as const]
  })
  return Object.fromEntries(ways)
}

/** Asks as many more as are missing; whom it asked. */
export function offerNext(book: CaseBook, { id }: Visit, alert: Alert | undefined): PersonId[] {
  const asked: PersonId[] = []
  for (let visit = book.visit(id); visit; visit = book.visit(id)) {
    const [personId, ...candidates] = visit.candidates
    const missing = visit.crewSize - visit.crew.length - visit.offers.filter(isPending).length
    if (personId === undefined || missing <= 0) break
    const expiresAt = book.now + offerMsOf(book, visit)
    const offer: Offer = { personId, offeredAt: book.now, expiresAt, answer: null, answeredAt: null }
    const offers = [...visit.offers, offer]
    book.putVisit({ ...visit, candidates, offers })
    book.page(pageTo(personId, 'offer', visit, alert, `${offers.length}`))
    asked.push(personId)
  }
  return asked
}

const offerMsOf = ({ context }: CaseBook, { kind }: Visit): number =>
  kind === 'emergency' ? minutesMs((context.duty?.policy ?? defaultPolicy).offerMinutes) : ROUTINE_OFFER_MS

export const isPending = (offer: Offer): boolean => offer.answer === null

/** Somebody fell out: the next is asked; nobody is left: the alert rings again, and says so. */
export function passOn(book: CaseBook, visit: Visit, alert: Alert | undefined): void {
  const asked = offerNext(book, visit, alert)
  const now = book.visit(visit.id) ?? visit
  if (asked.length > 0) {
    if (!alert) return
    const evidence = evidenceOf(visit.id, asked, OFFERED)
    book.change(alert, {}, { event: 'visit_offered', actor: 'system', evidence })
    return
  }
  if (now.crew.length + now.offers.filter(isPending).length >= now.crewSize) return
  end(book, now, alert, 'unfilled')
  // Without an alert nothing rings: the next day's plan takes the home up again.
  if (!alert) return
  const evidence = evidenceOf(visit.id, now.crew, UNFILLED)
  book.change(alert, { ...REOPENED, visitId: null }, { event: 'visit_unfilled', actor: 'system', evidence })
}

/** Offers to which nobody answered in time. */
export function expireOffers(book: CaseBook): void {
  for (const { id } of book.visits().filter(isOpenVisit))
    for (const offer of book.visit(id)?.offers ?? []) {
      if (!isPending(offer) || offer.expiresAt > book.now) continue
      const visit = answerOffer(book, id, offer.personId, 'timeout', book.now)
      const alert = visit?.alertId ? book.get(visit.alertId) : undefined
      if (!visit) continue
      if (!alert) {
        if (visit.alertId === null) passOn(book, visit, undefined)
        continue
      }
      const evidence = evidenceOf(id, [offer.personId], NO_ANSWER)
      const told = book.change(alert, {}, { event: 'visit_timeout', actor: 'system', evidence })
      passOn(book, visit, told)
    }
}

export function answerOffer(
  book: CaseBook,
  id: VisitId,
  personId: PersonId,
  answer: NonNullable<Offer['answer']>,
  answeredAt: number,
): Visit | undefined {
  const visit = book.visit(id)
  if (!visit) return undefined
  const at = visit.offers.findLastIndex((offer) => offer.personId === personId)
  const offers = visit.offers.map((offer, n) => (n === at ? { ...offer, answer, answeredAt } : offer))
  return book.putVisit({ ...visit, offers })
}

/** The desk calls them back. */
export function recall(book: CaseBook, alert: Alert, take: Partial<Alert>, line: Line): CaseRefusal | null {
  const visit = openVisitOf(book, alert)
  if (!visit) return { code: 'illegal_transition', message: 'nobody is being sent' }
  cancel(book, visit, alert)
  const evidence = evidenceOf(visit.id, visit.crew, CANCELLED)
  book.change(alert, { ...take, visitId: null }, { ...line, event: 'visit_cancelled', evidence })
  return null
}

/** The case is over for another reason: nobody needs to come. */
export function cancelOpenVisit(book: CaseBook, alert: Alert, line: Line): Alert {
  const visit = openVisitOf(book, alert)
  if (!visit) return alert
  cancel(book, visit, alert)
  const evidence = evidenceOf(visit.id, visit.crew, CANCELLED)
  return book.change(alert, { visitId: null }, { ...line, event: 'visit_cancelled', evidence })
}

/** Whoever was asked or is on the way is told that nobody needs to come. */
function cancel(book: CaseBook, visit: Visit, alert: Alert | undefined): void {
  const waiting = visit.offers.filter(isPending).map(({ personId }) => personId)
  for (const personId of [...visit.crew, ...waiting])
    book.page(pageTo(personId, 'notice', visit, alert, 'cancelled'))
  end(book, visit, alert, 'cancelled')
}

function end(book: CaseBook, visit: Visit, alert: Alert | undefined, state: 'unfilled' | 'cancelled'): void {
  const offers = visit.offers.map((offer) =>
    isPending(offer) ? { ...offer, answer: 'withdrawn' as const, answeredAt: book.now } : offer,
  )
  if (state === 'unfilled')
    for (const personId of visit.crew) book.page(pageTo(personId, 'notice', visit, alert, 'cancelled'))
  book.putVisit({ ...visit, state, offers, closedAt: book.now })
}

/** The case is closed for good, and what was reported of it with it. */
export function closeVisits(book: CaseBook, alert: Alert): void {
  for (const visit of book.visits())
    if (visit.alertId === alert.id && visit.state === 'submitted')
      book.putVisit({ ...visit, state: 'closed', closedAt: book.now })
}

/** The message itself names nobody: community, kind and distance, and the way to what one may see when signed in. */
const pageTo = (
  personId: PersonId,
  purpose: PagePurpose,
  visit: Visit,
  alert: Alert | undefined,
  which: string,
): Page => ({
  key: `${visit.id}:${purpose}:${which}:person:${personId}`,
  purpose,
  alertId: visit.alertId,
  homeId: visit.homeId,
  jurisdictionId: visit.jurisdictionId,
  recipient: `person:${personId}`,
  severity: alert?.severity ?? null,
  step: null,
  dueAt: visit.updatedAt,
  createdAt: visit.updatedAt,
  state: 'queued',
  channelId: null,
  sentAt: null,
  reason: null,
  drill: visit.drill,
})

export const evidenceOf = (
  visitId: VisitId,
  personIds: readonly PersonId[],
  sentence: Evidence['sentence'],
  more: { [key: string]: Json } = {},
): Evidence => ({ data: { visitId, personIds: [...personIds], ...more }, sentence })

const OFFERED = { zh: '已派单，等待接单', en: 'Offered, waiting to be accepted' }
const NO_ANSWER = { zh: '未在时限内接单', en: 'Not answered in time' }
const UNFILLED = { zh: '无人接单，重新告警', en: 'Nobody accepted: it rings again' }
const CANCELLED = { zh: '已撤回派单', en: 'Called back' }
