import type { Alert, TimelineEvent } from '../contracts/alert.ts'
import type { PlannedCut } from '../contracts/circumstance.ts'
import type { Evidence } from '../contracts/finding.ts'
import type { AlertId, CircumstanceId } from '../contracts/ids.ts'
import { REOPENED } from './case.ts'
import type { CaseBook } from './case-book.ts'
import { isOver, isWaiting } from './states.ts'
import { cutOf, type Inhibitor, inhibitorOf } from './waiting.ts'

/** An incident has begun: whoever looks at an alert that was open before learns of it. Nothing is closed. */
export function incidentBegan(book: CaseBook, incident: Inhibitor, { data, sentence }: Evidence): void {
  const evidence = { data: { ...data, incident: incident.alertId }, sentence }
  for (const alert of book.all())
    if (!isWaiting(alert) && !isOver(alert) && inhibitorOf(alert, [incident]))
      book.change(alert, {}, { event: 'linked', actor: 'system', evidence })
}

/** It is over: what it explained and still holds is explained by nothing now, and opens. */
export function incidentOver(book: CaseBook, incident: AlertId): void {
  for (const alert of book.all())
    if (alert.mergedInto === incident) mergeElseOpen(book, alert, 'opened', OVER)
}

/**
 * Announced cuts have changed: what one of them explained and none does any more opens. Whoever looks at an alert that
 * rang before a cut began is told of it once, when it begins.
 */
export function cutsChanged(book: CaseBook, began: readonly CircumstanceId[]): void {
  const { cuts } = book.context
  const beginning = cuts.filter(({ id }) => began.includes(id))
  for (const alert of book.all()) {
    const cut = cutOf(alert, cuts)
    if (alert.state !== 'suppressed') {
      const explains = cutOf(alert, beginning)
      if (explains && !isWaiting(alert) && !isOver(alert)) book.change(alert, {}, linkedTo(explains))
    } else if (!cut) mergeElseOpen(book, alert, 'opened', CUT_OVER)
    else if (cut.id !== alert.suppressedBy || cut.to < (alert.waitUntil ?? cut.to))
      book.change(alert, book.suppressedBy(alert.family, cut), { event: 'suppressed', actor: 'system' })
  }
}

const linkedTo = ({ id, to }: PlannedCut) =>
  ({
    event: 'linked',
    actor: 'system',
    evidence: {
      data: { cut: id, to },
      sentence: { zh: '此地有预告的停供', en: 'There is an announced cut here' },
    },
  }) as const

/** An announced cut ended on time, or has lasted as long as an inactive home may wait. */
export function suppressionEnds(book: CaseBook, alert: Alert): void {
  const holds = book.context.cuts.some(({ id }) => id === alert.suppressedBy)
  if (holds) heldTooLong(book, alert)
  else mergeElseOpen(book, alert, 'opened', CUT_OVER)
}

/** It lasts so long that nobody may go on waiting for its end. */
export function heldTooLong(book: CaseBook, alert: Alert): void {
  openWaiting(book, alert, 'opened', HELD_TOO_LONG)
}

/** A wait has ended: the alert opens, unless an incident explains it. */
export function mergeElseOpen(
  book: CaseBook,
  alert: Alert,
  event: TimelineEvent,
  evidence: Evidence | null,
): void {
  const { inhibitors, cuts } = book.context
  const inhibitor = inhibitorOf(alert, inhibitors)
  const cut = cutOf(alert, cuts)
  if (inhibitor)
    book.change(
      alert,
      { ...book.mergedInto(alert.family, inhibitor), suppressedBy: null },
      { event, actor: 'system', evidence },
    )
  else if (cut) book.change(alert, book.suppressedBy(alert.family, cut), { event, actor: 'system', evidence })
  else openWaiting(book, alert, event, evidence)
}

/** Rings for the first time: the clock of whoever must act starts now. */
function openWaiting(book: CaseBook, alert: Alert, event: TimelineEvent, evidence: Evidence | null): void {
  book.change(alert, { ...REOPENED, openedAt: book.now }, { event, actor: 'system', evidence })
}

const OVER: Evidence = {
  data: { reason: 'incident_over' },
  sentence: {
    zh: '小区情况已结束，该户仍无动静',
    en: 'The incident of the place is over, and this home still shows no change',
  },
}
const CUT_OVER: Evidence = {
  data: { reason: 'cut_over' },
  sentence: {
    zh: '预告的停供已结束，该户仍无动静',
    en: 'The announced cut is over, and this home still shows no change',
  },
}
const HELD_TOO_LONG: Evidence = {
  data: { reason: 'held_too_long' },
  sentence: {
    zh: '小区情况持续过久，不再等待，请上门查看',
    en: 'The incident of the place lasts too long to wait for: look after this home',
  },
}
