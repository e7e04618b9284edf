import { describe, expect, it } from 'vitest'
import { native } from '../../ingest/decoders/native.ts'
import { decode, NOW } from './fixture.ts'

const READINGS = 'devices/meter-7/readings'
const at = (text: string) => Date.parse(`2026-11-21T${text}Z`)
const readings = (payload: unknown) => decode(native, READINGS, payload)
const brief = (payload: unknown) => readings(payload).samples.map((s) => [s.measuredAt, s.values])

describe('one native sample', () => {
  it('comes with its values inside or beside its time', () => {
    const expected = [[at('11:59:00'), { water_total_m3: 12.3 }]]
    expect(brief({ measuredAt: '2026-11-21T11:59:00Z', values: { water_total_m3: 12.3 } })).toEqual(expected)
    expect(brief({ ts: '2026-11-21T19:59:00+08:00', water_total_m3: 12.3 })).toEqual(expected)
    expect(brief({ ts: at('11:59:00'), water_total_m3: 12.3 })).toEqual(expected)
    expect(brief({ ts: at('11:59:00') / 1000, water_total_m3: 12.3 })).toEqual(expected)
  })

  it('carries device, channel, number and kind', () => {
    const { samples, refused } = readings({
      ts: NOW,
      channel: 2,
      seq: 41,
      values: { power_w: 60, switch_on: true },
    })
    expect(refused).toBeNull()
    expect(samples).toEqual([
      {
        sourceId: 'meter-7',
        channel: '2',
        seq: 41,
        kind: 'electricity',
        measuredAt: NOW,
        measuredAtSource: 'device',
        values: { power_w: 60, switch_on: true },
        quality: [],
      },
    ])
  })

  it('is of the registered kind, whatever it measures', () => {
    const decoded = decode(native, READINGS, { smoke: false }, { kindOf: () => 'other' })
    expect(decoded.samples[0]?.kind).toBe('other')
  })

  it('without a time, or with a clock that was never set, is measured at arrival', () => {
    for (const ts of [undefined, null, 0, 86_400, '1970-01-06T16:29:20Z', '2000-01-01T00:00:00Z']) {
      const [sample] = readings({ ts, water_total_m3: 1 }).samples
      expect(sample, String(ts)).toMatchObject({
        measuredAt: NOW,
        measuredAtSource: 'broker',
        quality: ['clock_missing'],
      })
    }
  })

  it('keeps null as "not said"', () => {
    expect(readings({ ts: NOW, smoke: null, battery_pct: null }).samples[0]?.values).toEqual({
      smoke: null,
      battery_pct: null,
    })
  })
})

describe('a bad value is refused by itself', () => {
  it.each([
    ['a string number', 'water_total_m3', '12.3', 'malformed'],
    ['a register below zero', 'water_total_m3', -1, 'out_of_range'],
    ['all ones', 'water_total_m3', 0xffffffff, 'out_of_range'],
    ['all ones in Wh', 'energy_import_kwh', 4294967.295, 'out_of_range'],
    ['a 16-bit sentinel', 'power_w', 65535, 'out_of_range'],
    ['the nines of a display', 'power_w', 9999.99, 'out_of_range'],
    ['a battery above full', 'battery_pct', 255, 'out_of_range'],
    ['a temperature of a broken sensor', 'temperature_c', -327.68, 'out_of_range'],
    ['a state as number', 'leak', 1, 'malformed'],
    ['a state as text', 'leak', 'true', 'malformed'],
    ['an unknown metric', 'humidity', 60, 'malformed'],
    ['a name that every object has', 'constructor', 1, 'malformed'],
  ])('%s', (_, metric, value, code) => {
    const decoded = readings({ ts: NOW, values: { smoke: true, [metric]: value } })
    expect(decoded.samples.map((s) => s.values)).toEqual([{ smoke: true }])
    expect(decoded.refused?.code).toBe(code)
    expect(decoded.refused?.message).toContain(metric)
  })

  it('numbers that are no numbers', () => {
    const decoded = readings('{"ts":null,"values":{"power_w":1e999,"smoke":false}}')
    expect(decoded.samples.map((s) => s.values)).toEqual([{ smoke: false }])
    expect(decoded.refused?.code).toBe('malformed')
  })

  it('prototype keys reach nothing', () => {
    const decoded = readings(
      '{"__proto__":{"smoke":true},"ts":null,"constructor":{"prototype":{"smoke":true}}}',
    )
    expect(decoded.samples).toEqual([])
    expect(({} as Record<string, unknown>)['smoke']).toBeUndefined()
  })

  it('but the rest of an array is taken', () => {
    const decoded = readings([
      { ts: NOW, power_w: 1 },
      'x',
      { ts: 'soon', power_w: 2 },
      {},
      { ts: NOW - 1, power_w: 3 },
    ])
    expect(decoded.samples.map((s) => s.values['power_w'])).toEqual([1, 3])
    expect(decoded.refused).toEqual({
      code: 'malformed',
      message: '3 parts refused, the first: [1] a sample is an object, not "x"',
    })
  })
})

