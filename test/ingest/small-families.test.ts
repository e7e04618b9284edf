import { describe, expect, it } from 'vitest'
import { noContext, Packet } from '../../ingest/decoder.ts'
import { aiOnTheEdge } from '../../ingest/decoders/ai-on-the-edge.ts'
import { ams2mqtt } from '../../ingest/decoders/ams2mqtt.ts'
import { dsmr } from '../../ingest/decoders/dsmr.ts'
import { openMqttGateway } from '../../ingest/decoders/open-mqtt-gateway.ts'
import { thingsboard } from '../../ingest/decoders/thingsboard.ts'
import { zwaveJsUi } from '../../ingest/decoders/zwave-js-ui.ts'
import { COSEM_LIST } from './families.ts'
import { decode, message, NOW } from './fixture.ts'

const AT = Date.parse('2026-11-21T11:59:00Z')

describe('AI-on-the-edge', () => {
  const read = (path: string, payload: unknown, context = {}) => decode(aiOnTheEdge, path, payload, context)

  it('a reading with a complaint is an older one', () => {
    expect(read('cellar/meter/main/value', '679.2415').samples).toMatchObject([
      { sourceId: 'cellar/meter', kind: 'water', values: { water_total_m3: 679.2415 } },
    ])
    const complaint = '1355.9060\tRate too high - Read: 1356.8436 - Pre: 1355.9060'
    expect(read('meter/main/value', complaint)).toMatchObject({ samples: [], refused: { code: 'malformed' } })
    const json = {
      value: '704.529',
      raw: '00704.529',
      error: 'Neg. Rate - Read: 704.1',
      timestamp: '2026-11-21T12:59:00',
    }
    expect(read('meter/main/json', json).samples[0]?.values).toEqual({ fault: true })
    expect(read('meter/main/json', { ...json, error: 'no error' }).samples[0]).toMatchObject({
      measuredAt: NOW,
      values: { water_total_m3: 704.529, fault: false },
      quality: ['clock_missing', 'local_time'],
    })
    expect(read('meter/main/json', { ...json, error: 'no error', value: 'NaN' }).refused?.code).toBe(
      'malformed',
    )
  })

  it('an electricity meter is registered as such', () => {
    const electricity = { kindOf: () => 'electricity' as const }
    expect(read('meter/main/value', '679.2', electricity).samples[0]?.values).toEqual({
      energy_import_kwh: 679.2,
    })
    expect(read('meter/main/value', '679.2', { kindOf: () => 'other' as const }).samples).toEqual([])
  })

  it('its connection, and what is empty', () => {
    expect(read('meter/connection', 'connected').samples[0]?.values).toEqual({ online: true })
    expect(read('meter/connection', 'connection lost').samples[0]?.values).toEqual({ online: false })
    expect(read('meter/main/timestamp', '').refused?.code).toBe('ignored')
    expect(read('meter/main/error', 'no error').samples[0]?.values).toEqual({ fault: false })
  })

  it('a main topic of several levels, and a number without name', () => {
    expect(read('home/meter/connection', 'connection lost').samples).toMatchObject([
      { sourceId: 'home/meter', values: { online: false } },
    ])
    const json = {
      value: '521.1791',
      raw: '521.1791',
      error: 'no error',
      timestamp: '2026-11-21T12:59:00+0100',
    }
    expect(aiOnTheEdge.claims(new Packet(message('meter/json', json)), noContext)).toBe(true)
    expect(read('meter/json', json).samples).toMatchObject([
      { sourceId: 'meter', measuredAt: AT, values: { water_total_m3: 521.1791 } },
    ])
  })
})

