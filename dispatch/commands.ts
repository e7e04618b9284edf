import type { Actor, Alert, TimelineEntry } from '../contracts/alert.ts'
import type { AlertCommand } from '../contracts/command.ts'
import { DAY_MS, hoursMs } from '../contracts/time.ts'
import { type CaseRefusal, isActive, REOPENED } from './case.ts'
import type { CaseBook } from './case-book.ts'
import { outcomeEvidence, outcomeFault } from './outcome.ts'
import { isOver, TRANSITIONS } from './states.ts'
import { cancelOpenVisit, closeVisits, recall, sendSomebody } from './visit.ts'

/** Longer than this nobody remembers why; whoever needs it puts it aside again. */
const SHELVE_MOST_MS = 7 * DAY_MS

type Line = Pick<TimelineEntry, 'actor' | 'noteId'>
type Of<Type extends AlertCommand['type']> = Extract<AlertCommand, { type: Type }>

/** What a person does to an alert. A refused command changes nothing. */
export function takeCommand(book: CaseBook, command: AlertCommand): CaseRefusal | null {
  const alert = book.get(command.alertId)
  if (!alert) return { code: 'not_found', message: 'no such alert in this home' }
  const seen = command.expectedVersion
  if (seen !== null && (seen < alert.decidedVersion || seen > alert.version))
    return { code: 'version_conflict', message: `the alert is at version ${alert.version} by now` }
  if (TRANSITIONS[command.type][alert.state] === undefined) {
    if (isOver(alert) && command.type !== 'review' && command.type !== 'close')
      return { code: 'already_resolved', message: 'the alert is already resolved' }
    return illegal(`${command.type} is not possible while the alert is ${alert.state}`)
  }
  const line = { actor: command.by, noteId: command.noteId }
  switch (command.type) {
    case 'note':
      book.change(alert, {}, { ...line, event: 'noted' })
      return null
    case 'acknowledge':
      return acknowledge(book, alert, command, line)
    case 'verify':
      book.change(alert, takenOn(book, alert, command), { ...line, event: 'verifying' })
      return null
    case 'dispatch':
      return sendSomebody(book, alert, command, takenBy(book, alert, command), line)
    case 'recall':
      return recall(book, alert, takenOn(book, alert, command), line)
    case 'transfer':
      return transfer(book, alert, command, line)
    case 'shelve':
      return shelve(book, alert, command, line)
    case 'unshelve':
      // A drill that is begun before its time is measured from now.
      book.change(alert, alert.drill ? { ...REOPENED, openedAt: book.now } : REOPENED, {
        ...line,
        event: 'unshelved',
      })
      return null
    case 'resolve':
      return resolve(book, alert, command, line)
    case 'review':
      return review(book, alert, command, line)
    case 'close':
      return close(book, alert, line)
    case 'reopen':
      return reopen(book, alert, line)
  }
}

const illegal = (message: string): CaseRefusal => ({ code: 'illegal_transition', message })

function acknowledge(
  book: CaseBook,
  alert: Alert,
  command: Of<'acknowledge'>,
  line: Line,
): CaseRefusal | null {
  // Twice the same press, or two people at once: the first stands, nothing is said twice.
  if (alert.acknowledgedAt !== null && command.noteId === null) return null
  book.change(alert, takenOn(book, alert, command), { ...line, event: 'acknowledged' })
  return null
}

/** Somebody has it now: it waits for nothing any more. */
const takenOn = (book: CaseBook, alert: Alert, command: AlertCommand): Partial<Alert> => ({
  state: TRANSITIONS[command.type][alert.state] ?? alert.state,
  ...takenBy(book, alert, command),
})

const takenBy = (book: CaseBook, alert: Alert, command: AlertCommand): Partial<Alert> => ({
  acknowledgedAt: alert.acknowledgedAt ?? book.now,
  acknowledgedBy: alert.acknowledgedBy ?? command.by,
  waitUntil: null,
  mergedInto: null,
  suppressedBy: null,
})

