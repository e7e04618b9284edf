import { describe, expect, it } from 'vitest'
import type { DeviceKind } from '../../contracts/reading.ts'
import { zigbee2mqtt } from '../../ingest/decoders/zigbee2mqtt.ts'
import { decode } from './fixture.ts'

const read = (name: string, payload: unknown, kind?: DeviceKind) =>
  decode(zigbee2mqtt, `zigbee2mqtt/${name}`, payload, kind === undefined ? {} : { kindOf: () => kind })
const valuesOf = (payload: unknown) => read('x', payload).samples[0]?.values

describe('the French meter, by its plug-in radio (ZLinky)', () => {
  const historical = {
    active_power: 0,
    apparent_power: 550,
    current_summ_delivered: 0,
    current_summ_received: 0,
    current_tarif: 'HC..',
    current_tier1_summ_delivered: 7828.158,
    current_tier2_summ_delivered: 7452.224,
    current_tier3_summ_delivered: 0,
    rms_current: 2,
    rms_voltage: 0,
  }

  it('in the old mode of the meter the register is the sum of its tariffs, and a zero is nothing said', () => {
    expect(read('linky', historical).samples).toMatchObject([
      { kind: 'electricity', values: { energy_import_kwh: 15280.382, current_l1_a: 2 } },
    ])
    expect(valuesOf(historical)).toEqual({ energy_import_kwh: 15280.382, current_l1_a: 2 })
  })

  it('a tariff that was not heard yet leaves no sum', () => {
    expect(valuesOf({ ...historical, current_tier2_summ_delivered: null })).toEqual({ current_l1_a: 2 })
    const silent = { current_summ_delivered: 0, current_tier1_summ_delivered: 0, rms_current: 0 }
    expect(valuesOf(silent)).toEqual({ current_l1_a: 0 })
  })

  it('in the new mode it has registers of its own; unread numbers at their ends are none', () => {
    expect(
      valuesOf({
        active_power: -32768,
        current_summ_delivered: 41045.5,
        current_summ_received: 1634,
        current_tier1_summ_delivered: 19901,
        current_tier2_summ_delivered: null,
        rms_current: 3,
        rms_current_max: 65535,
        rms_voltage: 229,
        rms_voltage_ph_b: 231,
        rms_current_ph_c: 65535,
      }),
    ).toEqual({
      energy_import_kwh: 41045.5,
      energy_export_kwh: 1634,
      voltage_l1_v: 229,
      voltage_l2_v: 231,
      current_l1_a: 3,
    })
  })
})