describe('Z-Wave JS UI', () => {
  const read = (path: string, value: unknown, context = {}) =>
    decode(zwaveJsUi, `zwave/${path}`, { time: AT, value }, context)
  const smoke = (status: string, value: unknown) =>
    read(`hall/detector/113/0/Smoke_Alarm/${status}`, value).samples[0]?.values

  it('smoke notifications: idle of the sensor alone is the all-clear', () => {
    expect(read('hall/detector/notification/endpoint_0/Smoke_Alarm/Sensor_status', 2).samples).toMatchObject([
      {
        sourceId: 'hall/detector',
        kind: 'smoke',
        measuredAt: AT,
        measuredAtSource: 'gateway',
        values: { smoke: true },
      },
    ])
    expect([smoke('Sensor_status', 0), smoke('Sensor_status', 1)]).toEqual([
      { smoke: false },
      { smoke: true },
    ])
    expect([smoke('Alarm_status', 0), smoke('Alarm_status', 3), smoke('Alarm_status', 6)]).toEqual([
      undefined,
      { smoke_test: true },
      { muted: true },
    ])
    expect(smoke('Sensor_status', 254)).toBeUndefined()
    expect(smoke('Sensor_status', null)).toBeUndefined()
  })

  it('leaks, tampering, meters, switches and batteries', () => {
    expect(read('d/113/0/Water_Alarm/Sensor_status', 2).samples[0]).toMatchObject({
      kind: 'water',
      values: { leak: true },
    })
    expect(read('d/113/0/Water_Alarm/Sensor_status', 4).samples).toEqual([])
    expect(read('d/113/0/Home_Security/Cover_status', 3).samples[0]?.values).toEqual({ tamper: true })
    expect(read('plug/50/1/value/65537', 12.5).samples[0]).toMatchObject({
      channel: '1',
      values: { energy_import_kwh: 12.5 },
    })
    expect(read('plug/50/0/value/66049', 60).samples[0]?.values).toEqual({ power_w: 60 })
    expect(read('plug/meter/endpoint_0/value/196865', 5).refused?.code).toBe('needs_mapping')
    expect(read('plug/37/0/currentValue', true).samples[0]?.values).toEqual({ switch_on: true })
    expect(read('d/128/0/level', 0xff)).toMatchObject({ samples: [], refused: { code: 'out_of_range' } })
    expect(read('d/128/0/isLow', true).samples[0]?.values).toEqual({ battery_low: true })
  })

  it('a prefix of several levels', () => {
    const status = 'home/zwave/hall/detector/113/0/Smoke_Alarm/Sensor_status'
    expect(zwaveJsUi.claims(new Packet(message(status, { value: 2 })), noContext)).toBe(true)
    expect(decode(zwaveJsUi, status, { time: AT, value: 2 }).samples).toMatchObject([
      { sourceId: 'hall/detector', values: { smoke: true } },
    ])
  })

  it('a temperature only with its scale', () => {
    const air = (unit: unknown) =>
      decode(zwaveJsUi, 'zwave/d/49/0/Air_temperature', { value: 20.5, unit, lastUpdate: AT }).samples
    expect(air('°C')).toMatchObject([{ measuredAt: AT, values: { temperature_c: 20.5 } }])
    expect([air('°F'), air(undefined)]).toEqual([[], []])
  })

  it('values may stand alone; nodes come and go; half of one is malformed', () => {
    expect(decode(zwaveJsUi, 'zwave/d/128/0/level', '87').samples[0]?.values).toEqual({ battery_pct: 87 })
    expect(read('hall/detector/status', true).samples).toMatchObject([
      { sourceId: 'hall/detector', values: { online: true } },
    ])
    expect(read('_CLIENTS/ZWAVE_GATEWAY/status', true).refused?.code).toBe('ignored')
    expect(decode(zwaveJsUi, 'zwave/d/128/0/level', '{"value":8').refused?.code).toBe('malformed')
  })
})

