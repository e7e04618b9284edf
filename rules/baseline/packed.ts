/**
 * Small non-negative numbers as text, two characters each: what a home's habits need fits into the 2 KB that its state
 * may take. Values are kept in sixteenths and stop at 255.9.
 */
export type Packed = string

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, DIGITS.indexOf(String.fromCharCode(code))),
)
const STEPS = 16
const MOST = 64 * 64 - 1

export const packedZeros = (length: number): Packed => 'AA'.repeat(length)

/** The numbers, each times `factor`. */
export function unpack(packed: Packed, factor = 1): Float64Array {
  const values = new Float64Array(packed.length / 2)
  for (let i = 0; i < values.length; i++) {
    const steps = 64 * (CODES[packed.charCodeAt(2 * i)] ?? 0) + (CODES[packed.charCodeAt(2 * i + 1)] ?? 0)
    if (steps > 0) values[i] = (steps / STEPS) * factor
  }
  return values
}

export function pack(values: ArrayLike<number>): Packed {
  let packed = ''
  for (let i = 0; i < values.length; i++) packed += digits(Math.round((values[i] ?? 0) * STEPS))
  return packed
}

/** The same numbers with `amount` added to one of them. */
export function addTo(packed: Packed, index: number, amount: number): Packed {
  const at = 2 * index
  const steps = 64 * (CODES[packed.charCodeAt(at)] ?? 0) + (CODES[packed.charCodeAt(at + 1)] ?? 0)
  return packed.slice(0, at) + digits(steps + Math.round(amount * STEPS)) + packed.slice(at + 2)
}

function digits(steps: number): string {
  const bounded = Math.min(MOST, steps)
  return DIGITS.charAt(bounded >> 6) + DIGITS.charAt(bounded & 63)
}

/** Chances of which the least are as telling as the greatest: their logarithms, in steps of four thousandths. */
const LOG_STEPS = 256

export const packChances = (chances: ArrayLike<number>): Packed =>
  Array.from(chances, (chance) =>
    digits(Math.round(-Math.log(Math.max(LEAST_CHANCE, chance)) * LOG_STEPS)),
  ).join('')

const LEAST_CHANCE = 1e-6

export const unpackChances = (packed: Packed): Float64Array =>
  unpack(packed).map((value) => Math.exp((-value * STEPS) / LOG_STEPS))
