import { describe, expect, it } from 'vitest'
import type { Mapping } from '../../contracts/mapping.ts'
import { alink } from '../../ingest/decoders/alink.ts'
import { ctwing } from '../../ingest/decoders/ctwing.ts'
import { huaweiIotda } from '../../ingest/decoders/huawei-iotda.ts'
import { onenet } from '../../ingest/decoders/onenet.ts'
import { tuyaLink } from '../../ingest/decoders/tuyalink.ts'
import { DialectMemory } from '../../ingest/dialect-memory.ts'
import { decode } from './fixture.ts'

const AT = 1795262340000
const mapped = (mapping: Mapping) => ({ mappingOf: () => mapping })
const ASKS = { samples: [], refused: { code: 'needs_mapping' } }

describe('Alink', () => {
  const post = (params: unknown, context = {}, path = 'event/property/post') =>
    decode(alink, `/sys/pk/meter01/thing/${path}`, { id: '1', version: '1.0', params }, context)

  it('names of the product model wait for the registration', () => {
    expect(post({ ActiveEnergy: 1203.45, Voltage: 229.8 })).toMatchObject(ASKS)
    const mapping = { ActiveEnergy: { metric: 'energy_import_kwh' }, Voltage: { metric: 'voltage_l1_v' } }
    expect(post({ ActiveEnergy: 1203.45, Voltage: 229.8, Mode: 3 }, mapped(mapping))).toMatchObject({
      samples: [
        {
          sourceId: 'meter01',
          kind: 'electricity',
          values: { energy_import_kwh: 1203.45, voltage_l1_v: 229.8 },
        },
      ],
      refused: null,
    })
  })

  it('all ones stay all ones, whatever they would be scaled to', () => {
    const context = mapped({ W: { metric: 'power_w', factor: 0.1 } })
    expect(post({ W: 65535 }, context)).toMatchObject({ samples: [], refused: { code: 'out_of_range' } })
    expect(post({ W: 65534 }, context).samples[0]?.values).toEqual({ power_w: 6553.4 })
  })

  it('each property at its own time', () => {
    const params = { power_w: { value: 3, time: AT }, BatteryPercentage: { value: 80, time: AT - 60_000 } }
    expect(post(params).samples).toMatchObject([
      { measuredAt: AT, measuredAtSource: 'device', values: { power_w: 3 } },
      { measuredAt: AT - 60_000, values: { battery_pct: 80 } },
    ])
  })

  it('states are words or codes that the mapping names; others say nothing', () => {
    const context = mapped({ Alarm: { metric: 'smoke', trueWhen: [1, 'FIRE'], falseWhen: [0] } })
    const smoke = (said: unknown) => post({ Alarm: said }, context).samples[0]?.values['smoke']
    expect([smoke(1), smoke('FIRE'), smoke(0), smoke(2), smoke(true), smoke('1'), smoke(null)]).toEqual([
      true,
      true,
      false,
      undefined,
      undefined,
      undefined,
      null,
    ])
  })

  it('sub-devices of a pack speak for themselves', () => {
    const params = {
      properties: { BatteryPercentage: 50 },
      subDevices: [
        {
          identity: { productKey: 'p', deviceName: 'child' },
          properties: { BatteryPercentage: { value: 60, time: AT } },
        },
      ],
    }
    expect(
      post(params, {}, 'event/property/pack/post').samples.map(({ sourceId, values }) => [sourceId, values]),
    ).toEqual([
      ['meter01', { battery_pct: 50 }],
      ['child', { battery_pct: 60 }],
    ])
  })

  it('a batch tells alarm and end, a history only the past', () => {
    const smoke = [
      { value: 1, time: AT - 60_000 },
      { value: 0, time: AT },
    ]
    const batch = post({ properties: { SmokeSensorState: smoke } }, {}, 'event/property/batch/post')
    expect(batch.samples.map(({ measuredAt, values }) => [measuredAt, values])).toEqual([
      [AT - 60_000, { smoke: true }],
      [AT, { smoke: false }],
    ])
    const alarm = { Alarm: { metric: 'smoke', trueWhen: [true] } }
    const events = { events: [{ Alarm: { value: {}, time: AT } }] }
    const identity = { productKey: 'p', deviceName: 'child' }
    const past = [{ identity, properties: [{ SmokeSensorState: smoke[0] }], ...events }]
    const samples = [{ sourceId: 'child', values: { smoke: true }, quality: ['historical'] }]
    expect(post(past, mapped(alarm), 'event/property/history/post').samples).toMatchObject([
      ...samples,
      ...samples,
    ])
    expect(post(events, {}, 'event/property/pack/post')).toMatchObject(ASKS)
    expect(decode(alink, '/sys/pk/meter01/thing/model/up_raw', '\x01').refused?.code).toBe('undecoded')
  })

  it('events are the product’s, replies and services are not read, and half a report is malformed', () => {
    expect(post({ value: {}, time: AT }, {}, 'event/Alarm/post')).toMatchObject(ASKS)
    const alarm = { 'Alarm.state': { metric: 'smoke', trueWhen: [1], falseWhen: [0] } }
    const happened = (state: number) =>
      post({ value: { state }, time: AT }, mapped(alarm), 'event/Alarm/post').samples[0]?.values
    expect([happened(1), happened(0), happened(2)]).toEqual([{ smoke: true }, { smoke: false }, undefined])
    expect(post({}, {}, 'event/property/post_reply').refused?.code).toBe('ignored')
    expect(post({}, {}, 'service/property/set').refused?.code).toBe('ignored')
    expect(post(undefined).refused?.code).toBe('malformed')
  })
})

