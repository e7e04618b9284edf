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

/**
 * How much likelier such an hour is where nobody acts than in a quiet hour of a well person, as a logarithm: below 0 it
 * is a sign of somebody, above 0 one of nobody, 0 says nothing.
 */
export function logOdds(habits: ElectricHabits, act: Act, hour: number): number {
  const counts = countsOf(habits, PARTS * ROW)
  const row = dayPart(hour) * ROW
  const well = shares(counts, row, act === 'low' || act === 'rise' || act === 'leap' ? 0 : 3)
  const alone = houseAlone(counts, row)
  // What burned when the person fell burns on, unless the house itself changes what it draws.
  const changes = 1 - alone[0]
  const nobody = {
    low: alone[0],
    rise: alone[1],
    leap: alone[2],
    on: alone[0],
    fall: changes / 2,
    rise_on: changes / 2,
  }
  const ratio = Math.log(nobody[act] / (well[ACTS.indexOf(act) % 3] ?? 1))
  const odds = Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, ratio)) * known(counts, row, act)
  // That nothing changes is no sign of somebody, and a change none of nobody.
  return act === 'low' || act === 'on' ? Math.max(0, odds) : Math.min(0, odds)
}

/** Shares of the three acts that begin at a cell; each at least one in a hundred. */
function shares(counts: Counts, row: number, from: number): [number, number, number] {
  const [a, b, c] = [0, 1, 2].map((k) => counts[row + from + k] ?? 0) as [number, number, number]
  const total = a + b + c + 1
  const share = (n: number) => Math.max(0.01, (n + 1 / 3) / total)
  return [share(a), share(b), share(c)]
}

/** What the house does by itself at such an hour, leaning on its nights where few quiet days were seen. */
function houseAlone(counts: Counts, row: number): [number, number, number] {
  const night = shares(counts, 0, 6)
  const own = [6, 7, 8].map((k) => counts[row + k] ?? 0)
  const total = own.reduce((sum, n) => sum + n, 0) + PRIOR_HOURS
  return own.map((n, k) => Math.max(0.01, (n + PRIOR_HOURS * (night[k] ?? 0)) / total)) as [
    number,
    number,
    number,
  ]
}

/** From 0 to 1: how much of a home's own such hours was seen. */
function known(counts: Counts, row: number, act: Act): number {
  const from = act === 'on' || act === 'fall' || act === 'rise_on' ? 3 : 0
  const hours = [0, 1, 2].reduce((sum, k) => sum + (counts[row + from + k] ?? 0), 0)
  const nights = [6, 7, 8].reduce((sum, k) => sum + (counts[k] ?? 0), 0)
  return (hours / (hours + PRIOR_HOURS)) * (nights / (nights + PRIOR_HOURS))
}
