import { describe, expect, it } from 'vitest'
import { rtl433 } from '../../ingest/decoders/rtl433.ts'
import { rtlamr } from '../../ingest/decoders/rtlamr.ts'
import { decode, NOW } from './fixture.ts'

describe('rtl_433', () => {
  const frame = (said: object, context = {}) => decode(rtl433, 'rtl_433/host/events', said, context)
  const values = (said: object) => frame(said).samples[0]?.values
  const R900 = { model: 'Neptune-R900', id: 7, backflow: 0, consumption: 1054604, leak: 0, leaknow: 0 }

  it('R900: the past is no leak, and the count waits for the meter’s scale', () => {
    expect(frame({ ...R900, time: '2026-11-21T07:59:00.5-0400' })).toMatchObject({
      samples: [
        {
          sourceId: '7',
          kind: 'water',
          measuredAt: Date.parse('2026-11-21T11:59:00.5Z'),
          measuredAtSource: 'gateway',
          values: { leak: false, backflow: false },
        },
      ],
      refused: { code: 'needs_mapping' },
    })
    expect(values({ ...R900, leak: 5, backflow: 2 })).toEqual({ leak: false })
    expect(values({ ...R900, leaknow: 2 })).toMatchObject({ leak: true })
    const mappingOf = () => ({ consumption: { metric: 'water_total_m3', factor: 0.00378541 } })
    expect(frame({ ...R900, consumption: 1000 }, { mappingOf })).toMatchObject({
      samples: [{ values: { water_total_m3: 3.78541 } }],
      refused: null,
    })
  })

  it.each([
    ['@0.032084s', NOW, 'broker'],
    ['2026-11-21 12:00:00', NOW, 'broker'],
    ['1795262340.25', 1795262340250, 'gateway'],
    [undefined, NOW, 'broker'],
  ])('time %s', (time, measuredAt, measuredAtSource) => {
    expect(frame({ ...R900, time }).samples[0]).toMatchObject({ measuredAt, measuredAtSource })
  })

  it('a smoke detector that pairs says nothing of smoke', () => {
    const cavius = (text: string) => values({ model: 'Cavius-Security', id: 1, battery_ok: 1, text })
    expect(cavius('Pairing')).toEqual({ battery_low: false })
    expect(cavius('Fire alarm')).toEqual({ battery_low: false, smoke: true })
    expect(cavius('Test alarm')).toEqual({ battery_low: false, smoke_test: true })
    expect(cavius('Alarm muted')).toEqual({ battery_low: false, muted: true })
    for (const model of ['Smoke-GS558', 'Smoke detector GS 558'])
      expect(values({ model, id: 3, unit: 1, learn: 0, code: 'x' })).toEqual({ smoke: true })
    expect(values({ model: 'Smoke-GS558', id: 3, unit: 1, learn: 1, code: 'x' })).toEqual({ smoke: null })
  })

  it('a Kidde that says that it is there does not burn', () => {
    expect(frame({ model: 'Kidde-Smoke', id: '3b' })).toMatchObject({
      samples: [],
      refused: { code: 'undecoded' },
    })
  })

  it('Owl’s clamps, one or three, and meters that count impulses', () => {
    const owl = { id: 49, battery_ok: 1, power_W: 317, energy_kWh: 5127.42, sequence: 3, mic: 'CRC' }
    for (const model of ['Oregon-CM130', 'Oregon-CM160', 'Oregon-CM180'])
      expect(frame({ ...owl, model }).samples).toMatchObject([
        { kind: 'electricity', values: { power_w: 317, energy_import_kwh: 5127.42 } },
      ])
    const three = { model: 'Oregon-CM180i', id: 49, power1_W: 100, power2_W: 20, power3_W: 3, mic: 'CRC' }
    expect(values(three)).toEqual({ power_w: 123 })
    expect(values({ ...three, power2_W: 'x' })).toBeUndefined()
    for (const model of ['Norgo-NGE101', 'Blueline-PowerCost'])
      expect(frame({ model, id: 7, impulses: 4711, mic: 'CRC' })).toMatchObject({
        samples: [],
        refused: { code: 'needs_mapping' },
      })
  })

  it('an IDM meter of older releases names itself by its serial number alone', () => {
    const idm = { model: 'IDM', ERTSerialNumber: 22156790, LastConsumptionCount: 6823922, mic: 'CRC' }
    expect(frame(idm)).toMatchObject({ samples: [], refused: { code: 'needs_mapping' } })
    const mappingOf = (id: string) =>
      id === '22156790' ? { LastConsumptionCount: { metric: 'energy_import_kwh', factor: 0.01 } } : null
    expect(frame(idm, { mappingOf }).samples[0]?.values).toEqual({ energy_import_kwh: 68239.22 })
  })

  it('leak sensors', () => {
    const h5059 = { model: 'Govee-H5059', id: '0a1b2c3d', mic: 'CRC' }
    expect(frame({ ...h5059, event: 'Water Leak', detect_wet: 1, leak_top: 1 }).samples).toMatchObject([
      { kind: 'water', values: { leak: true } },
    ])
    expect(values({ ...h5059, event: 'Button Press', detect_wet: 0 })).toEqual({ leak: false })
    expect(values({ ...h5059, event: 'Post Alarm' })).toBeUndefined()
    const probe = { model: 'Acurite-00275rm', subtype: 1, id: 12345, mic: 'CRC' }
    expect(values({ ...probe, water: 1 })).toEqual({ leak: true })
    expect(values({ ...probe, water: 0 })).toEqual({ leak: false })
    expect(values({ model: 'Vaillant-VRT340f', id: 11, water: 'off', mic: 'CRC' })).toBeUndefined()
    expect(values({ model: 'DY-SQ100B-WaterLeak-EV1527', code: 983141, data: '0f' })).toEqual({ leak: true })
    expect(values({ model: 'Govee-Water', id: 4, event: 'Water Leak', code: 'x', detect_wet: 1 })).toEqual({
      leak: true,
    })
    expect(
      values({ model: 'Govee-Water', id: 4, event: 'Button Press', code: 'x', battery_ok: 0.5 }),
    ).toBeUndefined()
    expect(values({ model: 'Bresser-Leakage', id: 5, alarm: 0, battery_ok: 0, mic: 'CRC' })).toEqual({
      battery_low: true,
      leak: false,
    })
  })

  it('power meters, and an emonTx whose voltage may be a battery', () => {
    expect(
      values({ model: 'ESIC-EMT7110', id: 6, power_W: 12, voltage_V: 230, energy_kWh: 1.5, mic: 'x' }),
    ).toEqual({
      power_w: 12,
      voltage_l1_v: 230,
      energy_import_kwh: 1.5,
    })
    expect(values({ model: 'emonTx', node: 8, ct1: 7, 'Vrms/batt': 236.65, protocol: 1 })).toEqual({
      power_w: 7,
      voltage_l1_v: 236.65,
    })
    expect(values({ model: 'emonTx', node: 8, ct1: 7, 'Vrms/batt': 3.3, protocol: 1 })).toEqual({
      power_w: 7,
    })
    expect(
      frame({
        model: 'ERT-SCM',
        id: 9,
        ert_type: 7,
        physical_tamper: 0,
        encoder_tamper: 1,
        consumption_data: 5,
      }),
    ).toMatchObject({
      samples: [{ kind: 'electricity', values: { tamper: true } }],
      refused: { code: 'needs_mapping' },
    })
    expect(frame({ model: 'ERT-SCM', id: 9, ert_type: 12, consumption_data: 5 }).samples).toEqual([])
  })

  it('energy that is no register is not taken for one', () => {
    const geo = { model: 'GEO-minimDP', id: 'a', power_W: 480, energy_kWh: 0.12, mic: 'CRC' }
    expect(values(geo)).toEqual({ power_w: 480 })
    const optical = { model: 'Efergy-Optical', id: 1, pulses: 4000, pulsecount: 12, energy_kWh: 0.36 }
    expect(values(optical)).toBeUndefined()
  })

  it.each([
    [{ model: 'Efergy-e2CT', current: 1.53 }, { current_l1_a: 1.53 }],
    [
      { model: 'Efergy e2 CT', current: 0.62, battery: 'OK' },
      { current_l1_a: 0.62, battery_low: false },
    ],
    [
      { model: 'Voltcraft-EC3k', power: 12.3, energy: 1.234 },
      { power_w: 12.3, energy_import_kwh: 1.234 },
    ],
    [{ model: 'CurrentCost-TX', power0_W: 345, power1_W: 0, power2_W: 0 }, { power_w: 345 }],
    [{ model: 'Elster-PowerMeter', reading_kWh: 4567 }, { energy_import_kwh: 4567 }],
    [{ model: 'Ikea-Sparsnas', cumulative_kWh: 1234.567, effect: 3456 }, { energy_import_kwh: 1234.567 }],
    [
      { model: 'AradMsMeter-Dialog3G', id: '09444602-73', flags1: 0, leaking: 0, volume: 159.4, unit: 'm3' },
      { leak: false, water_total_m3: 159.4 },
    ],
    [{ model: 'Mueller-HotRod', volume_gal: 1000 }, { water_total_m3: 3.785411784 }],
    [{ model: 'Kerui-Security', cmd: 5, water: 1, state: 'water' }, { leak: true }],
    [{ model: 'Acurite-Tower', battery: 'LOW' }, { battery_low: true }],
  ])('each model by its own names: %j', (said, expected) => {
    expect(values({ id: 5, ...said })).toEqual(expected)
  })

  it('a kind that is written out, and a volume whose scale nobody says', () => {
    const scm = { model: 'SCMplus', id: 69474676, EndpointType: '0x07', Consumption: 4341297 }
    const mappingOf = () => ({ Consumption: { metric: 'energy_import_kwh', factor: 0.01 } })
    expect(frame({ ...scm, MeterType: 'Electric' }, { mappingOf }).samples[0]).toMatchObject({
      kind: 'electricity',
      values: { energy_import_kwh: 43412.97 },
    })
    for (const counted of [
      { model: 'Badger-ORION', volume_gal: 7 },
      { model: 'Orion-Endpoint', reading: 7 },
      { model: 'CurrentCost-Counter', subtype: 2, power0: 16408537 },
      { model: 'AradMsMeter-Dialog3G', id: '14509102-70', flags1: 80, volume: 293090.406, unit: 'm3' },
    ])
      expect(frame({ id: 5, ...counted })).toMatchObject({ samples: [], refused: { code: 'needs_mapping' } })
  })

  it('M-Bus frames that it deciphers without a key are noise', () => {
    const hydrus = {
      model: 'Wireless-MBus',
      id: 84850129,
      type_string: 'Water',
      inst_volume_0: '2691.493 m3',
    }
    expect(frame(hydrus)).toMatchObject({ samples: [], refused: { code: 'undecoded' } })
  })
})