describe('meters and plugs of zigbee2mqtt', () => {
  it('a three-phase meter', () => {
    const said = {
      current: 12,
      current_phase_b: 3.4,
      energy: 45612.35,
      power: -40,
      produced_energy: 1.2,
      voltage_phase_c: 230.9,
    }
    expect(valuesOf(said)).toEqual({
      energy_import_kwh: 45612.35,
      energy_export_kwh: 1.2,
      power_w: -40,
      current_l1_a: 12,
      current_l2_a: 3.4,
      voltage_l3_v: 230.9,
    })
  })

  it('phases of a meter with a total are phases; endpoints without one are channels', () => {
    const phases = { energy: 100, power_a: 10, power_b: 20, power_c: 30, voltage_b: 231, current_c: 1.5 }
    expect(valuesOf(phases)).toEqual({
      energy_import_kwh: 100,
      power_w: 60,
      voltage_l2_v: 231,
      current_l3_a: 1.5,
    })
    expect(valuesOf({ ...phases, power_b: null })).not.toHaveProperty('power_w')
    const endpoints = read('x', {
      state_l1: 'ON',
      power_l1: 7,
      energy_l2: 3,
      state_l2: 'OFF',
      power_l2: null,
    })
    expect(endpoints.samples).toMatchObject([
      { kind: 'electricity', channel: 'l1', values: { switch_on: true, power_w: 7 } },
      { kind: 'electricity', channel: 'l2', values: { switch_on: false, energy_import_kwh: 3 } },
    ])
  })

  it('beside a total power the name alone is the first phase; what is fed in is negative', () => {
    expect(valuesOf({ power: 100, power_phase_b: 200, total_power: 450 })).toMatchObject({ power_w: 450 })
    expect(valuesOf({ power: 100, power_phase_b: 200, total_power: null, energy: 1 })).toEqual({
      energy_import_kwh: 1,
    })
    expect(valuesOf({ power: 40, energy_flow: 'producing' })).toEqual({ power_w: -40 })
    expect(read('x', { power_a: 40, energy_flow_a: 'producing' }).samples[0]?.values).toEqual({
      power_w: -40,
    })
  })

  it('Sonoff says m³/h, Tuya whole litres; a fraction leaves the unit open', () => {
    expect(valuesOf({ flow: 0.7, state: 'ON', battery: 50 })).toEqual({
      water_flow_m3h: 0.7,
      valve_open: true,
      battery_pct: 50,
    })
    const tuya = { meter_id: null, state: 'OFF', temperature: 18.5, voltage: 3620 }
    expect(valuesOf({ ...tuya, water_consumed: 123_456, reverse_water_consumed: 12, flow_rate: 60 })).toEqual(
      {
        water_total_m3: 123.456,
        water_reverse_m3: 0.012,
        water_flow_m3h: 0.06,
        valve_open: false,
        temperature_c: 18.5,
        battery_v: 3.62,
      },
    )
    const metric = read('x', { ...tuya, water_consumed: 123.456, flow_rate: 0 })
    expect(metric.samples[0]?.values).not.toHaveProperty('water_total_m3')
    expect(metric.refused?.code).toBe('needs_mapping')
  })

  it('of two Tuya meters with the same names, the one without a valve says m³', () => {
    const meter = {
      meter_id: null,
      report_period: '1h',
      faults: 'no_alarm',
      water_consumed: 12,
      flow_rate: 0.5,
    }
    expect(valuesOf(meter)).toMatchObject({ water_total_m3: 12, water_flow_m3h: 0.5, backflow: false })
    const valve = { ...meter, state: 'ON', auto_clean: 'OFF', flow_rate: 60, month_consumption: 0.31 }
    expect(valuesOf(valve)).toMatchObject({ water_total_m3: 0.012, water_flow_m3h: 0.06, valve_open: true })
    const faults = valuesOf({ ...valve, faults: 'battery_alarm,empty_pipe_alarm' })
    expect(faults).toMatchObject({ battery_low: true, empty_pipe: true })
    expect(faults).not.toHaveProperty('backflow')
  })

  it('an interface for any meter is what it has heard', () => {
    const nothing = {
      energy: null,
      power: null,
      gas: null,
      water_consumed: null,
      flow: null,
      interface_mode: null,
    }
    expect(read('x', { ...nothing, energy: 12.5, power: 300 }).samples[0]).toMatchObject({
      kind: 'electricity',
      values: { energy_import_kwh: 12.5, power_w: 300 },
    })
    expect(read('x', { ...nothing, water_consumed: 12, flow: 0.1 }).samples[0]).toMatchObject({
      kind: 'water',
      values: { water_total_m3: 12, water_flow_m3h: 0.1 },
    })
  })

  it('the water of a heat meter is that of the radiators', () => {
    const said = { water_consumed: 12.5, cumulative_heat: 900, meter_id: '1', voltage: 3600 }
    expect(read('x', said).samples[0]).toMatchObject({ kind: 'other', values: { battery_v: 3.6 } })
  })

  it('an irrigation timer counts its last watering, which is no register', () => {
    const decoded = read('x', { water_consumed: 40, timer: 10, state: 'ON' })
    expect(decoded.samples[0]?.values).toEqual({ valve_open: true })
    expect(decoded.refused?.code).toBe('needs_mapping')
    const daily = read('x', { water_consumed_last: 7, water_consumed_total: 120, state: 'OFF' })
    expect(daily.samples[0]?.values, 'the total of a day').toEqual({ valve_open: false })
    expect(daily.refused?.code).toBe('needs_mapping')
  })

  it('a total of both directions beside the register is not its stand-in', () => {
    const din = { total_energy: 76.92, produced_energy: 1.5, power: 12, voltage: 230 }
    expect(valuesOf({ ...din, energy: null })).not.toHaveProperty('energy_import_kwh')
    expect(valuesOf({ ...din, energy: 75.42 })).toMatchObject({ energy_import_kwh: 75.42 })
    expect(valuesOf({ total_energy: 76.92, total_output_energy: 1.5 })).toMatchObject({
      energy_import_kwh: 76.92,
      energy_export_kwh: 1.5,
    })
  })

  it('a boiler’s switch that says its current in mA', () => {
    const boiler = { energy: 1.5, power: 1955, voltage: 230, ac_frequency: 50, total_switch_on_time: 3 }
    expect(valuesOf({ ...boiler, current: 350 })).toMatchObject({ current_l1_a: 0.35, voltage_l1_v: 230 })
    expect(valuesOf({ ...boiler, current: null, total_switch_on_time: null })).not.toHaveProperty(
      'current_l1_a',
    )
  })

  it('a gas meter registered as other sends no electricity', () => {
    expect(read('gas', { energy: 1234.5, power: 0.1, linkquality: 9 }, 'other').samples).toEqual([])
  })

  it('sentinels are refused, one by one', () => {
    const decoded = read('x', {
      energy: -1,
      power: 65535,
      current: 0,
      voltage: 0xffff,
      state: 'OFF',
      battery: 255,
    })
    expect(decoded.samples[0]?.values).toEqual({ current_l1_a: 0, switch_on: false })
    expect(decoded.refused?.code).toBe('out_of_range')
    // Below a scale they are still what they were (frient's plug: -8388608; its meter: 2⁴⁸ − 1).
    for (const power of [-8_388_608, -83_886.08, 6553.5, -3276.8]) {
      expect(valuesOf({ power, state: 'ON' }), String(power)).toEqual({ switch_on: true })
    }
    expect(valuesOf({ energy: 281_474_976_710.655, power: 1 })).toEqual({ power_w: 1 })
    expect(valuesOf({ energy: 655.35, power: 0 })).toEqual({ energy_import_kwh: 655.35, power_w: 0 })
  })
})
