/** Prices of a false alarm at which the home's own past is played through: a fixed ladder. */
export const PRICES: readonly number[] = Array.from({ length: 12 }, (_, i) => 4 * 2 ** i)
