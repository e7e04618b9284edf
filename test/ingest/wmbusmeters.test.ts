import { describe, expect, it } from 'vitest'
import { wmbusmeters } from '../../ingest/decoders/wmbusmeters.ts'
import { decode, NOW } from './fixture.ts'

const HEARD = '2026-11-21T11:59:30Z'
const telegram = (media: string, meter: string, more: object) => ({
  _: 'telegram',
  media,
  meter,
  name: 'M',
  id: '12345678',
  timestamp: HEARD,
  ...more,
})
const read = (media: string, meter: string, more: object, context = {}) =>
  decode(wmbusmeters, 'wmbusmeters/12345678', telegram(media, meter, more), context)
const values = (media: string, meter: string, more: object) => read(media, meter, more).samples[0]?.values

describe('wmbusmeters', () => {
  it('a water meter: its register, its reverse register and its flow, at the gateway’s time', () => {
    const more = { total_m3: 38.139, total_backward_m3: 0.001, volume_flow_m3h: 0.002, battery_pct: 91 }
    expect(read('water', 'q400', { ...more, flow_temperature_c: -100, target_m3: 80_000 })).toEqual({
      samples: [
        {
          sourceId: '12345678',
          kind: 'water',
          measuredAt: Date.parse(HEARD),
          measuredAtSource: 'gateway',
          values: {
            water_total_m3: 38.139,
            water_reverse_m3: 0.001,
            water_flow_m3h: 0.002,
            battery_pct: 91,
          },
          quality: [],
        },
      ],
      refused: null,
    })
  })

  it('a gateway whose clock was never set: arrival serves', () => {
    expect(
      read('water', 'apator162', { total_m3: 1, timestamp: '1970-01-06T16:29:20Z' }).samples,
    ).toMatchObject([{ measuredAt: NOW, measuredAtSource: 'broker', quality: ['clock_missing'] }])
  })

  it('a trickle backwards is a flow too', () => {
    expect(read('water', 'hydrus', { flow_m3h: -0.002 })).toMatchObject({
      samples: [{ values: { water_flow_m3h: -0.002 } }],
      refused: null,
    })
  })

  it('power is in kW; what is fed in counts against it', () => {
    const more = { total_energy_consumption_kwh: 9652.22, total_energy_production_kwh: 7.48 }
    expect(values('electricity', 'amiplus', { ...more, current_power_consumption_kw: 1.055 })).toEqual({
      energy_import_kwh: 9652.22,
      energy_export_kwh: 7.48,
      power_w: 1055,
    })
    expect(
      values('electricity', 'amiplus', { current_power_consumption_kw: 0, current_power_production_kw: 0.5 }),
    ).toEqual({ power_w: -500 })
    expect(values('electricity', 'ebzwmbe', { total_kwh: 1, current_power_consumption_kw: null })).toEqual({
      energy_import_kwh: 1,
    })
  })

  it('the telegram of an iEM3000 in which its registers are a thousand times smaller says none', () => {
    const said = { total_energy_consumption_kwh: 33.385496, total_energy_production_kwh: 1.7e-5 }
    expect(values('electricity', 'iem3000', said)).toHaveProperty('energy_import_kwh')
    expect(read('electricity', 'iem3000', { ...said, phases_counter: 3 })).toMatchObject({
      samples: [],
      refused: { code: 'out_of_range' },
    })
  })

  it('a counter that ran below its zero shows nines, which are no reading', () => {
    const said = read('water', 'hydrodigit', { total_m3: 99_999.999, backflow_m3: 0.001 })
    expect(said.samples[0]?.values).toEqual({ water_reverse_m3: 0.001 })
    expect(said.refused?.code).toBe('out_of_range')
  })

  it('tariffs and phases are not the register', () => {
    expect(read('electricity', 'iem3000', { total_energy_consumption_tariff_1_kwh: 4 }).samples).toEqual([])
  })

  it.each([
    ['voltage_at_phase_2_v', 'voltage_l2_v'],
    ['voltage_l2_n_v', 'voltage_l2_v'],
    ['voltage_2_n_v', 'voltage_l2_v'],
    ['amperage_at_phase_3_a', 'current_l3_a'],
  ])('%s', (name, metric) => {
    expect(values('electricity', 'x', { [name]: 5 })).toEqual({ [metric]: 5 })
  })

  it('heat and gas in m³ or kWh are no water and no electricity', () => {
    for (const media of [
      'heat',
      'gas',
      'heat/cooling load',
      'cooling load volume at outlet',
      'room sensor',
    ]) {
      const decoded = read(media, 'x', { total_m3: 5, total_energy_consumption_kwh: 7, battery_v: 3 })
      expect(decoded, media).toMatchObject({ samples: [], refused: { code: 'ignored' } })
    }
  })

  it('where the radio module does not know its medium the driver does', () => {
    expect(read('radio converter (meter side)', 'emerlin868', { total_m3: 1 }).samples[0]?.kind).toBe('water')
    expect(read('unknown', 'somebody', { total_m3: 1 }).samples).toEqual([])
    expect(read('reserved', 'lansensm', { status: 'SMOKE' }).samples).toMatchObject([
      { kind: 'smoke', values: { smoke: true } },
    ])
    expect(read('gas', 'apator08', { total_m3: 871.571 }).samples[0]?.kind).toBe('water')
    expect(read('unknown', 'unismart', { total_m3: 917 }).samples, 'a gas meter').toEqual([])
    const registered = read('unknown', 'somebody', { total_m3: 1 }, { kindOf: () => 'water' })
    expect(registered.samples[0]?.values).toEqual({ water_total_m3: 1 })
  })

  it('a battery that has outlived its time is low', () => {
    const apator = { total_m3: 1, status: 'BATTERY_LIFETIME_THRESHOLD_EXCEEDED' }
    expect(values('water', 'apatorna1', apator)).toMatchObject({ battery_low: true, leak: false })
  })

  it('older releases say REVERSED for water that runs backwards', () => {
    const kamstrup = { total_m3: 1, status: 'REVERSED', current_status: 'REVERSED' }
    expect(values('cold water', 'multical21', kamstrup)).toMatchObject({ backflow: true, leak: false })
  })

  it('the past is no alarm, and one word for two causes neither', () => {
    expect(
      values('water', 'aptmbusna', { total_m3: 1, status: 'PERMANENT_ERROR P_LEAK P_REVERSE_FLOW' }),
    ).toEqual({
      water_total_m3: 1,
      fault: true,
    })
    expect(
      values('cold water', 'ultrimisv2', { status: 'REVERSE_THIS_MONTH TAMPER_PREV_MONTH' }),
    ).toMatchObject({
      leak: false,
      backflow: false,
      tamper: false,
    })
    expect(values('water', 'izar', { current_alarms: 'no_alarm', previous_alarms: 'leakage' })).toMatchObject(
      {
        leak: false,
      },
    )
    expect(values('warm water', 'waterstarm', { status: 'LEAKAGE_OR_NO_USAGE POWER_LOW' })).toEqual({
      battery_low: true,
    })
  })

  it('what happens now', () => {
    expect(values('water', 'picoflux', { status: 'ALARM LEAK_FLOW_HIGH LEAK_FLOW_LOW' })).toEqual({
      leak: true,
    })
    expect(values('cold water', 'kamwater', { status: 'DRY', current_status: 'DRY' })).toMatchObject({
      empty_pipe: true,
      leak: false,
    })
    expect(values('water', 'izarv2', { status: 'METER_BLOCKED UNDERFLOW' })).toMatchObject({ fault: true })
    expect(values('water', 'iwmtx5', { status: 'TAMPER' })).toEqual({ tamper: true })
  })

  it('a status that names no leaks does not deny them', () => {
    expect(values('water', 'iperl', { total_m3: 1, status: 'OK' })).toEqual({ water_total_m3: 1 })
    expect(values('water', 'kamwater', { total_m3: 1, status: 'UNKNOWN_80' })).toEqual({ water_total_m3: 1 })
  })

  it('smoke: only drivers that report it say no', () => {
    expect(values('smoke detector', 'tsd2', { status: 'SMOKE' })).toEqual({ smoke: true })
    expect(values('smoke detector', 'tsd2', { status: 'OK' })).toEqual({ smoke: false })
    expect(values('smoke detector', 'tsd2', { status: 'DECODING_ERROR_payload' })).toEqual({ smoke: null })
    expect(values('smoke detector', 'lansensm', { status: 'MANUAL_TEST' })).toMatchObject({
      smoke: false,
      smoke_test: true,
    })
    expect(values('smoke detector', 'lansensm', { status: 'MALFUNCTION' })).toMatchObject({
      smoke: null,
      fault: true,
    })
    expect(values('smoke detector', 'qsmoke', { status: 'OK', alarm_counter: 3 })).toEqual({ smoke: null })
    const ei6500 = {
      status: 'TAMPER_WHILE_REMOVED',
      battery_level: '3.00V',
      last_alarm_date: '2026-11-21',
      alarm_counter: 1,
    }
    expect(values('smoke detector', 'ei6500', ei6500)).toMatchObject({
      smoke: null,
      tamper: true,
      battery_v: 3,
    })
  })

  it('a telegram that could not be decrypted, and pulses without a size', () => {
    expect(read('water', 'kamwater', { error: 'decryption failed, please check key' })).toMatchObject({
      samples: [],
      refused: { code: 'undecoded' },
    })
    expect(read('other', 'lansenpu', { a_counter: 7 }).refused?.code).toBe('needs_mapping')
    const mappingOf = () => ({ a_counter: { metric: 'water_total_m3', factor: 0.01 } })
    expect(read('other', 'lansenpu', { a_counter: 7 }, { mappingOf }).samples).toMatchObject([
      { kind: 'water', values: { water_total_m3: 0.07 } },
    ])
  })
})
