import type { Use } from './water.ts'

/** One step of a common register: what rounding to it may hide. */
const RESOLUTION_LITRES = 1
/** The pressure in the pipes, and with it a drip, changes over a day. */
const UNEVENNESS = 0.05
/** More than this in an hour is no drip and no leaking cistern, but a tap left open. */
const MOST_LITRES_PER_HOUR = 30

/**
 * How many of the last `uses` keep, with the quiet around them, to one straight line up to `untilS`: to within a step of
 * the register, which a single flush or filled glass is not. Those up to `usedS` are known to be no part of it.
 */
export function evenLength(uses: readonly Use[], untilS: number, usedS: number): number {
  let least = 0
  let most = MOST_LITRES_PER_HOUR / 3_600
  let litres = 0
  let length = 0
  /** Whether some rate leads through all that was looked at, and through so many litres at that age, too. */
  const isOnLine = (ageS: number): boolean => {
    if (ageS <= 0) return true
    least = Math.max(least, ((litres - RESOLUTION_LITRES) / ageS) * (1 - UNEVENNESS))
    most = Math.min(most, ((litres + RESOLUTION_LITRES) / ageS) * (1 + UNEVENNESS))
    return least <= most
  }
  for (let i = uses.length - 1; i > 0; i--) {
    const use = uses[i]
    if (use === undefined || use[0] <= usedS || !isOnLine(untilS - use[0])) break
    litres += use[2]
    if (!isOnLine(untilS - use[0] + use[1])) break
    length++
  }
  return length
}
