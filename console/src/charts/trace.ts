import { addDays, localDate, startOfLocalDay } from '../format/instant.ts'

export interface Bucket {
  start: string
  count: number
  mean: number
  max: number
  use: number | null
}
export interface Span {
  startAt: number
  endAt: number
}
export interface Trace {
  bars: (Span & { value: number })[]
  /** When nothing was heard, or something flowed at an unknown time: drawn hatched, never as zero. */
  unknown: Span[]
}
export interface TraceFrame {
  fromAt: number
  /** Where knowledge can end at the latest: civil now, or the end of the picture. */
  toAt: number
  resolutionMs: number
  /** How often the device is expected to speak; null when that is not known. */
  cadenceMs: number | null
}

const LATE_INTERVALS = 2.2

/**
 * What a series of buckets says, and over what time it says nothing. `valueOf` makes a bar's height from a bucket and
 * how long it stands for; null is "it cannot be said".
 */
export const traceOf = (
  buckets: readonly Bucket[],
  frame: TraceFrame,
  valueOf: (bucket: Bucket, durationMs: number) => number | null,
): Trace => {
  const { fromAt, toAt, resolutionMs } = frame
  const patienceMs = Math.max(frame.cadenceMs ?? 0, resolutionMs) * LATE_INTERVALS
  const trace: Trace = { bars: [], unknown: [] }
  let knownUntil = fromAt
  for (const bucket of [...buckets].sort((a, b) => a.start.localeCompare(b.start))) {
    const start = Date.parse(bucket.start)
    const endAt = Math.min(start + resolutionMs, toAt)
    if (endAt <= knownUntil || start >= toAt) continue
    const wasMissing = start - knownUntil > patienceMs
    if (wasMissing) trace.unknown.push({ startAt: knownUntil, endAt: start })
    // A meter that speaks hourly answers for the whole hour, not for the quarter in which it spoke.
    const startAt = wasMissing ? start : Math.max(knownUntil, fromAt)
    // Where the picture ends within a bucket, what was used in it was used over no shorter time than the device takes
    // between two reports: divided by the seconds since the bucket began, a kettle would look like a factory.
    const value = valueOf(bucket, Math.max(endAt - startAt, frame.cadenceMs ?? resolutionMs))
    if (value === null) trace.unknown.push({ startAt, endAt })
    else trace.bars.push({ startAt, endAt, value })
    knownUntil = endAt
  }
  if (toAt - knownUntil > patienceMs) trace.unknown.push({ startAt: knownUntil, endAt: toAt })
  return trace
}

/**
 * A state holds from the report that says it until the next one, as far as the device can be expected to speak: a
 * detector that rings now did not ring all the hours since its last sign of life.
 */
export const stateTraceOf = (buckets: readonly Bucket[], frame: TraceFrame): Trace => {
  const { fromAt, toAt, resolutionMs } = frame
  const patienceMs = Math.max(frame.cadenceMs ?? 0, resolutionMs) * LATE_INTERVALS
  const trace: Trace = { bars: [], unknown: [] }
  const reports = [...buckets]
    .sort((a, b) => a.start.localeCompare(b.start))
    .map((bucket) => ({ at: Math.max(Date.parse(bucket.start), fromAt), value: bucket.max > 0 ? 1 : 0 }))
    .filter(({ at }) => at < toAt)
  let knownUntil = fromAt
  reports.forEach(({ at, value }, index) => {
    if (at > knownUntil) trace.unknown.push({ startAt: knownUntil, endAt: at })
    knownUntil = Math.min(reports[index + 1]?.at ?? toAt, at + patienceMs, toAt)
    trace.bars.push({ startAt: at, endAt: knownUntil, value })
  })
  if (toAt > knownUntil) trace.unknown.push({ startAt: knownUntil, endAt: toAt })
  return trace
}

/** Litres in one resolution step. */
export const litresPerStep =
  (resolutionMs: number) =>
  (bucket: Bucket, durationMs: number): number | null =>
    bucket.use === null ? null : (bucket.use * 1_000 * resolutionMs) / durationMs

/** Mean watts over the time the bucket stands for, from a register in kWh. */
export const meanWatts = (bucket: Bucket, durationMs: number): number | null =>
  bucket.use === null ? null : (bucket.use * 1_000 * 3_600_000) / durationMs

export const barAt = (trace: Trace, at: number): (Span & { value: number }) | undefined =>
  trace.bars.find((bar) => bar.startAt <= at && at < bar.endAt)

/** Local midnights, or every 3, 6 or 12 hours of the zone, whichever leaves room: at most `most` ticks. */
export const timeTicks = (fromAt: number, toAt: number, zone: string, most: number): number[] => {
  const hours = (toAt - fromAt) / 3_600_000
  const stepH = [1, 2, 3, 6, 12, 24, 48, 96, 168].find((step) => hours / step <= most) ?? 336
  const ticks: number[] = []
  let date = localDate(fromAt, zone)
  for (let day = 0; ; day++) {
    const midnight = startOfLocalDay(date, zone)
    if (midnight > toAt) return ticks
    if (stepH < 24)
      for (let hour = 0; hour < 24; hour += stepH) {
        const at = midnight + hour * 3_600_000
        if (at >= fromAt && at <= toAt) ticks.push(at)
      }
    else if (midnight >= fromAt && day % (stepH / 24) === 0) ticks.push(midnight)
    date = addDays(date, 1)
  }
}

/** The bucket width at which a range is legible: a quarter of an hour over two days, four hours over four weeks. */
export const resolutionFor = (rangeMs: number): number => {
  const days = rangeMs / 86_400_000
  if (days <= 2.1) return 900
  if (days <= 8) return 3_600
  return 14_400
}
