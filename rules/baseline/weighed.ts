import { ABSENCE_HOURS } from './baseline.ts'
import { bestDeadline, delayCosts } from './price.ts'

/** What an hour of electricity says, by the time since the quiet began. */
export interface HourOfEvidence {
  fromHours: number
  toHours: number
  /** Below 0 a sign of somebody, above 0 one of nobody. */
  logOdds: number
}

/** However much speaks for nobody or for somebody, electricity is a soft sign: e to the power of these at most. */
const MOST_DOUBT = 3
const MOST_TRUST = -4

/**
 * When to ring at each price, where electricity was seen while the water stood still. A sign of somebody makes it less
 * likely that the person had stopped acting before it, so that waiting costs less; one of nobody makes it likelier. The
 * hours are gone through in order, each deciding only of what was still to come: what is seen after the alarm is due
 * changes nothing. Never beyond the cap, which counts from the last water.
 */
export function weighedDeadlines(
  quiet: Float64Array,
  capHours: number,
  prices: readonly number[],
  evidence: readonly HourOfEvidence[],
): number[] {
  const costs = delayCosts(quiet, capHours)
  const deadlines = prices.map((price) => bestDeadline(quiet, costs, price))
  logWeights.fill(0)
  stopped.set(quiet)
  for (const hour of evidence) {
    const firstHours = Math.max(1, Math.ceil(hour.toHours - 1e-9))
    if (firstHours > capHours || !deadlines.some((deadline) => deadline > hour.toHours)) break
    if (Math.abs(hour.logOdds) < 0.02) continue
    weigh(hour, capHours)
    for (let j = 0; j <= capHours && j < hour.toHours; j++)
      stopped[j] = (quiet[j] ?? 0) * Math.exp(logWeights[j] ?? 0)
    delayCosts(stopped, capHours, firstHours, costs)
    for (let i = 0; i < deadlines.length; i++)
      if ((deadlines[i] ?? 0) > hour.toHours)
        deadlines[i] = bestDeadline(quiet, costs, prices[i] ?? 0, firstHours)
  }
  return deadlines
}

/** Filled anew for each quiet: who stopped acting after so many hours weighs so much, and is so likely then. */
const logWeights = new Float64Array(ABSENCE_HOURS + 1)
const stopped = new Float64Array(ABSENCE_HOURS + 1)

/** Whatever electricity may show, no quiet is over its time after fewer hours: as if all of it spoke for nobody. */
export const soonestDeadline = (quiet: Float64Array, capHours: number, price: number): number =>
  bestDeadline(quiet, delayCosts(quiet, capHours), price / Math.exp(MOST_DOUBT))

/** Who stopped acting before that hour is weighed by all of it, who did in its midst by the rest. */
function weigh({ fromHours, toHours, logOdds }: HourOfEvidence, capHours: number): void {
  for (let j = 0; j <= capHours && j < toHours; j++) {
    const share = Math.min(1, (toHours - j) / (toHours - fromHours))
    const weight = (logWeights[j] ?? 0) + share * logOdds
    logWeights[j] = Math.max(MOST_TRUST, Math.min(MOST_DOUBT, weight))
  }
}
