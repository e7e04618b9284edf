import type { Alert, AlertState, TimelineEntry } from '../contracts/alert.ts'
import type { Evidence } from '../contracts/finding.ts'
import type { EpochMs } from '../contracts/time.ts'
import { type Offer, PHOTOS_MOST, type Visit, type VisitCommand } from '../contracts/visit.ts'
import { type CaseRefusal, REOPENED } from './case.ts'
import type { CaseBook } from './case-book.ts'
import { endedBy } from './commands.ts'
import { outcomeEvidence, outcomeFault } from './outcome.ts'
import { isOver, isUnderWay } from './states.ts'
import {
  answerOffer,
  cancelOpenVisit,
  evidenceOf,
  isOpenVisit,
  isPending,
  openVisitOf,
  passOn,
} from './visit.ts'

type Of<Type extends VisitCommand['type']> = Extract<VisitCommand, { type: Type }>

/**
 * What somebody who was sent does, possibly told late by a phone without reception. Whether the same act came before is
 * known outside; here it takes effect. A refused one changes nothing.
 */
export function takeAct(book: CaseBook, act: VisitCommand): CaseRefusal | null {
  const visit = book.visit(act.visitId)
  const offer = visit?.offers.findLast(({ personId }) => personId === act.personId)
  // What was never offered to them does not exist for them.
  if (!visit || !offer) return { code: 'not_found', message: 'no such visit' }
  const alert = visit.alertId === null ? undefined : book.get(visit.alertId)
  const doneAt = bounded(act.doneAt, visit, book.now)
  switch (act.type) {
    case 'accept':
      return accept(book, visit, alert, offer, doneAt)
    case 'decline':
      return decline(book, visit, alert, offer, doneAt)
    case 'en_route':
      return enRoute(book, visit, alert, act, doneAt)
    case 'check_in':
      return checkIn(book, visit, alert, act, doneAt)
    case 'submit':
      return submit(book, visit, alert, act, doneAt)
  }
}

/** A phone's clock may be wrong; nothing was done before there was a visit, or after now. */
const bounded = (doneAt: EpochMs, visit: Visit, now: EpochMs): EpochMs =>
  Math.max(visit.createdAt, Math.min(doneAt, now))

const OFFER_OVER: CaseRefusal = { code: 'offer_over', message: 'this visit has gone to somebody else' }
const VISIT_OVER: CaseRefusal = { code: 'visit_over', message: 'this visit has ended' }

function accept(
  book: CaseBook,
  visit: Visit,
  alert: Alert | undefined,
  offer: Offer,
  doneAt: EpochMs,
): CaseRefusal | null {
  const { personId } = offer
  if (visit.crew.includes(personId) && isOpenVisit(visit)) return null
  if (visit.state !== 'offered' || !isPending(offer)) return OFFER_OVER
  const answered = answerOffer(book, visit.id, personId, 'accepted', doneAt) ?? visit
  const crew = [...answered.crew, personId]
  const isComplete = crew.length >= visit.crewSize
  book.putVisit({ ...answered, crew, ...(isComplete ? { state: 'accepted', acceptedAt: doneAt } : {}) })
  tell(book, alert, personId, 'visit_accepted', {
    state: isComplete ? 'accepted' : null,
    evidence: evidenceOf(visit.id, crew, { zh: '已接单', en: 'Accepted' }, { doneAt }),
  })
  return null
}

/** Also by whoever had accepted and cannot go after all. */
function decline(
  book: CaseBook,
  visit: Visit,
  alert: Alert | undefined,
  offer: Offer,
  doneAt: EpochMs,
): CaseRefusal | null {
  const { personId } = offer
  if (offer.answer === 'declined') return null
  const had = visit.crew.includes(personId)
  if (!isOpenVisit(visit) || visit.state === 'on_scene') return VISIT_OVER
  if (!had && !isPending(offer)) return OFFER_OVER
  const answered = answerOffer(book, visit.id, personId, 'declined', doneAt) ?? visit
  const crew = answered.crew.filter((id) => id !== personId)
  const again = had ? { state: 'offered' as const, acceptedAt: null, enRouteAt: null } : {}
  const next = book.putVisit({ ...answered, crew, ...again })
  const evidence = evidenceOf(visit.id, [personId], { zh: '未能接单', en: 'Declined' }, { doneAt })
  const told = tell(book, alert, personId, 'visit_declined', { state: had ? 'dispatched' : null, evidence })
  if (told || next.alertId === null) passOn(book, next, told)
  return null
}

