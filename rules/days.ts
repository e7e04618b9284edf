import { type EpochMs, HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import { learnClockwork } from './clockwork.ts'
import { firstUseStep, isToldOf, withRank } from './day-part.ts'
import { weighTrend } from './falling-trend.ts'
import type { Turn } from './findings.ts'
import { instantOf, localDay } from './local-time.ts'
import { weighNights } from './night-restlessness.ts'
import type { HomeState } from './state.ts'
import { newTrend, type Trend, withDay } from './trend.ts'
import type { Use } from './water.ts'
import { type HomeWater, homeWater } from './water-quiet.ts'

/**
 * What is remembered of a home's days, in some 300 bytes. A day goes from 04:00 to 04:00, so that an evening and the
 * night after it belong together; it is looked at once, when all water meters have told what happened until its end.
 */
export interface DayHistory {
  /** The running day. */
  from: EpochMs
  to: EpochMs
  /** When water was first used in the morning and in the evening of the last like days: see `withRank`. */
  mornings: string
  evenings: string
  litres: Trend
  nightUses: Trend
  /** Litres used by night, in percent of the day's. */
  nightShare: Trend
  lastLitres: number
  lastEveningUsed: boolean
  /** The most that was used within `PEAK_MS`; fades slowly. */
  peakLitres: number
}

export const MORNING_HOUR = 4
export const EVENING_HOUR = 17
const NIGHT_HOUR = 23
export const PEAK_MS = 2 * HOUR_MS
/** Half of a peak is forgotten in half a year. */
const PEAK_KEPT = 0.996
/** A flood must not make the next one look ordinary. */
const PEAK_GROWS = 1.3
/** Use that may have flowed at any time within longer than this says nothing of the time of day. */
const LONGEST_FLOW_S = 2 * 3_600
/** Nothing is learned of a day of which so much was not seen. */
const LONGEST_UNSEEN_S = 6 * 3_600
/** Water that never rests for so long runs by itself, and hides when people use it. */
const LEAST_REST_S = 3 * 3_600
/** A day with less than this share of the usual was spent elsewhere. */
const AWAY_SHARE = 0.1
/** Before so many days nothing is said of what the home uses otherwise. */
const LEARNED_DAYS = 14

/** Follows the home's days. Called with each sample of a water register; nearly always there is nothing to do. */
export function followDays(turn: Turn, at: EpochMs): void {
  const days = turn.home.days ?? null
  if (days !== null && at < days.to) return
  const water = homeWater(turn.home)
  if (water === null || (days !== null && water.clock.knownUntil < days.to)) return
  if (days !== null) learnDraws(turn, days, water)
  const learned = days === null ? newDays : learn(days, water)
  turn.home.days = { ...learned, ...dayAround(turn.home.zone, water.clock.knownUntil) }
  weighNights(turn, turn.home.days)
  weighTrend(turn, turn.home.days)
}

function learnDraws(turn: Turn, { from, to }: DayHistory, { uses, startS }: HomeWater): void {
  if (startS > from / SECOND_MS || isToldOf(turn)) return
  learnClockwork(
    turn.home,
    uses.filter(([at]) => at > from / SECOND_MS && at <= to / SECOND_MS),
  )
}

const newDays: DayHistory = {
  from: 0,
  to: 0,
  mornings: '',
  evenings: '',
  litres: newTrend,
  nightUses: newTrend,
  nightShare: newTrend,
  lastLitres: 0,
  lastEveningUsed: false,
  peakLitres: 0,
}

function dayAround(zone: string, at: EpochMs): { from: EpochMs; to: EpochMs } {
  const guess = localDay(zone, at - MORNING_HOUR * HOUR_MS)
  // Where the clocks were just changed the guess is a day off.
  const day = [guess + 1, guess].find((one) => instantOf(zone, one, MORNING_HOUR) <= at) ?? guess - 1
  return { from: instantOf(zone, day, MORNING_HOUR), to: instantOf(zone, day + 1, MORNING_HOUR) }
}

/** Learns the day that has ended. What was not seen of it is left as it was. */
function learn(days: DayHistory, water: HomeWater): DayHistory {
  const fromS = days.from / SECOND_MS
  const toS = days.to / SECOND_MS
  const uses = water.uses.filter(([at]) => at > fromS && at <= toS)
  if (water.startS > fromS || uses.some(([, flowS]) => flowS > LONGEST_UNSEEN_S))
    return { ...days, lastEveningUsed: false }
  const litres = uses.reduce((sum, use) => sum + use[2], 0)
  const [known, , usual] = days.litres
  const away = litres === 0 || (known >= LEARNED_DAYS && litres < AWAY_SHARE * usual)
  const next = { ...days, lastLitres: Math.round(litres), lastEveningUsed: false }
  if (away) return next
  const lived = {
    ...next,
    litres: withDay(days.litres, litres, 50),
    peakLitres: peakWith(days, uses),
  }
  return rests(uses, fromS, toS) ? { ...lived, ...timesOfDay(days, uses, litres) } : lived
}

function timesOfDay(days: DayHistory, uses: readonly Use[], litres: number) {
  const { from } = days
  const evening = from + (EVENING_HOUR - MORNING_HOUR) * HOUR_MS
  const night = uses.filter(([at]) => at * SECOND_MS > from + (NIGHT_HOUR - MORNING_HOUR) * HOUR_MS)
  const seen = uses.every(([, flowS]) => flowS <= LONGEST_FLOW_S)
  if (!seen) return { lastEveningUsed: false }
  const usedByDay = uses.some(([at]) => at * SECOND_MS <= evening)
  const nightLitres = night.reduce((sum, use) => sum + use[2], 0)
  return {
    mornings: days.lastEveningUsed ? withRank(days.mornings, firstUseStep(uses, from)) : days.mornings,
    evenings: usedByDay ? withRank(days.evenings, firstUseStep(uses, evening)) : days.evenings,
    nightUses: withDay(days.nightUses, night.length, 4),
    nightShare: withDay(days.nightShare, (100 * nightLitres) / litres, 60),
    lastEveningUsed: uses.some(([at]) => at * SECOND_MS > evening),
  }
}

function rests(uses: readonly Use[], fromS: number, toS: number): boolean {
  let before = fromS
  for (const [at, flowS] of uses) {
    if (at - flowS - before >= LEAST_REST_S) return true
    before = at
  }
  return toS - before >= LEAST_REST_S
}

function peakWith({ peakLitres, litres }: DayHistory, uses: readonly Use[]): number {
  let most = 0
  for (const [at] of uses) most = Math.max(most, litresUntil(uses, at))
  const bound = litres[0] < LEARNED_DAYS ? most : Math.min(most, PEAK_GROWS * peakLitres)
  return Math.round(Math.max(bound, PEAK_KEPT * peakLitres) * 10) / 10
}

/** Litres that were used in the `PEAK_MS` before `atS`, at least. */
export function litresUntil(uses: readonly Use[], atS: number): number {
  const fromS = atS - PEAK_MS / SECOND_MS
  let litres = 0
  for (let i = uses.length - 1; i >= 0; i--) {
    const use = uses[i]
    if (use === undefined || use[0] <= fromS) break
    if (use[0] > atS) continue
    const share = Math.min(1, (use[0] - fromS) / Math.max(1, use[1]))
    litres += use[2] * share
  }
  return litres
}

/** The most that the home used within two hours on its own days; null while it is being learned. */
export const ownPeakLitres = (home: HomeState): number | null =>
  home.days === undefined || home.days.litres[0] < LEARNED_DAYS ? null : home.days.peakLitres
