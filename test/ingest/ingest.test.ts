import { describe, expect, it } from 'vitest'
import type { Message } from '../../contracts/message.ts'
import { noMeters } from '../../contracts/telemetry.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { Decoder } from '../../ingest/decoder.ts'
import { createIngest } from '../../ingest/ingest.ts'
import { asDevice, asGateway, counting, directory, message, NOW } from './fixture.ts'

const ingest = createIngest({ directory: directory({ m1: 'water', s1: 'smoke' }), meters: noMeters })
const take = (id: string, payload: unknown, more: Partial<Message> = {}) =>
  ingest.take(asDevice(id), message(`devices/${id}/readings`, payload, more))
const only = (id: string, payload: unknown, more: Partial<Message> = {}) =>
  take(id, payload, more).readings.flatMap((group) => group.readings)

describe('what the surroundings add', () => {
  it('the site’s zone tells what a local time means, also when clocks go back', () => {
    const zoned = createIngest({
      directory: directory({ plug: 'electricity' }, { 'g plug': 'plug' }),
      meters: noMeters,
      siteZone: 'Europe/Berlin',
    })
    const measuredAt = (Time: string, receivedAt: number) =>
      zoned.take(
        asGateway('g', 'tele/#'),
        message('tele/plug/SENSOR', { Time, ENERGY: { Power: 5 } }, { receivedAt }),
      ).readings[0]?.readings[0]
    expect(measuredAt('2026-11-21T12:59:00', NOW)).toMatchObject({ measuredAt: NOW - MINUTE_MS, quality: [] })
    const [first, second] = [Date.parse('2026-10-25T00:30:30Z'), Date.parse('2026-10-25T01:30:30Z')]
    expect(measuredAt('2026-10-25T02:30:00', first)?.measuredAt).toBe(first - 30_000)
    expect(measuredAt('2026-10-25T02:30:00', second)?.measuredAt).toBe(second - 30_000)
  })

  it('on a topic of its platform a device speaks for itself', () => {
    const { readings } = ingest.take(
      asDevice('m1'),
      message('v1/devices/me/telemetry', { water_total_m3: 5 }),
    )
    expect(readings[0]).toMatchObject({ deviceId: 'm1', readings: [{ values: { water_total_m3: 5 } }] })
  })
})

