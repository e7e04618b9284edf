import { describe, expect, it } from 'vitest'
import { noContext, Packet } from '../../ingest/decoder.ts'
import { createZigbee2mqtt, zigbee2mqtt } from '../../ingest/decoders/zigbee2mqtt.ts'
import { decode, message, NOW } from './fixture.ts'

const read = (name: string, payload: unknown, kind?: 'water' | 'electricity' | 'other' | 'smoke') =>
  decode(zigbee2mqtt, `zigbee2mqtt/${name}`, payload, kind === undefined ? {} : { kindOf: () => kind })
const valuesOf = (payload: unknown, kind?: Parameters<typeof read>[2]) =>
  read('x', payload, kind).samples[0]?.values
const low = (battery_state: unknown) => valuesOf({ smoke: false, battery_state })?.['battery_low']
const claims = (topic: string, payload: unknown, baseTopic: string | null = null, decoder = zigbee2mqtt) =>
  decoder.claims(new Packet(message(topic, payload)), { ...noContext, baseTopic })
const SEEN = '2026-11-21T11:59:30.000Z'

describe('zigbee2mqtt devices', () => {
  it('a frient smoke alarm: null says nothing', () => {
    const decoded = read('kitchen', {
      alarm: null,
      battery: null,
      battery_low: false,
      fault: null,
      last_seen: SEEN,
      linkquality: 120,
      smoke: true,
      temperature: null,
      test: false,
      update: { installed_version: -1, latest_version: -1, state: null },
      voltage: null,
    })
    expect(decoded).toEqual({
      samples: [
        {
          sourceId: 'kitchen',
          kind: 'smoke',
          measuredAt: Date.parse(SEEN),
          measuredAtSource: 'gateway',
          values: { smoke: true, smoke_test: false, fault: null, battery_low: false },
          quality: [],
        },
      ],
      refused: null,
    })
    expect(valuesOf({ smoke: null, linkquality: 1 })).toEqual({ smoke: null })
  })

  it('a smoke state that is neither true, false nor null is refused, not read as clear', () => {
    for (const smoke of ['true', 1, 0, 'OFF', {}]) {
      const decoded = read('x', { smoke, tamper: false })
      expect(decoded.samples[0]?.values).toEqual({ tamper: false })
      expect(decoded.refused?.code).toBe('malformed')
    }
  })

  it('a Twinguard says of its own test true or false, and its siren may have been switched from afar', () => {
    const twinguard = { self_test: true, smoke: false, siren_state: 'self_test' }
    expect(valuesOf(twinguard)).toEqual({ smoke: false, smoke_test: true })
    expect(valuesOf({ ...twinguard, self_test: false, siren_state: 'fire' })).toEqual({
      smoke: false,
      smoke_test: false,
    })
    expect(valuesOf({ smoke: false, self_test: 'checking' })).toEqual({ smoke: false, smoke_test: true })
  })

  it('what is asked of a device, also of one attribute, is no state of it', () => {
    for (const path of ['hall/set', 'hall/get', 'hall/set/self_test', 'hall/set/smoke', 'hall/get/smoke'])
      expect(read(path, 'true')).toMatchObject({ samples: [], refused: { code: 'ignored' } })
  })

  it('detectors that say what they see in a word of their own', () => {
    const avatto = { battery: 90, fault: 'No faults', muffling: false, smoke_sensor_state: 'alarm' }
    expect(read('x', avatto).samples).toMatchObject([
      { kind: 'smoke', values: { smoke: true, muted: false, battery_pct: 90 } },
    ])
    expect(valuesOf({ ...avatto, smoke_sensor_state: 'normal' })).toMatchObject({ smoke: false })
    expect(valuesOf({ ...avatto, smoke_sensor_state: null })).not.toHaveProperty('smoke')
    const twofold = { smoke: false, smoke_state: 'unknown', carbon_monoxide: false }
    expect(valuesOf(twofold), 'who does not know has not said no').toEqual({ smoke: null })
    expect(valuesOf({ ...twofold, smoke_state: 'none' })).toEqual({ smoke: false })
    expect(valuesOf({ ...twofold, smoke: true })).toEqual({ smoke: true })
  })

  it('leak controllers with many inputs, and sensors that ring for water or for its lack', () => {
    const ensystec = { input_1_leak_detect: 'Dry', input_2_leak_detect: 'Leak', channel_1_leak_detect: null }
    expect(read('x', ensystec).samples).toMatchObject([{ kind: 'water', values: { leak: true } }])
    expect(valuesOf({ ...ensystec, input_2_leak_detect: 'Dry' })).toEqual({ leak: false })
    expect(valuesOf({ input_1_leak_detect: 'online' })).toBeUndefined()
    expect(read('x', { alarm_status: 'alarm', mode: 'leakage', battery: 50 }).samples).toMatchObject([
      { kind: 'water', values: { leak: true, battery_pct: 50 } },
    ])
    expect(valuesOf({ alarm_status: 'alarm', mode: 'shortage', battery: 50 })).toEqual({ battery_pct: 50 })
    expect(valuesOf({ alarm_status: 'alarm', battery: 50 })).toEqual({ battery_pct: 50 })
    expect(valuesOf({ water_leak: true, alarm_mode: 'water_absence' })).toEqual({ leak: null })
    expect(valuesOf({ water_leak: true, alarm_mode: 'water_presence' })).toEqual({ leak: true })
    const floorHeating = { water_sensor: true, state: 'ON', power: 900, energy: 12.5 }
    expect(read('x', floorHeating).samples, 'a thermostat with a leak probe').toMatchObject([
      { kind: 'electricity', values: { leak: true, switch_on: true, power_w: 900, energy_import_kwh: 12.5 } },
    ])
    expect(valuesOf({ ...floorHeating, water_sensor: null })).toMatchObject({ leak: null, power_w: 900 })
  })

  it('faults are one state; the siren that is switched from afar is no smoke', () => {
    expect(valuesOf({ smoke: false, trouble: false, battery_defect: true, tamper: true })).toMatchObject({
      fault: true,
      tamper: true,
    })
    expect(
      valuesOf({ smoke: false, manual_smoke_alarm: 'ON', smoke_alarm_silenced: true, test_mode: 'ON' }),
    ).toEqual({
      smoke: false,
      muted: true,
      smoke_test: true,
    })
  })

  it('what detectors and probes say in words, or of several probes', () => {
    expect(valuesOf({ smoke_state: 'alarm', battery_level: 'low' })).toEqual({
      smoke: true,
      battery_low: true,
    })
    expect(read('x', { smoke_state: 'detecting', battery: 80 }).samples[0]).toMatchObject({
      kind: 'smoke',
      values: { battery_pct: 80 },
    })
    expect(
      valuesOf({ smoke: true, muted: 'alarm_muted | fault_muted', fault_state: 'pollution_fault' }),
    ).toEqual({ smoke: true, muted: true, fault: true })
    expect(valuesOf({ smoke: false, silence: 'ON', self_test: 'checking' })).toEqual({
      smoke: false,
      muted: true,
      smoke_test: true,
    })
    expect(valuesOf({ water_leak_alarm_1: false, water_leak_alarm_2: true })).toEqual({ leak: true })
    expect(valuesOf({ water_leak: null, water_leak_zone_1: 'yes' })).toEqual({ leak: null })
    expect(valuesOf({ current_device_status: 'water_leakage', flow: 0.2 })).toMatchObject({ leak: true })
    expect(valuesOf({ current_device_status: null, flow: 0.2 })).not.toHaveProperty('leak')
  })

  it('what is switched beside a leak probe is no valve if it is a load or a buzzer', () => {
    expect(valuesOf({ water_leak: false, state: 'ON', power: 900 })).toEqual({ leak: false })
    expect(valuesOf({ water_leak: false, state: 'ON', water_leak_buzzer: 'ON' })).toEqual({ leak: false })
    expect(valuesOf({ water_leak: false, state: 'ON' })).toEqual({ leak: false, valve_open: true })
  })

  it('battery levels in words', () => {
    expect([low('low'), low('medium'), low('high'), low(null), low('odd')]).toEqual([
      true,
      false,
      false,
      undefined,
      undefined,
    ])
  })

  it('the voltage of a battery is in mV, of the mains in V', () => {
    expect(valuesOf({ battery: 100, voltage: 3075, smoke: false })).toMatchObject({
      battery_v: 3.075,
      battery_pct: 100,
    })
    expect(valuesOf({ power: 5, voltage: 231, state: 'ON' })).toEqual({
      power_w: 5,
      voltage_l1_v: 231,
      switch_on: true,
    })
    expect(valuesOf({ battery: 100, voltage: 30, smoke: false })).toEqual({ battery_pct: 100, smoke: false })
  })

  it('a leak', () => {
    expect(read('bath', { water_leak: true, voltage: null }).samples).toMatchObject([
      {
        kind: 'water',
        values: { leak: true },
        measuredAt: NOW,
        measuredAtSource: 'broker',
        quality: ['clock_missing'],
      },
    ])
  })

  it.each([
    ['2026-11-21T19:59:30+08:00', Date.parse(SEEN)],
    [Date.parse(SEEN), Date.parse(SEEN)],
  ])('last seen %s', (last_seen, measuredAt) => {
    expect(read('x', { smoke: false, last_seen }).samples[0]).toMatchObject({
      measuredAt,
      measuredAtSource: 'gateway',
    })
  })

  it.each([null, 'N/A', '1970-01-01T00:00:09Z', '2026-11-21T19:59:30'])(
    'last seen %s is no clock',
    (last_seen) => {
      expect(read('x', { smoke: true, last_seen }).samples[0]).toMatchObject({
        measuredAt: NOW,
        quality: ['clock_missing'],
      })
    },
  )
})

