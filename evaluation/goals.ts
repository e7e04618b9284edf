/** The three points of the curve that were set as goals, by panel: hours at no more false alarms than `per30Days`. */
export interface Goal {
  name: 'ask' | 'watch' | 'visit'
  per30Days: number
  median: number
  p90: number
  max: number
}

const points = (...hours: [median: number, p90: number, max: number][]): Goal[] =>
  (['ask', 'watch', 'visit'] as const).map((name, i) => {
    const [median, p90, max] = hours[i] ?? [Number.NaN, Number.NaN, Number.NaN]
    return { name, per30Days: [3, 1, 0.5][i] ?? Number.NaN, median, p90, max }
  })

export const GOALS: Record<string, Goal[]> = {
  'one-person': points([8, 12, 16], [11, 16, 20], [14, 18, 20]),
  couples: points([5, 9, 14], [6, 9, 14], [7, 11, 16]),
  'often-away': points([8, 13, 18], [9, 14, 20], [12, 16, 20]),
  'simulated, both': [{ name: 'visit', per30Days: 0.3, median: 10, p90: 16, max: 20 }],
}

/**
 * The floor: what the best rule of the literature (Cuddihy's alert line, q 0.99 + 6 h) reached on each panel of
 * recordings, from a random instant, by the scorer that set the goals. Our own `alertLine` differs in details.
 */
export const FLOOR: Record<string, Omit<Goal, 'name'>> = {
  'one-person': { per30Days: 0.49, median: 14, p90: 20, max: 28 },
  couples: { per30Days: 0.42, median: 10, p90: 16, max: 25 },
  'often-away': { per30Days: 1.01, median: 12, p90: 20, max: 32 },
}
