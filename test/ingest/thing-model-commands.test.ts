import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceAct } from '../../contracts/device-command.ts'
import { DeviceCommandId } from '../../contracts/ids.ts'
import type { Mapping } from '../../contracts/mapping.ts'
import { commandFamilies } from '../../ingest/commands/index.ts'
import { shortNumber, toShortNumber } from '../../ingest/commands/thing-model.ts'
import { Packet } from '../../ingest/decoder.ts'
import { message, NOW } from './fixture.ts'

const id = DeviceCommandId.parse('6f7b1a3e-2f60-4a29-9b51-000000000001')
/** The first 28 bits of the id. */
const NUMBER = 0x6f7b1a3
const CLOSE: DeviceAct = { type: 'valve', open: false }
const HUSH: DeviceAct = { type: 'hush' }
const every = (seconds: number): DeviceAct => ({ type: 'set_interval', seconds })
const MAPPING: Mapping = {
  Valve: { metric: 'valve_open', trueWhen: ['opened', 1], falseWhen: ['closed', 0] },
  ReportMinutes: { metric: 'report_interval_s', factor: 60 },
  Mute: { metric: 'muted' },
  Check: { metric: 'smoke_test', trueWhen: [2] },
}
const OF_SERVICES: Mapping = { 'Water.Valve': { metric: 'valve_open' }, bare: { metric: 'muted' } }

function family(name: string) {
  const found = commandFamilies.get(name)
  if (found === undefined) throw new Error(`no family ${name}`)
  return found
}
function encode(name: string, act: DeviceAct, address: string, mapping: Mapping | null = MAPPING) {
  const target = { kind: 'water' as const, model: '', abilities: {}, address, mapping }
  const encoded = family(name).encode({ id, act, requestedAt: NOW, expiresAt: NOW }, target)
  return encoded.ok ? [encoded.topic, JSON.parse(encoded.payload) as object] : encoded.reason
}
const answer = (name: string, topic: string, said: unknown) =>
  family(name).answerOf(new Packet(message(topic, said)))

describe('where a thing listens', () => {
  it.each([
    ['alink', '/sys/pk/m1/thing/event/property/post', 'm1', '/sys/pk/m1/thing'],
    ['alink', '/sys/pk/gw/thing/event/property/pack/post', 'm1', null],
    ['alink', '/sys/pk/m1/thing/service/property/set_reply', 'm1', null],
    ['onenet', '$sys/pid/m1/thing/property/post', 'm1', '$sys/pid/m1/thing'],
    ['onenet', '$sys/pid/gw/thing/pack/post', 'm1', null],
    ['huawei-iotda', '$oc/devices/m1/sys/properties/report', 'm1', '$oc/devices/m1/m1'],
    ['huawei-iotda', '$oc/devices/gw/sys/gateway/sub_devices/properties/report', 'm1', '$oc/devices/gw/m1'],
    ['tuyalink', 'tylink/m1/thing/property/report', 'm1', 'tylink/m1/thing'],
    ['tuyalink', 'tylink/gw/thing/data/batch_report', 'm1', null],
    ['thingsboard', 'v1/gateway/telemetry', 'Meter A', 'v1/gateway/Meter A'],
    ['thingsboard', 'v1/devices/me/telemetry', 'me', null],
  ])('%s: %s of %s', (name, topic, sourceId, address) => {
    expect(family(name).addressOf(topic, sourceId)).toBe(address)
  })
})

describe('what goes out to a thing', () => {
  it('in the form of each platform', () => {
    expect(encode('alink', CLOSE, '/sys/pk/m1/thing')).toEqual([
      '/sys/pk/m1/thing/service/property/set',
      { id: `${NUMBER}`, version: '1.0', method: 'thing.service.property.set', params: { Valve: 'closed' } },
    ])
    expect(encode('onenet', every(900), '$sys/pid/m1/thing')).toEqual([
      '$sys/pid/m1/thing/property/set',
      { id: `${NUMBER}`, version: '1.0', params: { ReportMinutes: 15 } },
    ])
    expect(encode('huawei-iotda', CLOSE, '$oc/devices/gw/m1', OF_SERVICES)).toEqual([
      `$oc/devices/gw/sys/properties/set/request_id=${id}`,
      { object_device_id: 'm1', services: [{ service_id: 'Water', properties: { Valve: false } }] },
    ])
    expect(encode('tuyalink', { type: 'self_test' }, 'tylink/m1/thing')).toEqual([
      'tylink/m1/thing/property/set',
      { msgId: id.replaceAll('-', ''), time: NOW, sys: { ack: 1 }, data: { Check: 2 } },
    ])
    expect(encode('thingsboard', CLOSE, 'v1/gateway/Meter A', null)).toEqual([
      'v1/gateway/rpc',
      { device: 'Meter A', data: { id: NUMBER, method: 'valve', params: { open: false } } },
    ])
  })

  it('nothing where the mapping does not say how', () => {
    expect(encode('alink', CLOSE, 'a', null)).toMatch(/valve_open/)
    expect(encode('alink', CLOSE, 'a', { V: { metric: 'valve_open', trueWhen: [1] } })).toMatch(/no word/)
    expect(encode('alink', every(90), 'a')).toMatch(/steps of 60/)
    expect(encode('alink', HUSH, 'a', { Valve: { metric: 'valve_open' } })).toMatch(/muted/)
    expect(encode('huawei-iotda', HUSH, '$oc/devices/m1/m1', OF_SERVICES)).toMatch(/no service/)
  })

  it('Tuya has fixed the word for silence, unless the registration knows another', () => {
    const data = (mapping: Mapping | null) => encode('tuyalink', HUSH, 'tylink/m1/thing', mapping)[1]
    expect(data(null)).toMatchObject({ data: { muffling: true } })
    expect(data(MAPPING)).toMatchObject({ data: { Mute: true } })
  })
})

