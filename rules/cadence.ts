/** How often something comes: running quantiles of the gaps, robust against bursts and losses. Seconds. */
export interface Cadence {
  count: number
  medianS: number
  /** About nine of ten gaps are no longer than this. */
  highS: number
}

/** Gaps below this are parts of one message. */
const MIN_GAP_S = 5
const MIN_COUNT = 3
const SLOWEST_STEP = 0.04

/** A stochastic quantile in the log domain: one gap, however wild, moves the estimate by one step. */
export function learnGap(cadence: Cadence | null, gapS: number): Cadence | null {
  if (gapS < MIN_GAP_S) return cadence
  if (cadence === null) return { count: 1, medianS: gapS, highS: gapS }
  const step = Math.max(SLOWEST_STEP, 1 / (cadence.count + 1))
  return {
    count: Math.min(cadence.count + 1, 1_000),
    medianS: toward(cadence.medianS, gapS, 1 + step, 1 + step),
    highS: toward(cadence.highS, gapS, 1 + 1.8 * step, 1 + 0.2 * step),
  }
}

/** Null until enough gaps were seen. */
export const medianGapS = (cadence: Cadence | null): number | null =>
  cadence === null || cadence.count < MIN_COUNT ? null : cadence.medianS

export const highGapS = (cadence: Cadence | null): number | null =>
  cadence === null || cadence.count < MIN_COUNT ? null : Math.max(cadence.medianS, cadence.highS)

/** Steps never overshoot the gap that caused them, so that a regular device has its interval exactly. */
function toward(estimate: number, gapS: number, up: number, down: number): number {
  if (gapS === estimate) return estimate
  const next = gapS > estimate ? Math.min(gapS, estimate * up) : Math.max(gapS, estimate / down)
  return Math.round(next * 10) / 10
}
