import type { Alert } from '../../contracts/alert.ts'
import type { AlertId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import { moreSevere, type Severity } from '../../contracts/severity.ts'
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../../contracts/time.ts'
import { bareRing, type Rung, ringAgain } from '../../dispatch/bare-ring.ts'
import {
  type CaseContext,
  type CaseEvent,
  type CaseFinding,
  type CaseResult,
  isRinging,
} from '../../dispatch/case.ts'
import { step } from '../../dispatch/lifecycle.ts'
import { UNTOLD_STATES } from '../../dispatch/states.ts'

/**
 * What dispatch could not decide of a home or a place because of a fault of ours, until a later try succeeds. Kept with
 * its memory, so that a restart forgets none of it.
 */
export interface Held {
  since: EpochMs
  attempts: number
  /** When it is tried again. */
  dueAt: EpochMs
  /** The newest word of each finding that did not get through. */
  findings: CaseFinding[]
  /** Alerts that were made to ring at the desk alone. */
  bare: AlertId[]
}

/** What broke; `severity` is that of the gravest thing that it keeps from being told as it should. */
export interface Fault {
  error: unknown
  severity: Severity
}

/** A memory that holds this from now on. */
export function holding<T extends { held?: Held }>(memory: T, held: Held | null): T {
  const { held: _, ...rest } = memory
  return (held === null ? rest : { ...rest, held }) as T
}

const FIRST_TRY_MS = 10 * SECOND_MS
const LATEST_TRY_MS = 10 * MINUTE_MS

const backoffMs = (attempts: number): number =>
  Math.min(LATEST_TRY_MS, FIRST_TRY_MS * 2 ** Math.min(attempts - 1, 16))

/**
 * One event through dispatch. A fault there must cost one case its decision at the most, and never another case, home or
 * deadline anything: what breaks is left out and tried again later, what must be heard rings at the desk by hand.
 */
export function stepHolding(
  known: readonly Alert[],
  event: CaseEvent,
  now: EpochMs,
  context: CaseContext,
  held: Held | null,
): { result: CaseResult; held: Held | null; fault: Fault | null } {
  try {
    const result = stepOnwards(known, event, now, context)
    const rest = event.type === 'finding' ? without(held, event.finding) : held
    return { result: { ...result, deadline: nextAt(result.deadline, rest, now) }, held: rest, fault: null }
  } catch (error) {
    const broken = known.filter((alert) => breaksAlone(alert, now, context))
    const result = withoutBroken(known, broken, event, now, context)
    // What is refused changes nothing; whatever else is due comes with its own deadline.
    const isRefused = result === null && isByPeople(event)
    const rung = isRefused ? [] : byHand(known, broken, event, now, context, result !== null)
    const isUnheard = event.type === 'finding' && !isHeard(event.finding, broken, rung, result !== null)
    const rest = event.type === 'finding' ? without(held, event.finding) : held
    const next = holdOn(rest, now, isUnheard ? [event.finding] : [], [
      ...rung.map(({ alert }) => alert.id),
      ...(event.type === 'rung_bare' && result === null ? [event.alertId] : []),
    ])
    const done = result ?? (isRefused ? REFUSED : NOTHING)
    return {
      result: {
        ...done,
        alerts: [...done.alerts, ...rung.map(({ alert }) => alert)],
        timeline: [...done.timeline, ...rung.map(({ line }) => line)],
        deadline: nextAt(done.deadline, next, now),
      },
      held: next,
      fault: { error, severity: gravest([...broken, ...rung.map(({ alert }) => alert)]) },
    }
  }
}

/**
 * Everything that is held, once more; `put` keeps what is held from now on. Answers the live events, and whether all of
 * it got through.
 */
export async function tryAgain(
  held: Held,
  now: EpochMs,
  put: (held: Held | null) => Promise<void>,
  dispatch: (event: CaseEvent) => Promise<{ events: KeptLiveEvent[]; fault: Fault | null }>,
): Promise<{ events: KeptLiveEvent[]; isOver: boolean }> {
  const attempts = held.attempts + 1
  await put({ ...held, attempts, dueAt: now + backoffMs(attempts), findings: [], bare: [] })
  const again: CaseEvent[] = [
    { type: 'deadline' },
    ...held.findings.map((finding) => ({ type: 'finding', finding }) as const),
    ...held.bare.map((alertId) => ({ type: 'rung_bare', alertId }) as const),
  ]
  const events: KeptLiveEvent[] = []
  let isOver = true
  for (const event of again) {
    const done = await dispatch(event)
    events.push(...done.events)
    if (done.fault !== null) isOver = false
  }
  if (isOver) await put(null)
  return { events, isOver }
}

/** Whoever asks for the past would be asked for ever, and nobody else any more: a fault like another. */
function stepOnwards(
  known: readonly Alert[],
  event: CaseEvent,
  now: EpochMs,
  context: CaseContext,
): CaseResult {
  const result = step(known, event, now, context)
  if (event.type === 'deadline' && result.deadline !== null && result.deadline <= now)
    throw new Error('dispatch asked to be called in the past')
  return result
}

function breaksAlone(alert: Alert, now: EpochMs, context: CaseContext): boolean {
  try {
    stepOnwards([alert], { type: 'deadline' }, now, context)
    return false
  } catch {
    return true
  }
}

/** The event for all that is whole; null when that breaks too, or it is about what is broken. */
function withoutBroken(
  known: readonly Alert[],
  broken: readonly Alert[],
  event: CaseEvent,
  now: EpochMs,
  context: CaseContext,
): CaseResult | null {
  const target = targetOf(event, context)
  if (broken.length === 0 || broken.some(({ id }) => id === target)) return null
  try {
    return stepOnwards(
      known.filter((alert) => !broken.includes(alert)),
      event,
      now,
      context,
    )
  } catch {
    return null
  }
}

/** What must not wait until the fault is mended: danger that nobody has been told of, a call for help, a wait that is over. */
function byHand(
  known: readonly Alert[],
  broken: readonly Alert[],
  event: CaseEvent,
  now: EpochMs,
  context: CaseContext,
  isDone: boolean,
): Rung[] {
  const callsForHelp = (alert: Alert) =>
    !isDone && event.type === 'answer' && event.answer === 'help' && event.alertId === alert.id
  const rung = known
    .filter((alert) => (broken.includes(alert) && isOverdue(alert, now)) || callsForHelp(alert))
    .filter((alert) => !isRinging(alert))
    .map((alert) => ringAgain(alert, now))
  if (event.type !== 'finding' || isDone || !isDangerous(event.finding) || isTold(event.finding, known))
    return rung
  return [...rung, bareRing(event.finding, now, context)]
}

const isOverdue = ({ quietUntil, waitUntil, progressUntil }: Alert, now: EpochMs): boolean =>
  [quietUntil, waitUntil, progressUntil].some((at) => at !== null && at <= now)

const isDangerous = ({ phase, severity }: CaseFinding): boolean =>
  phase !== 'cleared' && (severity === 'P1' || severity === 'P2')

/** It stands on the desk as grave as it is: rung for already, or taken on by somebody. */
const isTold = ({ id, phase, severity }: CaseFinding, known: readonly Alert[]): boolean =>
  known.some(
    (alert) =>
      alert.findings.includes(id) &&
      !moreSevere(severity, alert.severity) &&
      !UNTOLD_STATES.includes(alert.state) &&
      (phase === 'updated' || isRinging(alert)),
  )

/** Somewhere it is written down; one that is taken back is so only where it was written down. */
const isHeard = (
  { id, phase }: CaseFinding,
  broken: readonly Alert[],
  rung: readonly Rung[],
  isDone: boolean,
): boolean =>
  (isDone && !(phase === 'cleared' && broken.some(({ findings }) => findings.includes(id)))) ||
  rung.some(({ alert }) => alert.findings.includes(id))

/** Only the newest word of a finding counts: an older one would bring back what is over. */
const without = (held: Held | null, { id }: CaseFinding): Held | null =>
  held?.findings.some((one) => one.id === id)
    ? { ...held, findings: held.findings.filter((one) => one.id !== id) }
    : held

function holdOn(
  held: Held | null,
  now: EpochMs,
  findings: readonly CaseFinding[],
  bare: readonly AlertId[],
): Held {
  const before = held ?? { since: now, attempts: 1, dueAt: now, findings: [], bare: [] }
  return {
    ...before,
    dueAt: before.dueAt > now ? before.dueAt : now + backoffMs(before.attempts),
    findings: [...before.findings, ...findings],
    bare: [...new Set([...before.bare, ...bare])],
  }
}

/** What is held has no say in when it is asked but its own next try. */
function nextAt(deadline: EpochMs | null, held: Held | null, now: EpochMs): EpochMs | null {
  if (held === null) return deadline
  return deadline === null || deadline <= now ? held.dueAt : Math.min(deadline, held.dueAt)
}

function targetOf(event: CaseEvent, { visits }: CaseContext): AlertId | null {
  switch (event.type) {
    case 'command':
      return event.command.alertId
    case 'act':
      return visits.find(({ id }) => id === event.act.visitId)?.alertId ?? null
    case 'answer':
    case 'ask_failed':
    case 'rung_bare':
      return event.alertId
    default:
      return null
  }
}

/** They are told, and may try again: nothing of it has happened. */
const isByPeople = ({ type }: CaseEvent): boolean => type === 'command' || type === 'act' || type === 'report'

const gravest = (alerts: readonly Alert[]): Severity =>
  alerts.some(({ severity, drill }) => severity === 'P1' && !drill) ? 'P1' : 'P2'

const NOTHING: CaseResult = {
  alerts: [],
  timeline: [],
  asks: [],
  pages: [],
  visits: [],
  gaps: [],
  deadline: null,
  refused: null,
  subject: null,
}

const REFUSED: CaseResult = {
  ...NOTHING,
  refused: {
    code: 'not_ready',
    message: 'a fault of ours keeps this case from being decided; try again later',
  },
}
