import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message, Principal } from '../../contracts/message.ts'
import { METRIC_NAMES, METRICS } from '../../contracts/metric.ts'
import { isDecodedLater } from '../../contracts/quarantine.ts'
import { ReadingSchema } from '../../contracts/reading.ts'
import { createIngest, type Taken } from '../../ingest/ingest.ts'
import { FAMILY_MESSAGES } from './families.ts'
import { asDevice, asGateway, counting, directory, message, NOW } from './fixture.ts'

const device = asDevice('m1')
const gateway = asGateway('g', 'zigbee2mqtt/#', 'other/#')
const behind = Object.fromEntries(FAMILY_MESSAGES.map(({ sourceId }) => [`g ${sourceId}`, 'm1']))
const known = directory(
  { m1: 'water', s1: 'smoke' },
  { ...behind, 'g kitchen': 's1', 'g a/b': 'm1' },
  NOW - 1000,
)

/** A registry in which every source stands for one detector. */
const anything = { ...known, behind: () => known.device('s1') }

/** Takes a message and holds what must be so of any answer; a decoder that threw counts as a failure. */
function takeChecked(principal: Principal, sent: Message): Taken {
  const meters = counting()
  const taken = createIngest({ directory: known, meters }).take(principal, sent)
  expect([...meters.counts.keys()].filter((key) => key.includes('failures'))).toEqual([])
  const readings = taken.readings.flatMap((group) => group.readings)
  expect(readings.length).toBeLessThanOrEqual(1000)
  expect(taken.quarantined.length).toBeLessThanOrEqual(20)
  for (const reading of readings) {
    ReadingSchema.parse(reading)
    for (const [name, value] of Object.entries(reading.values)) {
      expect(METRICS.has(name)).toBe(true)
      if (METRICS.get(name)?.form === 'register' && value !== null) expect(value).toBeGreaterThanOrEqual(0)
    }
  }
  for (const item of taken.quarantined) {
    // What only lacks its registration is decoded later, and kept whole for that.
    const whole = isDecodedLater(item.code) && sent.payload.length <= 256 * 1024
    const keptBytes = whole ? sent.payload.length : 4096
    expect(item.payload).toBe(Buffer.from(sent.payload.subarray(0, keptBytes)).toString('base64'))
    expect(item.message.length + item.topic.length).toBeLessThanOrEqual(812)
  }
  return taken
}

const topics = fc.constantFrom(
  'devices/m1/readings',
  'devices/m1/status',
  'devices/other/readings',
  'devices//readings',
  'zigbee2mqtt/kitchen',
  'zigbee2mqtt/a/b',
  'zigbee2mqtt/a/b/state',
  'zigbee2mqtt/kitchen/smoke',
  'zigbee2mqtt/bridge/state',
  'zigbee2mqtt/',
  'zigbee2mqtt',
  'other/x',
  '',
  ...FAMILY_MESSAGES.map(({ topic }) => topic),
  'tele/plug/STATE',
  'stat/plug/POWER1',
  'shellies/shellyplug-s-1/relay/0',
  'shellies/shellysmoke-1/info',
  'shellyplussmoke-1/status/smoke:0',
  'watermeter/main/json',
  'v1/devices/me/telemetry',
  '$sys/pid/dev1/dp/post/json',
  '/sys/pk/dn1/thing/event/property/pack/post',
  '$oc/devices/d/sys/gateway/sub_devices/properties/report',
  'dsmr/reading/phase_voltage_l1',
  'node/sensor/water/state',
)
const principals = fc.constantFrom<Principal>(device, gateway)
const ENVELOPE = 'ts measuredAt values metric start interval_s base deltas channel seq state'.split(' ')
const SENML = 'n bn bt bu bv bver u v vb t must_'.split(' ')
const ZIGBEE = 'last_seen linkquality voltage water_consumed battery_state'.split(' ')
const EVERY_OBJECT_HAS = '__proto__ constructor toString hasOwnProperty'.split(' ')
/** Every key that the families' samples hold, at any depth. */
const FAMILY_WORDS = [...new Set(FAMILY_MESSAGES.flatMap(({ payload }) => keysIn(payload)))]
function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return [...own, ...Object.values(value).flatMap(keysIn)]
}
const words = fc.constantFrom(
  ...METRIC_NAMES,
  ...FAMILY_WORDS,
  ...ENVELOPE,
  ...SENML,
  ...ZIGBEE,
  ...EVERY_OBJECT_HAS,
)
const scalars = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    -0,
    NOW,
    NOW / 1000,
    1e308,
    2 ** 32 - 1,
    900,
    'ON',
    'online',
    'm3',
    'L',
  ),
  fc.double(),
  fc.integer(),
  fc.string(),
  words,
)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars,
    fc.array(tie('tree'), { maxLength: 8 }),
    fc.dictionary(words, tie('tree'), { maxKeys: 8 }),
  ),
}))

