import { describe, expect, it } from 'vitest'
import { chirpstack } from '../../ingest/decoders/chirpstack.ts'
import { thingsStack } from '../../ingest/decoders/things-stack.ts'
import { decode } from './fixture.ts'

const EUI = 'a840410000000001'
const up = (object: unknown, eui = EUI) =>
  decode(chirpstack, `application/a1/device/${eui}/event/up`, { deviceInfo: {}, object })
const values = (object: unknown) => up(object).samples[0]?.values

describe('codecs of the device repository', () => {
  const netvox = (more: object) => values({ Device: 'RA02A', ...more })

  it('Netvox: words for alarms, a low battery in the voltage, and heat that no missing smoke clears', () => {
    const calm = { Volt: 3, FireAlarm: 'No Alarm', HighTempAlarm: 'No Alarm', Temp: 21 }
    expect(netvox(calm)).toEqual({ battery_v: 3, smoke: false, temperature_c: 21 })
    expect(netvox({ ...calm, FireAlarm: 'Alarm' })).toMatchObject({ smoke: true })
    expect(netvox({ ...calm, HighTempAlarm: 'Alarm' })).toMatchObject({ smoke: null })
    expect(netvox({ Volt: '2.4(low battery)', WaterLeak: 'NoLeak' })).toEqual({
      battery_v: 2.4,
      battery_low: true,
      leak: false,
    })
    expect(netvox({ WaterLeak_1: 'NoLeak', WaterLeak_2: 'Leak' })).toMatchObject({ leak: true })
    expect(netvox({ WaterLeak: 'new word' })).toEqual({ leak: null })
  })

  it('Netvox sockets count mA and Wh; counters need a mapping; an answer to a command is no reading', () => {
    expect(netvox({ OnOff: 'ON', Energy: 512 })).toEqual({ switch_on: true, energy_import_kwh: 0.512 })
    expect(netvox({ Vol: 220, Current: 1000, Power: 220 })).toEqual({
      voltage_l1_v: 220,
      current_l1_a: 1,
      power_w: 220,
    })
    expect(up({ Device: 'R718N1', Volt: 3.6, Current: 1000, Multiplier: 1 })).toMatchObject({
      samples: [{ values: { battery_v: 3.6 } }],
      refused: { code: 'needs_mapping' },
    })
    expect(up({ Device: 'R809A', Cmd: 'ConfigReportRsp', Status: 'Success' }).samples).toEqual([])
  })

  it('Dragino: a leak in bits or words; what was logged and how often it leaked is past', () => {
    const leak = (said: unknown) => values({ WATER_LEAK_STATUS: said, WATER_LEAK_TIMES: 5, BAT_V: 2.952 })
    expect(leak(1)).toEqual({ leak: true, battery_v: 2.952 })
    expect([leak('LEAK'), leak('NO LEAK'), leak('?')].map((said) => said?.['leak'])).toEqual([
      true,
      false,
      null,
    ])
    expect(up({ Node_type: 'LWL04', DATALOG: '[SUM,NO,FALSE,LEAK,5,3,…]' })).toMatchObject({
      samples: [],
      refused: { code: 'needs_mapping' },
    })
    expect(up({ Node_type: 'SW3L', Water_flow_value: 9.1, Total_pulse: 4096 }).samples).toEqual([])
  })

  it('Sensative: a percentage that its normalized payload calls volts', () => {
    const said = {
      battery: 9,
      flood: { value: 40 },
      floodAlarm: { value: true },
      historySeqNr: 65535,
      temperature: { value: 23.4 },
    }
    expect(values(said)).toEqual({ battery_pct: 9, temperature_c: 23.4, leak: true })
    const { historySeqNr: _, ...kept } = { ...said, history: { 5: { floodAlarm: { value: true } } } }
    expect(up({ history: kept.history }).samples).toEqual([])
  })

  it('Browan counts volts; its other sensors use `status` for something else', () => {
    const wet = { status: 1, battery: 3.6, temperature: 22, humidity: 40 }
    const changes = { temperatureBoard: 22, temperatureChanged: 0, humidityChanged: 0 }
    expect(values({ ...wet, ...changes })).toEqual({ leak: true, battery_v: 3.6, temperature_c: 22 })
    expect(up(wet)).toMatchObject({ samples: [], refused: { code: 'needs_mapping' } })
  })

  it('Quandify: litres and millivolts in three generations', () => {
    const quandify = (decoded: object, type = 'statusReport') => up({ type, hexBytes: 'AA', decoded })
    const report = { totalVolume: 123456, leakState: 2, batteryRecovered: 3640, ambientTemperature: 21 }
    expect(quandify(report).samples[0]?.values).toEqual({
      water_total_m3: 123.456,
      leak: false,
      battery_v: 3.64,
      temperature_c: 21,
    })
    expect(quandify({ total_volume: 5000, leak_status: 4, error_code: 384 }).samples[0]?.values).toEqual({
      water_total_m3: 5,
      leak: true,
      backflow: true,
    })
    const text = { total_volume: '5000 L', leak_status: 'N/A', battery_status: 'LOW_BATTERY' }
    expect(quandify(text, 'alarmReport').samples[0]?.values).toEqual({
      water_total_m3: 5,
      leak: null,
      battery_low: true,
    })
    expect(quandify({ totalVolume: 4294967295, isSensing: false })).toMatchObject({
      samples: [{ values: { fault: true } }],
      refused: { code: 'out_of_range' },
    })
  })

  const AT = '2026-11-21T11:59:00Z'
  const kamstrup = (values: object[], siteZone: string | null = null) =>
    decode(
      chirpstack,
      `application/a1/device/${EUI}/event/up`,
      { time: AT, deviceInfo: {}, object: { values, latestVolume: 1 } },
      { siteZone },
    ).samples
  const said = (Type: string, Value: unknown, Unit: string, Timestamp: string) => ({
    Type,
    Value,
    Unit,
    Timestamp,
  })
  const hours = [
    said('Volume', 7842.202, 'm3', '2026-11-21T11:00:00.000'),
    said('Volume', 7842.497, 'm3', '2026-11-21T12:00:00.000'),
  ]

  it('Kamstrup: hours in the meter’s time, of which only the newest has a place without the site’s zone', () => {
    expect(kamstrup(hours)).toMatchObject([
      { kind: 'water', measuredAt: Date.parse(AT), values: { water_total_m3: 7842.497 } },
    ])
    expect(kamstrup(hours, 'Europe/Berlin')).toMatchObject([
      { measuredAt: Date.parse('2026-11-21T10:00:00Z'), values: { water_total_m3: 7842.202 } },
      { measuredAt: Date.parse('2026-11-21T11:00:00Z'), values: { water_total_m3: 7842.497 } },
    ])
  })

  it('Kamstrup: what a meter wrote down at midnight is not now, and with an energy it is one of heat', () => {
    const midnight = [
      said('Volume', 0.236, 'm3', '2026-11-21T00:00:00.000'),
      said('Leak', true, 'NA', '2026-11-21T00:00:00.000'),
      said('Min Flow temperature', null, 'Invalid', '2026-11-21T00:00:00.000'),
    ]
    expect(kamstrup(midnight).map(({ values }) => values)).toEqual([{ water_total_m3: 0.236 }])
    expect(kamstrup(midnight, 'Europe/Berlin')).toMatchObject([
      { values: { water_total_m3: 0.236, leak: true }, quality: ['historical'] },
    ])
    expect(kamstrup([...hours, said('Heat energy E1', 5, 'kWh', '2026-11-21T12:00:00.000')])).toEqual([])
  })

  it('Sensus: the register of now among M-Bus records, and alarms by name', () => {
    const record = { function: 0, tariff: 0, subUnit: 0, unit: 'M3', vifType: 'VOLUME' }
    const now = { ...record, scaledValue: 25041.978 }
    const hours = { ...record, isCompactProfile: true, scaledValue: null, values: [{ scaledValue: 25041.4 }] }
    const said = { alarms: ['LOW_BATTERY'], records: [{ ...now, function: 1, scaledValue: 3 }, now, hours] }
    expect(values(said)).toEqual({ water_total_m3: 25041.978, battery_low: true })
    expect(values({ ...said, alarms: ['LEAKAGE', 'BROKEN_PIPE'] })).toMatchObject({ leak: true })
    const heat = { ...record, vifType: 'ENERGY', unit: 'WH', scaledValue: 5 }
    expect(up({ ...said, records: [now, heat] })).toMatchObject({
      samples: [],
      refused: { code: 'needs_mapping' },
    })
  })

  it('another vendor’s `water_leak` and `battery` are not Milesight’s', () => {
    const said = { water_leak: 'leak', battery: 3.6, temperature: 70 }
    expect(up(said)).toMatchObject({ samples: [], refused: { code: 'needs_mapping' } })
    expect(up(said, '24e1240000000001').samples).toMatchObject([{ values: { leak: true } }])
  })

  it('Milesight’s socket of the repository: Wh, mA, and `power` for the power factor', () => {
    const socket = { voltage: 228.5, power: 98, energy: 1110, current: 74, button: 'open' }
    expect(up(socket, '24e1240000000001').samples[0]?.values).toEqual({
      switch_on: true,
      voltage_l1_v: 228.5,
      energy_import_kwh: 1.11,
      current_l1_a: 0.074,
    })
    expect(up({ energy: 1110 }, '24e1240000000001').refused?.code).toBe('needs_mapping')
    expect(up({ battery: 92, pulse: 256 }, '24e1240000000001').refused?.code).toBe('needs_mapping')
  })
})

describe('normalized payloads', () => {
  const normalized = (said: unknown) =>
    decode(thingsStack, 'v3/app@ttn/devices/dev1/up/normalized', {
      end_device_ids: { dev_eui: EUI },
      uplink_normalized: { received_at: '2026-11-21T11:59:00Z', normalized_payload: said },
    })

  it('come one by one on a topic of their own', () => {
    expect(normalized({ metering: { water: { total: 1500 } }, battery: 3.6 }).samples).toMatchObject([
      { sourceId: EUI, measuredAtSource: 'gateway', values: { water_total_m3: 1.5, battery_v: 3.6 } },
    ])
    expect(normalized(undefined).samples).toEqual([])
  })

  it('a percentage is no voltage, and a meter of water and energy is one of heating', () => {
    expect(normalized({ battery: 16 }).samples).toEqual([])
    expect(normalized({ metering: { water: { total: 1500 }, energy: { total: 9000 } } })).toMatchObject({
      samples: [],
      refused: { code: 'needs_mapping' },
    })
    expect(normalized({ water: { leak: 'No leak' }, battery: { voltage: 3500 } }).samples).toEqual([])
  })
})
