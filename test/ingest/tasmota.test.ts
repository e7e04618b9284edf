import { describe, expect, it } from 'vitest'
import type { DeviceKind } from '../../contracts/reading.ts'
import { tasmota } from '../../ingest/decoders/tasmota.ts'
import { decode, NOW } from './fixture.ts'

const TIME = '2026-11-21T12:00:30'
const read = (topic: string, payload: unknown, context = {}) => decode(tasmota, topic, payload, context)
const only = (topic: string, payload: unknown) => read(topic, payload).samples[0]

describe('Tasmota', () => {
  it('its time is local: arrival serves until the site says its zone', () => {
    const said = { Time: TIME, ENERGY: { Total: 0.052, Today: 0.01, Power: 12, Voltage: 198, Current: 0.06 } }
    expect(read('tele/plug/SENSOR', said)).toEqual({
      samples: [
        {
          sourceId: 'plug',
          kind: 'electricity',
          measuredAt: NOW,
          measuredAtSource: 'broker',
          values: { energy_import_kwh: 0.052, power_w: 12, voltage_l1_v: 198, current_l1_a: 0.06 },
          quality: ['clock_missing', 'local_time'],
        },
      ],
      refused: null,
    })
    expect(read('tele/plug/SENSOR', said, { siteZone: 'Europe/Berlin' }).samples[0]).toMatchObject({
      measuredAt: Date.parse('2026-11-21T11:00:30Z'),
      measuredAtSource: 'device',
      quality: [],
    })
  })

  it('phases add up, unless one is missing', () => {
    expect(
      only('tele/m/SENSOR', { ENERGY: { Total: [1.2, 3.4], Power: [10, -20], Voltage: [230, 231] } })?.values,
    ).toEqual({
      energy_import_kwh: 4.6,
      power_w: -10,
      voltage_l1_v: 230,
      voltage_l2_v: 231,
    })
    expect(only('tele/m/SENSOR', { ENERGY: { ExportActive: [0.02465, 0.00001, 0.00001] } })?.values).toEqual({
      energy_export_kwh: 0.02467,
    })
    expect(read('tele/m/SENSOR', { ENERGY: { Total: [1.2, null] } }).samples).toEqual([])
  })

  it('clamps, status replies, and a register that was set to 0', () => {
    const clamp = { CTEnergy2: { Energy: 0.5, Power: 2300, Voltage: 230, Current: 10 } }
    expect(only('tele/m/SENSOR', { ANALOG: clamp })).toMatchObject({
      channel: '2',
      values: { energy_import_kwh: 0.5, power_w: 2300 },
    })
    expect(only('stat/m/STATUS10', { StatusSNS: { ENERGY: { Total: 5.6 } } })?.values).toEqual({
      energy_import_kwh: 5.6,
    })
    expect(only('stat/m/RESULT', { EnergyTotal: { Total: 0, Today: 0 } })).toMatchObject({
      values: { energy_import_kwh: 0 },
      quality: ['clock_missing', 'counter_reset'],
    })
  })

  it('switches: several relays are channels, and topics may be the other way round', () => {
    expect(only('attic/plug/tele/STATE', { POWER: 'OFF', Wifi: { RSSI: 92, Signal: -54 } })).toMatchObject({
      sourceId: 'attic/plug',
      values: { switch_on: false },
    })
    expect(read('tele/m/STATE', { POWER1: 'ON', POWER2: 'OFF' }).samples).toMatchObject([
      { channel: '1', values: { switch_on: true } },
      { channel: '2', values: { switch_on: false } },
    ])
    expect(only('stat/m/POWER', 'ON')?.values).toEqual({ switch_on: true })
    expect(read('stat/m/POWER', 'TOGGLE')).toMatchObject({ samples: [], refused: { code: 'malformed' } })
  })

  it('in a Zigbee bridge Power is a switch, and Fire is smoke', () => {
    const received = (said: object) =>
      read('tele/bridge/SENSOR', { ZbReceived: { '0xA6E7': { Device: '0xA6E7', ...said } } })
    expect(received({ Name: 'tap', Power: 0 }).samples).toMatchObject([
      { sourceId: '0xA6E7', values: { switch_on: false } },
    ])
    expect(received({ Fire: 1, BatteryPercentage: 90 }).samples[0]?.values).toEqual({
      smoke: true,
      battery_pct: 90,
    })
    expect(received({ Water: 1 }).samples[0]).toMatchObject({ kind: 'water', values: { leak: true } })
  })

  it('a zone of a Zigbee bridge alarms as what it is registered as', () => {
    const zone = (ZoneStatusChange: unknown, kind: DeviceKind | null) =>
      read(
        'tele/bridge/SENSOR',
        { ZbReceived: { '0x898E': { Device: '0x898E', '0500<00': '010000FF0000', ZoneStatusChange } } },
        { kindOf: () => kind },
      )
    expect(zone(1, 'smoke').samples[0]?.values).toEqual({
      smoke: true,
      tamper: false,
      battery_low: false,
      fault: false,
      smoke_test: false,
    })
    expect(zone(0x0c, 'water').samples[0]?.values).toMatchObject({
      leak: false,
      tamper: true,
      battery_low: true,
    })
    expect(zone(1, null)).toMatchObject({ samples: [], refused: { code: 'needs_mapping' } })
    expect(zone('1', 'smoke').samples).toEqual([])
    expect(zone(0xffff, 'smoke').samples).toEqual([])
  })

  it('a clock before the network has told it the time says nothing', () => {
    const said = { Time: '1970-01-01T00:00:07', ENERGY: { Power: 12 } }
    expect(read('tele/plug/SENSOR', said, { siteZone: 'Europe/Berlin' }).samples[0]).toMatchObject({
      measuredAt: NOW,
      quality: ['clock_missing'],
    })
  })

  it('old firmware has a topic for energy; some devices say their switch as JSON', () => {
    expect(only('tele/pow/ENERGY', { Time: TIME, Total: 0.64, Today: 0.003, Power: 7 })?.values).toEqual({
      energy_import_kwh: 0.64,
      power_w: 7,
    })
    expect(only('stat/m/POWER12', { POWER12: 'ON' })).toMatchObject({
      channel: '12',
      values: { switch_on: true },
    })
    expect(read('stat/m/POWER', { Action: 'SINGLE' }).refused?.code).toBe('malformed')
  })

  it('temperature in °C only, and not of the chip', () => {
    const sensors = { ESP32: { Temperature: 60 }, DS18B20: { Temperature: 21.5 } }
    expect(only('tele/m/SENSOR', { ...sensors, TempUnit: 'C' })?.values).toEqual({ temperature_c: 21.5 })
    expect(read('tele/m/SENSOR', { ...sensors, TempUnit: 'F' }).samples).toEqual([])
  })

  it('pulses and smart-meter names wait for the registration', () => {
    expect(read('tele/m/SENSOR', { COUNTER: { C1: 7 } })).toMatchObject({
      samples: [],
      refused: { code: 'needs_mapping' },
    })
    const mappingOf = () => ({
      'COUNTER.C1': { metric: 'water_total_m3', factor: 0.001 },
      'SML.Total_in': { metric: 'energy_import_kwh' },
    })
    const said = { COUNTER: { C1: 1500, C2: 3 }, SML: { Total_in: 12.5 } }
    expect(read('tele/m/SENSOR', said, { mappingOf })).toMatchObject({
      samples: [{ values: { water_total_m3: 1.5, energy_import_kwh: 12.5 } }],
      refused: null,
    })
    const own = { DWS74: { Total: 1234.567, Power: 2, Server_id: 'x' }, AM2301: { Humidity: 50 } }
    expect(read('tele/m/SENSOR', own).refused?.code).toBe('needs_mapping')
    const mapped = { mappingOf: () => ({ 'DWS74.Total': { metric: 'energy_import_kwh' } }) }
    expect(read('tele/m/SENSOR', own, mapped).samples[0]?.values).toEqual({ energy_import_kwh: 1234.567 })
  })

  it('last wills, commands, discovery and noise', () => {
    expect(only('tele/m/LWT', 'Offline')?.values).toEqual({ online: false })
    expect(read('tele/m/LWT', 'gone').refused?.code).toBe('malformed')
    for (const [topic, payload] of [
      ['cmnd/m/POWER', 'ON'],
      ['tasmota/discovery/00005E005302/config', '{}'],
      ['tele/m/INFO1', '{"Info1":{}}'],
      ['tele/m/LWT', ''],
    ] as const) {
      expect(read(topic, payload), topic).toMatchObject({ samples: [], refused: { code: 'ignored' } })
    }
    expect(read('tele/m/SENSOR', '{"ENERGY":{"Total":1').refused?.code).toBe('malformed')
  })
})
