import type { Alert } from '../contracts/alert.ts'
import type { EscalationPolicy, Ladder, Page, SeverityPolicy, Target } from '../contracts/duty.ts'
import type { Evidence } from '../contracts/finding.ts'
import { type EpochMs, minutesMs } from '../contracts/time.ts'
import type { CaseBook } from './case-book.ts'
import { dayOf, instantOf, minuteOf, plusDays, weekdayOf } from './civil-time.ts'
import { type DutyView, isOnDuty, rosterVersions, type Told, whoIsTold } from './duty.ts'
import { FIRE_SERVICE, nobodyEvidence, pagedEvidence, passedOverEvidence } from './ladder-words.ts'
import { defaultPolicy, ladderFor, policyOf } from './policy.ts'
import { rosterAt } from './roster.ts'
import { isUnderWay } from './states.ts'

/**
 * The ladder of an alert that comes to ring (again): by the policy and the rosters of this moment, from its first step.
 * Null where no duty is set up, or the severity has no ladder.
 */
export function startLadder(book: Pick<CaseBook, 'now' | 'context'>, alert: Alert): Alert['ladder'] {
  const { duty } = book.context
  if (duty === null) return holdLadder(alert.ladder)
  const { policy } = duty
  const steps = ladderFor(policy, alert.severity)
  if (steps === null) return holdLadder(alert.ladder)
  const startedAt = steps.workingHoursOnly ? workingFrom(policy, zoneOf(duty, book.now), book.now) : book.now
  return {
    policyId: policy.id,
    policyVersion: policy.version,
    rosters: rosterVersions(duty, book.now),
    startedAt,
    run: (alert.ladder?.run ?? 0) + 1,
    step: 0,
    round: 0,
    dueAt: startedAt + minutesMs(steps.steps[0]?.afterMinutes ?? 0),
  }
}

/** Somebody has it, it waits, or it is over: nothing more comes due. What it was opened under is kept. */
export const holdLadder = (ladder: Alert['ladder']): Alert['ladder'] => ladder && { ...ladder, dueAt: null }

/**
 * By when whoever has the alert must show progress, also where no duty is set up: what was taken on and forgotten rings
 * in the console again. Null for a severity without a ladder.
 */
export function progressDue(
  { now, context: { duty } }: Pick<CaseBook, 'now' | 'context'>,
  alert: Alert,
): EpochMs | null {
  const inForce = duty?.policy ?? defaultPolicy
  const policy = alert.ladder === null ? inForce : policyOf(alert.ladder, duty?.policies ?? [], inForce)
  const steps = ladderFor(policy, alert.severity)
  if (steps === null) return null
  // Whoever is on the way has as long as the way may take.
  return now + minutesMs(isUnderWay(alert) ? steps.sceneMinutes : steps.progressMinutes)
}

/** Tells whoever is due to be told by now: each step that was missed once and in order, a repeat of the last only once. */
export function ladderDue(book: CaseBook): void {
  for (const { id } of book.all())
    for (let alert = book.get(id); isDue(alert, book.now); alert = book.get(id)) takeStep(book, alert)
}

const isDue = (alert: Alert | undefined, now: EpochMs): alert is Alert & { ladder: Ladder } =>
  typeof alert?.ladder?.dueAt === 'number' && alert.ladder.dueAt <= now

function takeStep(book: CaseBook, alert: Alert & { ladder: Ladder }): void {
  const { ladder } = alert
  const { duty } = book.context
  const policy = duty && policyOf(ladder, duty.policies, duty.policy)
  const steps = policy && ladderFor(policy, alert.severity)
  const step = steps?.steps[ladder.step]
  // The duty was taken down meanwhile: the console rings, as it does where there never was one.
  if (!duty || !policy || !steps || !step) {
    book.put(alert, { ladder: holdLadder(ladder) })
    return
  }
  const isTop = ladder.step === steps.steps.length - 1
  const asked = { homeId: alert.homeId, ladder, now: book.now, policy, isTop }
  // A drill frightens nobody: residents and those they trust are not called in one.
  const targets = alert.drill ? step.tell.filter(isOnDuty) : step.tell
  const told = whoIsTold(steps.steps, targets, duty, asked)
  const next = nextStep(ladder, steps, book.now, isTop)
  // Whoever should be told and is not there must not cost the next one's time.
  book.put(alert, {
    ladder: isTop || targets.length === 0 || reaches(told, targets) ? next : { ...next, dueAt: book.now },
  })
  say(book, alert, told, steps, duty)
  for (const nodeId of told.gaps) book.gap(nodeId)
}

