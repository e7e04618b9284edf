import type { Quality } from '../contracts/reading.ts'
import { type EpochMs, HOUR_MS } from '../contracts/time.ts'

/** The last accepted sample of a register that only grows until it is reset, swapped or wraps. */
export interface Register {
  at: EpochMs
  value: number
  /** A sample below the last one, held back until the next says whether it was a slip or a new beginning. */
  lower: { at: EpochMs; value: number } | null
}

/** What one more sample says about the time since the last. */
export type Difference =
  /** It grew by `amount` (0: it stood still) since `from`. */
  | { type: 'advance'; amount: number; from: EpochMs }
  /** Measured before the last one. */
  | { type: 'late' }
  /** Another number for an instant already known: the first is kept. */
  | { type: 'conflict' }
  /** Known already, or of no use. */
  | { type: 'nothing' }
  /** The register began anew, or leapt: what flowed in between is unknown. */
  | { type: 'break'; cause: 'reset' | 'jump'; before: number }

export interface RegisterLimits {
  /** A step above both, in itself and by the hour, is a swap or a fault rather than use. */
  maxStep: number
  maxPerHour: number
}

/** Where nothing is known of the product: registers show so many digits before they begin again at zero. */
const WRAPS = [1_000, 10_000, 100_000, 1_000_000]
/** A slip back in the middle of the dial is no wrap, however long ago the last sample was. */
const WRAP_ENDS = 0.1
export const NOTHING: Difference = { type: 'nothing' }
const CONFLICT: Difference = { type: 'conflict' }

export const newRegister = (at: EpochMs, value: number): Register => ({
  at,
  value,
  lower: null,
})

/** Takes a sample into `register` and says what it means. `wrap`: where it begins again at zero, if the product says so. */
export function takeSample(
  register: Register,
  at: EpochMs,
  value: number,
  quality: readonly Quality[],
  limits: RegisterLimits,
  wrap?: number,
): Difference {
  if (at < register.at) return { type: 'late' }
  if (at === register.at) return value === register.value ? NOTHING : CONFLICT
  if (quality.length > 0 && quality.includes('counter_reset')) return begin(register, at, value, 'reset')
  const from = register.at
  if (value < register.value) {
    const wrapped =
      wrap === undefined ? wrappedAmount(register.value, value) : amountOver(wrap, register.value, value)
    if (wrapped !== null && !leaps(wrapped, at - from, limits))
      return advance(register, at, value, wrapped, from)
    return takeLower(register, at, value)
  }
  const amount = value - register.value
  if (leaps(amount, at - from, limits)) return begin(register, at, value, 'jump')
  return advance(register, at, value, amount, from)
}

const leaps = (amount: number, ms: number, { maxStep, maxPerHour }: RegisterLimits): boolean =>
  amount > maxStep && amount / (ms / HOUR_MS) > maxPerHour

/** One sample below the last may be an old one sent again; a second that goes on from there is a new beginning. */
function takeLower(register: Register, at: EpochMs, value: number): Difference {
  const lower = register.lower
  if (lower !== null && at > lower.at && value >= lower.value) return begin(register, at, value, 'reset')
  register.lower = { at, value }
  return NOTHING
}

function wrappedAmount(last: number, value: number): number | null {
  const wrap = WRAPS.find((size) => last < size && last > size * 0.999 && value < size * 0.001)
  return wrap === undefined ? null : wrap - last + value
}

function amountOver(wrap: number, last: number, value: number): number | null {
  const isOver = last < wrap && last > wrap * (1 - WRAP_ENDS) && value < wrap * WRAP_ENDS
  return isOver ? wrap - last + value : null
}

function advance(register: Register, at: EpochMs, value: number, amount: number, from: EpochMs): Difference {
  set(register, at, value)
  return { type: 'advance', amount, from }
}

function begin(register: Register, at: EpochMs, value: number, cause: 'reset' | 'jump'): Difference {
  const before = register.value
  set(register, at, value)
  return { type: 'break', cause, before }
}

function set(register: Register, at: EpochMs, value: number): void {
  register.at = at
  register.value = value
  register.lower = null
}