function transfer(book: CaseBook, alert: Alert, command: Of<'transfer'>, line: Line): null {
  const evidence = {
    data: { to: command.to },
    sentence: { zh: `已转${command.to}`, en: `Handed on to ${command.to}` },
  }
  book.change(
    alert,
    { ...takenOn(book, alert, command), transferredTo: command.to },
    { ...line, evidence, event: 'transferred' },
  )
  return null
}

function shelve(book: CaseBook, alert: Alert, command: Of<'shelve'>, line: Line): CaseRefusal | null {
  if (alert.family === 'smoke' || alert.severity === 'P1')
    return illegal('danger to life cannot be put aside')
  if (command.until <= book.now || command.until > book.now + SHELVE_MOST_MS)
    return { code: 'bad_request', message: 'put aside until when: later than now, within seven days' }
  const evidence = {
    data: { until: command.until },
    sentence: { zh: '暂时搁置，到时自动恢复', en: 'Put aside for a while; it comes back by itself' },
  }
  book.change(
    cancelOpenVisit(book, alert, line),
    { state: 'shelved', waitUntil: command.until },
    { ...line, evidence, event: 'shelved' },
  )
  return null
}

function resolve(book: CaseBook, alert: Alert, command: Of<'resolve'>, line: Line): CaseRefusal | null {
  const fault = command.outcome && outcomeFault(command.outcome, peopleThere(book, alert), alert.drill)
  if (fault) return fault
  const present = cancelOpenVisit(book, alert, line)
  const evidence = outcomeEvidence(command.outcome)
  book.change(present, endedBy(book, present, command.by, command.outcome), {
    ...line,
    evidence,
    event: 'resolved',
  })
  return null
}

/** What still holds stays quiet for a while and then reopens; smoke rings again at once. */
export function endedBy(
  { now, context }: CaseBook,
  alert: Alert,
  resolvedBy: Actor,
  outcome: Alert['outcome'],
): Partial<Alert> {
  const keepQuiet = alert.findings.length > 0 && alert.family !== 'smoke'
  return {
    state: 'resolved',
    resolvedAt: now,
    resolvedBy,
    outcome,
    waitUntil: null,
    mergedInto: null,
    suppressedBy: null,
    quietUntil: keepQuiet ? now + hoursMs(context.quietHoursAfterResolve) : null,
  }
}

/** The largest crew that has been there. */
const peopleThere = (book: CaseBook, alert: Alert): number =>
  Math.max(
    0,
    ...book
      .visits()
      .filter(
        ({ alertId, onSceneAt, submittedAt }) => alertId === alert.id && (onSceneAt ?? submittedAt) !== null,
      )
      .map(({ crew }) => crew.length),
  )

function review(book: CaseBook, alert: Alert, command: Of<'review'>, line: Line): CaseRefusal | null {
  const { duty } = book.context
  if (duty?.policy.reviewByAnother && command.by === alert.resolvedBy)
    return { code: 'same_person', message: 'somebody other than whoever resolved it must review it' }
  const fault = outcomeFault(command.outcome, peopleThere(book, alert), alert.drill)
  if (fault) return fault
  book.change(
    alert,
    { state: 'reviewed', outcome: command.outcome, reviewedAt: book.now, reviewedBy: command.by },
    { ...line, evidence: outcomeEvidence(command.outcome), event: 'reviewed' },
  )
  return null
}

/** What still holds stays quiet for as long as was promised when it was resolved; then it reopens all the same. */
function close(book: CaseBook, alert: Alert, line: Line): CaseRefusal | null {
  if (alert.outcome === null)
    return { code: 'outcome_missing', message: 'a case is closed with an outcome: say first how it ended' }
  closeVisits(book, alert)
  book.change(
    alert,
    { state: 'closed', closedAt: book.now, closedBy: line.actor },
    { ...line, event: 'closed' },
  )
  return null
}

function reopen(book: CaseBook, alert: Alert, line: Line): CaseRefusal | null {
  const another = book
    .all()
    .some((one) => one.id !== alert.id && isActive(one) && !isOver(one) && book.isSameCase(one, alert))
  if (another) return illegal('another alert of the same kind is open already')
  book.change(alert, REOPENED, { ...line, event: 'reopened' })
  return null
}