describe('DSMR readers', () => {
  const readings = {
    energy_delivered_tariff1: 1414594,
    energy_delivered_tariff2: 1513958,
    power_delivered: 311,
  }

  it('a script: Wh of two tariffs, and a letter for the season', () => {
    const send = (timestamp: string, more = {}) =>
      decode(dsmr, 'home/power/dsmr/m1', { timestamp, readings: { ...readings, ...more } }).samples[0]
    expect(send('170107113122W')).toMatchObject({
      sourceId: 'm1',
      kind: 'electricity',
      measuredAt: Date.parse('2017-01-07T10:31:22Z'),
      measuredAtSource: 'device',
      values: { energy_import_kwh: 2928.552, power_w: 311 },
    })
    expect(send('170707113122S')?.measuredAt).toBe(Date.parse('2017-07-07T09:31:22Z'))
    expect(send('170707113122')).toMatchObject({ measuredAtSource: 'broker' })
    expect(send('170107113122W', { energy_delivered_tariff2: null })?.values).toEqual({ power_w: 311 })
    expect(send('170107113122W', { power_delivered: 0, power_returned: 500 })?.values['power_w']).toBe(-500)
    const decimals = {
      energy_delivered_tariff1: 1414.594,
      energy_delivered_tariff2: 1513.958,
      power_delivered: 0.311,
    }
    expect(send('170107113122W', decimals)?.values).toEqual({ energy_import_kwh: 2928.552, power_w: 311 })
  })

  it('where energy and power are not written alike, what is whole may be of either unit and is asked about', () => {
    const read = (more: object) => decode(dsmr, 'dsmr/m1', { readings: { ...readings, ...more } })
    const asked = { code: 'needs_mapping' }
    const decimals = { energy_delivered_tariff1: 1414.594, energy_delivered_tariff2: 1513.958 }
    expect(read({ ...decimals, power_delivered: 150 })).toMatchObject({
      samples: [{ values: { energy_import_kwh: 2928.552 } }],
      refused: asked,
    })
    expect(read({ ...decimals, power_delivered: 150 }).samples[0]?.values).not.toHaveProperty('power_w')
    expect(read({ ...decimals, power_delivered: 0, power_returned: null })).toMatchObject({
      samples: [{ values: { energy_import_kwh: 2928.552, power_w: 0 } }],
      refused: null,
    })
    const watts = read({ power_delivered: 0.15 })
    expect(watts.refused).toMatchObject(asked)
    expect(watts.samples[0]?.values).toEqual({ power_w: 150 })
  })

  it('the same names without a wrapping, as text too', () => {
    expect(decode(dsmr, 'p1/meter', { timestamp: '170107113122W', ...readings }).samples).toMatchObject([
      {
        sourceId: 'meter',
        measuredAt: Date.parse('2017-01-07T10:31:22Z'),
        values: { energy_import_kwh: 2928.552, power_w: 311 },
      },
    ])
    const text = {
      energy_delivered_tariff1: '1414.000',
      energy_delivered_tariff2: '1513.000',
      power_delivered: '1.000',
      voltage_l1: 231.5,
      current_l2: 3,
    }
    expect(decode(dsmr, 'p1/meter', text).samples[0]?.values).toEqual({
      energy_import_kwh: 2927,
      power_w: 1000,
      voltage_l1_v: 231.5,
      current_l2_a: 3,
    })
  })

  it('DSMR-reader: kWh and kW as text, as JSON or a topic each', () => {
    const said = {
      timestamp: '2026-11-21T12:59:00+01:00',
      electricity_delivered_1: '1414.594',
      electricity_delivered_2: '1513.958',
      electricity_currently_delivered: '0.311',
      phase_voltage_l1: 231,
    }
    expect(decode(dsmr, 'dsmr/json', said).samples).toMatchObject([
      { measuredAt: AT, values: { energy_import_kwh: 2928.552, power_w: 311, voltage_l1_v: 231 } },
    ])
    expect(decode(dsmr, 'dsmr/reading/phase_voltage_l2', '229.5').samples[0]?.values).toEqual({
      voltage_l2_v: 229.5,
    })
    expect(decode(dsmr, 'dsmr/reading/electricity_delivered_1', '1414').refused?.code).toBe('needs_mapping')
    expect(decode(dsmr, 'dsmr/reading/phase_voltage_l2', 'none').refused?.code).toBe('malformed')
    expect(decode(dsmr, 'dsmr/day-consumption/total_cost', '1').refused?.code).toBe('ignored')
  })
})

