/**
 * Small non-negative numbers as text, two characters each: what a home's habits need fits into the 2 KB that its state
 * may take. Values are kept in sixteenths and stop at 255.9.
 */
export type Packed = string

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, DIGITS.indexOf(String.fromCharCode(code))),
)
/** What one is kept as. */
export const STEPS = 16
const MOST = 64 * 64 - 1

/** Every number as its two characters: to join them each time costs more. */
const PAIRS = Array.from(
  { length: MOST + 1 },
  (_, steps) => DIGITS.charAt(steps >> 6) + DIGITS.charAt(steps & 63),
)

const digits = (steps: number): string => PAIRS[Math.min(MOST, steps)] ?? ''

export const packedZeros = (length: number): Packed => 'AA'.repeat(length)

/** The numbers, each times `factor`. */
export function unpack(packed: Packed, factor = 1): Float64Array {
  const values = unpackSteps(packed)
  for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) / STEPS) * factor
  return values
}

/**
 * The numbers as they are kept: in sixteenths, so that sums of them are exact. Read as bytes, two at once, which is faster
 * by far; `values` is filled and given back, for to make an array costs more than to fill it.
 */
export function unpackSteps(packed: Packed, values = new Float64Array(packed.length / 2)): Float64Array {
  if (packed.length > bytes.length) [bytes, pairs] = scratchOf(packed.length)
  encoder.encodeInto(packed, bytes)
  for (let i = 0; i < values.length; i++) values[i] = STEPS_OF[pairs[i] ?? 0] ?? 0
  return values
}

const encoder = new TextEncoder()

/** So many bytes, and the same ones by twos. */
function scratchOf(length: number): [bytes: Uint8Array, pairs: Uint16Array] {
  const buffer = new ArrayBuffer(length)
  return [new Uint8Array(buffer), new Uint16Array(buffer)]
}

/** Written anew by each that unpacks and read at once. */
let [bytes, pairs] = scratchOf(2_048)

/** What two digits stand for, by their two bytes as one number. */
const STEPS_OF = new Uint16Array(2 ** 15)
for (let steps = 0; steps <= MOST; steps++) {
  encoder.encodeInto(digits(steps), bytes)
  STEPS_OF[pairs[0] ?? 0] = steps
}

const stepsAt = (packed: Packed, at: number): number =>
  64 * (CODES[packed.charCodeAt(at)] ?? 0) + (CODES[packed.charCodeAt(at + 1)] ?? 0)

export function pack(values: ArrayLike<number>): Packed {
  let packed = ''
  for (let i = 0; i < values.length; i++) packed += digits(Math.round((values[i] ?? 0) * STEPS))
  return packed
}

/** The same numbers with `amount` added to one of them. */
export function addTo(packed: Packed, index: number, amount: number): Packed {
  const at = 2 * index
  return packed.slice(0, at) + digits(stepsAt(packed, at) + Math.round(amount * STEPS)) + packed.slice(at + 2)
}

/** Chances of which the least are as telling as the greatest: their logarithms, in steps of four thousandths. */
const LOG_STEPS = 256

export function packChances(chances: Float64Array): Packed {
  let packed = ''
  for (const chance of chances)
    packed += digits(Math.round(-Math.log(Math.max(LEAST_CHANCE, chance)) * LOG_STEPS))
  return packed
}

const LEAST_CHANCE = 1e-6

export function unpackChances(packed: Packed, chances = new Float64Array(packed.length / 2)): Float64Array {
  unpackSteps(packed, chances)
  for (let i = 0; i < chances.length; i++) chances[i] = Math.exp(-(chances[i] ?? 0) / LOG_STEPS)
  return chances
}
