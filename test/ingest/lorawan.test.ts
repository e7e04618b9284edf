import { describe, expect, it } from 'vitest'
import { chirpstack } from '../../ingest/decoders/chirpstack.ts'
import { thingsStack } from '../../ingest/decoders/things-stack.ts'
import { decode } from './fixture.ts'

const EUI = '24e1240000000001'
const AT = Date.parse('2026-11-21T11:59:00Z')
const up = (object: unknown, deviceName = 'x', context = {}) =>
  decode(
    chirpstack,
    `application/a1/device/${EUI}/event/up`,
    { time: '2026-11-21T11:59:00.000000001+00:00', deviceInfo: { deviceName, devEui: EUI }, object },
    context,
  )
const values = (object: unknown, name?: string) => up(object, name).samples[0]?.values
const event = (kind: string, more: object) =>
  decode(chirpstack, `application/a1/device/${EUI}/event/${kind}`, {
    time: '2026-11-21T11:59:00Z',
    deviceInfo: {},
    ...more,
  })

describe('ChirpStack 4', () => {
  it('an uplink without payload codec is undecoded', () => {
    expect(up(undefined)).toMatchObject({ samples: [], refused: { code: 'undecoded' } })
    expect(up({}).refused?.code).toBe('undecoded')
  })

  it('its own events: the battery as the network asked for it, and nothing from a join', () => {
    expect(event('status', { batteryLevel: 88.3, margin: 10 }).samples).toMatchObject([
      { sourceId: EUI, measuredAt: AT, measuredAtSource: 'gateway', values: { battery_pct: 88.3 } },
    ])
    expect(event('status', { batteryLevel: 0, batteryLevelUnavailable: true }).samples).toEqual([])
    expect(event('status', { externalPowerSource: true, batteryLevel: 0 }).samples).toEqual([])
    expect(event('join', {}).refused?.code).toBe('ignored')
    expect(decode(chirpstack, `application/a1/device/${EUI}/event/up`, 'binary').refused?.code).toBe(
      'malformed',
    )
  })
})