describe('OneNET', () => {
  it('numbers may be text; a history has a sample each', () => {
    const params = [
      {
        properties: {
          power: [
            { value: '30.5', time: AT },
            { value: '31', time: AT + 1000 },
          ],
        },
      },
    ]
    const send = (context = {}) => decode(onenet, '$sys/pid/dev1/thing/history/post', { params }, context)
    expect(send()).toMatchObject(ASKS)
    expect(send(mapped({ power: { metric: 'power_w' } })).samples).toMatchObject([
      { sourceId: 'dev1', measuredAt: AT, values: { power_w: 30.5 }, quality: ['historical'] },
      { measuredAt: AT + 1000, values: { power_w: 31 } },
    ])
  })

  it('sub-devices by identity, and the older data points', () => {
    const params = [
      { identity: { deviceName: 'a' }, properties: { smoke: [{ value: true, time: AT }] } },
      { identity: { deviceName: 'b' }, properties: { smoke: [{ value: false, time: AT }] } },
    ]
    expect(decode(onenet, '$sys/pid/gw/thing/pack/post', { params }).samples).toMatchObject([
      { sourceId: 'a', kind: 'smoke', values: { smoke: true } },
      { sourceId: 'b', values: { smoke: false } },
    ])
    const events = [{ identity: { deviceName: 'a' }, events: { fire: { value: { level: 2 }, time: AT } } }]
    const fire = mapped({ fire: { metric: 'smoke', trueWhen: [true] } })
    const told = (path: string, context = {}) =>
      decode(onenet, `$sys/pid/gw/thing/${path}/post`, { params: events }, context)
    expect(told('pack')).toMatchObject(ASKS)
    expect(told('pack', fire).samples).toMatchObject([
      { sourceId: 'a', values: { smoke: true }, quality: [] },
    ])
    expect(told('history', fire).samples).toMatchObject([{ quality: ['historical'] }])
    const points = { id: 1, dp: { water_total_m3: [{ v: 12.5, t: AT / 1000 }] } }
    expect(decode(onenet, '$sys/pid/d/dp/post/json', points).samples).toMatchObject([
      { measuredAt: AT, values: { water_total_m3: 12.5 } },
    ])
    expect(decode(onenet, '$sys/pid/d/thing/property/post/reply', {}).refused?.code).toBe('ignored')
    expect(decode(onenet, '$sys/pid/d/thing/property/post', '[').refused?.code).toBe('malformed')
  })
})