describe('a detector that rings is heard', () => {
  it.each([
    ['a broken time', { ts: 'yesterday' }],
    ['a time without zone', { ts: '2026-11-21T11:00:00' }],
    ['a time beyond all clocks', { ts: 1e18 }],
    ['a channel that is none', { channel: {} }],
  ])('with %s: only the alarm is kept', (_, envelope) => {
    const decoded = readings({ ...envelope, values: { smoke: true, water_total_m3: 5 } })
    expect(decoded.samples).toMatchObject([
      { measuredAt: NOW, values: { smoke: true }, quality: ['clock_missing'] },
    ])
    expect(decoded.refused?.code).toBe('malformed')
  })

  it('while a clear with a broken time clears nothing', () => {
    expect(readings({ ts: 'yesterday', smoke: false }).samples).toEqual([])
  })
})

describe('the compact series', () => {
  const series = { metric: 'water_total_m3', start: '2026-11-21T09:00:00Z', interval_s: 900 }

  it('of deltas gives the register after each interval, and none where nothing was measured', () => {
    expect(brief({ ...series, base: 12.345, deltas: [0.001, null, 0, 0.1] })).toEqual([
      [at('09:15:00'), { water_total_m3: 12.346 }],
      [at('09:45:00'), { water_total_m3: 12.346 }],
      [at('10:00:00'), { water_total_m3: 12.446 }],
    ])
  })

  it('of values starts at its start', () => {
    expect(brief({ ...series, metric: 'power_w', values: [10, null, 12] })).toEqual([
      [at('09:00:00'), { power_w: 10 }],
      [at('09:30:00'), { power_w: 12 }],
    ])
  })

  it('knows nothing behind a bad delta', () => {
    const decoded = readings({ ...series, base: 1, deltas: [1, -1, 1] })
    expect(decoded.samples.map((s) => s.values['water_total_m3'])).toEqual([2])
    expect(decoded.refused?.code).toBe('malformed')
  })

  it('refuses a single bad value', () => {
    const decoded = readings({ ...series, values: [1, '2', 3] })
    expect(decoded.samples.map((s) => s.values['water_total_m3'])).toEqual([1, 3])
    expect(decoded.refused).toMatchObject({ code: 'malformed', message: expect.stringContaining('point 1') })
  })

  it.each([
    ['no start', { start: undefined, values: [1] }],
    ['a clock never set', { start: 0, values: [1] }],
    ['no interval', { interval_s: 0, values: [1] }],
    ['an unknown metric', { metric: 'humidity', values: [1] }],
    ['deltas without base', { deltas: [1] }],
    ['deltas of a gauge', { metric: 'power_w', base: 0, deltas: [1] }],
    ['neither deltas nor values', {}],
  ])('with %s is refused', (_, fault) => {
    const decoded = readings({ ...series, ...fault })
    expect(decoded.samples).toEqual([])
    expect(decoded.refused?.code).toBe('malformed')
  })

  it('may stand in an array with others; a thousand samples in all are taken', () => {
    const decoded = readings([
      { ts: NOW, smoke: true },
      { ...series, interval_s: 60, values: Array.from({ length: 1200 }, (_, i) => i) },
    ])
    expect(decoded.samples).toHaveLength(1000)
    expect(decoded.refused?.code).toBe('too_large')
  })
})

describe('status', () => {
  it.each([
    ['online', true],
    ['offline', false],
    ['{"state":"online"}', true],
    ['"offline"', false],
  ])('%s', (payload, online) => {
    expect(decode(native, 'devices/a/status', payload).samples[0]?.values).toEqual({ online })
  })

  it('cleared is ignored, anything else malformed', () => {
    expect(decode(native, 'devices/a/status', '').refused?.code).toBe('ignored')
    expect(decode(native, 'devices/a/status', 'on').refused?.code).toBe('malformed')
    expect(decode(native, 'devices/a/status', '{"state":true}').refused?.code).toBe('malformed')
  })
})
