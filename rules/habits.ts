import { DAY_MS, type EpochMs, HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import {
  ABSENCE_HOURS,
  type Baseline,
  type DayKind,
  foretell,
  type Gap,
  learnGap,
  newBaseline,
} from './baseline/baseline.ts'
import type { ElectricHabits } from './baseline/electric.ts'
import { type Plan, plan } from './baseline/plan.ts'
import { budgetOf } from './baseline/price.ts'
import type { Start } from './baseline/survival.ts'
import { dayKind } from './calendar.ts'
import { electricAfter, forgetBefore, type Weighed, weighable, weighedLadder } from './electric-weighing.ts'
import type { Turn } from './findings.ts'
import { hourOfDay } from './local-time.ts'
import { runWithoutUse } from './water-none.ts'
import type { HomeWater, Run } from './water-quiet.ts'

/** What the personal rule remembers of a home: its habits, and what was decided of the present quiet. */
export interface PersonalState {
  baseline: Baseline
  /** The last use that was learned from; null: the next one ends a stretch of unknown length. */
  learned: Moment | null
  /** The last use that was looked at, be it only a drip. */
  seenS: number
  /** When the present quiet began; null before the first look. */
  quietSince: EpochMs | null
  /** A finding that was cleared by use may come again only of a quiet that began later. */
  usedAt: EpochMs
  /** Decided once, at the first report without use; stands for the quiet that began at `since`. */
  plan: Standing | null
  /** What electricity does in this home while no water is used; left out where there is no such meter. */
  electric?: ElectricHabits
}

/** A plan and what it stands for. */
export type Standing = Plan & { since: EpochMs; settingsVersion: number; weighed?: Weighed }

/** An instant (epoch seconds) and what the home's clock says of it. */
export interface Moment {
  atS: number
  hour: number
  kind: DayKind
}

const newPersonal = (now: EpochMs): PersonalState => ({
  baseline: newBaseline(dayOf(now)),
  learned: null,
  seenS: 0,
  quietSince: null,
  usedAt: 0,
  plan: null,
})

/** The present quiet of a home, learning on the way from what was used since the last look. */
export function followHome(turn: Turn, water: HomeWater): { state: PersonalState; run: Run } {
  const before = turn.home.personal ?? newPersonal(turn.now)
  const run = quietRun(before, water)
  if (before.quietSince === run.since && !hasNews(before, water)) return { state: before, run }
  return { state: { ...learn(turn, before, water, run), quietSince: run.since }, run }
}

/** Decides how long the quiet may last since `run` began, or since a later sign of life, unless that is done. */
export function decide(
  turn: Turn,
  state: PersonalState,
  water: HomeWater,
  run: Run,
): { state: PersonalState; plan: Standing } {
  const { version, 'inactivity.personal': rule } = turn.context.settings
  const since = Math.max(run.since, state.usedAt)
  const standing = state.plan
  if (standing?.since === since && standing.settingsVersion === version) return { state, plan: standing }
  const start = startOf(turn, state, water, since)
  const capHours = Math.max(1, Math.floor(rule.capHours))
  const decided = plan(state.baseline, start, {
    budgetPer30Days: budgetOf(state.baseline, start.day, rule),
    capHours,
    shownHours: Math.max(0, water.clock.knownUntil - since) / HOUR_MS,
  })
  const isNew = since > (standing?.since ?? 0) && since === run.since
  const baseline = isNew ? foretell(state.baseline, start.day, decided.chances) : state.baseline
  const next: Standing = {
    ...decided.plan,
    since,
    settingsVersion: version,
    ...(water.tracks.length === 0
      ? {}
      : weighable(turn.home, { ...decided, capHours: Math.min(capHours, ABSENCE_HOURS) })),
  }
  return { state: { ...state, baseline, plan: next }, plan: next }
}

/**
 * The quiet since the last use that was more than a trickle. What a use was taken for when it came, it stays: an hour
 * of dripping must not become a long quiet after the fact, nor a drip a use once what came before it is forgotten.
 */
function quietRun(state: PersonalState, water: HomeWater): Run {
  const run = runWithoutUse(water)
  const standing = state.quietSince
  if (standing === null || run.since === standing) return run
  if (run.since > Math.max(standing, state.seenS * SECOND_MS)) return run
  const lastUse = (water.uses.at(-1)?.[0] ?? 0) * SECOND_MS
  const since = run.since > standing ? standing : Math.max(run.since, Math.min(lastUse, standing))
  const after = water.uses.filter(([toS]) => toS * SECOND_MS > since)
  return { ...run, since, litres: after.reduce((sum, [, , litres]) => sum + litres, 0) }
}

const hasNews = (state: PersonalState, water: HomeWater): boolean =>
  (water.uses.at(-1)?.[0] ?? 0) > state.seenS

function learn(turn: Turn, before: PersonalState, water: HomeWater, run: Run): PersonalState {
  let { baseline, learned, seenS, electric } = before
  for (const use of water.uses) {
    if (use[0] <= seenS) continue
    seenS = use[0]
    if (use[0] * SECOND_MS > run.since) continue
    const moment = momentOf(turn, use[0])
    if (learned !== null && !brokenSince(water, learned.atS)) {
      const standing = before.plan?.since === learned.atS * SECOND_MS ? before.plan : null
      const gap = gapBetween(learned, moment, use[1])
      const ladder = standing === null ? [] : weighedLadder(turn.home, before, standing, gap)
      baseline = learnGap(baseline, gap, ladder)
      if (water.tracks.length > 0) electric = electricAfter(turn.home, electric, learned.atS, gap)
    }
    learned = moment
  }
  if (learned !== null && water.tracks.length > 0) forgetBefore(turn.home, learned.atS)
  return { ...before, baseline, learned, seenS, ...(electric === undefined ? {} : { electric }) }
}

/** The register began anew in between, or electricity alone did not tell for long: what was used then is unknown. */
const brokenSince = (water: HomeWater, atS: number): boolean =>
  (water.tracks.length === 0 && water.startS > atS) ||
  water.tracks.some((track) => track.broken !== null && track.broken.at > atS * SECOND_MS)

const gapBetween = (from: Moment, to: Moment, flowS: number): Gap => ({
  startHour: from.hour,
  kind: to.kind,
  hours: (to.atS - from.atS) / 3_600,
  flowHours: Math.min(flowS, to.atS - from.atS) / 3_600,
  day: dayOf(to.atS * SECOND_MS),
})

export function startOf(turn: Turn, state: PersonalState, water: HomeWater, since: EpochMs): Start {
  const atS = since / SECOND_MS
  const { hour, kind } = state.learned?.atS === atS ? state.learned : momentOf(turn, atS)
  const uses24 = water.uses.filter(([toS]) => toS <= atS && toS > atS - 24 * 3_600).length
  return { hour, kind, day: dayOf(since), uses24 }
}

export function momentOf(turn: Turn, atS: number): Moment {
  const { zone } = turn.home
  const at = atS * SECOND_MS
  return { atS, hour: Math.round(hourOfDay(zone, at)) % 24, kind: dayKind(zone, at) === 'workday' ? 0 : 1 }
}

export const dayOf = (at: EpochMs): number => Math.floor(at / DAY_MS)
