import type { Alert } from '../contracts/alert.ts'
import type { FindingKind } from '../contracts/finding.ts'
import { moreSevere } from '../contracts/severity.ts'
import { type CaseFinding, REOPENED } from './case.ts'
import type { CaseBook } from './case-book.ts'
import { isOver, isUnderWay, isWaiting, UNTOLD_STATES } from './states.ts'
import { cutOf, inhibitorOf } from './waiting.ts'

/** Findings that are facts to be noted, never something a person must deal with. */
const FACTS: ReadonlySet<FindingKind> = new Set(['smoke.test'])

/** What the rules conclude opens an alert, or joins the one that is active for its family. */
export function findingHolds(book: CaseBook, finding: CaseFinding): void {
  const alert = book.activeFor(finding)
  if (FACTS.has(finding.kind)) {
    if (alert && finding.phase === 'raised')
      book.change(alert, {}, { event: 'fact', actor: 'system', evidence: finding.evidence })
    return
  }
  if (alert) joins(book, alert, finding)
  else book.open(finding)
}

function joins(book: CaseBook, alert: Alert, finding: CaseFinding): void {
  const rises = moreSevere(finding.severity, alert.severity)
  const update = updateBy(alert, finding)
  const line = { actor: 'system', evidence: finding.evidence } as const
  if (isOver(alert)) {
    if (rises || alert.family === 'smoke')
      book.change(alert, { ...update, ...REOPENED }, { ...line, event: 'reopened' })
    else book.change(alert, update, { ...line, event: 'updated' })
  } else if (isWaiting(alert)) {
    if (mayWaitOn(book, alert, finding)) book.change(alert, update, { ...line, event: 'updated' })
    else book.change(alert, { ...update, ...REOPENED, openedAt: book.now }, { ...line, event: 'opened' })
  }
  // Who acknowledged something milder has not yet seen this: it rings again, also while somebody is on the way.
  else if (rises) book.change(alert, { ...update, ...REOPENED }, { ...line, event: 'severity_raised' })
  else if (hasRecovered(alert) && isUnderWay(alert))
    book.change(alert, { ...update, recoveredAt: null }, { ...line, event: 'relapsed' })
  else if (hasRecovered(alert)) book.change(alert, { ...update, ...REOPENED }, { ...line, event: 'relapsed' })
  else book.change(alert, update, { ...line, event: 'updated' })
}

function updateBy(alert: Alert, finding: CaseFinding): Partial<Alert> {
  // What is shown stays the gravest thing known: a battery must not hide the silence of the same device.
  const leads = !moreSevere(alert.severity, finding.severity)
  const findings = alert.findings.includes(finding.id) ? alert.findings : [...alert.findings, finding.id]
  return {
    findings,
    count: alert.count + 1,
    ...(leads ? { kind: finding.kind, severity: finding.severity, evidence: finding.evidence } : {}),
    ...(leads && alert.findings.length === 0 ? { since: finding.since } : {}),
  }
}

const hasRecovered = (alert: Alert): boolean => alert.recoveredAt !== null && alert.findings.length === 0

/** What joins an alert that waits may wait with it, unless it is danger to life, graver, or nothing explains it. */
function mayWaitOn(book: CaseBook, alert: Alert, finding: CaseFinding): boolean {
  if (finding.severity === 'P1') return false
  if (alert.state === 'suspected') return true
  if (alert.state === 'shelved') return !moreSevere(finding.severity, alert.severity)
  if (alert.state === 'suppressed') return cutOf(finding, book.context.cuts) !== undefined
  return inhibitorOf(finding, book.context.inhibitors) !== undefined
}

/** The rules take a finding back. */
export function findingCleared(book: CaseBook, finding: CaseFinding): void {
  const alert = book.all().find((candidate) => candidate.findings.includes(finding.id))
  if (!alert) return
  const findings = alert.findings.filter((id) => id !== finding.id)
  const line = { actor: 'system', evidence: finding.evidence, event: 'recovered' } as const
  if (findings.length > 0) {
    book.change(alert, { findings }, { ...line, event: 'updated' })
  } else if (isOver(alert)) {
    book.change(alert, { findings, quietUntil: null }, line)
  } else if (UNTOLD_STATES.includes(alert.state)) {
    const ended = { recoveredAt: book.now, resolvedAt: book.now, resolvedBy: 'system' } as const
    const waits = { waitUntil: null, mergedInto: null, suppressedBy: null } as const
    book.change(alert, { findings, state: 'resolved', ...ended, ...waits }, line)
  } else if (isUnderWay(alert)) {
    // Whoever is on the way goes on: it is they who confirm it.
    book.change(alert, { findings, recoveredAt: book.now }, line)
  } else recovers(book, alert, line)
}

function recovers(
  book: CaseBook,
  alert: Alert,
  line: { actor: 'system'; evidence: CaseFinding['evidence']; event: 'recovered' },
): void {
  const update: Partial<Alert> = { findings: [], state: 'recovered', recoveredAt: book.now, waitUntil: null }
  const recovered = book.change(alert, update, line)
  if (closesItself(recovered))
    book.change(
      recovered,
      { state: 'resolved', resolvedAt: book.now, resolvedBy: 'system', progressUntil: null },
      { actor: 'system', event: 'resolved' },
    )
}

/** After danger to life somebody confirms with the resident; smoke is never closed by the machine. */
const closesItself = (alert: Alert): boolean =>
  alert.family !== 'smoke' && (alert.severity === 'P3' || alert.severity === 'P4')