describe('zigbee2mqtt topics', () => {
  it('names may hold slashes, and attributes come below them', () => {
    expect(read('floor 2/kitchen/smoke', { smoke: true }).samples[0]?.sourceId).toBe('floor 2/kitchen/smoke')
    expect(read('floor 2/kitchen/smoke', 'true').samples[0]).toMatchObject({
      sourceId: 'floor 2/kitchen',
      values: { smoke: true },
    })
    expect(read('floor 2/kitchen/availability', 'offline').samples[0]).toMatchObject({
      sourceId: 'floor 2/kitchen',
      values: { online: false },
    })
  })

  it('attributes alone', () => {
    expect(read('z1/energy', '12.05').samples[0]).toMatchObject({
      kind: 'electricity',
      values: { energy_import_kwh: 12.05 },
    })
    expect(read('z1/battery_state', 'low').samples[0]?.values).toEqual({ battery_low: true })
    expect(read('z1/voltage', '3075').samples[0]?.values).toEqual({ battery_v: 3.075 })
    expect(read('z1/voltage', '231').refused?.code).toBe('ignored')
    expect(read('z1/state', 'ON').refused?.code).toBe('needs_mapping')
    expect(read('z1/state', 'ON', 'water').samples[0]?.values).toEqual({ valve_open: true })
    expect(read('z1/smoke', 'null').samples[0]?.values).toEqual({ smoke: null })
    expect(read('z1/smoke', 'garbage').refused?.code).toBe('malformed')
    expect(read('z1/water_consumed', '123').refused?.code).toBe('needs_mapping')
    expect(read('z1/action', 'single').refused?.code).toBe('ignored')
  })

  it('the bridge speaks of itself; commands go the other way', () => {
    expect(read('bridge/state', '{"state":"online"}').samples).toMatchObject([
      { sourceId: 'zigbee2mqtt', kind: 'gateway', values: { online: true } },
    ])
    expect(read('bridge/state', 'offline').samples[0]?.values).toEqual({ online: false })
    for (const topic of [
      'bridge/logging',
      'bridge/devices',
      'bridge/response/device/remove',
      'x/set',
      'x/get',
    ]) {
      expect(read(topic, { state: 'ON', smoke: true }), topic).toMatchObject({
        samples: [],
        refused: { code: 'ignored' },
      })
    }
    expect(read('x', '').refused?.code).toBe('ignored')
  })

  it('what is no object is malformed', () => {
    for (const payload of ['{"smoke":true', '[{"smoke":true}]', 'true', 'smoke']) {
      expect(read('x', payload), payload).toMatchObject({ samples: [], refused: { code: 'malformed' } })
    }
  })

  it('lives below any base topic', () => {
    expect(claims('zigbee2mqttcc1352/plug', '{}')).toBe(true)
    expect(claims('home/zigbee2mqtt/plug', 'x', 'home/zigbee2mqtt')).toBe(true)
    expect(claims('upstairs/plug', { linkquality: 3 })).toBe(true)
    expect(claims('upstairs/plug/availability', 'online')).toBe(false)
    expect(claims('upstairs/plug/availability', 'online', null, createZigbee2mqtt(['upstairs']))).toBe(true)
    expect(claims('devices/a/readings', { linkquality: 3 })).toBe(false)
    const decoded = decode(
      zigbee2mqtt,
      'home/zigbee2mqtt/a/b',
      { smoke: true },
      { baseTopic: 'home/zigbee2mqtt' },
    )
    expect(decoded.samples[0]?.sourceId).toBe('a/b')
  })
})
