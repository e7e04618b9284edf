import type { Alert } from '../contracts/alert.ts'
import type { AlertCommand } from '../contracts/command.ts'
import type { FindingKind } from '../contracts/finding.ts'
import type { AlertId } from '../contracts/ids.ts'
import { moreSevere } from '../contracts/severity.ts'
import { type EpochMs, HOUR_MS } from '../contracts/time.ts'
import {
  CaseBook,
  type CaseContext,
  type CaseEvent,
  type CaseFinding,
  type CaseRefusal,
  type CaseResult,
  REOPENED,
} from './case.ts'
import { askFailed, takeAnswer } from './check-in.ts'
import { heldTooLong, incidentBegan, incidentOver, mergeElseOpen } from './incident.ts'
import { inhibitorOf, isWaiting } from './waiting.ts'

/** Findings that are facts to be noted, never something a person must deal with. */
const FACTS: ReadonlySet<FindingKind> = new Set(['smoke.test'])

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
      return book.result(command(book, event.command), event.command.alertId)
    case 'answer':
      return book.result(takeAnswer(book, event.alertId, event.answer), event.alertId)
    case 'ask_failed':
      askFailed(book, event.alertId, event.reason)
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
    case 'deadline':
      reopenQuiet(book)
      endWaits(book)
      return book.result(null, null)
  }
}

function findingHolds(book: CaseBook, finding: CaseFinding): void {
  const alert = book.activeFor(finding)
  if (FACTS.has(finding.kind)) {
    if (alert && finding.phase === 'raised')
      book.change(alert, {}, { event: 'fact', actor: 'system', evidence: finding.evidence })
    return
  }
  if (!alert) {
    book.open(finding)
    return
  }
  const rises = moreSevere(finding.severity, alert.severity)
  // What is shown stays the gravest thing known: a battery must not hide the silence of the same device.
  const leads = !moreSevere(alert.severity, finding.severity)
  const findings = alert.findings.includes(finding.id) ? alert.findings : [...alert.findings, finding.id]
  const update: Partial<Alert> = {
    findings,
    count: alert.count + 1,
    ...(leads ? { kind: finding.kind, severity: finding.severity, evidence: finding.evidence } : {}),
    ...(leads && alert.findings.length === 0 ? { since: finding.since } : {}),
  }
  const line = { actor: 'system', evidence: finding.evidence } as const
  if (alert.state === 'resolved') {
    if (rises || alert.family === 'smoke')
      book.change(alert, { ...update, ...REOPENED }, { ...line, event: 'reopened' })
    else book.change(alert, update, { ...line, event: 'updated' })
  } else if (isWaiting(alert)) {
    if (mayWaitOn(book, alert, finding)) book.change(alert, update, { ...line, event: 'updated' })
    else book.change(alert, { ...update, ...REOPENED, openedAt: book.now }, { ...line, event: 'opened' })
  } else if (alert.state === 'recovered')
    book.change(alert, { ...update, ...REOPENED }, { ...line, event: 'relapsed' })
  // Who acknowledged something milder has not yet seen this: it rings again.
  else if (rises) book.change(alert, { ...update, ...REOPENED }, { ...line, event: 'severity_raised' })
  else book.change(alert, update, { ...line, event: 'updated' })
}