describe('whose reading it is', () => {
  it('a meter moved to another home: each reading goes to where it was measured', () => {
    const moved = createIngest({ directory: directory({ m1: 'water' }, {}, NOW - HOUR_MS), meters: noMeters })
    const samples = [3, 2, 0].map((hours) => ({ ts: NOW - hours * HOUR_MS, water_total_m3: 9 - hours }))
    const { readings } = moved.take(asDevice('m1'), message('devices/m1/readings', samples))
    expect(
      readings.map((g) => [g.deviceId, g.homeId, g.readings.map((r) => r.values['water_total_m3'])]),
    ).toEqual([
      ['m1', 'old', [6, 7]],
      ['m1', 'new', [9]],
    ])
  })

  it('a device may speak for itself alone', () => {
    const taken = ingest.take(asDevice('m1'), message('devices/s1/readings', { ts: NOW, smoke: true }))
    expect(taken.readings).toEqual([])
    expect(taken.quarantined).toMatchObject([
      { code: 'wrong_device', principal: 'device:m1', sourceId: 's1' },
    ])
  })

  it('an unregistered or disabled device waits in quarantine', () => {
    const some = createIngest({ directory: directory({ off: 'disabled' }), meters: noMeters })
    for (const id of ['off', 'gone', '__proto__x', 'constructor']) {
      const taken = some.take(
        asDevice(id.replace(/^_+/, '')),
        message(`devices/${id.replace(/^_+/, '')}/readings`, { smoke: true }),
      )
      expect(taken.readings).toEqual([])
      expect(taken.quarantined).toMatchObject([{ code: 'unregistered_device' }])
    }
  })

  it("a gateway's ids are its own: the same name behind another gateway is another device", () => {
    const meters = counting()
    const known = directory(
      { s1: 'smoke', p1: 'electricity' },
      { 'gw-a kitchen': 's1', 'gw-b kitchen': 'p1' },
    )
    const gateways = createIngest({ directory: known, meters })
    const from = (gateway: string, topic: string, payload: unknown) =>
      gateways.take(asGateway(gateway, 'zigbee2mqtt/#'), message(`zigbee2mqtt/${topic}`, payload))
    expect(from('gw-a', 'kitchen', { smoke: true }).readings).toMatchObject([
      { deviceId: 's1', readings: [{ kind: 'smoke', values: { smoke: true } }] },
    ])
    expect(from('gw-b', 'kitchen', { state: 'ON' }).readings).toMatchObject([
      { deviceId: 'p1', readings: [{ values: { switch_on: true } }] },
    ])
    const unknown = from('gw-a', 'attic', { smoke: true })
    expect(unknown.readings).toEqual([])
    expect(unknown.quarantined).toMatchObject([
      {
        code: 'unregistered_device',
        principal: 'gateway:gw-a',
        sourceId: 'attic',
        payload: Buffer.from('{"smoke":true}').toString('base64'),
      },
    ])
    expect(from('gw-a', 'bridge/state', { state: 'online' })).toEqual({
      family: 'zigbee2mqtt',
      readings: [],
      quarantined: [],
    })
    expect(from('gw-a', 'bridge/logging', { level: 'info' })).toEqual({
      family: 'zigbee2mqtt',
      readings: [],
      quarantined: [],
    })
    expect(Object.fromEntries(meters.counts)).toEqual({
      'ingest_readings_total{}': 2,
      'ingest_refused_total{"code":"unregistered_device"}': 1,
      'ingest_refused_total{"code":"ignored"}': 2,
    })
  })
})

describe('what time it was', () => {
  it('a reading up to 35 days late is taken, an older one refused', () => {
    expect(only('m1', { ts: NOW - 35 * DAY_MS, water_total_m3: 1 })).toHaveLength(1)
    const taken = take('m1', [
      { ts: NOW - 35 * DAY_MS - 1, water_total_m3: 1 },
      { ts: NOW, water_total_m3: 2 },
    ])
    expect(taken.readings.flatMap((g) => g.readings).map((r) => r.values['water_total_m3'])).toEqual([2])
    expect(taken.quarantined).toMatchObject([{ code: 'too_old', sourceId: 'm1' }])
  })

  it('a smoke alarm older than any buffer comes from a wrong clock, and rings now, alone', () => {
    expect(only('s1', { ts: NOW - 40 * DAY_MS, smoke: true, battery_pct: 9 })).toMatchObject([
      { measuredAt: NOW, measuredAtSource: 'broker', values: { smoke: true }, quality: ['clock_skew'] },
    ])
    expect(only('s1', { ts: NOW - 40 * DAY_MS, smoke: false })).toEqual([])
  })

  it('a smoke alarm whose clock runs ahead rings now', () => {
    expect(only('s1', { ts: NOW + 400 * DAY_MS, smoke: true })).toMatchObject([
      {
        measuredAt: NOW,
        measuredAtSource: 'broker',
        receivedAt: NOW,
        values: { smoke: true },
        quality: ['clock_skew'],
      },
    ])
  })

  it('ten minutes ahead is still a clock', () => {
    expect(only('m1', { ts: NOW + 10 * MINUTE_MS, water_total_m3: 1 })).toMatchObject([
      { measuredAt: NOW + 10 * MINUTE_MS, quality: [] },
    ])
  })

  it('of a batch from a clock that runs ahead the latest register is what the meter says now', () => {
    const taken = take('m1', [
      { ts: NOW + 2 * HOUR_MS, water_total_m3: 7 },
      { ts: NOW + 3 * HOUR_MS, water_total_m3: 8 },
      { ts: NOW + 1 * HOUR_MS, water_total_m3: 6 },
      { ts: NOW + 1 * HOUR_MS, smoke: true },
      { ts: NOW + 1 * HOUR_MS, channel: 'hot', water_total_m3: 5 },
    ])
    const kept = taken.readings.flatMap((g) => g.readings)
    expect(kept.map((r) => r.values)).toEqual([{ water_total_m3: 8 }, { smoke: true }, { water_total_m3: 5 }])
    expect(kept.every((r) => r.measuredAt === NOW && r.quality.includes('clock_skew'))).toBe(true)
    expect(taken.quarantined).toMatchObject([
      { code: 'in_future', message: expect.stringContaining('2 parts') },
    ])
  })

  it('a retained message is an old state; without a time of its own nobody knows of when', () => {
    expect(only('s1', { ts: NOW - DAY_MS, smoke: true }, { retained: true })).toMatchObject([
      { measuredAt: NOW - DAY_MS, quality: ['retained'] },
    ])
    expect(only('s1', { smoke: true }, { retained: true })).toMatchObject([
      { values: { smoke: true }, quality: ['clock_missing', 'retained'] },
    ])
  })
})

