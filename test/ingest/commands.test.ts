import { describe, expect, it } from 'vitest'
import type { DeviceAct } from '../../contracts/device-command.ts'
import { DeviceCommandId } from '../../contracts/ids.ts'
import { commandFamilies } from '../../ingest/commands/index.ts'
import { Packet } from '../../ingest/decoder.ts'

const id = DeviceCommandId.parse('6f7b1a3e-2f60-4a29-9b51-000000000001')
const HUSH: DeviceAct = { type: 'hush' }
const TEST: DeviceAct = { type: 'self_test' }
const CLOSE: DeviceAct = { type: 'valve', open: false }
const every = (seconds: number): DeviceAct => ({ type: 'set_interval', seconds })

function family(name: string) {
  const found = commandFamilies.get(name)
  if (found === undefined) throw new Error(`no family ${name}`)
  return found
}
const packet = (topic: string, said: unknown) =>
  new Packet({
    topic,
    payload: Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)),
    receivedAt: 0,
    retained: false,
  })
const encode = (name: string, act: DeviceAct, target: object) => {
  const whole = { kind: 'other' as const, model: '', address: '', abilities: {}, mapping: null, ...target }
  const encoded = family(name).encode({ id, act, requestedAt: 1_795_262_400_000, expiresAt: 0 }, whole)
  if (!encoded.ok) return encoded.reason
  const json = encoded.payload.startsWith('{')
  return [encoded.topic, json ? (JSON.parse(encoded.payload) as object) : encoded.payload]
}

describe('where a device listens', () => {
  it.each([
    ['zigbee2mqtt', 'home/zigbee2mqtt/flat 501/valve', 'flat 501/valve', 'home/zigbee2mqtt/flat 501/valve'],
    ['zigbee2mqtt', 'zigbee2mqtt/valve/availability', 'valve', 'zigbee2mqtt/valve'],
    ['zigbee2mqtt', 'zigbee2mqtt/bridge/state', 'valve', null],
    ['tasmota', 'tele/plug/SENSOR', 'plug', 'cmnd/plug'],
    ['tasmota', 'plug/stat/RESULT', 'plug', 'plug/cmnd'],
    ['shelly-gen2', 'smoke-1/status/smoke:0', 'smoke-1', 'smoke-1'],
    [
      'chirpstack',
      'application/a/device/24e124535b316056/event/up',
      '24e124535b316056',
      'application/a/device/24e124535b316056',
    ],
    ['things-stack', 'v3/app@ttn/devices/meter/up', '24e124535b316056', 'v3/app@ttn/devices/meter'],
  ])('%s: %s', (name, topic, sourceId, address) => {
    expect(family(name).addressOf(topic, sourceId)).toBe(address)
  })
})

describe('what goes out', () => {
  it('Shelly: a request that is answered under the prefix of the device', () => {
    const target = { kind: 'smoke', address: 'smoke-1' }
    expect(encode('shelly-gen2', HUSH, target)).toEqual([
      'smoke-1/rpc',
      { id, src: 'smoke-1/answers', method: 'Smoke.Mute', params: { id: 0 } },
    ])
    expect(encode('shelly-gen2', CLOSE, { kind: 'water', address: 's' })).toMatch(/does not say/)
    expect(encode('shelly-gen2', every(60), target)).toMatch(/no such command/)
  })

  it('Tasmota: an interval within its bounds, and no valve', () => {
    expect(encode('tasmota', every(900), { address: 'cmnd/plug' })).toEqual(['cmnd/plug/TelePeriod', '900'])
    expect(encode('tasmota', every(7_200), { address: 'cmnd/plug' })).toMatch(/10 to 3600/)
    expect(encode('tasmota', CLOSE, { address: 'cmnd/plug' })).toMatch(/does not say/)
  })

  it('ChirpStack: bytes where the product is known, otherwise an object for the site’s codec', () => {
    const address = 'application/a/device/24e124535b316056'
    const common = { id, devEui: '24e124535b316056', confirmed: true }
    expect(encode('chirpstack', every(1_200), { address, model: 'EM300-TH' })).toEqual([
      `${address}/command/down`,
      // ff 03 b0 04: 1,200 s, as in the maker's guide.
      { ...common, fPort: 85, data: Buffer.from('ff03b004', 'hex').toString('base64') },
    ])
    expect(encode('chirpstack', CLOSE, { address, model: 'WS523' })).toMatch(/interval alone/)
    expect(encode('chirpstack', CLOSE, { address })).toEqual([
      `${address}/command/down`,
      { ...common, fPort: 10, object: { command: 'valve', open: false } },
    ])
  })

  it('The Things Stack: a confirmed downlink that carries our id', () => {
    const address = 'v3/app@ttn/devices/meter'
    expect(encode('things-stack', every(300), { address, model: 'EM500' })).toEqual([
      `${address}/down/push`,
      {
        downlinks: [
          {
            f_port: 85,
            frm_payload: '/wMsAQ==',
            confirmed: true,
            correlation_ids: [`shouwang:${id}`],
          },
        ],
      },
    ])
  })

  it('zigbee2mqtt: in the words that its bridge has told, and none that it has not', () => {
    const expose = (property: string, over: object) => ({ property, access: 2, ...over })
    const device = (friendly_name: string, exposes: object[]) => ({ friendly_name, definition: { exposes } })
    const told = family('zigbee2mqtt').abilitiesIn?.(
      packet('zigbee2mqtt/bridge/devices', [
        { friendly_name: 'Coordinator', definition: null },
        device('tuya', [
          expose('silence', { type: 'enum', values: ['ON'] }),
          expose('selftest', { type: 'enum', values: ['selftest'] }),
        ]),
        device('bosch', [expose('hush', { type: 'enum', values: ['start', 'stop'] })]),
        device('heiman', [expose('mute', { type: 'binary', value_on: 'ON', value_off: 'OFF' })]),
        device('deaf', [{ ...expose('self_test', { type: 'enum', values: ['checking'] }), access: 1 }]),
      ]),
    )
    const of = (name: string) => ({
      address: `zigbee2mqtt/${name}`,
      abilities: told?.get(`zigbee2mqtt/${name}`) ?? {},
    })
    expect(encode('zigbee2mqtt', HUSH, of('tuya'))).toEqual(['zigbee2mqtt/tuya/set', { silence: 'ON' }])
    expect(encode('zigbee2mqtt', TEST, of('tuya'))).toEqual([
      'zigbee2mqtt/tuya/set',
      { selftest: 'selftest' },
    ])
    expect(encode('zigbee2mqtt', HUSH, of('bosch'))).toEqual(['zigbee2mqtt/bosch/set', { hush: 'start' }])
    expect(encode('zigbee2mqtt', HUSH, of('heiman'))).toEqual(['zigbee2mqtt/heiman/set', { mute: 'ON' }])
    for (const act of [TEST, HUSH]) expect(encode('zigbee2mqtt', act, of('deaf'))).toMatch(/has not said/)
    expect(encode('zigbee2mqtt', CLOSE, of('Coordinator'))).toMatch(/has not said/)
  })
})

