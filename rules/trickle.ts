import type { Use } from './water.ts'

/** A drip shows as small steps that come as regularly as the register's resolution lets them. */
const STEPS = 6
/** A drip never rests: one pause this long within a day, and what flows is people. */
const LONGEST_PAUSE_S = 3 * 3_600
const WATCHED_S = 24 * 3_600
const REGULARITY = 1.75
/** One step of a common register: a drip is never seen finer than this. */
const RESOLUTION_LITRES = 1
/** A cistern that leaks more than this in an hour is no drip, and hand washing would hide in it. */
const MOST_LITRES_PER_HOUR = 30

/**
 * How many of the last `uses` are nothing but a trickle that runs by itself, such as a dripping tap: the last steps
 * are even in size and time, and so are those before them, back to the first that is not. 0 when there is no trickle.
 */
export function trickleLength(uses: readonly Use[], startS: number): number {
  const rate = rests(uses, startS) ? null : trickleRate(uses)
  if (rate === null) return 0
  let index = uses.length - 1
  while (index > 0 && isTrickle(uses, index, rate)) index--
  return uses.length - 1 - index
}

/** Whether the register stood still for a while in the last day, or a whole day is not known. */
function rests(uses: readonly Use[], startS: number): boolean {
  const end = uses.at(-1)?.[0] ?? 0
  if (end - startS < WATCHED_S) return true
  for (let i = uses.length - 1; i > 0; i--) {
    const use = uses[i]
    const before = uses[i - 1]?.[0] ?? 0
    if (use !== undefined && use[0] - before - use[1] >= LONGEST_PAUSE_S) return true
    if (before <= end - WATCHED_S) return false
  }
  return true
}

/**
 * Litres in an hour of what runs by itself: what the register shows in the calmest stretch of the last day (to water
 * works, the minimum night flow), for by day people's own small uses lie on top of it. Null when the last steps are
 * more than that, or not regular.
 */
function trickleRate(uses: readonly Use[]): number | null {
  const end = uses.at(-1)?.[0] ?? 0
  let rate = Number.POSITIVE_INFINITY
  for (let i = uses.length - 1; i >= STEPS; i--) {
    const from = uses[i - STEPS]?.[0] ?? 0
    rate = Math.min(rate, rateOf(uses, i))
    if (from <= end - WATCHED_S) break
  }
  if (rate > MOST_LITRES_PER_HOUR) return null
  for (let i = uses.length - STEPS; i < uses.length; i++) if (!isTrickle(uses, i, rate)) return null
  return rate
}

/** Over the `STEPS` steps that end with the one at `index`. */
function rateOf(uses: readonly Use[], index: number): number {
  let litres = 0
  for (let i = index - STEPS + 1; i <= index; i++) litres += uses[i]?.[2] ?? 0
  return litres / (((uses[index]?.[0] ?? 0) - (uses[index - STEPS]?.[0] ?? 0)) / 3_600)
}

function isTrickle(uses: readonly Use[], index: number, litresPerHour: number): boolean {
  const use = uses[index]
  const before = uses[index - 1]
  if (use === undefined || before === undefined) return false
  const hours = (use[0] - before[0]) / 3_600
  const expected = litresPerHour * hours
  const [, flowS, litres] = use
  return (
    litres <= Math.max(expected * REGULARITY, expected + slack(litresPerHour, flowS)) &&
    litres >= expected / REGULARITY - slack(litresPerHour, flowS)
  )
}

/** What rounding to the register's resolution may add, which a fast trickle outgrows. */
const slack = (litresPerHour: number, flowS: number): number =>
  Math.min(RESOLUTION_LITRES, (litresPerHour * flowS) / 3_600 + RESOLUTION_LITRES / 2)
