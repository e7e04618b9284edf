import type { SeriesBucket } from '../store/series.ts'

/** A stretch of time in which a register was read: what it said first and last, and when. */
export type RegisterSpan = Pick<SeriesBucket, 'first' | 'last' | 'min' | 'max' | 'firstAt' | 'lastAt'>

/** Counters are sums of decimals: what lies below a millionth of a unit is the machine's rounding, not use. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6

/** A register only grows: if it did not, it was reset or swapped, and a difference says nothing. */
const ascends = (span: RegisterSpan): boolean => span.min === span.first && span.max === span.last

/** What flowed from the end of `before` to the end of `span`; null when the register went backwards. */
export const useBetween = (before: RegisterSpan, span: RegisterSpan): number | null =>
  ascends(span) && span.first >= before.last ? rounded(span.last - before.last) : null

/** Whether the register stood still from the end of `before` to the start of `span`. */
export const stoodStill = (before: RegisterSpan, span: RegisterSpan): boolean => span.first === before.last

/** Both as one; `later` follows `earlier`. */
export const joined = (earlier: RegisterSpan, later: RegisterSpan): RegisterSpan => ({
  first: earlier.first,
  last: later.last,
  min: Math.min(earlier.min, later.min),
  max: Math.max(earlier.max, later.max),
  firstAt: earlier.firstAt,
  lastAt: later.lastAt,
})
