import { ABSENCE_HOURS, type Baseline } from './baseline.ts'
import { PRICES } from './ladder.ts'
import { bestDeadline, delayCosts, priceWithin } from './price.ts'
import { type Start, survival } from './survival.ts'

/** What is decided of a quiet when it begins. */
export interface Plan {
  /** It may last so long. */
  hours: number
  /** How long it might have lasted at each price of a false alarm. */
  ladder: readonly number[]
}

/**
 * `chances`: for each rung of the ladder, that the quiet outlasts it though all is well. Only stretches that have shown
 * themselves are planned for, so the chances are those of a quiet that has lasted `limits.shownHours` already.
 */
export function plan(
  baseline: Baseline,
  start: Start,
  limits: { budgetPer30Days: number; capHours: number; shownHours: number },
): { plan: Plan; chances: number[]; quiet: Float64Array; price: number } {
  const quiet = survival(baseline, start)
  const costs = delayCosts(quiet, Math.min(limits.capHours, ABSENCE_HOURS))
  const ladder = PRICES.map((price) => bestDeadline(quiet, costs, price))
  const price = priceWithin(baseline, start.day, limits.budgetPer30Days)
  return {
    plan: { hours: bestDeadline(quiet, costs, price), ladder },
    chances: ladder.map((hours) => (quiet[hours] ?? 0) / shown(quiet, Math.min(hours, limits.shownHours))),
    quiet,
    price,
  }
}

/** The chance to last so long; within an hour, hazards are even. */
function shown(quiet: Float64Array, hours: number): number {
  const whole = Math.floor(hours)
  const last = quiet[whole] ?? 0
  return last * ((quiet[whole + 1] ?? last) / last) ** (hours - whole)
}
