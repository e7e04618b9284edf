import type { Alert } from '../contracts/alert.ts'
import type { AlertId } from '../contracts/ids.ts'
import type { EpochMs } from '../contracts/time.ts'
import { takeAct } from './acts.ts'
import { type CaseContext, type CaseEvent, type CaseResult, isRinging, REOPENED } from './case.ts'
import { CaseBook } from './case-book.ts'
import { askFailed, takeAnswer } from './check-in.ts'
import { takeCommand } from './commands.ts'
import { findingCleared, findingHolds } from './findings.ts'
import {
  cutsChanged,
  heldTooLong,
  incidentBegan,
  incidentOver,
  mergeElseOpen,
  suppressionEnds,
} from './incident.ts'
import { startLadder } from './ladder.ts'
import { pageAnswered, pageResult } from './pages.ts'
import { beginDrill, openReported } from './report.ts'
import { expireOffers, lapse, sendRoutinely } from './visit.ts'

/**
 * The lifecycle of the alerts of a home or a place, as a pure step: `active` are the alerts that are not resolved or only kept quiet.
 * One alert is open for each home and family (for devices, for each device); whatever else is found joins it.
 */
export function step(
  active: readonly Alert[],
  event: CaseEvent,
  now: EpochMs,
  context: CaseContext,
): CaseResult {
  const book = new CaseBook(active, now, context)
  switch (event.type) {
    case 'finding':
      if (event.finding.phase === 'cleared') findingCleared(book, event.finding)
      else findingHolds(book, event.finding)
      return book.result(null, null)
    case 'command':
      return book.result(takeCommand(book, event.command), event.command.alertId)
    case 'act':
      return book.result(takeAct(book, event.act), null)
    case 'report':
      return book.result(openReported(book, event.report), event.report.alertId)
    case 'cuts':
      cutsChanged(book, event.began)
      return book.result(null, null)
    case 'answer':
      return book.result(takeAnswer(book, event.alertId, event.answer), event.alertId)
    case 'ask_failed':
      askFailed(book, event.alertId, event.reason)
      return book.result(null, null)
    case 'page_result':
      pageResult(book, event.page)
      return book.result(null, null)
    case 'page_answered':
      pageAnswered(book, event.page)
      return book.result(null, null)
    case 'incident_began':
      incidentBegan(book, event.incident, event.evidence)
      return book.result(null, null)
    case 'incident_over':
      incidentOver(book, event.incident)
      return book.result(null, null)
    case 'members':
      countMembers(book, event)
      return book.result(null, null)
    case 'routine':
      sendRoutinely(book, event.visit)
      return book.result(null, null)
    case 'routine_lapsed':
      lapse(book, event.visitId)
      return book.result(null, null)
    case 'rung_bare':
      climbAtLast(book, event.alertId)
      return book.result(null, null)
    case 'deadline':
      reopenQuiet(book)
      endWaits(book)
      expireOffers(book)
      returnForgotten(book)
      return book.result(null, null)
  }
}

/** Resolved while the finding held, and it still does: nobody went, or the cause is still there. */
function reopenQuiet(book: CaseBook): void {
  for (const alert of book.all())
    if (alert.quietUntil !== null && alert.quietUntil <= book.now)
      book.change(alert, REOPENED, { actor: 'system', event: 'reopened' })
}

/** Taken on, and nothing more was heard: it rings again, for everybody anew. */
function returnForgotten(book: CaseBook): void {
  for (const alert of book.all())
    if (alert.progressUntil !== null && alert.progressUntil <= book.now)
      book.change(alert, REOPENED, { actor: 'system', event: 'progress_overdue' })
}

/** Nobody answered in time, or an incident lasts longer than a home may wait for its end. */
function endWaits(book: CaseBook): void {
  for (const alert of book.all()) {
    if (alert.waitUntil === null || alert.waitUntil > book.now) continue
    if (alert.state === 'suspected') mergeElseOpen(book, alert, 'unanswered', null)
    else if (alert.state === 'shelved' && alert.drill && alert.ladder === null) beginDrill(book, alert)
    else if (alert.state === 'shelved') book.change(alert, REOPENED, { actor: 'system', event: 'unshelved' })
    else if (alert.state === 'suppressed') suppressionEnds(book, alert)
    else heldTooLong(book, alert)
  }
}

/** It rang where only the desk heard it: from here on people are told in their order. */
function climbAtLast(book: CaseBook, id: AlertId): void {
  const alert = book.get(id)
  if (!alert || !isRinging(alert) || (alert.ladder !== null && alert.ladder.dueAt !== null)) return
  const sentence = { zh: '系统已恢复，开始逐级通知', en: 'The service works again: people are told in order' }
  const evidence = { data: { bare: false }, sentence }
  book.change(alert, { ladder: startLadder(book, alert) }, { event: 'updated', actor: 'system', evidence })
}

function countMembers(book: CaseBook, { incident, members }: { incident: AlertId; members: number }): void {
  const alert = book.get(incident)
  if (!alert || alert.members === members) return
  const event = members > alert.members ? 'merged' : 'released'
  book.change(alert, { members }, { event, actor: 'system' })
}
