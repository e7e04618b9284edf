import type { Alert } from '../contracts/alert.ts'
import type { Evidence } from '../contracts/finding.ts'
import { FindingId } from '../contracts/ids.ts'
import type { Report } from '../contracts/report.ts'
import { DAY_MS } from '../contracts/time.ts'
import { type CaseRefusal, isActive, REOPENED } from './case.ts'
import type { CaseBook } from './case-book.ts'
import { isOver } from './states.ts'

/** A drill that is planned further ahead would surprise those who planned it. */
const PLANNED_MOST_MS = 90 * DAY_MS

/**
 * Opens the case that a person reports. A drill stands beside whatever is real: neither joins the other. A planned one
 * waits, shelved, and rings for the first time when it begins.
 */
export function openReported(book: CaseBook, report: Report): CaseRefusal | null {
  const another = book
    .all()
    .some(
      (one) => one.kind === 'incident.manual' && one.drill === report.drill && isActive(one) && !isOver(one),
    )
  if (another)
    return {
      code: 'illegal_transition',
      message: report.drill
        ? 'a drill is under way here already'
        : 'an incident is open here already: add to it',
    }
  const { startsAt, by: actor, noteId } = report
  if (startsAt !== null && startsAt > book.now + PLANNED_MOST_MS)
    return { code: 'bad_request', message: 'a drill is planned ninety days ahead at most' }
  const waits = startsAt !== null && startsAt > book.now
  const evidence = evidenceOf(report)
  const alert: Alert = {
    ...book.newAlert({
      id: FindingId.parse(`report/${report.alertId}`),
      kind: 'incident.manual',
      severity: report.severity,
      phase: 'raised',
      since: report.since,
      raisedAt: book.now,
      evidence,
      settingsVersion: 0,
    }),
    id: report.alertId,
    // No rule will ever take it back: it ends by what people do.
    findings: [],
    drill: report.drill,
  }
  const line = { actor, noteId, from: null, evidence }
  if (waits) book.change(alert, { state: 'shelved', waitUntil: startsAt }, { ...line, event: 'shelved' })
  else book.change(alert, {}, { ...line, event: 'opened' })
  return null
}

/** The time of a planned drill has come: its clocks start now. */
export function beginDrill(book: CaseBook, alert: Alert): void {
  book.change(
    alert,
    { ...REOPENED, openedAt: book.now, since: book.now },
    { actor: 'system', event: 'opened', evidence: alert.evidence },
  )
}

function evidenceOf({ drill, since, startsAt, severity }: Report): Evidence {
  const data = { since, drill, startsAt, severity }
  if (!drill)
    return {
      data,
      sentence: { zh: '经其他途径发现并人工上报', en: 'Found by other means and reported by hand' },
    }
  return { data, sentence: { zh: '演练：请按真实告警处置', en: 'A drill: deal with it as if it were real' } }
}
