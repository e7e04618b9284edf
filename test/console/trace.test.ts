import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Bucket,
  litresPerStep,
  meanWatts,
  resolutionFor,
  stateTraceOf,
  timeTicks,
  traceOf,
} from '../../console/src/charts/trace.ts'

const QUARTER = 900_000
const FROM = Date.parse('2026-11-20T00:00:00Z')
const bucket = (quarter: number, use: number | null): Bucket => ({
  start: new Date(FROM + quarter * QUARTER).toISOString(),
  count: 1,
  mean: 0,
  max: 0,
  use,
})
const frame = (quarters: number, cadenceMs: number | null = QUARTER) => ({
  fromAt: FROM,
  toAt: FROM + quarters * QUARTER,
  resolutionMs: QUARTER,
  cadenceMs,
})
const litres = litresPerStep(QUARTER)
const inQuarters = (span: { startAt: number; endAt: number }) => [
  (span.startAt - FROM) / QUARTER,
  (span.endAt - FROM) / QUARTER,
]

describe('a trace', () => {
  test('a register in cubic metres becomes litres in each step', () => {
    const trace = traceOf([bucket(0, 0.004), bucket(1, 0), bucket(2, 0.0125)], frame(3), litres)
    expect(trace.bars.map(({ value }) => value)).toEqual([4, 0, 12.5])
    expect(trace.unknown).toEqual([])
  })

  test('hours in which nothing was heard are unknown, not zero', () => {
    const trace = traceOf([bucket(0, 0), bucket(1, 0), bucket(9, null), bucket(10, 0.002)], frame(11), litres)
    expect(trace.unknown.map(inQuarters)).toEqual([
      [2, 9],
      [9, 10],
    ])
    expect(trace.bars.map(inQuarters)).toEqual([
      [0, 1],
      [1, 2],
      [10, 11],
    ])
  })

  test('a meter that speaks hourly answers for the whole hour', () => {
    const trace = traceOf([bucket(3, 0.008), bucket(7, 0.004)], frame(8, 4 * QUARTER), litres)
    expect(trace.unknown).toEqual([])
    expect(trace.bars.map(inQuarters)).toEqual([
      [0, 4],
      [4, 8],
    ])
    expect(trace.bars.map(({ value }) => value)).toEqual([2, 1])
  })

  test('what was reported a second ago is not taken for the use of one second', () => {
    const justNow = { ...frame(4), toAt: FROM + 3 * QUARTER + 1_000 }
    const quarters = [bucket(0, 0.004), bucket(1, 0.004), bucket(2, 0.004), bucket(3, 0.004)]
    const { bars } = traceOf(quarters, justNow, litres)
    expect(bars.map(({ value }) => value)).toEqual([4, 4, 4, 4])
    expect(bars.at(-1)?.endAt).toBe(justNow.toAt)
    // A device that reports every ten seconds has said something of the minute since the bucket began.
    const often = { ...frame(4, 10_000), toAt: FROM + 3 * QUARTER + 60_000 }
    expect(traceOf([bucket(2, 0.004), bucket(3, 0.001)], often, litres).bars.at(-1)?.value).toBe(15)
  })

  test('a device that fell silent is hatched up to now', () => {
    const trace = traceOf([bucket(0, 0)], frame(12), litres)
    expect(trace.unknown.map(inQuarters)).toEqual([[1, 12]])
  })

  test('energy becomes mean power', () => {
    expect(meanWatts(bucket(0, 0.02), QUARTER)).toBeCloseTo(80)
    expect(meanWatts(bucket(0, null), QUARTER)).toBeNull()
  })

  test('bars and the unknown never overlap and stay in the picture', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(95), { maxLength: 60 }),
        fc.constantFrom(null, QUARTER, 4 * QUARTER),
        (quarters, cadenceMs) => {
          const buckets = quarters.map((quarter) => bucket(quarter, quarter % 7 === 0 ? null : 0.001))
          const { bars, unknown } = traceOf(buckets, frame(96, cadenceMs), litres)
          const spans = [...bars, ...unknown].sort((a, b) => a.startAt - b.startAt)
          for (const [index, span] of spans.entries()) {
            expect(span.startAt).toBeGreaterThanOrEqual(spans[index - 1]?.endAt ?? FROM)
            expect(span.endAt).toBeGreaterThan(span.startAt)
            expect(span.endAt).toBeLessThanOrEqual(FROM + 96 * QUARTER)
          }
        },
      ),
    )
  })
})

describe('the trace of a state', () => {
  const said = (quarter: number, max: number) => ({ ...bucket(quarter, null), max })
  const inWords = (spans: readonly { startAt: number; endAt: number; value?: number }[]) =>
    spans.map((span) => [...inQuarters(span), ...(span.value === undefined ? [] : [span.value])])
  test('rings from the report that says so, not from the sign of life before it', () => {
    const { bars } = stateTraceOf(
      [said(0, 0), said(16, 0), said(28, 1), said(30, 0)],
      frame(40, 16 * QUARTER),
    )
    expect(inWords(bars)).toEqual([
      [0, 16, 0],
      [16, 28, 0],
      [28, 30, 1],
      [30, 40, 0],
    ])
  })
  test('is not known before the first report, nor long after the last', () => {
    const { unknown } = stateTraceOf([said(16, 0)], frame(100, 16 * QUARTER))
    expect(inWords(unknown)).toEqual([
      [0, 16],
      [16 + 2.2 * 16, 100],
    ])
  })
})

describe('the time axis', () => {
  test('ticks stand on the hours of the zone', () => {
    const ticks = timeTicks(FROM, FROM + 24 * 3_600_000, 'Asia/Shanghai', 6)
    expect(ticks.map((tick) => new Date(tick).toISOString().slice(5, 16))).toEqual([
      '11-20T04:00',
      '11-20T10:00',
      '11-20T16:00',
      '11-20T22:00',
    ])
  })

  test('never more than there is room for, whatever the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 56 }), fc.integer({ min: 3, max: 14 }), (days, most) => {
        const ticks = timeTicks(FROM, FROM + days * 86_400_000, 'Asia/Shanghai', most)
        expect(ticks.length).toBeLessThanOrEqual(most + 1)
        expect(ticks.length).toBeGreaterThan(0)
      }),
    )
  })

  test('the longer the range, the wider the step', () => {
    expect([1, 2, 7, 28].map((days) => resolutionFor(days * 86_400_000))).toEqual([900, 900, 3_600, 14_400])
  })
})
