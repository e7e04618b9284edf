import { describe, expect, it } from 'vitest'
import { noContext, Packet } from '../../ingest/decoder.ts'
import { senml } from '../../ingest/decoders/senml.ts'
import { decode, message, NOW } from './fixture.ts'

const READINGS = 'devices/m1/readings'
const read = (payload: unknown) => decode(senml, READINGS, payload)
const NINE = Date.parse('2026-11-21T09:00:00Z')
const claims = (payload: unknown) => senml.claims(new Packet(message(READINGS, payload)), noContext)
const channels = (n: string) => read([{ n, v: 1 }]).samples.map((s) => s.channel)

describe('SenML', () => {
  it('is told from native JSON by its shape', () => {
    expect(claims([{ n: 'water_total_m3', v: 1 }])).toBe(true)
    expect(claims([{ bn: 'urn:dev:mac:1:' }])).toBe(true)
    expect(claims([{ ts: 1, water_total_m3: 1 }])).toBe(false)
    expect(claims([{ ts: 1, smoke: true, n: 'kitchen' }])).toBe(false)
    expect(claims({ n: 'x' })).toBe(false)
  })

  it('a pack in which nothing is said is counted as ignored', () => {
    const nothing = { samples: [], refused: { code: 'ignored' } }
    expect(read([{ bn: 'urn:dev:mac:1:', bt: NINE / 1000, n: 'smoke' }])).toMatchObject(nothing)
    expect(read([{ n: 'power', u: 'W', s: 3600 }])).toMatchObject(nothing)
  })

  it('merges the records of one time and counts on from its bases', () => {
    const { samples, refused } = read([
      { bn: 'urn:dev:mac:0024befffe804ff1:', bt: NINE / 1000, bu: 'm3', n: 'water_total_m3', v: 12.345 },
      { n: 'water_flow_m3h', u: 'l/s', v: 0.1 },
      { n: 'leak', vb: false },
      { n: 'water_total_m3', t: 900, v: 12.4 },
    ])
    expect(refused).toBeNull()
    expect(samples).toEqual([
      {
        sourceId: 'm1',
        kind: 'water',
        measuredAt: NINE,
        measuredAtSource: 'device',
        values: { water_total_m3: 12.345, water_flow_m3h: 0.36, leak: false },
        quality: [],
      },
      {
        sourceId: 'm1',
        kind: 'water',
        measuredAt: NINE + 900_000,
        measuredAtSource: 'device',
        values: { water_total_m3: 12.4 },
        quality: [],
      },
    ])
  })

  it.each([
    ['water', 'l', 12_345, 'water_total_m3', 12.345],
    ['water', 'L', 500, 'water_total_m3', 0.5],
    ['volume', 'm3', 3, 'water_total_m3', 3],
    ['energy', 'J', 3.6e6, 'energy_import_kwh', 1],
    ['energy', 'Wh', 1500, 'energy_import_kwh', 1.5],
    ['energy_export', 'kWh', 2, 'energy_export_kwh', 2],
    ['power', 'kW', 1.2, 'power_w', 1200],
    ['voltage', 'V', 230, 'voltage_l1_v', 230],
    ['current', 'A', 0.5, 'current_l1_a', 0.5],
    ['battery', '%EL', 80, 'battery_pct', 80],
    ['battery', 'V', 3.6, 'battery_v', 3.6],
    ['temperature', 'Cel', 21.5, 'temperature_c', 21.5],
    ['rssi', 'dBm', -90, 'signal_dbm', -90],
    ['energy_import_kwh', 'Wh', 250, 'energy_import_kwh', 0.25],
    ['power_w', undefined, 60, 'power_w', 60],
  ])('%s in %s', (n, u, v, metric, value) => {
    expect(read([{ n, u, v }]).samples.map((s) => s.values)).toEqual([{ [metric]: value }])
  })

  it.each([
    ['a unit that does not fit', { n: 'water_total_m3', u: 'Cel', v: 4 }],
    ['a foreign name without unit', { n: 'water', v: 4 }],
    ['a unit that every object has', { n: 'water', u: 'constructor', v: 4 }],
    ['a value as text', { n: 'power_w', vs: '60' }],
    ['a state as number', { n: 'smoke', v: 1 }],
    ['a time that is none', { n: 'power_w', v: 1, t: 'now' }],
  ])('refuses %s, alone', (_, record) => {
    const decoded = read([{ n: 'smoke', vb: true }, record])
    expect(decoded.samples.map((s) => s.values)).toEqual([{ smoke: true }])
    expect(decoded.refused?.code).toBe('malformed')
  })

  it('guesses nothing behind a base that it cannot read', () => {
    for (const base of [{ bn: 7 }, { bt: '1' }, { bver: 11 }, { bu: 1 }, { bv: null }, { must_: 1 }]) {
      const decoded = read([
        { n: 'power_w', v: 1 },
        { ...base, n: 'power_w', v: 2 },
        { n: 'power_w', v: 3, t: -1 },
      ])
      expect(
        decoded.samples.map((s) => s.values['power_w']),
        JSON.stringify(base),
      ).toEqual([1])
      expect(decoded.refused?.code).toBe('malformed')
    }
  })

  it('hears smoke whose time is none, and nothing else', () => {
    for (const pack of [
      [
        { bt: 'now', n: 'smoke', vb: true },
        { n: 'power_w', v: 1 },
      ],
      [
        { n: 'smoke', vb: true, t: 'now' },
        { n: 'smoke', vb: false, t: 'now' },
      ],
      [{ bt: 1e15, n: 'smoke', vb: true }],
    ]) {
      const decoded = read(pack)
      expect(decoded.samples).toMatchObject([
        { measuredAt: NOW, values: { smoke: true }, quality: ['clock_missing'] },
      ])
      expect(decoded.samples[0]?.values).not.toHaveProperty('power_w')
      expect(decoded.refused?.code).toBe('malformed')
    }
  })

  it('counts a relative time back from arrival', () => {
    expect(read([{ n: 'power_w', v: 1, t: -60 }]).samples).toMatchObject([
      { measuredAt: NOW - 60_000, measuredAtSource: 'broker', quality: ['clock_missing'] },
    ])
  })

  it('names the channel by what stands behind the identity', () => {
    expect(channels('urn:dev:ow:10e2073a01080063:power_w')).toEqual([undefined])
    expect(channels('m1/power_w')).toEqual([undefined])
    expect(channels('urn:dev:ow:10e2073a01080063:socket2:power_w')).toEqual(['socket2'])
    expect(channels('m1/left/power_w')).toEqual(['left'])
  })

  it('hears smoke in a pack that says both of one moment', () => {
    expect(
      read([
        { n: 'smoke', vb: true },
        { n: 'smoke', vb: false },
      ]).samples[0]?.values,
    ).toEqual({ smoke: true })
    expect(
      read([
        { n: 'smoke', vb: false },
        { n: 'smoke', vb: true },
      ]).samples[0]?.values,
    ).toEqual({ smoke: true })
  })
})
