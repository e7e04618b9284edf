import { type Counts, countsOf, tally } from './tally.ts'

/**
 * What electricity did in one hour, against the hour before. Of low power: it stayed, rose by what a lamp or a
 * television takes, or by what a kettle or a heater takes. Of power that had stood above standby for two hours: it
 * stayed, fell, or rose.
 */
export const ACTS = ['low', 'rise', 'leap', 'on', 'fall', 'rise_on'] as const
export type Act = (typeof ACTS)[number]

/** By parts of the day of three hours: each act in all hours without water, then of low power deep within a quiet. */
export type ElectricHabits = string

const PARTS = 8
const ROW = 9
const DEEP: Partial<Record<Act, number>> = { low: 6, rise: 7, leap: 8 }
/** So many hours stand against what was counted: until a home has shown its own, electricity says nothing. */
const PRIOR_HOURS = 6
/** Nobody is sure of the house beyond this: a reading of one hour weighs no more. */
const MOST_LOG_ODDS = 2

export const dayPart = (hour: number): number => Math.floor((hour % 24) / (24 / PARTS))

/** Takes an hour without water in which all was well; `deep`: no water for long before and after either. */
export function learnAct(habits: ElectricHabits, act: Act, hour: number, deep: boolean): ElectricHabits {
  const row = dayPart(hour) * ROW
  const learned = tally(habits, PARTS * ROW, row + ACTS.indexOf(act), row, 6)
  const cell = DEEP[act]
  return deep && cell !== undefined ? tally(learned, PARTS * ROW, row + cell, row + 6, 3) : learned
}

/** What was counted, for `logOdds`. */
export const electricCounts = (habits: ElectricHabits): Counts => countsOf(habits, PARTS * ROW)

/**
 * How much likelier such an hour is where nobody acts than in a quiet hour of a well person, as a logarithm: below 0 it
 * is a sign of somebody, above 0 one of nobody, 0 says nothing.
 */
export function logOdds(counts: Counts, act: Act, hour: number): number {
  const row = dayPart(hour) * ROW
  const from = row + (act === 'low' || act === 'rise' || act === 'leap' ? 0 : 3)
  const ratio = Math.log(nobodys(counts, row, act) / share(counts, from, ACTS.indexOf(act) % 3))
  const odds = Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, ratio)) * known(counts, from)
  // That nothing changes is no sign of somebody, and a change none of nobody.
  return act === 'low' || act === 'on' ? Math.max(0, odds) : Math.min(0, odds)
}

/** The share of such an act where nobody is: what burned when the person fell burns on, unless the house changes it. */
function nobodys(counts: Counts, row: number, act: Act): number {
  if (act === 'fall' || act === 'rise_on') return (1 - aloneShare(counts, row, 0)) / 2
  return aloneShare(counts, row, act === 'rise' ? 1 : act === 'leap' ? 2 : 0)
}

/** Of three acts that begin at a cell, the share of the k-th; at least one in a hundred. */
const share = (counts: Counts, from: number, k: number): number =>
  Math.max(0.01, ((counts[from + k] ?? 0) + 1 / 3) / (three(counts, from) + 1))

/** What the house does by itself at such an hour, leaning on its nights where few quiet days were seen. */
function aloneShare(counts: Counts, row: number, k: number): number {
  const own = (counts[row + 6 + k] ?? 0) + PRIOR_HOURS * share(counts, 6, k)
  return Math.max(0.01, own / (three(counts, row + 6) + PRIOR_HOURS))
}

/** From 0 to 1: how much of a home's own such hours was seen, and of its nights. */
function known(counts: Counts, from: number): number {
  const [hours, nights] = [three(counts, from), three(counts, 6)]
  return (hours / (hours + PRIOR_HOURS)) * (nights / (nights + PRIOR_HOURS))
}

const three = (counts: Counts, from: number): number =>
  (counts[from] ?? 0) + (counts[from + 1] ?? 0) + (counts[from + 2] ?? 0)
