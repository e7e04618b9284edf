import type { Alert } from '../contracts/alert.ts'
import type { HomeSettings } from '../contracts/circumstance.ts'
import type { Sentence } from '../contracts/finding.ts'
import { ProposalId } from '../contracts/ids.ts'
import type { Proposal, ProposalBase, ProposedChange } from '../contracts/proposal.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import type { Outcome } from '../contracts/visit.ts'

/** What holds for the home now: its own settings, and those of all where it has none. */
export interface ProposalFacts {
  own: Pick<HomeSettings, 'budgetPer30Days' | 'capHours'> | null
  shared: { budgetPer30Days: number; capHours: number }
  base: ProposalBase
}

/** No proposal leads out of these, however often a home is proposed for: false alarms cost a walk, a missed fall a life. */
const LEAST_BUDGET = 0.1
const MOST_BUDGET = 6
const LONGEST_CAP_HOURS = 30
const SHORTEST_CAP_HOURS = 10
/** One step at a time: the next review may take another. */
const STEP = 2
const CAP_STEP = 1.25
/** An emergency that took longer than this to be noticed asks for more. */
const LONG_DELAY_MS = 12 * HOUR_MS
/** Where it is not known how long it lasts: whoever needs longer says so again. */
const LOOSER_MS = 14 * DAY_MS
const LOOSER_FACTOR = 1.5

type Draft = Pick<Proposal, 'change' | 'sensitivity' | 'reason'>

/** What a reviewed case proposes for its home; null: nothing. An emergency never makes the rules slower. */
export function proposalOf(alert: Alert, now: EpochMs, facts: ProposalFacts): Proposal | null {
  const { outcome, homeId } = alert
  if (alert.drill || homeId === null || outcome === null || alert.state !== 'reviewed') return null
  const draft = draftOf(alert, outcome, now, facts)
  if (draft === null) return null
  return {
    // One for each review: the same review never proposes twice.
    id: ProposalId.parse(`${alert.id}.${alert.version}`),
    alertId: alert.id,
    homeId,
    jurisdictionId: alert.jurisdictionId,
    verdict: outcome.verdict,
    cause: outcome.cause,
    ...draft,
    base: facts.base,
    state: 'pending',
    createdAt: now,
    decidedAt: null,
    decidedBy: null,
  }
}

function draftOf(alert: Alert, outcome: Outcome, now: EpochMs, facts: ProposalFacts): Draft | null {
  switch (outcome.verdict) {
    case 'emergency':
      return afterEmergency(alert, facts)
    case 'benign':
      return afterFalseAlarm(alert, outcome, now, facts)
    case 'technical':
      return outcome.cause.startsWith('device_') ? technician(alert.deviceId, DEVICE) : null
    case 'need':
    case 'drill':
      return null
  }
}

function afterEmergency(alert: Alert, facts: ProposalFacts): Draft | null {
  const isMissed = alert.kind === 'incident.manual'
  const isLate = alert.family === 'inactivity' && alert.openedAt - alert.since >= LONG_DELAY_MS
  if (!isMissed && !isLate) return null
  const { budget, cap } = present(facts)
  const change = settings(
    Math.max(budget, Math.min(MOST_BUDGET, budget * STEP)),
    Math.min(cap, Math.max(SHORTEST_CAP_HOURS, cap / CAP_STEP)),
    { budget, cap },
  )
  return change && { change, sensitivity: 'more', reason: isMissed ? MISSED : LATE }
}

function afterFalseAlarm(alert: Alert, outcome: Outcome, now: EpochMs, facts: ProposalFacts): Draft | null {
  const { cause, awayUntil } = outcome
  if (cause.startsWith('device_')) return technician(alert.deviceId, DEVICE)
  // Smoke and what is urgent are never made slower: a detector in the steam is moved.
  if (alert.family === 'smoke') return cause === 'cooking' ? technician(alert.deviceId, STEAM) : null
  if (cause === 'hospital' || cause === 'away') {
    if (awayUntil === null || awayUntil <= now) return null
    return { change: { type: 'away', from: now, to: awayUntil }, sensitivity: 'less', reason: AWAY }
  }
  if (alert.family !== 'inactivity' || alert.severity === 'P1') return null
  if (cause === 'family_stay' || cause === 'guests')
    return looserUntil(now, awayUntil !== null && awayUntil > now ? awayUntil : now + LOOSER_MS, 'guests')
  if (cause === 'late_rising' || cause === 'cooking')
    return alert.kind === 'inactivity.personal'
      ? lessSensitive(facts)
      : looserUntil(now, now + LOOSER_MS, 'other')
  return null
}

const looserUntil = (from: EpochMs, to: EpochMs, reason: 'guests' | 'other'): Draft => ({
  change: { type: 'sensitivity', from, to, factor: LOOSER_FACTOR, reason },
  sensitivity: 'less',
  reason: GUESTS,
})

function lessSensitive(facts: ProposalFacts): Draft | null {
  const { budget, cap } = present(facts)
  const change = settings(
    Math.min(budget, Math.max(LEAST_BUDGET, budget / STEP)),
    Math.max(cap, Math.min(LONGEST_CAP_HOURS, cap * CAP_STEP)),
    { budget, cap },
  )
  return change && { change, sensitivity: 'less', reason: LATE_RISING }
}

/** Null where the bounds leave nothing to change. */
function settings(
  budgetPer30Days: number,
  capHours: number,
  { budget, cap }: { budget: number; cap: number },
): ProposedChange | null {
  if (budgetPer30Days === budget && capHours === cap) return null
  return { type: 'home_settings', budgetPer30Days, capHours }
}

const present = ({ own, shared }: ProposalFacts) => ({
  budget: own?.budgetPer30Days ?? shared.budgetPer30Days,
  cap: own?.capHours ?? shared.capHours,
})

const technician = (deviceId: Alert['deviceId'], reason: Sentence): Draft => ({
  change: { type: 'technician', deviceId },
  sensitivity: null,
  reason,
})

const DEVICE = { zh: '设备原因引起，请派人检修', en: 'The device was the cause: have it looked after' }
const STEAM = {
  zh: '做饭油烟引起，请检查烟感安装位置',
  en: 'Cooking set it off: have the place of the detector looked at',
}
const AWAY = { zh: '老人外出或住院，建议登记至返回日', en: 'The resident is away until then' }
const GUESTS = { zh: '家中近期作息有变，建议暂时放宽', en: 'The home lives otherwise for a while' }
const LATE_RISING = {
  zh: '该户作息偏晚，建议放宽本户判定',
  en: 'This resident’s quiet is often longer: speak later here',
}
const LATE = {
  zh: '确属紧急但发现较晚，建议收紧本户判定',
  en: 'A true emergency noticed late: speak sooner here',
}
const MISSED = {
  zh: '紧急情况由他人发现，建议收紧本户判定',
  en: 'An emergency found by other means: speak sooner here',
}