describe('rtlamr', () => {
  const frame = (Type: string, Message: object, context = {}) =>
    decode(
      rtlamr,
      'rtlamr/raw',
      { Time: '2026-11-21T11:59:00.123456789Z', Offset: 0, Type, Message },
      context,
    )

  it('R900 and SCM: states now, counts when mapped', () => {
    const r900 = { ID: 1500000054, BackFlow: 1, Consumption: 1356645, Leak: 1, LeakNow: 0 }
    expect(frame('R900', r900)).toMatchObject({
      samples: [
        { sourceId: '1500000054', kind: 'water', measuredAtSource: 'gateway', values: { leak: false } },
      ],
      refused: { code: 'needs_mapping' },
    })
    expect(frame('R900', r900).samples[0]?.values).not.toHaveProperty('backflow')
    expect(
      frame('SCM', { ID: 5, Type: 5, TamperPhy: 0, TamperEnc: 1, Consumption: 7 }).samples,
    ).toMatchObject([{ kind: 'electricity', values: { tamper: true } }])
    const mappingOf = () => ({ LastConsumptionCount: { metric: 'energy_import_kwh', factor: 0.01 } })
    const idm = { ERTSerialNumber: 4, ERTType: 7, LastConsumptionCount: 1234 }
    expect(frame('IDM', idm, { mappingOf })).toMatchObject({
      samples: [{ sourceId: '4', values: { energy_import_kwh: 12.34 } }],
      refused: null,
    })
    expect(frame('SCM+', { Consumption: 7 }).refused?.code).toBe('malformed')
  })
})
