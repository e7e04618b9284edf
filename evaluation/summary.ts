import { Random } from '../simulators/random.ts'
import type { HomeScore } from './scorer.ts'

export interface Interval {
  low: number
  high: number
}

/** A rule's point of the curve on some homes. Hours; infinite: never. NaN where there is nothing to count. */
export interface Summary {
  falseAlarms: number
  days: number
  incidents: number
  open: number
  /** False alarms per home and 30 days, and those in absences. */
  per30Days: number
  absencePer30Days: number
  median: number
  p90: number
  max: number
  within24: number
}

export interface WithIntervals extends Summary {
  /** 90 % of the resamples of whole homes. */
  intervals: Record<'per30Days' | 'median' | 'p90', Interval>
}

const RESAMPLES = 500

export function summarise(scores: readonly HomeScore[]): Summary {
  const sum = (of: (score: HomeScore) => number) => scores.reduce((total, score) => total + of(score), 0)
  const days = sum(({ days }) => days)
  const falseAlarms = sum((score) => score.falseAlarms)
  const delays = scores.flatMap((score) => score.delays.map(({ delay }) => delay))
  const counted = delays.filter((delay) => delay !== 'open').map((delay) => delay ?? Number.POSITIVE_INFINITY)
  counted.sort((a, b) => a - b)
  return {
    falseAlarms,
    days,
    incidents: delays.length,
    open: delays.length - counted.length,
    per30Days: (falseAlarms / days) * 30,
    absencePer30Days: (sum(({ inAbsence }) => inAbsence) / days) * 30,
    median: quantile(counted, 0.5),
    p90: quantile(counted, 0.9),
    max: quantile(counted, 1),
    within24: counted.filter((hours) => hours <= 24).length / counted.length,
  }
}

/** Of ascending values, the one at that share from below; NaN of none. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN

/** The summary, and how far it would move with other homes of the same kind: a seeded bootstrap over whole homes. */
export function summariseWithIntervals(scores: readonly HomeScore[], seed: string): WithIntervals {
  const random = Random.of(seed, 'bootstrap')
  const drawn = Array.from({ length: RESAMPLES }, () => summarise(scores.map(() => random.pick(scores))))
  const interval = (of: 'per30Days' | 'median' | 'p90'): Interval => {
    const sorted = drawn.map((one) => one[of]).sort((a, b) => a - b)
    return { low: quantile(sorted, 0.05), high: quantile(sorted, 0.95) }
  }
  return {
    ...summarise(scores),
    intervals: { per30Days: interval('per30Days'), median: interval('median'), p90: interval('p90') },
  }
}