const UP = 'application/a/device/24e124535b316056/event'
const CONTEXT = { queue_item_id: id }

it('a bridge that nests what its devices can without end is heard, as far as real ones nest', () => {
  const levels = 100_000
  const nested = `${'[{"features":'.repeat(levels)}1${'}]'.repeat(levels)}`
  const devices = `[{"friendly_name":"valve","definition":{"exposes":${nested}}}]`
  expect(family('zigbee2mqtt').abilitiesIn?.(packet('zigbee2mqtt/bridge/devices', devices))).toEqual(
    new Map([['zigbee2mqtt/valve', {}]]),
  )
})

describe('what comes back', () => {
  it.each([
    ['native', 'devices/m/answers', { id, ok: true }, 'acknowledged', null],
    ['native', 'devices/m/answers', { id, ok: false, reason: 'stuck' }, 'failed', 'stuck'],
    ['shelly-gen2', 's/answers/rpc', { id, src: 's', result: {} }, 'acknowledged', null],
    [
      'shelly-gen2',
      's/answers/rpc',
      { id, error: { code: 404, message: 'No handler' } },
      'failed',
      'No handler',
    ],
    ['chirpstack', `${UP}/ack`, { queueItemId: id, acknowledged: true }, 'acknowledged', null],
    ['chirpstack', `${UP}/ack`, { queueItemId: id }, 'failed', 'the device did not acknowledge it'],
    ['chirpstack', `${UP}/log`, { level: 'ERROR', code: 'EXPIRED', context: CONTEXT }, 'failed', 'EXPIRED'],
    [
      'things-stack',
      'v3/a@t/devices/d/down/ack',
      { correlation_ids: ['as:1'], downlink_ack: { correlation_ids: ['as:2', `shouwang:${id}`] } },
      'acknowledged',
      null,
    ],
    [
      'things-stack',
      'v3/a@t/devices/d/down/failed',
      {
        downlink_failed: {
          downlink: { correlation_ids: [`shouwang:${id}`] },
          error: { message_format: 'no session' },
        },
      },
      'failed',
      'no session',
    ],
  ])('%s: %s %j', (name, topic, said, outcome, reason) => {
    expect(family(name).answerOf(packet(topic, said))).toEqual({ to: { id }, outcome, reason })
  })

  it('Tasmota says no id: what it says it does is compared', () => {
    expect(family('tasmota').answerOf(packet('stat/plug/RESULT', { TelePeriod: 900 }))?.to).toEqual({
      address: 'cmnd/plug',
      act: { type: 'set_interval', seconds: 900 },
    })
  })

  it('is nothing where the form is another', () => {
    const strange = [
      '',
      'null',
      '[]',
      '{',
      '{"id":7,"ok":true}',
      '{"id":"x","ok":"yes"}',
      '{"TelePeriod":"900"}',
    ]
    const topics = [
      'devices/m/answers',
      's/answers/rpc',
      `${UP}/ack`,
      `${UP}/log`,
      'v3/a@t/devices/d/down/ack',
      'stat/plug/RESULT',
      'zigbee2mqtt/bridge/logging',
      'zigbee2mqtt/bridge/devices',
    ]
    for (const one of commandFamilies.values())
      for (const topic of topics)
        for (const said of strange)
          expect(one.answerOf(packet(topic, said)), `${one.name} ${topic} ${said}`).toBeNull()
  })
})
