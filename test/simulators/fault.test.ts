import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type Fault, type FaultKind, faultOf } from '../../simulators/fault.ts'
import { encode } from '../../simulators/report.ts'
import { homeWith, ofKind, START, valuesOf } from './plans.ts'

const END = START + 10 * DAY_MS
const water = (fault?: Fault) =>
  ofKind(homeWith(fault ? { faults: [{ device: 'water', fault }] } : {}).source(START, END), 'water')
const usual = water()
const under = (kind: FaultKind, share?: number) => water(faultOf(kind, START, END, share))
const stamps = (reports: typeof usual) => valuesOf(reports, 'water_total_m3').map(({ at }) => at)

test('lost: a share never arrives, the rest as it was', () => {
  const reports = under('lost', 0.25)
  expect(reports.length / usual.length).toBeGreaterThan(0.65)
  expect(reports.length / usual.length).toBeLessThan(0.85)
  const said = new Set(usual.map((report) => JSON.stringify(report)))
  expect(reports.every((report) => said.has(JSON.stringify(report)))).toBe(true)
})

test('late: nothing arrives, then everything does in batches with its own stamps', () => {
  const until = START + 30 * HOUR_MS
  const reports = water(faultOf('late', START + 4 * HOUR_MS, until))
  const batches = reports.filter((report) => report.at === until)
  expect(batches.map((report) => report.samples.length)).toEqual([100, 4])
  expect(reports.filter(({ at }) => at > START + 4 * HOUR_MS && at < until)).toHaveLength(0)
  expect(valuesOf(reports, 'water_total_m3')).toEqual(valuesOf(usual, 'water_total_m3'))
  const batch = batches[0]
  expect(batch && JSON.parse(encode(batch).payload)).toHaveLength(100)
})

test('doubled: a share arrives twice, byte for byte', () => {
  const payloads = under('doubled', 0.2).map((report) => encode(report).payload)
  expect(payloads.length / usual.length).toBeGreaterThan(1.1)
  expect(new Set(payloads)).toEqual(new Set(usual.map((report) => encode(report).payload)))
})

test('reordered: later reports overtake some, none is lost', () => {
  const reports = under('reordered', 0.3)
  const order = stamps(reports)
  expect(order).not.toEqual(order.toSorted((a, b) => (a ?? 0) - (b ?? 0)))
  expect(reports.map(({ at }) => at)).toEqual(reports.map(({ at }) => at).toSorted((a, b) => a - b))
  expect(Math.abs(reports.length - usual.length)).toBeLessThan(4)
})

test('restamped: old values come again under a new time', () => {
  const reports = under('restamped', 0.2)
  const again = reports.filter((report) => report.seq === null)
  expect(again.length).toBeGreaterThan(usual.length / 10)
  for (const report of again) {
    const before = usual.findLast(({ at }) => at <= report.at - 7 * MINUTE_MS)
    expect(valuesOf([report], 'water_total_m3')[0]).toEqual({
      at: report.at,
      value: before?.samples[0]?.values['water_total_m3'],
    })
  }
})

test('battery dying: it falls, says that it is low, and then there is silence', () => {
  const fault = faultOf('battery_dying', START, START + 8 * DAY_MS)
  const reports = ofKind(homeWith({ faults: [{ device: 'smoke', fault }] }).source(START, END), 'smoke')
  const levels = valuesOf(reports, 'battery_pct').map(({ value }) => Number(value))
  expect(levels).toEqual(levels.toSorted((a, b) => b - a))
  expect(levels.at(-1)).toBeLessThan(3)
  expect(valuesOf(reports, 'battery_low').at(-1)?.value).toBe(true)
  expect(reports.at(-1)?.at).toBeLessThan(START + 8 * DAY_MS)
})

test('gone: silence, until the end if there is one', () => {
  expect(under('gone')).toHaveLength(0)
  const back = water(faultOf('gone', START + DAY_MS, START + 2 * DAY_MS))
  expect(back).toEqual(usual.filter(({ at }) => at < START + DAY_MS || at >= START + 2 * DAY_MS))
})

test('clock wrong: sent as ever, stamped eight hours ahead', () => {
  const reports = under('clock_wrong')
  expect(reports.map(({ at }) => at)).toEqual(usual.map(({ at }) => at))
  expect(stamps(reports)).toEqual(stamps(usual).map((at) => (at ?? 0) + 8 * HOUR_MS))
})

test('register reset: it begins again at 0 and counts on by what flows', () => {
  const values = valuesOf(water(faultOf('register_reset', START + DAY_MS, null)), 'water_total_m3')
  const [before, after] = [values[95], values[96]]
  expect(Number(before?.value)).toBeGreaterThan(10)
  expect(Number(after?.value)).toBeLessThan(0.1)
  const last = valuesOf(usual, 'water_total_m3').at(-1)
  expect(Number(values.at(-1)?.value)).toBeCloseTo(Number(last?.value) - Number(before?.value), 6)
})

test('garbage: a share is no JSON', () => {
  const readable = under('garbage', 0.5).filter((report) => {
    try {
      JSON.parse(encode(report).payload)
      return true
    } catch {
      return false
    }
  })
  expect(readable.length / usual.length).toBeGreaterThan(0.35)
  expect(readable.length / usual.length).toBeLessThan(0.65)
})