describe('Huawei IoTDA', () => {
  const services = [
    { service_id: 'Battery', properties: { level: 80 }, event_time: '20261121T115900Z' },
    { service_id: 'Meter', properties: { total: 1234 }, event_time: '20261121T115900Z' },
  ]

  it('compact times, and names by service', () => {
    const topic = '$oc/devices/meter01/sys/properties/report'
    expect(decode(huaweiIotda, topic, { services })).toMatchObject({
      samples: [
        { sourceId: 'meter01', measuredAt: AT, measuredAtSource: 'device', values: { battery_pct: 80 } },
      ],
      refused: { code: 'needs_mapping' },
    })
    const context = mapped({ 'Meter.total': { metric: 'water_total_m3', factor: 0.001 } })
    expect(decode(huaweiIotda, topic, { services }, context).samples[0]?.values).toEqual({
      battery_pct: 80,
      water_total_m3: 1.234,
    })
    expect(decode(huaweiIotda, topic, {}).refused?.code).toBe('malformed')
    const asked = '$oc/devices/meter01/sys/properties/get/response/request_id=1'
    const precise = [{ service_id: 'Battery', properties: { level: 80 }, event_time: '20261121T115900.500Z' }]
    expect(decode(huaweiIotda, asked, { services: precise }).samples).toMatchObject([
      { measuredAt: AT + 500 },
    ])
    const set = '$oc/devices/meter01/sys/properties/set/request_id=1'
    expect(decode(huaweiIotda, set, { services: precise }).refused?.code).toBe('ignored')
  })

  it('which of them are online, and no other event', () => {
    const paras = {
      device_statuses: [
        { device_id: 'a', status: 'OFFLINE' },
        { device_id: 'b', status: '?' },
      ],
    }
    const event = { event_type: 'sub_device_update_status', event_time: '20261121T115900Z', paras }
    const up = (one: object) => decode(huaweiIotda, '$oc/devices/gw/sys/events/up', { services: [one] })
    expect(up(event).samples).toMatchObject([{ sourceId: 'a', measuredAt: AT, values: { online: false } }])
    expect(up({ ...event, event_type: 'add_sub_device_notify' }).samples).toEqual([])
  })

  it('the devices behind a gateway', () => {
    const topic = '$oc/devices/gw/sys/gateway/sub_devices/properties/report'
    expect(
      decode(huaweiIotda, topic, { devices: [{ device_id: 'a', services }, { services: 3 }] }),
    ).toMatchObject({
      samples: [{ sourceId: 'a', values: { battery_pct: 80 } }],
    })
    expect(decode(huaweiIotda, '$oc/devices/gw/sys/messages/up', {}).refused?.code).toBe('ignored')
  })
})