describe('AMS reader', () => {
  it('the meter’s list in hex, whole or not at all', () => {
    expect(decode(ams2mqtt, 'amsreader', COSEM_LIST).samples).toMatchObject([
      { sourceId: 'amsreader', kind: 'electricity', values: { power_w: 189, voltage_l1_v: 238 } },
    ])
    const kamstrup = '02050A0E4B616D73747275705F5630303031'
    const scaled = `${kamstrup}090601011F0700FF060000004C09060101010800FF0600000064`
    expect(decode(ams2mqtt, 'amsreader', scaled).samples[0]?.values).toEqual({
      current_l1_a: 0.76,
      energy_import_kwh: 1,
    })
    for (const torn of [COSEM_LIST.slice(0, -2), `${COSEM_LIST}00`, COSEM_LIST.replace('0600', '0700')]) {
      expect(decode(ams2mqtt, 'amsreader', torn), torn).toMatchObject({
        samples: [],
        refused: { code: 'malformed' },
      })
    }
  })

  it('Aidon’s list says its scales and units, Kaifa’s has only an order', () => {
    const read = (hex: string) => decode(ams2mqtt, 'amsreader', hex)
    const values = (hex: string) => read(hex).samples[0]?.values
    const entry = (obis: string, value: string, scale: string) =>
      `020309060100${obis}FF${value}02020F${scale}`
    const aidon = [
      entry('010700', '0600000011', '00161B'),
      entry('020700', '0600000111', '00161B'),
      entry('1F0700', '100002', 'FF1621'),
      entry('200700', '120944', 'FF1623'),
      entry('480700', '120000', 'FF1623'),
      entry('010800', '0600000064', '01161E'),
    ]
    expect(values(`0106${aidon.join('')}`)).toEqual({
      power_w: -256,
      current_l1_a: 0.2,
      voltage_l1_v: 237.2,
      energy_import_kwh: 1,
    })
    expect(values('0201060000023A')).toEqual({ power_w: 570 })
    const kaifa =
      '020909074B464D5F30303109013009013106000002E506000000000600000000060000007D0600000C2D06000008FC'
    expect(values(kaifa)).toEqual({ power_w: 741, current_l1_a: 3.117, voltage_l1_v: 230 })
    expect(read(kaifa.replace('4B464D5F', '4B464D00')).refused?.code).toBe('undecoded')
  })

  it('a frame whose check sum is wrong is not read', () => {
    const frame = '7EA02A410883130413E6E7000F40000000000101020309060100010700FF0600001D3A02020F00161B16F97E'
    expect(decode(ams2mqtt, 'power_ams', frame).samples).toMatchObject([{ values: { power_w: 7482 } }])
    const damaged = frame.replace('1D3A', '1D3B')
    expect(decode(ams2mqtt, 'power_ams', damaged)).toMatchObject({
      samples: [],
      refused: { code: 'malformed' },
    })
  })

  it('JSON, in which 0 stands for a register that is not in this list', () => {
    const data = { P: 300, PO: 0, tPI: 1234.5, tPO: 0, U1: 231.5, U2: 0, I1: 1.5 }
    const said = { id: 'ams-1', up: 5, t: AT / 1000, rssi: -60, data }
    expect(decode(ams2mqtt, 'ams', said).samples).toMatchObject([
      {
        sourceId: 'ams-1',
        measuredAt: AT,
        values: {
          power_w: 300,
          energy_import_kwh: 1234.5,
          energy_export_kwh: 0,
          voltage_l1_v: 231.5,
          current_l1_a: 1.5,
        },
      },
    ])
    const short = decode(ams2mqtt, 'ams', { ...said, data: { P: 300, tPI: 0, tPO: 0 } })
    expect(short.samples[0]?.values).toEqual({ power_w: 300, signal_dbm: -60 })
  })

  it('raw topics', () => {
    expect(decode(ams2mqtt, 'ams/meter/import/active/accumulated', '12.5').samples).toMatchObject([
      { sourceId: 'ams', values: { energy_import_kwh: 12.5 } },
    ])
    expect(decode(ams2mqtt, 'ams/meter/import/active', 'x').refused?.code).toBe('malformed')
    for (const path of ['l2/voltage', 'import/active/accumulated'])
      expect(decode(ams2mqtt, `ams/meter/${path}`, '0.00')).toMatchObject({
        samples: [],
        refused: { code: 'ignored' },
      })
  })
})

