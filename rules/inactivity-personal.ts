import type { Evidence, Json, Sentence } from '../contracts/finding.ts'
import { DAY_MS, type EpochMs, HOUR_MS, iso, SECOND_MS } from '../contracts/time.ts'
import {
  type Baseline,
  type DayKind,
  foretell,
  type Gap,
  learnGap,
  newBaseline,
} from './baseline/baseline.ts'
import { type Plan, plan } from './baseline/plan.ts'
import { isLearning, learnedDays, likeStarts } from './baseline/record.ts'
import type { Start } from './baseline/survival.ts'
import { highGapS } from './cadence.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, localTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { judge } from './quiet.ts'
import { runWithoutUse } from './water-none.ts'
import { type HomeWater, NO_METER, quietEvidence, type Run, usedEvidence } from './water-quiet.ts'

/** What the personal rule remembers of a home: its habits, and what was decided when the present quiet began. */
export interface PersonalState {
  baseline: Baseline
  /** The last use that was learned from; null: the next one ends a stretch of unknown length. */
  learned: Moment | null
  /** The last use that was looked at, be it only a drip. */
  seenS: number
  /** A finding that was cleared by use may come again only of a quiet that began later. */
  usedAt: EpochMs
  plan: (Plan & { since: EpochMs; settingsVersion: number }) | null
}

/** An instant (epoch seconds) and what the home's clock says of it. */
interface Moment {
  atS: number
  hour: number
  kind: DayKind
}

type Decided = PersonalState & { plan: NonNullable<PersonalState['plan']> }

/**
 * inactivity.personal: the home is quiet for longer than its own habits allow at the budget of false alarms. While a
 * home is quiet nothing new is learned but that it still is, so the instant at which to speak is fixed when the quiet
 * begins. Returns when it may come due.
 */
export function settleInactivityPersonal(turn: Turn, water: HomeWater | null): EpochMs | null {
  const rule = turn.context.settings['inactivity.personal']
  const open = openFinding(turn.home, 'inactivity.personal')
  if (!rule.enabled || water === null) {
    if (open !== undefined) clear(turn, open, rule.enabled ? NO_METER : SWITCHED_OFF)
    if (turn.home.personal !== null) turn.home.personal = { ...turn.home.personal, learned: null, plan: null }
    return null
  }
  const run = quietRun(turn, water)
  const state = follow(turn, water, run)
  turn.home.personal = state
  if (open !== undefined) {
    if (run.since <= open.since) return null
    turn.home.personal = { ...state, usedAt: run.since }
    clear(turn, open, usedEvidence(turn, water, open.raisedAt))
  }
  const since = Math.max(run.since, turn.home.personal.usedAt)
  const verdict = judge(turn, water.clock, since + state.plan.hours * HOUR_MS)
  if (!verdict.certain) return verdict.dueAt
  const quiet = quietEvidence(turn, water, run, verdict, { hours: state.plan.hours, litres: 0 })
  raise(turn, {
    kind: 'inactivity.personal',
    severity: 'P2',
    since: run.since,
    evidence: personalEvidence(turn, state, quiet),
  })
  return null
}

/**
 * The quiet since the last use that was more than a trickle. Steps taken for use before the trickle was known to be one
 * stay use: an hour of dripping must not become a long quiet after the fact.
 */
function quietRun(turn: Turn, water: HomeWater): Run {
  const run = runWithoutUse(water)
  const lastUse = (water.uses.at(-1)?.[0] ?? 0) * SECOND_MS
  const since = Math.max(run.since, Math.min(lastUse, turn.home.personal?.plan?.since ?? 0))
  if (since === run.since) return run
  const after = water.uses.filter(([toS]) => toS * SECOND_MS > since)
  return { ...run, since, litres: after.reduce((sum, [, , litres]) => sum + litres, 0) }
}

/** Learns from what was used since the last time, and decides on the quiet that has begun. */
function follow(turn: Turn, water: HomeWater, run: Run): Decided {
  const { version } = turn.context.settings
  const before = turn.home.personal ?? newPersonal(turn.now)
  if (before.plan?.since === run.since && before.plan.settingsVersion === version && !hasNews(before, water))
    return before as Decided
  const state = learn(turn, before, water, run)
  const { budgetPer30Days, capHours } = turn.context.settings['inactivity.personal']
  const start = startOf(turn, state, water, run.since)
  const decided = plan(state.baseline, start, {
    budgetPer30Days,
    capHours: Math.max(1, Math.floor(capHours) - reserveHours(water)),
  })
  const isNew = run.since > (before.plan?.since ?? 0)
  return {
    ...state,
    baseline: isNew ? foretell(state.baseline, start.day, decided.chances) : state.baseline,
    plan: { ...decided.plan, since: run.since, settingsVersion: version },
  }
}