describe('payload codecs', () => {
  const smoke = (word: string) => values({ type: 'smoke sensor', battery: 90, event: word })

  it('a Milesight smoke sensor: each word for what it says, and no more', () => {
    expect(smoke('alarm')).toMatchObject({ smoke: true, battery_pct: 90 })
    expect(smoke('silent')).toMatchObject({ smoke: true, muted: true })
    expect(smoke('normal')).toMatchObject({ smoke: false })
    expect(smoke('low battery')).toMatchObject({ smoke: false, battery_low: true })
    expect(smoke('testing alarm with low battery')).toMatchObject({
      smoke: false,
      smoke_test: true,
      battery_low: true,
    })
    expect(smoke('removed')).toMatchObject({ smoke: null, tamper: true })
    expect(smoke('failover')).toMatchObject({ smoke: null, fault: true })
    expect(smoke('new word')).toMatchObject({ smoke: null })
  })

  it('older codecs of Milesight say leaks and valves in other words', () => {
    const leak = (water_leak: unknown) => values({ water_leak, battery: 90 })
    expect([leak('leak'), leak('true'), leak('normal'), leak('false')]).toMatchObject(
      [true, true, false, false].map((state) => ({ leak: state })),
    )
    expect(leak('')).not.toHaveProperty('leak')
    expect(up({ valve_1: 'on' }).samples[0]).toMatchObject({ channel: '1', values: { valve_open: true } })
    expect(values({ energy: 1110, voltage: 228.5 }, 'WS523')).toEqual({
      energy_import_kwh: 1.11,
      voltage_l1_v: 228.5,
    })
  })

  it('what was kept while the network was away is the past', () => {
    const { samples } = up({ history: [{ leakage_status: 'leak', timestamp: 1665561758 }] })
    expect(samples).toMatchObject([
      { kind: 'water', measuredAt: AT, values: { leak: null }, quality: [] },
      {
        measuredAt: 1665561758000,
        measuredAtSource: 'device',
        values: { leak: true },
        quality: ['historical'],
      },
    ])
    expect(up({ history: [{ leakage_status: 'leak' }] })).toMatchObject({
      samples: [{ values: { leak: null } }],
      refused: { code: 'malformed' },
    })
  })

  it('the same word for mA and A: a socket, a clamp, or a question', () => {
    const socket = {
      active_power: 7,
      current: 74,
      power_consumption: 26121,
      socket_status: 'on',
      voltage: 235.2,
    }
    expect(values(socket)).toEqual({
      power_w: 7,
      current_l1_a: 0.074,
      energy_import_kwh: 26.121,
      switch_on: true,
      voltage_l1_v: 235.2,
    })
    expect(values({ current: 30 }, 'Milesight CT101')).toEqual({ current_l1_a: 30 })
    expect(values({ current: 30, total_current: 5 })).toEqual({ current_l1_a: 30 })
    expect(up({ current: 30 })).toMatchObject({ samples: [], refused: { code: 'needs_mapping' } })
    expect(values({ current_sensor_status: 'read failed' })).toEqual({ fault: true })
    expect(values({ current_chn2: 1.5 })).toEqual({ current_l2_a: 1.5 })
  })

  it('pulses are what the device was set to; valves are two', () => {
    expect(up({ battery: 100, water: 741, water_alarm: 'water flow timeout alarm' })).toMatchObject({
      samples: [{ kind: 'water', values: { battery_pct: 100 } }],
      refused: { code: 'needs_mapping' },
    })
    expect(up({ valve_2: 'open' }).samples).toMatchObject([{ channel: '2', values: { valve_open: true } }])
  })

  const axioma = (more: object) => ({
    payload_format: 'AXIOMA_W1_ENHANCED_24H',
    log_volume_m3: 5,
    current_volume_m3: 5.023,
    ...Object.fromEntries(Array.from({ length: 23 }, (_, i) => [`delta_${i + 1}_m3`, 0.001])),
    leakage: false,
    burst: true,
    low_battery: false,
    ...more,
  })

  it('an Axioma meter gives a day of hours, at the meter’s time if the network agrees', () => {
    const { samples } = up(axioma({ timestamp_unix: AT / 1000 - 600 }))
    const totals = samples.filter(({ values }) => values['water_total_m3'] !== undefined)
    expect(totals).toHaveLength(24)
    expect(samples[0]).toMatchObject({
      measuredAt: AT - 600_000,
      measuredAtSource: 'device',
      values: { burst: true, leak: false },
    })
    expect(samples.at(-1)).toMatchObject({
      measuredAt: AT - 600_000 - 3_600_000,
      values: { water_total_m3: 5.022 },
    })
    expect(samples[1]).toMatchObject({
      values: { water_total_m3: 5 },
      measuredAt: AT - 600_000 - 23 * 3_600_000,
    })
    expect(up(axioma({ timestamp_unix: AT / 1000 + 86_400 })).samples[0]).toMatchObject({
      measuredAt: AT,
      measuredAtSource: 'gateway',
    })
  })

  it('from a missing hour on nothing is known, and scaled hours are not guessed', () => {
    const holed = up(axioma({ delta_3_m3: null })).samples.map(({ values }) => values['water_total_m3'])
    expect(holed).toEqual([5.023, 5, 5.001, 5.002])
    const scaled = up(axioma({ history_multiplier: 2 }))
    expect(scaled.samples[0]?.values).not.toHaveProperty('water_total_m3')
    expect(scaled.refused?.code).toBe('undecoded')
  })

  it('an hour of all ones is none, and leaves no sum', () => {
    const unknown = up(axioma({ delta_3_m3: 16.383, current_volume_m3: 21.405 }))
    expect(unknown.samples.map(({ values }) => values['water_total_m3'])).toEqual([
      undefined,
      5,
      5.001,
      5.002,
    ])
  })

  it('Axioma’s other codec: a register in m³ and the status byte', () => {
    const meter = (status_code: number) =>
      values({ status_code, current_volume: 5.1, log_volume: 5, log_timestamp: 1, delta_volumes: [] })
    expect(meter(0)).toEqual({
      water_total_m3: 5.1,
      leak: false,
      burst: false,
      backflow: false,
      empty_pipe: false,
      fault: false,
      battery_low: false,
    })
    expect(meter(0x24)).toMatchObject({ leak: true, burst: false, battery_low: true })
    expect(meter(0xa0)).toMatchObject({ leak: false, burst: true })
    expect(meter(0x60)).toMatchObject({ leak: false, backflow: true })
    expect(meter(-1)).toEqual({ water_total_m3: 5.1 })
  })

  it('a TG563A detector: flags are 0 and 1, and one that is not there says nothing', () => {
    const status = { mounted: 0, smokeAlarm: 1, batteryLow: 0, buzzerFailure: 1 }
    expect(values({ temperature: 21, status })).toEqual({
      smoke: true,
      battery_low: false,
      tamper: true,
      fault: true,
      temperature_c: 21,
    })
    expect(values({ status: { smokeAlarm: 2 } })).toEqual({ smoke: null })
  })

  it('a codec of one’s own may use our names; others wait for the registration', () => {
    expect(up({ smoke: true, humidity: 3 })).toMatchObject({
      samples: [{ kind: 'smoke', values: { smoke: true } }],
    })
    const eui = { topic: 'application/a1/device/0101010101010101/event/up' }
    const said = { deviceInfo: {}, object: { status: { Total: 1234 }, door: 1 } }
    expect(decode(chirpstack, eui.topic, said).refused?.code).toBe('needs_mapping')
    const mappingOf = () => ({ 'status.Total': { metric: 'water_total_m3', factor: 0.001 } })
    expect(decode(chirpstack, eui.topic, said, { mappingOf }).samples).toMatchObject([
      { values: { water_total_m3: 1.234 } },
    ])
  })
})