describe('OpenMQTTGateway', () => {
  const tag = (said: object) => decode(openMqttGateway, 'home/OMG/BTtoMQTT/C6C75200000A', said)

  it('tags by their address, in °C', () => {
    expect(
      tag({ id: 'c6:c7:52:00:00:0a', tempc: 17.6, tempf: 63.68, batt: 100, rssi: -23 }).samples,
    ).toMatchObject([
      { sourceId: 'C6:C7:52:00:00:0A', values: { temperature_c: 17.6, battery_pct: 100, signal_dbm: -23 } },
    ])
    expect(tag({ tempc: 17.6 }).refused?.code).toBe('malformed')
    expect(tag({ id: 'x', smoke: true, volt: 3.1 }).samples[0]?.values).toMatchObject({
      smoke: true,
      battery_v: 3.1,
    })
    expect(decode(openMqttGateway, 'home/OMG/LWT', 'offline').samples).toMatchObject([
      { kind: 'gateway', values: { online: false } },
    ])
    expect(decode(openMqttGateway, 'home/OMG/SYStoMQTT', {}).refused?.code).toBe('ignored')
  })

  it('an optical counter names its units; the energy of one shower is no register', () => {
    const counter = { id: 'x', avg: 2.376, avgu: 'kW', sum: 21.2928, sumu: 'kWh', lowbatt: true }
    expect(tag(counter).samples[0]?.values).toEqual({
      energy_import_kwh: 21.2928,
      power_w: 2376,
      battery_low: true,
    })
    expect(tag({ id: 'x', sum: 8.07, sumu: 'm³' }).samples).toEqual([])
    expect(tag({ id: 'x', session: 36, litres: 2.6, tempc: 41, energy: 0.12 }).samples[0]?.values).toEqual({
      temperature_c: 41,
    })
  })
})

describe('ThingsBoard', () => {
  it('the connection tells the device', () => {
    const said = [
      { ts: AT, values: { temperature: 22.5, humidity: 61 } },
      { ts: AT + 1000, values: { temperature: 22.7 } },
    ]
    expect(decode(thingsboard, 'v1/devices/me/telemetry', said, { deviceId: 'm1' }).samples).toMatchObject([
      { sourceId: 'm1', measuredAt: AT, measuredAtSource: 'device', values: { temperature_c: 22.5 } },
      { measuredAt: AT + 1000 },
    ])
  })

  it('a gateway names its devices; unknown names are a question, words no states', () => {
    const said = {
      meter: [{ ts: AT, values: { water_total_m3: 5 } }],
      detector: [{ smoke: true }],
      odd: [{ gear: 1 }],
    }
    expect(decode(thingsboard, 'v1/gateway/telemetry', said).samples.map(({ sourceId }) => sourceId)).toEqual(
      ['meter', 'detector'],
    )
    expect(decode(thingsboard, 'v1/gateway/telemetry', { odd: [{ gear: 1 }] }).refused?.code).toBe(
      'needs_mapping',
    )
    expect(decode(thingsboard, 'v1/gateway/telemetry', { d: [{ smoke: 'no' }] }).samples).toEqual([])
    expect(decode(thingsboard, 'v1/gateway/telemetry', { d: [{ battery: 3.6 }] }).samples).toEqual([])
    const mappingOf = () => ({ gear: { metric: 'power_w', factor: 10 } })
    expect(
      decode(thingsboard, 'v1/gateway/telemetry', { odd: [{ gear: 1 }] }, { mappingOf }).samples[0]?.values,
    ).toEqual({ power_w: 10 })
    expect(
      decode(thingsboard, 'v1/gateway/telemetry', { d: [{ values: { leak: true } }] }).samples,
    ).toMatchObject([{ measuredAt: NOW, values: { leak: true }, quality: ['clock_missing'] }])
    expect(decode(thingsboard, 'v1/gateway/connect', { device: 'm' }).samples[0]?.values).toEqual({
      online: true,
    })
    expect(decode(thingsboard, 'v1/devices/me/attributes', {}).refused?.code).toBe('ignored')
    expect(decode(thingsboard, 'v1/devices/me/telemetry', '{').refused?.code).toBe('malformed')
    expect(decode(thingsboard, 'v2/t', { ts: `${AT}`, values: { leak: true } }).samples).toMatchObject([
      { sourceId: 'me', measuredAt: AT, values: { leak: true } },
    ])
  })
})