describe('what a thing answers', () => {
  const short = (address: string) => ({ address, idBegins: '6f7b1a3' })

  it.each([
    [
      'alink',
      '/sys/pk/m1/thing/service/property/set_reply',
      { id: `${NUMBER}`, code: 200 },
      short('/sys/pk/m1/thing'),
    ],
    [
      'onenet',
      '$sys/pid/m1/thing/property/set_reply',
      { id: `${NUMBER}`, code: 200, msg: 'success' },
      short('$sys/pid/m1/thing'),
    ],
    [
      'huawei-iotda',
      `$oc/devices/gw/sys/properties/set/response/request_id=${id}`,
      { result_code: 0 },
      { id },
    ],
    ['tuyalink', 'tylink/m1/thing/property/set_response', { msgId: id.replaceAll('-', ''), code: 0 }, { id }],
    ['tuyalink', 'tylink/m1/thing/property/set_response', { msgId: id.replaceAll('-', '') }, { id }],
    [
      'thingsboard',
      'v1/gateway/rpc',
      { device: 'Meter A', id: NUMBER, data: { success: true } },
      short('v1/gateway/Meter A'),
    ],
    [
      'thingsboard',
      'v1/gateway/rpc',
      { device: 'Meter A', id: NUMBER, data: 'done' },
      short('v1/gateway/Meter A'),
    ],
  ])('%s is done: %s %j', (name, topic, said, to) => {
    expect(answer(name, topic, said)).toEqual({ to, outcome: 'acknowledged', reason: null })
  })

  it.each([
    [
      'alink',
      '/sys/pk/m1/thing/service/property/set_reply',
      { id: `${NUMBER}`, code: 460, message: 'bad' },
      'bad',
    ],
    ['onenet', '$sys/pid/m1/thing/property/set_reply', { id: `${NUMBER}`, code: 2, msg: 'no' }, 'no'],
    [
      'huawei-iotda',
      `$oc/devices/m1/sys/properties/set/response/request_id=${id}`,
      { result_code: 1, result_desc: 'jammed' },
      'jammed',
    ],
    [
      'tuyalink',
      'tylink/m1/thing/property/set_response',
      { msgId: id.replaceAll('-', ''), code: 2006 },
      'code 2006',
    ],
    ['thingsboard', 'v1/gateway/rpc', { device: 'A', id: NUMBER, data: { error: 'jammed' } }, 'jammed'],
    ['thingsboard', 'v1/gateway/rpc', { device: 'A', id: NUMBER, data: { success: false } }, null],
  ])('%s has failed: %s %j', (name, topic, said, reason) => {
    expect(answer(name, topic, said)).toMatchObject({ outcome: 'failed', reason })
  })

  it('is none of ours, or none at all', () => {
    const reply = '/sys/pk/m1/thing/service/property/set_reply'
    expect(answer('alink', reply, { id: 'abc', code: 200 })).toBeNull()
    expect(answer('alink', reply, { id: `${16 ** 7}`, code: 200 })).toBeNull()
    expect(answer('alink', reply, { id: `${NUMBER}` })).toBeNull()
    expect(
      answer('alink', '/sys/pk/m1/thing/event/property/post_reply', { id: `${NUMBER}`, code: 200 }),
    ).toBeNull()
    expect(
      answer('tuyalink', 'tylink/m1/thing/property/set_response', { msgId: '45lkj3551234', code: 0 }),
    ).toBeNull()
    // What we have said ourselves comes by on the same topic.
    const call = { device: 'A', data: { id: NUMBER, method: 'valve', params: {} } }
    expect(answer('thingsboard', 'v1/gateway/rpc', call)).toBeNull()
  })

  it('a short number leads back to its id, as number and as text', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const number = shortNumber(DeviceCommandId.parse(uuid))
        for (const said of [number, `${number}`]) {
          const to = toShortNumber('a', said)
          expect(to !== null && 'idBegins' in to && uuid.replaceAll('-', '').startsWith(to.idBegins)).toBe(
            true,
          )
        }
      }),
    )
  })
})
