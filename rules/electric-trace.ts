import type { EpochMs } from '../contracts/time.ts'
import { HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import type { Drawn } from './load.ts'

/** Energy drawn since the trace began, as of `atS` (epoch seconds). */
export type TracePoint = readonly [atS: number, wattHours: number]

/** What one electricity meter drew lately, hour by hour: what lies further back than the present quiet is dropped. */
export interface ElectricTrace {
  /** Ascending, about an hour apart, more where reports were lost. */
  points: readonly TracePoint[]
  /** As of the last sample, which may lie after the last point. */
  wattHours: number
  /** How many points came late. */
  late: number
}

/** The mean power of one hour of which the meter told. */
export interface ElectricHour {
  fromS: number
  toS: number
  watts: number
}

/** An hour of the trace, as reports come a little before or after their time. */
const HOUR_S = 3_540
/** What was drawn within longer than this says nothing of any hour in it. */
const LONGEST_S = 5_400
/** More than the longest cap on a quiet needs. */
const MOST_POINTS = 32

/** Adds what was drawn between two samples. */
export function followTrace(trace: ElectricTrace | undefined, drawn: Drawn): ElectricTrace {
  const [fromS, toS] = [Math.round(drawn.from / SECOND_MS), Math.round(drawn.to / SECOND_MS)]
  const { points, wattHours, late } = trace ?? { points: [[fromS, 0] as const], wattHours: 0, late: 0 }
  const sum = Math.round((wattHours + drawn.wattHours) * 10) / 10
  if (toS - (points.at(-1)?.[0] ?? 0) < HOUR_S) return { points, wattHours: sum, late }
  const kept = points.length < MOST_POINTS ? points : points.slice(1 - MOST_POINTS)
  return { points: [...kept, [toS, sum]], wattHours: sum, late }
}

/** Takes a sample that came late: `wattHoursSince` were drawn from `at` to the last sample. It tells where gaps were. */
export function insertLate(trace: ElectricTrace, at: EpochMs, wattHoursSince: number): ElectricTrace {
  const atS = Math.round(at / SECOND_MS)
  const sum = Math.round((trace.wattHours - wattHoursSince) * 10) / 10
  const next = trace.points.findIndex((point) => point[0] > atS)
  const [before, after] = [trace.points[next - 1], trace.points[next]]
  if (before === undefined || after === undefined || after[0] - before[0] <= LONGEST_S) return trace
  if (atS <= before[0] || sum < before[1] || sum > after[1]) return trace
  return { ...trace, points: trace.points.toSpliced(next, 0, [atS, sum]), late: trace.late + 1 }
}

/** Forgets what lies before `atS`, but for the two hours that say what the first of it is to be measured by. */
export function trimTrace(trace: ElectricTrace, atS: number): ElectricTrace {
  const keepFrom = trace.points.findLastIndex((point) => point[0] <= atS) - 2
  return keepFrom <= 0 ? trace : { ...trace, points: trace.points.slice(keepFrom) }
}

/** The hour that ends with that point of a trace; null where nobody can say what it was. */
export function hourUntil(points: readonly TracePoint[], end: number): ElectricHour | null {
  const [before, point] = [points[end - 1], points[end]]
  if (before === undefined || point === undefined) return null
  const [fromS, toS] = [before[0], point[0]]
  if (toS - fromS > LONGEST_S) return null
  return { fromS, toS, watts: ((point[1] - before[1]) * HOUR_MS) / SECOND_MS / (toS - fromS) }
}