/** Somebody on duty is told; where the step means nobody on duty, anybody at all. */
function reaches({ told }: Told, targets: readonly Target[]): boolean {
  const staffed = targets.some(isOnDuty)
  return told.some(({ recipient }) => !staffed || recipient.startsWith('person:'))
}

function nextStep(ladder: Ladder, steps: SeverityPolicy, now: EpochMs, isTop: boolean): Ladder {
  if (isTop) return { ...ladder, round: ladder.round + 1, dueAt: now + minutesMs(steps.repeatMinutes) }
  const step = ladder.step + 1
  const afterMinutes = steps.steps[step]?.afterMinutes ?? 0
  return { ...ladder, step, round: 0, dueAt: Math.max(now, ladder.startedAt + minutesMs(afterMinutes)) }
}

/** One line for each who is told, is passed over, or is not there; and the pages that go out. */
function say(
  book: CaseBook,
  { id, ladder, drill }: Alert & { ladder: Ladder },
  { told, passedOver, gaps }: Told,
  { tellFireService }: SeverityPolicy,
  duty: DutyView,
): void {
  const zone = zoneOf(duty, book.now)
  const dueAt = ladder.dueAt ?? book.now
  const step = { step: ladder.step, round: ladder.round, run: ladder.run, dueAt, sentAt: book.now, zone }
  const line = (event: 'paged' | 'passed_over' | 'nobody_on_duty' | 'fact', evidence: Evidence) => {
    const alert = book.get(id)
    if (alert) book.change(alert, {}, { event, actor: 'system', evidence })
  }
  if (tellFireService && !drill && ladder.run === 1 && ladder.step === 0 && ladder.round === 0)
    line('fact', FIRE_SERVICE)
  for (const one of passedOver) line('passed_over', passedOverEvidence(one, step))
  for (const nodeId of gaps) line('nobody_on_duty', nobodyEvidence(nodeId, step))
  for (const one of told) {
    line('paged', pagedEvidence(one, step))
    const alert = book.get(id)
    if (alert) book.page(pageOf(alert, one, ladder, dueAt, book.now))
  }
}

function pageOf(
  alert: Alert,
  { recipient, nodeId }: Told['told'][number],
  { run, step, round }: Ladder,
  dueAt: EpochMs,
  now: EpochMs,
): Page {
  return {
    key: `${alert.id}:${run}:${step}.${round}:${recipient}`,
    purpose: 'alert',
    alertId: alert.id,
    homeId: alert.homeId,
    jurisdictionId: nodeId,
    recipient,
    severity: alert.severity,
    step,
    dueAt,
    createdAt: now,
    state: 'queued',
    channelId: null,
    sentAt: null,
    reason: null,
    drill: alert.drill,
  }
}

/** The zone of the nearest roster, or of the home. */
export function zoneOf({ path, rosters, zone }: DutyView, now: EpochMs): string {
  for (const { id } of path) {
    const roster = rosterAt(rosters, id, now)
    if (roster !== null) return roster.zone
  }
  return zone
}

/** `at` within the working hours, or when they next begin. */
export function workingFrom({ workingHours }: EscalationPolicy, zone: string, at: EpochMs): EpochMs {
  const { fromMinute, toMinute, weekdays } = workingHours
  const today = dayOf(zone, at)
  const minute = minuteOf(zone, at)
  const isWorkday = (day: string) => weekdays.includes(weekdayOf(day))
  if (isWorkday(today) && minute >= fromMinute && minute < toMinute) return at
  // A policy without any working day would hold for ever: then every hour is one.
  for (let days = 0; days <= 7; days++) {
    const day = plusDays(today, days)
    const begins = instantOf(zone, day, fromMinute)
    if (isWorkday(day) && begins >= at) return begins
  }
  return at
}