const newPersonal = (now: EpochMs): PersonalState => ({
  baseline: newBaseline(dayOf(now)),
  learned: null,
  seenS: 0,
  usedAt: 0,
  plan: null,
})

const hasNews = (state: PersonalState, water: HomeWater): boolean =>
  (water.uses.at(-1)?.[0] ?? 0) > state.seenS

function learn(turn: Turn, before: PersonalState, water: HomeWater, run: Run): PersonalState {
  let { baseline, learned, seenS } = before
  for (const use of water.uses) {
    if (use[0] <= seenS) continue
    seenS = use[0]
    if (use[0] * SECOND_MS > run.since) continue
    const moment = momentOf(turn, use[0])
    if (learned !== null && !brokenSince(water, learned.atS)) {
      const ladder = before.plan?.since === learned.atS * SECOND_MS ? before.plan.ladder : []
      baseline = learnGap(baseline, gapBetween(learned, moment, use[1]), ladder)
    }
    learned = moment
  }
  return { ...before, baseline, learned, seenS }
}

/** The register began anew in between: what flowed then is unknown. */
const brokenSince = (water: HomeWater, atS: number): boolean =>
  water.tracks.some((track) => track.broken !== null && track.broken.at > atS * SECOND_MS)

const gapBetween = (from: Moment, to: Moment, flowS: number): Gap => ({
  startHour: from.hour,
  kind: to.kind,
  hours: (to.atS - from.atS) / 3_600,
  flowHours: Math.min(flowS, to.atS - from.atS) / 3_600,
  day: dayOf(to.atS * SECOND_MS),
})

function startOf(turn: Turn, state: PersonalState, water: HomeWater, since: EpochMs): Start {
  const atS = since / SECOND_MS
  const { hour, kind } = state.learned?.atS === atS ? state.learned : momentOf(turn, atS)
  const uses24 = water.uses.filter(([toS]) => toS <= atS && toS > atS - 24 * 3_600).length
  return { hour, kind, day: dayOf(since), uses24 }
}

function momentOf(turn: Turn, atS: number): Moment {
  const { hour, weekend } = localTime(turn.home.zone, atS * SECOND_MS)
  return { atS, hour: Math.round(hour) % 24, kind: weekend ? 1 : 0 }
}

/** Where reports get lost, the deadline lies so much earlier that the cap holds all the same. */
function reserveHours(water: HomeWater): number {
  let reserve = 0
  for (const { samples } of water.tracks) {
    const high = highGapS(samples)
    if (samples !== null && high !== null && high > 1.5 * samples.medianS)
      reserve = Math.max(reserve, Math.ceil((2 * samples.medianS) / 3_600))
  }
  return reserve
}

const dayOf = (at: EpochMs): number => Math.floor(at / DAY_MS)

/** So few like stretches prove nothing. */
const FEWEST_STARTS = 5

function personalEvidence(turn: Turn, state: Decided, quiet: Evidence): Evidence {
  const { budgetPer30Days } = turn.context.settings['inactivity.personal']
  const { since, hours } = state.plan
  const day = dayOf(since)
  const deadline = since + hours * HOUR_MS
  const startHour = momentOf(turn, since / SECOND_MS).hour
  const record = likeStarts(state.baseline, day, startHour, hours)
  const learning = isLearning(state.baseline, day)
  const days = Math.round(learnedDays(state.baseline, day))
  const data: Record<string, Json> = {
    ...quiet.data,
    deadline: iso(deadline),
    likeStarts: record.starts,
    likeStartsOver: record.over,
    budgetPer30Days,
    learning,
    learnedDays: days,
  }
  return {
    data,
    sentence: sentenceOf(
      quiet.sentence,
      record.starts < FEWEST_STARTS ? null : habit(turn, record, deadline),
      learning ? stillLearning(days) : null,
    ),
  }
}

function habit(turn: Turn, record: { starts: number; over: number }, deadline: EpochMs): Sentence {
  const time = clockTime(turn.home.zone, deadline, turn.now)
  return {
    zh: `此时段开始的静默约${record.starts}次中有${record.over}次在${time.zh}前恢复用水`,
    en: `of about ${record.starts} such starts ${record.over} were over by ${time.en}`,
  }
}

const stillLearning = (days: number): Sentence => ({
  zh: `仍在学习该户习惯(${days}天),暂参照一般住户`,
  en: `still learning this home's habits (${days} d), other homes stand in`,
})