describe('The Things Stack 3', () => {
  const uplink = (more: object) =>
    decode(thingsStack, 'v3/app@ttn/devices/dev1/up', {
      end_device_ids: { device_id: 'dev1', dev_eui: '24E1240000000001' },
      received_at: '2026-11-21T11:59:01Z',
      uplink_message: { received_at: '2026-11-21T11:59:00Z', ...more },
    })

  it('is known by dev_eui, at the network’s time', () => {
    expect(uplink({ decoded_payload: { battery: 92, leakage_status: 'normal' } }).samples).toMatchObject([
      {
        sourceId: '24E1240000000001',
        kind: 'water',
        measuredAt: AT,
        measuredAtSource: 'gateway',
        values: { leak: false },
      },
    ])
    expect(uplink({ frm_payload: 'AQ==' }).refused?.code).toBe('undecoded')
    expect(
      uplink({ decoded_payload: { current: 3 }, version_ids: { model_id: 'ct101' } }).samples[0]?.values,
    ).toEqual({
      current_l1_a: 3,
    })
  })

  it('what a known product says itself comes before what of it has a common name', () => {
    const said = {
      decoded_payload: { leakage_status: 'leak', battery: 92 },
      normalized_payload: [{ battery: 3 }],
    }
    expect(uplink(said).samples[0]?.values).toEqual({ leak: true, battery_pct: 92 })
  })

  it('normalized payloads have their units: litres, Wh, volts', () => {
    const normalized = [
      {
        battery: 3.6,
        metering: { water: { total: 1500 } },
        water: { leak: true },
        time: '2026-11-21T11:00:00Z',
      },
    ]
    expect(uplink({ normalized_payload: normalized }).samples).toMatchObject([
      {
        measuredAt: Date.parse('2026-11-21T11:00:00Z'),
        measuredAtSource: 'device',
        values: { battery_v: 3.6, water_total_m3: 1.5, leak: true },
      },
    ])
  })

  it('joins and downlinks are not read; half an uplink is malformed', () => {
    expect(decode(thingsStack, 'v3/app@ttn/devices/dev1/join', {}).refused?.code).toBe('ignored')
    expect(decode(thingsStack, 'v3/app@ttn/devices/dev1/up', '{"uplink_message":').refused?.code).toBe(
      'malformed',
    )
  })
})
