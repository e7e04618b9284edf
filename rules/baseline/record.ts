import { type Baseline, worthOn } from './baseline.ts'
import { unpack } from './packed.ts'

/** So many days of its own until a home's habits count as known. */
export const LEARNING_DAYS = 21

/** Days at home that were learned from, older ones counting for less. */
export const learnedDays = (baseline: Baseline, day: number): number => baseline.days * worthOn(baseline, day)

export const isLearning = (baseline: Baseline, day: number): boolean =>
  learnedDays(baseline, day) < LEARNING_DAYS

/** Stretches of quiet that began within an hour of this hour of day, and how many ended within so many hours. */
export function likeStarts(
  baseline: Baseline,
  day: number,
  startHour: number,
  hours: number,
): { starts: number; over: number } {
  const ended = unpack(baseline.gaps)
  const worth = worthOn(baseline, day)
  let starts = 0
  let over = 0
  for (let hour = startHour + 23; hour <= startHour + 25; hour++) {
    for (let length = 1; length <= 24; length++) {
      const weight = worth * (ended[(hour % 24) * 24 + length - 1] ?? 0)
      starts += weight
      if (length <= hours) over += weight
    }
  }
  return { starts: Math.round(starts), over: Math.min(Math.round(starts), Math.round(over)) }
}