describe('ingest is total', () => {
  it('on random bytes', () => {
    fc.assert(
      fc.property(
        principals,
        topics,
        fc.uint8Array({ maxLength: 400 }),
        fc.boolean(),
        (principal, topic, payload, retained) => {
          takeChecked(principal, message(topic, payload, { retained }))
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('on random topics', () => {
    fc.assert(
      fc.property(principals, fc.string({ unit: 'binary', maxLength: 80 }), (principal, topic) => {
        takeChecked(principal, message(topic, { smoke: true }))
      }),
    )
  })

  it('on random JSON made of our own words', () => {
    fc.assert(
      fc.property(principals, topics, tree, fc.boolean(), (principal, topic, payload, retained) => {
        takeChecked(principal, message(topic, JSON.stringify(payload), { retained }))
      }),
      { numRuns: 4000 },
    )
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each([
    ['10,000 levels of arrays', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a quarter of a million brackets', '['.repeat(250_000)],
    ['10,000 levels of objects', '{"values":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['10,000 levels inside a value', `{"smoke":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['a number of 100,000 digits', `{"water_total_m3":${'9'.repeat(100_000)}}`],
    ['many bad samples', `[${'1,'.repeat(100_000)}1]`],
    ['many samples', `[${'{"smoke":false},'.repeat(15_000)}{}]`],
    ['many records', `[${'{"n":"smoke","vb":true},'.repeat(10_000)}{}]`],
    ['a name that is long', `{"${'a'.repeat(200_000)}":1}`],
    ['many names', `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()}}`],
    [
      'a series to the end of time',
      '{"metric":"power_w","start":99999999999999,"interval_s":2678400,"values":[1,2,3]}',
    ],
  ])('on %s', (_, payload) => {
    for (const topic of ['devices/m1/readings', 'devices/m1/status'])
      takeChecked(device, message(topic, payload))
    takeChecked(gateway, message('zigbee2mqtt/kitchen', payload))
  })
})

/** The sample with one leaf or branch replaced, as a sender with a fault might write it. */
function mutated(value: unknown, at: number, by: unknown): unknown {
  let count = 0
  const walk = (here: unknown): unknown => {
    count += 1
    if (count === at + 1) return by
    if (Array.isArray(here)) return here.map(walk)
    if (typeof here !== 'object' || here === null) return here
    return Object.fromEntries(Object.entries(here).map(([key, inner]) => [key, walk(inner)]))
  }
  return walk(value)
}
const samples = fc.constantFrom(...FAMILY_MESSAGES)
const bytesOf = (payload: unknown): Uint8Array => message('', payload).payload

describe('every family is total', () => {
  it('on its own messages with a part replaced', () => {
    fc.assert(
      fc.property(samples, fc.nat(20), fc.oneof(scalars, tree), ({ topic, payload }, at, by) => {
        const said =
          typeof payload === 'string' || payload instanceof Uint8Array ? by : mutated(payload, at, by)
        takeChecked(gateway, message(topic, JSON.stringify(said) ?? ''))
      }),
      { numRuns: 4000 },
    )
  })

  it('on its own messages cut short or with bytes changed', () => {
    const change = fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(
        samples,
        fc.nat(400),
        fc.array(change, { maxLength: 4 }),
        ({ topic, payload }, end, changes) => {
          const bytes = Uint8Array.from(bytesOf(payload)).subarray(0, end)
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
          takeChecked(gateway, message(topic, bytes))
        },
      ),
      { numRuns: 4000 },
    )
  })

  it.each(FAMILY_MESSAGES.map(({ family, topic, payload }) => [family, topic, payload] as const))(
    '%s takes no value from half a message',
    (_, topic, payload) => {
      const bytes = bytesOf(payload)
      for (let end = 1; end < bytes.length; end += 1) {
        const { readings } = takeChecked(gateway, message(topic, bytes.subarray(0, end)))
        const isNumber = typeof payload === 'string' && /^[\d.]+$/.test(payload)
        const states = readings.flatMap((group) =>
          group.readings.flatMap((reading) => Object.values(reading.values)),
        )
        // A number in plain text is whole at every length.
        if (!isNumber) expect(states).toEqual([])
      }
    },
  )

  it('in one memory, whatever was announced before', () => {
    const meters = counting()
    const ingest = createIngest({ directory: known, meters })
    fc.assert(
      fc.property(topics, tree, (topic, payload) => {
        const config = {
          topic: 'homeassistant/sensor/node/x/config',
          payload: { state_topic: topic, device_class: payload },
        }
        ingest.take(gateway, message(config.topic, config.payload))
        ingest.take(gateway, message(topic, JSON.stringify(payload)))
      }),
    )
    expect([...meters.counts.keys()].filter((key) => key.includes('failures'))).toEqual([])
  })
})

describe('what must always hold', () => {
  it('null, absence and nonsense never clear a smoke alarm', () => {
    const notFalse = scalars.filter((value) => value !== false)
    fc.assert(
      fc.property(
        notFalse,
        fc.constantFrom('devices/m1/readings', 'zigbee2mqtt/kitchen', 'zigbee2mqtt/kitchen/smoke'),
        (smoke, topic) => {
          const payload = topic.endsWith('/smoke') ? smoke : { smoke, tamper: true }
          const principal = topic.startsWith('devices/') ? device : gateway
          const text = typeof payload === 'string' ? payload : (JSON.stringify(payload) ?? '')
          fc.pre(text !== 'false')
          const values = takeChecked(principal, message(topic, text)).readings.flatMap((g) =>
            g.readings.map((r) => r.values),
          )
          expect(values.some((v) => v['smoke'] === false)).toBe(false)
        },
      ),
    )
  })

  it.each<[string, string, (said: unknown) => unknown, readonly unknown[]]>([
    [
      'shelly-gen1',
      'shellies/shellysmoke-1/sensor/smoke',
      (said) => said,
      [false, 0, 'false', '0', 'off', 'no'],
    ],
    ['shelly-gen2', 'shellyplussmoke-1/status/smoke:0', (alarm) => ({ alarm }), [false]],
    [
      'tuyalink',
      'tylink/s1/thing/property/report',
      (value) => ({ data: { smoke_sensor_status: { value } } }),
      ['normal'],
    ],
    ['thingsboard', 'v1/gateway/telemetry', (smoke) => ({ s1: [{ smoke }] }), [false]],
    ['zwave', 'zwave/s1/113/0/Smoke_Alarm/Sensor_status', (value) => ({ value }), [0]],
    [
      'milesight',
      'application/a/device/24e1240000000001/event/up',
      (event) => ({ deviceInfo: {}, object: { type: 'smoke sensor', event } }),
      ['normal', 'low battery', 'testing alarm with normal battery', 'testing alarm with low battery'],
    ],
    [
      'tg563a',
      'application/a/device/24e1240000000001/event/up',
      (smokeAlarm) => ({ deviceInfo: {}, object: { status: { smokeAlarm } } }),
      [0, false, '0', 'false', 'off', 'no'],
    ],
    [
      'wmbusmeters',
      'wmbusmeters/s1',
      (status) => ({ media: 'smoke detector', meter: 'tsd2', id: 's1', status }),
      ['OK', 'battery_low'],
    ],
    [
      'tasmota',
      'tele/b/SENSOR',
      (Fire) => ({ ZbReceived: { s1: { Fire } } }),
      [0, false, '0', 'false', 'off', 'no'],
    ],
  ])('%s: nothing but its own word for it clears a smoke alarm', (_, topic, payload, clear) => {
    const other = fc.oneof(
      scalars,
      fc.constantFrom<unknown>('ok', 'clear', 'idle', 'none', '', [], {}, [false], 2, -1, 255),
    )
    fc.assert(
      fc.property(other, (said) => {
        fc.pre(!clear.some((word) => String(word).toLowerCase() === String(said).trim().toLowerCase()))
        const ingest = createIngest({ directory: anything, meters: counting() })
        const text =
          typeof payload(said) === 'string' ? String(payload(said)) : (JSON.stringify(payload(said)) ?? '')
        const { readings } = ingest.take(gateway, message(topic, text))
        expect(readings.flatMap((g) => g.readings).some((r) => r.values['smoke'] === false)).toBe(false)
      }),
    )
    const ingest = createIngest({ directory: anything, meters: counting() })
    const { readings } = ingest.take(gateway, message(topic, payload(clear[0])))
    expect(readings.flatMap((g) => g.readings).map((r) => r.values['smoke'])).toContain(false)
  })

  it('smoke: true is never lost, whatever stands beside it and whatever its clock says', () => {
    const beside = fc.dictionary(
      words.filter((w) => !['smoke', 'values', 'metric'].includes(w)),
      scalars,
      { maxKeys: 6 },
    )
    fc.assert(
      fc.property(beside, fc.boolean(), fc.boolean(), (other, nested, inArray) => {
        const { ts, measuredAt, channel, seq, ...values } = other
        const sample = nested
          ? { ts, measuredAt, channel, seq, values: { ...values, smoke: true } }
          : { ...other, smoke: true }
        const { readings } = takeChecked(
          device,
          message('devices/m1/readings', inArray ? [{ ts: 'x' }, sample] : sample),
        )
        expect(readings.flatMap((g) => g.readings).filter((r) => r.values['smoke'] === true)).toHaveLength(1)
      }),
      { numRuns: 2000 },
    )
  })

  it('no reading lies further ahead than ten minutes, and none but smoke further back than 35 days', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ts: fc.integer({ min: NOW - 1e10, max: NOW + 1e10 }), smoke: fc.boolean() })),
        (samples) => {
          for (const { measuredAt, values } of takeChecked(
            device,
            message('devices/m1/readings', samples),
          ).readings.flatMap((g) => g.readings)) {
            expect(measuredAt).toBeLessThanOrEqual(NOW + 600_000)
            if (values['smoke'] !== true) expect(measuredAt).toBeGreaterThanOrEqual(NOW - 35 * 86_400_000)
          }
        },
      ),
    )
  })
})
