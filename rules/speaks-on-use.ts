import { highGapS, medianGapS } from './cadence.ts'
import type { DeviceState } from './state.ts'

/** So many reports in a row without one that stood still. */
const FEWEST_MOVES = 4
/** Beside a tap that drips every report moves, too, but they come as regularly as ever. */
const IRREGULARITY = 2

/**
 * Whether a water meter has of late reported only when water ran, without a sign of life in between. Of such a meter
 * silence may be an empty pipe or an empty battery, and nobody can tell which.
 */
export function speaksOnUseOnly({ water, gaps, cadenceS }: DeviceState): boolean {
  // Asked of every device with every reading: what tells soonest comes first.
  if (water.length === 0) return false
  const median = medianGapS(gaps)
  const high = highGapS(gaps)
  if (median === null || high === null || high < IRREGULARITY * median) return false
  if (cadenceS !== null && cadenceS >= high) return false
  return water.every(({ uses }) => uses.length >= FEWEST_MOVES && uses.every(followsAtOnce))
}

type Used = DeviceState['water'][number]['uses'][number]

function followsAtOnce([toS, flowS]: Used, index: number, uses: readonly Used[]): boolean {
  const before = uses[index - 1]
  return before === undefined || toS - flowS <= before[0] + 1
}