function enRoute(
  book: CaseBook,
  visit: Visit,
  alert: Alert | undefined,
  { personId }: Of<'en_route'>,
  doneAt: EpochMs,
): CaseRefusal | null {
  if (!mayReport(visit, personId, doneAt)) return VISIT_OVER
  if (visit.enRouteAt !== null) return null
  // Told late, after what came later: the time is kept, and nothing goes back.
  const state = visit.state === 'accepted' ? 'en_route' : visit.state
  book.putVisit({ ...visit, state, enRouteAt: doneAt })
  const evidence = evidenceOf(visit.id, [personId], { zh: '已出发', en: 'On the way' }, { doneAt })
  tell(book, alert, personId, 'visit_en_route', { state: null, evidence })
  return null
}

function checkIn(
  book: CaseBook,
  visit: Visit,
  alert: Alert | undefined,
  { personId, place, photoIds }: Of<'check_in'>,
  doneAt: EpochMs,
): CaseRefusal | null {
  if (!mayReport(visit, personId, doneAt)) return VISIT_OVER
  const isFirst = visit.onSceneAt === null
  const arrives = isFirst && isOpenVisit(visit)
  book.putVisit({
    ...visit,
    state: arrives ? 'on_scene' : visit.state,
    onSceneAt: visit.onSceneAt ?? doneAt,
    place: visit.place ?? place,
    photoIds: [...new Set([...visit.photoIds, ...photoIds])].slice(0, PHOTOS_MOST),
  })
  if (!isFirst) return null
  const evidence = evidenceOf(visit.id, [personId], { zh: '已到场', en: 'On the scene' }, { doneAt })
  tell(book, alert, personId, 'visit_on_scene', { state: arrives ? 'on_scene' : null, evidence })
  return null
}

function submit(
  book: CaseBook,
  visit: Visit,
  alert: Alert | undefined,
  { personId, outcome, noteId }: Of<'submit'>,
  doneAt: EpochMs,
): CaseRefusal | null {
  if (!mayReport(visit, personId, doneAt) || visit.outcome !== null) return VISIT_OVER
  const fault = outcomeFault(outcome, visit.crew.length, visit.drill)
  if (fault) return fault
  const state = isOpenVisit(visit) ? 'submitted' : visit.state
  book.putVisit({ ...visit, state, outcome, noteId, submittedAt: doneAt, submittedBy: personId })
  const said = outcomeEvidence(outcome)
  const data = { ...said?.data, visitId: visit.id, personIds: [personId], doneAt }
  const line = { actor: actorOf(personId), noteId, evidence: said && { ...said, data } }
  if (!alert) return null
  // Somebody else may have been sent meanwhile, because nothing was heard.
  const present = openVisitOf(book, alert)
    ? cancelOpenVisit(book, alert, { actor: 'system', noteId: null })
    : alert
  if (isOver(present)) book.change(present, {}, { ...line, event: 'visit_submitted' })
  else if (findsNobody(present, outcome))
    book.change(present, { ...REOPENED, visitId: null }, { ...line, event: 'visit_submitted' })
  else
    book.change(
      present,
      { ...endedBy(book, present, line.actor, outcome), visitId: null },
      { ...line, event: 'visit_submitted' },
    )
  return null
}

/** Nobody opened, and nobody knows why: somebody may lie behind the door, and the case is not over. */
const findsNobody = ({ severity }: Alert, { contact, cause }: NonNullable<Visit['outcome']>): boolean =>
  (severity === 'P1' || severity === 'P2') && contact === 'no_answer' && cause === 'unknown'

/** A complete crew that goes; and what it did before it was called back, and could not say earlier. */
const mayReport = (visit: Visit, personId: Visit['crew'][number], doneAt: EpochMs): boolean =>
  visit.crew.includes(personId) &&
  visit.acceptedAt !== null &&
  visit.state !== 'offered' &&
  visit.state !== 'unfilled' &&
  (visit.state !== 'cancelled' || (visit.closedAt !== null && doneAt < visit.closedAt))

const actorOf = (personId: Visit['crew'][number]): TimelineEntry['actor'] => `person:${personId}`

/** One line of the alert. `state` null leaves it as it is; nothing brings back what is over or was handed on. */
function tell(
  book: CaseBook,
  alert: Alert | undefined,
  personId: Visit['crew'][number],
  event: TimelineEntry['event'],
  { state, evidence }: { state: AlertState | null; evidence: Evidence },
): Alert | undefined {
  if (!alert) return undefined
  const moves = state !== null && !isOver(alert) && alert.state !== 'transferred'
  const taken =
    moves && !isUnderWay(alert)
      ? {
          acknowledgedAt: alert.acknowledgedAt ?? book.now,
          acknowledgedBy: alert.acknowledgedBy ?? actorOf(personId),
        }
      : {}
  return book.change(alert, moves ? { state, ...taken } : {}, { event, actor: actorOf(personId), evidence })
}