describe('quarantine', () => {
  it('keeps the first 4 KB and says how long it was', () => {
    const payload = `{"x": "${'y'.repeat(10_000)}`
    const { quarantined } = take('m1', payload)
    expect(quarantined).toMatchObject([
      { code: 'malformed', sizeBytes: payload.length, receivedAt: NOW, topic: 'devices/m1/readings' },
    ])
    expect(Buffer.from(quarantined[0]?.payload ?? '', 'base64').toString()).toBe(payload.slice(0, 4096))
  })

  it('a message beyond the limits is not even read', () => {
    const large = Buffer.alloc(256 * 1024 + 1, ' ')
    expect(take('m1', large).quarantined).toMatchObject([{ code: 'too_large' }])
    const gateway = asGateway('g', 'zigbee2mqtt/#')
    expect(ingest.take(gateway, message('zigbee2mqtt/bridge/devices', large)).quarantined).toEqual([])
    expect(
      ingest.take(gateway, message('zigbee2mqtt/bridge/devices', Buffer.alloc(2 ** 21 + 1))).quarantined,
    ).toHaveLength(1)
  })

  it('a topic that no family knows is kept undecoded', () => {
    expect(ingest.take(asGateway('g', 'meters/#'), message('meters/9', '{"v":1}')).quarantined).toMatchObject(
      [{ code: 'undecoded', sourceId: null }],
    )
  })

  it('a thousand unknown devices in one message fill it only so far', () => {
    const crowd: Decoder = {
      name: 'crowd',
      claims: () => true,
      decode: ({ receivedAt }) => ({
        samples: Array.from({ length: 3000 }, (_, i) => ({
          sourceId: `dev-${i}`,
          kind: 'other',
          measuredAt: receivedAt,
          measuredAtSource: 'broker',
          values: {},
          quality: [],
        })),
        refused: null,
      }),
    }
    const crowded = createIngest({ directory: directory({}), decoders: [crowd], meters: noMeters })
    expect(crowded.take(asGateway('g', 'x/#'), message('x/y', '{}')).quarantined).toHaveLength(20)
  })

  it('a decoder that breaks refuses its message and is counted', () => {
    const meters = counting()
    const broken: Decoder = {
      name: 'broken',
      claims: () => true,
      decode: () => {
        throw new Error('broken')
      },
    }
    const some = createIngest({ directory: directory({ m1: 'water' }), decoders: [broken], meters })
    expect(some.take(asDevice('m1'), message('devices/m1/readings', '{}')).quarantined).toMatchObject([
      { code: 'undecoded' },
    ])
    expect(meters.counts.get('ingest_decoder_failures_total{"decoder":"broken"}')).toBe(1)
  })
})
