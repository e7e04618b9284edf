import { type Baseline, worthOn } from './baseline.ts'
import { PRICES } from './ladder.ts'
import { POPULATION } from './population.ts'
import { isLearning } from './record.ts'

/** A delay of ten hours costs 1, one of twenty 5.7. */
const DELAY_EXPONENT = 2.5
/** So many days of the population's past stand beside the home's own. */
const PRIOR_DAYS = 20
/** From rung to rung, so many false alarms that behave as expected stand beside those counted. */
const PRIOR_ALARMS = 16
/** Before so many were foretold, what is foretold says nothing. */
const PRIOR_FORETOLD = 0.5
/**
 * A budget is kept rather than met: the lowest price that seems to keep it is too often one that was lucky, and the
 * more so the fewer alarms there are to count.
 */
const BUDGET_FACTOR = 0.8
const BUDGET_EXPONENT = 1.25

/** So many absences in 30 days are an ordinary life. */
const SPARED_ABSENCES = 0.5

const LEARNING_FACTOR = 2
/** From so many false alarms on that no price has spared a home, it is seen that they are not to be spared. */
const LEFT_ALARMS = 1
/** Whatever may be unavoidable. */
const MOST_OVER_BUDGET = 2

/**
 * costs[T]: what waiting for T hours costs the one who lies there, on average over when it happened; for `firstHours`
 * and more, as nobody asks for what has passed. `costs` is filled and given back.
 */
export function delayCosts(
  quiet: Float64Array,
  capHours: number,
  firstHours = 1,
  costs: Float64Array = new Float64Array(capHours + 1),
): Float64Array {
  for (let hours = firstHours; hours <= capHours; hours++) {
    let cost = 0
    for (let j = 0; j < hours; j++) cost += (quiet[j] ?? 0) * (WEIGHTS[hours - j] ?? 0)
    costs[hours] = cost
  }
  return costs
}

const WEIGHTS = Float64Array.from({ length: 25 }, (_, hours) => (hours / 10) ** DELAY_EXPONENT)

/** The hours of quiet after which to ring at this price: where delay and false alarm together cost least. */
export function bestDeadline(
  quiet: Float64Array,
  costs: Float64Array,
  price: number,
  firstHours = 1,
): number {
  let best = firstHours
  let least = Number.POSITIVE_INFINITY
  for (let hours = firstHours; hours < costs.length; hours++) {
    const cost = (costs[hours] ?? 0) + price * (quiet[hours] ?? 0)
    if (cost >= least) continue
    best = hours
    least = cost
  }
  return best
}

/**
 * False alarms in 30 days that this home must expect at each price of the ladder, never more at a higher one. At the
 * lowest they are many, and the home's own count says how many; each further rung keeps a share of those below it: the
 * share counted, leaning on what the habits foretold and what is common where there was little to count.
 */
export function falseAlarmRates(baseline: Baseline, day: number): number[] {
  const worth = worthOn(baseline, day)
  const days = worth * (baseline.days + baseline.daysAway)
  const { counted, foretold } = baseline
  const common = POPULATION.falseAlarms
  let rate = (30 * worth * (counted[0] ?? 0) + PRIOR_DAYS * common[0]) / (days + PRIOR_DAYS)
  const rates = [rate]
  for (let i = 1; i < PRICES.length; i++) {
    const commonShare = (common[i] ?? 0) / (common[i - 1] ?? 0)
    const foretoldShare =
      (worth * (foretold[i] ?? 0) + PRIOR_FORETOLD * commonShare) /
      (worth * (foretold[i - 1] ?? 0) + PRIOR_FORETOLD)
    const kept = PRIOR_ALARMS * Math.sqrt(commonShare * foretoldShare)
    rate *= (worth * (counted[i] ?? 0) + kept) / (worth * (counted[i - 1] ?? 0) + PRIOR_ALARMS)
    rates.push(rate)
  }
  return rates
}

/** What a district bears of a home, and up to what of one that is often out for whole days. */
export interface Budgets {
  budgetPer30Days: number
  oftenAwayBudgetPer30Days: number
}

/**
 * The budget of a home. One that is out for whole days rings then whatever the price, some homes five times in 30 days;
 * to let everybody in it wait longer for half an alarm fewer wins no belief. Each such absence in 30 days, from the
 * first half of one on, adds the budget once more.
 */
export function budgetOf(baseline: Baseline, day: number, budgets: Budgets): number {
  const worth = worthOn(baseline, day)
  const days = worth * (baseline.days + baseline.daysAway)
  const absencesPer30Days = (30 * worth * baseline.absences) / (days + PRIOR_DAYS)
  const raised = budgets.budgetPer30Days * (1 + Math.max(0, absencesPer30Days - SPARED_ABSENCES))
  return Math.max(budgets.budgetPer30Days, Math.min(raised, budgets.oftenAwayBudgetPer30Days))
}

/**
 * The lowest price that keeps within the budget, with two exceptions. A home that is still learned from is given twice
 * that price, for its false alarms are the hardest to foretell. And no home waits for longer where waiting wins nothing:
 * above the price from which its own false alarms, most of them days spent elsewhere, stay as many up to the highest,
 * only twice the budget is held.
 */
export function priceWithin(baseline: Baseline, day: number, budgetPer30Days: number): number {
  const rates = falseAlarmRates(baseline, day)
  const price = priceAt(rates, BUDGET_FACTOR * budgetPer30Days ** BUDGET_EXPONENT)
  if (isLearning(baseline, day)) return Math.min(LEARNING_FACTOR * price, HIGHEST)
  const left = baseline.counted.at(-1) ?? 0
  if (worthOn(baseline, day) * left < LEFT_ALARMS) return price
  const nothingWon = PRICES[baseline.counted.findIndex((count) => count <= left)] ?? HIGHEST
  return Math.min(price, Math.max(nothingWon, priceAt(rates, MOST_OVER_BUDGET * budgetPer30Days)))
}

/** The lowest price with no more than so many false alarms in 30 days, between two rungs by their rates. */
function priceAt(rates: readonly number[], most: number): number {
  const above = rates.findIndex((rate) => rate <= most)
  if (above === 0) return LOWEST
  if (above < 0) return HIGHEST
  const [high = 0, low = 0] = [rates[above - 1], rates[above]]
  const share = Math.log(high / most) / Math.log(high / low)
  return (PRICES[above - 1] ?? LOWEST) * 2 ** share
}

const LOWEST = PRICES[0] ?? 0
const HIGHEST = PRICES.at(-1) ?? LOWEST