describe('TuyaLink', () => {
  const report = (data: unknown, time: unknown, context = {}) =>
    decode(tuyaLink, 'tylink/d1/thing/property/report', { time, data }, context)

  it('times in seconds or ms; detectors speak in words', () => {
    for (const time of [AT, AT / 1000]) {
      expect(report({ smoke_sensor_status: { value: 'alarm', time } }, time).samples).toMatchObject([
        { sourceId: 'd1', kind: 'smoke', measuredAt: AT, values: { smoke: true } },
      ])
    }
    expect(report({ smoke_sensor_status: { value: 'normal' } }, AT).samples).toMatchObject([
      { measuredAt: AT, values: { smoke: false } },
    ])
    expect(report({ smoke_sensor_status: { value: 'selftest' } }, AT).samples).toEqual([])
  })

  it('the scale of a meter is the product’s', () => {
    const data = { water_flow: { value: 1234, time: AT }, valve_state: { value: 'opened', time: AT } }
    expect(report(data, AT)).toMatchObject(ASKS)
    const context = mapped({
      water_flow: { metric: 'water_total_m3', factor: 0.001 },
      valve_state: { metric: 'valve_open', trueWhen: ['opened'], falseWhen: ['closed'] },
    })
    expect(report(data, AT, context).samples[0]?.values).toEqual({ water_total_m3: 1.234, valve_open: true })
  })

  it('what is no report', () => {
    expect(report('x', AT).refused?.code).toBe('malformed')
    const event = { data: { eventCode: 'fire', outputParams: { level: 2 }, eventTime: AT } }
    expect(decode(tuyaLink, 'tylink/d1/thing/event/trigger', event).refused?.code).toBe('needs_mapping')
    const fire = { fire: { metric: 'smoke', trueWhen: [true] } }
    expect(decode(tuyaLink, 'tylink/d1/thing/event/trigger', event, mapped(fire)).samples).toMatchObject([
      { sourceId: 'd1', measuredAt: AT, values: { smoke: true } },
    ])
    expect(decode(tuyaLink, 'tylink/d1/thing/property/report_response', {}).refused?.code).toBe('ignored')
    const child = { deviceId: 'c', properties: { watersensor_state: { value: 'alarm', time: AT } } }
    const happened = { fire: { outputParams: { level: 2 }, eventTime: AT } }
    const batch = { data: { events: happened, subDevices: [child] } }
    expect(decode(tuyaLink, 'tylink/d1/thing/data/batch_report', batch, mapped(fire)).samples).toMatchObject([
      { sourceId: 'd1', measuredAt: AT, values: { smoke: true } },
      { sourceId: 'c', values: { leak: true } },
    ])
  })
})

describe('CTWing', () => {
  const push = (more: object, context = {}) =>
    decode(
      ctwing,
      'ctwing/push/x',
      {
        messageType: 'dataReport',
        productId: '1',
        deviceId: 'plat',
        timestamp: AT,
        IMEI: '860370000000002',
        ...more,
      },
      context,
    )

  it('an alarm code that nobody has explained neither raises nor clears', () => {
    const payload = { serviceData: { TData: 30, RSRP: 114, Battery_Level: 100, Alarm_Status: 2 } }
    const decoded = push({ payload })
    expect(decoded).toMatchObject({
      samples: [
        {
          sourceId: '860370000000002',
          kind: 'smoke',
          measuredAt: AT,
          measuredAtSource: 'gateway',
          values: { battery_pct: 100, smoke: null },
        },
      ],
      refused: { code: 'needs_mapping' },
    })
    const context = mapped({ Alarm_Status: { metric: 'smoke', trueWhen: [2], falseWhen: [0] } })
    expect(push({ payload }, context).samples[0]?.values).toMatchObject({ smoke: true })
  })

  it('bytes are the maker’s; other pushes are not read', () => {
    expect(push({ payload: { APPdata: 'AQFW' } })).toMatchObject({
      samples: [],
      refused: { code: 'undecoded' },
    })
    expect(push({ payload: { msg: '0201' } }).refused?.code).toBe('undecoded')
    expect(push({ messageType: 'commandResponse' }).refused?.code).toBe('ignored')
    expect(push({ messageType: 'eventReport' }).refused?.code).toBe('needs_mapping')
  })

  it('without an IMEI the platform’s id; coming and going', () => {
    expect(push({ IMEI: '', messageType: 'deviceOnlineOfflineReport', eventType: 0 }).samples).toMatchObject([
      { sourceId: 'plat', values: { online: false } },
    ])
    const context = { memory: new DialectMemory() }
    push({ payload: { battery_value: 80, battery_voltage: 3.6 } }, context)
    const going = { IMEI: undefined, messageType: 'deviceOnlineOfflineReport', eventType: 0 }
    expect(push(going, context).samples).toMatchObject([
      { sourceId: '860370000000002', values: { online: false } },
    ])
    expect(push({ messageType: 'deviceOnlineOfflineReport', eventType: 7 }).refused?.code).toBe('malformed')
  })
})