function findingCleared(book: CaseBook, finding: CaseFinding): void {
  const alert = book.all().find((candidate) => candidate.findings.includes(finding.id))
  if (!alert) return
  const findings = alert.findings.filter((id) => id !== finding.id)
  const line = { actor: 'system', evidence: finding.evidence } as const
  if (findings.length > 0) {
    book.change(alert, { findings }, { ...line, event: 'updated' })
    return
  }
  if (alert.state === 'resolved') {
    book.change(alert, { findings, quietUntil: null }, { ...line, event: 'recovered' })
    return
  }
  // Nobody was told of it, so nobody has to confirm its end.
  const over = isWaiting(alert) ? { resolvedAt: book.now, resolvedBy: 'system' as const } : null
  if (over) {
    const ended = {
      findings,
      state: 'resolved',
      recoveredAt: book.now,
      waitUntil: null,
      mergedInto: null,
    } as const
    book.change(alert, { ...ended, ...over }, { ...line, event: 'recovered' })
    return
  }
  const recovered = book.change(
    alert,
    { findings, state: 'recovered', recoveredAt: book.now },
    { ...line, event: 'recovered' },
  )
  if (closesItself(recovered))
    book.change(
      recovered,
      { state: 'resolved', resolvedAt: book.now, resolvedBy: 'system' },
      { actor: 'system', event: 'resolved' },
    )
}

/** After danger to life somebody confirms with the resident; smoke is never closed by the machine. */
const closesItself = (alert: Alert): boolean =>
  alert.family !== 'smoke' && (alert.severity === 'P3' || alert.severity === 'P4')

function command(book: CaseBook, command: AlertCommand): CaseRefusal | null {
  const alert = book.get(command.alertId)
  if (!alert) return { code: 'not_found', message: 'no such alert in this home' }
  if (command.expectedVersion !== null && command.expectedVersion !== alert.version)
    return { code: 'version_conflict', message: `the alert is at version ${alert.version} by now` }
  const line = { actor: command.by, noteId: command.noteId }
  if (command.type === 'note') {
    book.change(alert, {}, { ...line, event: 'noted' })
    return null
  }
  if (alert.state === 'resolved')
    return { code: 'already_resolved', message: 'the alert is already resolved' }
  if (command.type === 'acknowledge') {
    // Twice the same press, or two people at once: the first stands, nothing is said twice.
    if (alert.acknowledgedAt !== null && command.noteId === null) return null
    const state = alert.state === 'recovered' ? 'recovered' : 'acknowledged'
    book.change(
      alert,
      {
        state,
        acknowledgedAt: alert.acknowledgedAt ?? book.now,
        acknowledgedBy: alert.acknowledgedBy ?? command.by,
        waitUntil: null,
        mergedInto: null,
      },
      { ...line, event: 'acknowledged' },
    )
    return null
  }
  const keepQuiet = alert.findings.length > 0 && alert.family !== 'smoke'
  book.change(
    alert,
    {
      state: 'resolved',
      resolvedAt: book.now,
      resolvedBy: command.by,
      waitUntil: null,
      mergedInto: null,
      quietUntil: keepQuiet ? book.now + book.context.quietHoursAfterResolve * HOUR_MS : null,
    },
    { ...line, event: 'resolved' },
  )
  return null
}

/** Resolved while the finding held, and it still does: nobody went, or the cause is still there. */
function reopenQuiet(book: CaseBook): void {
  for (const alert of book.all())
    if (alert.quietUntil !== null && alert.quietUntil <= book.now)
      book.change(alert, REOPENED, { actor: 'system', event: 'reopened' })
}

/** What joins an alert that waits may wait with it, unless it is danger to life or nothing explains it. */
function mayWaitOn(book: CaseBook, alert: Alert, finding: CaseFinding): boolean {
  if (finding.severity === 'P1') return false
  return alert.state === 'suspected' || inhibitorOf(finding, book.context.inhibitors) !== undefined
}

/** Nobody answered in time, or an incident lasts longer than a home may wait for its end. */
function endWaits(book: CaseBook): void {
  for (const alert of book.all()) {
    if (alert.waitUntil === null || alert.waitUntil > book.now) continue
    if (alert.state === 'suspected') mergeElseOpen(book, alert, 'unanswered', null)
    else heldTooLong(book, alert)
  }
}

function countMembers(book: CaseBook, { incident, members }: { incident: AlertId; members: number }): void {
  const alert = book.get(incident)
  if (!alert || alert.members === members) return
  const event = members > alert.members ? 'merged' : 'released'
  book.change(alert, { members }, { event, actor: 'system' })
}
