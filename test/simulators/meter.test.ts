import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type Fault, type FaultKind, faultOf } from '../../simulators/fault.ts'
import { type Incident, type IncidentKind, incidentOf } from '../../simulators/incident.ts'
import { DAILY_HOURS, DAILY_QUARTER_HOURS, HOURLY } from '../../simulators/meter.ts'
import { encode } from '../../simulators/report.ts'
import { homeWith, ORIGIN, ofKind, START, valuesOf } from './plans.ts'

const incidentKinds: IncidentKind[] = [
  'fall',
  'decline',
  'away',
  'guests',
  'leak',
  'tap_left_on',
  'cooker_left_on',
  'fire',
]
const faultKinds: FaultKind[] = [
  'lost',
  'late',
  'doubled',
  'reordered',
  'restamped',
  'battery_dying',
  'gone',
  'clock_wrong',
  'register_reset',
  'garbage',
]
const span = fc
  .tuple(fc.integer({ min: 0, max: 4 * DAY_MS }), fc.integer({ min: MINUTE_MS, max: 2 * DAY_MS }))
  .map(([from, length]) => [START - DAY_MS + from, START - DAY_MS + from + length] as const)
const incident = fc
  .tuple(fc.constantFrom(...incidentKinds), span)
  .map(([kind, [from, to]]): Incident => incidentOf(kind, from, to))
const fault = fc
  .tuple(fc.constantFrom(...faultKinds), span)
  .map(([kind, [from, to]]): Fault => faultOf(kind, from, to, 0.3))

test('whatever befalls a home, windows made apart are the bytes of one large window', () => {
  fc.assert(
    fc.property(
      fc.array(incident, { maxLength: 3 }),
      fc.array(fault, { maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 3 * DAY_MS }), { minLength: 1, maxLength: 5 }),
      (incidents, faults, cuts) => {
        const plan = { incidents, faults: faults.map((it) => ({ device: null, fault: it })) }
        const end = START + 3 * DAY_MS
        const whole = homeWith(plan).source(START, end).map(encode)
        const marks = [START, ...cuts.map((cut) => START + cut).sort((a, b) => a - b), end]
        const parts = marks.slice(1).flatMap((to, n) =>
          homeWith(plan)
            .source(marks[n] ?? START, to)
            .map(encode),
        )
        expect(parts).toEqual(whole)
      },
    ),
    { numRuns: 40 },
  )
})

test('registers never run backwards and are asked in any order, whatever befalls the home', () => {
  fc.assert(
    fc.property(
      fc.array(incident, { maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 6 * DAY_MS }), { minLength: 2, maxLength: 30 }),
      (incidents, offsets) => {
        const { registers } = homeWith({ incidents })
        const stands = offsets.map((offset) => ({ offset, ...registers.at(ORIGIN + offset) }))
        stands.sort((a, b) => a.offset - b.offset)
        for (const [n, stand] of stands.entries()) {
          const before = stands[n - 1] ?? stand
          expect(stand.millilitres).toBeGreaterThanOrEqual(before.millilitres)
          expect(stand.wattMs).toBeGreaterThanOrEqual(before.wattMs)
        }
      },
    ),
    { numRuns: 40 },
  )
})

describe('what a home sends in a day', () => {
  const reports = homeWith().source(START, START + DAY_MS)

  test('both meters report every quarter of an hour, never at the same second of all hours', () => {
    for (const kind of ['water', 'electricity'] as const) {
      const times = ofKind(reports, kind).map((report) => report.at)
      expect(times).toHaveLength(96)
      const gaps = times.slice(1).map((at, n) => at - (times[n] ?? at))
      expect(Math.min(...gaps)).toBeGreaterThan(14 * MINUTE_MS)
      expect(Math.max(...gaps)).toBeLessThan(16 * MINUTE_MS)
      expect(new Set(gaps).size).toBeGreaterThan(3)
    }
  })

  test('water counts whole litres, electricity watt-hours with the power of the moment', () => {
    for (const { value } of valuesOf(reports, 'water_total_m3')) {
      expect(Math.abs(Number(value) * 1000 - Math.round(Number(value) * 1000))).toBeLessThan(1e-6)
    }
    const powers = valuesOf(reports, 'power_w').map(({ value }) => Number(value))
    expect(Math.min(...powers)).toBeGreaterThan(0)
    expect(Math.max(...powers)).toBeGreaterThan(Math.min(...powers))
  })

  test('the detector gives a sign of life every 4 to 6 hours', () => {
    const heartbeats = ofKind(reports, 'smoke')
    expect(heartbeats.length).toBeGreaterThanOrEqual(4)
    expect(heartbeats.length).toBeLessThanOrEqual(6)
    expect(valuesOf(heartbeats, 'smoke').every(({ value }) => value === false)).toBe(true)
  })

  test('numbers of reports count up by one', () => {
    const numbers = ofKind(reports, 'water').map((report) => report.seq ?? Number.NaN)
    for (const [n, seq] of numbers.entries()) expect(seq).toBe((numbers[0] ?? 0) + n)
  })

  test('the message is the native JSON on the device’s own topic', () => {
    const report = ofKind(reports, 'water')[0]
    if (!report) throw new Error('no report')
    const { topic, payload } = encode(report)
    expect(topic).toBe('devices/w1/readings')
    expect(JSON.parse(payload)).toEqual({
      ts: new Date(report.at).toISOString(),
      values: { water_total_m3: expect.any(Number) },
      seq: report.seq,
    })
  })
})

test('an hourly meter says a quarter as much', () => {
  const reports = homeWith({ reporting: HOURLY }).source(START, START + DAY_MS)
  expect(ofKind(reports, 'water')).toHaveLength(24)
})

test.each([
  [DAILY_HOURS, 24],
  [DAILY_QUARTER_HOURS, 96],
])('a meter that uploads once a day sends yesterday in one message', (reporting, count) => {
  const daily = homeWith({ reporting })
  const [upload, ...others] = ofKind(daily.source(START, START + DAY_MS), 'water')
  if (!upload) throw new Error('no upload')
  expect(others).toHaveLength(0)
  const block = JSON.parse(encode(upload).payload) as { start: string; interval_s: number; values: number[] }
  expect(block).toMatchObject({ metric: 'water_total_m3', interval_s: 86_400 / count })
  expect(block.values).toHaveLength(count)
  const lastMs = Date.parse(block.start) + (count - 1) * block.interval_s * 1000
  expect(upload.at - lastMs).toBeLessThan(2 * HOUR_MS)
  expect(block.values.at(-1)).toBe(Math.floor(daily.registers.at(lastMs).millilitres / 1000) / 1000)
})
