import type { Alert, TimelineEvent } from '../contracts/alert.ts'
import type { Evidence } from '../contracts/finding.ts'
import type { AlertId } from '../contracts/ids.ts'
import { type CaseBook, REOPENED } from './case.ts'
import { isOver, isWaiting } from './states.ts'
import { type Inhibitor, inhibitorOf } from './waiting.ts'

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
  const inhibitor = inhibitorOf(alert, book.context.inhibitors)
  if (inhibitor)
    book.change(alert, book.mergedInto(alert.family, inhibitor), { event, actor: 'system', evidence })
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
const HELD_TOO_LONG: Evidence = {
  data: { reason: 'held_too_long' },
  sentence: {
    zh: '小区情况持续过久，不再等待，请上门查看',
    en: 'The incident of the place lasts too long to wait for: look after this home',
  },
}
