export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** The median of the rounds and, in brackets, the least and the most. */
export const spread = (values: readonly number[], inWords: (value: number) => string): string =>
  `${inWords(median(values))} (${inWords(Math.min(...values))}–${inWords(Math.max(...values))})`

export const thousands = (value: number): string => `${(value / 1_000).toFixed(1)}k`
