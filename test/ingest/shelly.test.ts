import { describe, expect, it } from 'vitest'
import { noContext, Packet } from '../../ingest/decoder.ts'
import { shellyGen1 } from '../../ingest/decoders/shelly-gen1.ts'
import { shellyGen2 } from '../../ingest/decoders/shelly-gen2.ts'
import { decode, message, NOW } from './fixture.ts'

describe('Shelly, first generation', () => {
  const read = (path: string, payload: unknown) => decode(shellyGen1, `shellies/${path}`, payload)

  it.each([
    ['shellyem-1/emeter/1/total', '10533.1', 'electricity', '1', { energy_import_kwh: 10.5331 }],
    ['shellyem3-1/emeter/0/total_returned', '427.7', 'electricity', '1', { energy_export_kwh: 0.4277 }],
    ['shellyem3-1/emeter/2/power', '-76.46', 'electricity', '3', { power_w: -76.46 }],
    ['shellyem3-1/emeter/1/voltage', '231.2', 'electricity', '2', { voltage_l2_v: 231.2 }],
    ['shellyplug-s-1/relay/0/energy', '1234567', 'electricity', '0', { energy_import_kwh: 20.576116667 }],
    ['shellyplug-s-1/relay/0', 'on', 'electricity', '0', { switch_on: true }],
    ['shellyplug-s-1/relay/0', 'overpower', 'electricity', '0', { switch_on: false }],
    ['shelly2-1/relay/power', '60.5', 'electricity', undefined, { power_w: 60.5 }],
    ['shellysmoke-1/sensor/smoke', 'true', 'smoke', undefined, { smoke: true }],
    ['my own name/sensor/smoke', 'false', 'smoke', undefined, { smoke: false }],
    ['shellysmoke-1/sensor/battery', '71', 'smoke', undefined, { battery_pct: 71 }],
    ['shellyflood-1/sensor/flood', 'true', 'water', undefined, { leak: true }],
    ['shellyem3-1/online', 'false', 'electricity', undefined, { online: false }],
  ])('%s %s', (path, payload, kind, channel, values) => {
    const { samples, refused } = read(path, payload)
    expect(refused).toBeNull()
    expect(samples).toHaveLength(1)
    expect(samples[0]).toMatchObject({
      sourceId: path.split('/')[0],
      kind,
      values,
      measuredAtSource: 'broker',
    })
    expect(samples[0]?.channel).toBe(channel)
  })

  it.each([
    ['shellysmoke-1/sensor/smoke', ''],
    ['shellysmoke-1/sensor/smoke', 'unknown'],
    ['shellysmoke-1/sensor/battery', 'null'],
    ['shellyem-1/emeter/0/total', '1,5'],
    ['shellyem-1/emeter/0/total', '1.5 kWh'],
    ['shellyplug-s-1/relay/0', 'maybe'],
  ])('%s %j is malformed', (path, payload) => {
    expect(read(path, payload)).toMatchObject({ samples: [], refused: { code: 'malformed' } })
  })

  it.each(['x/relay/0/command', 'x/announce', 'x/emeter/0/energy', 'x/emeter/7/power', 'x/input/0', 'x'])(
    '%s is not read',
    (path) => {
      expect(read(path, '1')).toMatchObject({ samples: [], refused: { code: 'ignored' } })
    },
  )

  it('the whole status at once: meters that are not valid say nothing', () => {
    const info = {
      unixtime: NOW / 1000,
      relays: [{ ison: true }],
      emeters: [
        { power: 10, is_valid: true, voltage: 230, total: 1500, total_returned: 0 },
        { power: 0, is_valid: false, total: 0 },
      ],
      bat: { value: 80 },
      smoke: false,
    }
    expect(read('shellyem3-1/info', info).samples.map(({ channel, values }) => [channel, values])).toEqual([
      [undefined, { smoke: false, battery_pct: 80 }],
      ['0', { switch_on: true }],
      ['1', { power_w: 10, voltage_l1_v: 230, energy_import_kwh: 1.5, energy_export_kwh: 0 }],
    ])
  })

  it('the status of a sensor says no only if it is valid', () => {
    const info = (more: object) => read('shellysmoke-1/info', { bat: { value: 71, voltage: 2.74 }, ...more })
    expect(info({ is_valid: true, smoke: false }).samples[0]?.values).toEqual({
      smoke: false,
      battery_pct: 71,
      battery_v: 2.74,
    })
    expect(info({ is_valid: false, smoke: false }).samples[0]?.values).toMatchObject({ smoke: null })
    expect(info({ is_valid: false, smoke: true }).samples[0]?.values).toMatchObject({ smoke: true })
  })
})

describe('Shelly, second generation and later', () => {
  const notify = (params: object, method = 'NotifyStatus') =>
    decode(shellyGen2, 'home/shelly-1/events/rpc', { src: 'shellyplus-1', method, params })

  it('a detector that wakes up without the time', () => {
    const { samples } = notify(
      {
        ts: 4.32,
        sys: { unixtime: null },
        'smoke:0': { id: 0, alarm: true, mute: false },
        'devicepower:0': { battery: { V: 3, percent: 100 } },
        wifi: { rssi: -64 },
      },
      'NotifyFullStatus',
    )
    expect(samples).toMatchObject([
      {
        sourceId: 'home/shelly-1',
        kind: 'smoke',
        measuredAt: NOW,
        measuredAtSource: 'broker',
        values: { smoke: true, muted: false, battery_pct: 100, battery_v: 3, signal_dbm: -64 },
        quality: ['clock_missing'],
      },
    ])
  })

  it('a smoke state that is none says nothing', () => {
    expect(notify({ ts: 1795262340, 'smoke:0': { alarm: null } }).samples[0]?.values).toEqual({ smoke: null })
    expect(notify({ ts: 1795262340, 'smoke:0': { alarm: 'no' } })).toMatchObject({
      samples: [],
      refused: { code: 'malformed' },
    })
  })

  it('a probe that is unplugged is at fault, and says neither yes nor no', () => {
    const flood = { id: 0, alarm: null, mute: false, errors: ['cable_unplugged'] }
    expect(notify({ ts: 1795262340, 'flood:0': flood }).samples[0]?.values).toEqual({
      leak: null,
      muted: false,
      fault: true,
    })
  })

  it('a probe that is unplugged has not said that it is dry, whatever it showed last', () => {
    const flood = { id: 0, alarm: false, mute: false, errors: ['cable_unplugged'] }
    expect(notify({ ts: 1795262340, 'flood:0': flood }).samples[0]?.values).toMatchObject({ leak: null })
    expect(notify({ ts: 1795262340, 'flood:0': { ...flood, alarm: true } }).samples[0]?.values).toMatchObject(
      { leak: true, fault: true },
    )
  })

  it('a test of the detector, and its alarm, also come as events', () => {
    const event = (component: string, name: string) =>
      notify({ ts: 1795262340, events: [{ component, id: 0, event: name, ts: 1795262339.5 }] }, 'NotifyEvent')
    expect(event('smoke:0', 'alarm_test').samples).toMatchObject([
      { kind: 'smoke', measuredAt: 1795262339500, values: { smoke_test: true } },
    ])
    expect(event('smoke:0', 'alarm').samples).toMatchObject([{ values: { smoke: true } }])
    expect(event('flood:0', 'alarm').samples).toMatchObject([{ kind: 'water', values: { leak: true } }])
    for (const [component, name] of [
      ['smoke:0', 'alarm_off'],
      ['smoke:1', 'alarm_test'],
      ['input:0', 'single_push'],
      ['emdata:0', 'data'],
    ] as const)
      expect(event(component, name)).toMatchObject({ samples: [], refused: { code: 'ignored' } })
  })

  it('a meter that cannot measure is at fault', () => {
    const em = { id: 0, a_voltage: null, total_act_power: null, errors: ['power_meter_failure'] }
    expect(notify({ ts: 1795262340, 'em:0': em }).samples[0]?.values).toEqual({ fault: true })
    expect(notify({ ts: 1795262340, 'em1:1': em }).samples[0]?.values).toEqual({ fault: true })
    const swapped = { total_act_power: 12, errors: ['phase_sequence'] }
    expect(notify({ ts: 1795262340, 'em:0': swapped }).samples[0]?.values).toEqual({ power_w: 12 })
  })

  it('under a prefix of the owner’s choice its own id tells what it is', () => {
    const said = {
      method: 'NotifyStatus',
      params: { ts: 1795262340, 'devicepower:0': { battery: { percent: 9 } } },
    }
    const heard = decode(shellyGen2, 'hall/events/rpc', { src: 'shellyplussmoke-1', ...said })
    expect(heard.samples[0]).toMatchObject({ sourceId: 'hall', kind: 'smoke', values: { battery_pct: 9 } })
  })

  it('each switch is a channel; energies are Wh', () => {
    const { samples } = notify({
      ts: 1795262340.5,
      'switch:0': {
        output: true,
        apower: 60,
        voltage: 230,
        current: 0.3,
        aenergy: { total: 1500, by_minute: [1000, 2, 3] },
      },
      'switch:1': { output: false },
      'em1data:1': { total_act_energy: 2000, total_act_ret_energy: 1 },
    })
    expect(samples.map(({ channel, values }) => [channel, values])).toEqual([
      ['0', { switch_on: true, power_w: 60, voltage_l1_v: 230, current_l1_a: 0.3, energy_import_kwh: 1.5 }],
      ['1', { switch_on: false, energy_import_kwh: 2, energy_export_kwh: 0.001 }],
    ])
    expect(samples[0]).toMatchObject({
      measuredAt: 1795262340500,
      measuredAtSource: 'device',
      kind: 'electricity',
    })
  })

  it('three phases are one meter', () => {
    const em = {
      total_act_power: 3048.1,
      a_voltage: 233.3,
      b_voltage: 236.7,
      c_current: 1.1,
      n_current: null,
    }
    expect(
      notify({ ts: 1795262340, 'em:0': em, 'emdata:0': { total_act: 5000, total_act_ret: 10 } }).samples,
    ).toMatchObject([
      {
        values: {
          power_w: 3048.1,
          voltage_l1_v: 233.3,
          voltage_l2_v: 236.7,
          current_l3_a: 1.1,
          energy_import_kwh: 5,
          energy_export_kwh: 0.01,
        },
      },
    ])
  })

  it('0 % beside a mains supply is not a low battery', () => {
    const power = { battery: { V: 0.43, percent: 0 }, external: { present: true } }
    expect(notify({ ts: 1795262340, 'devicepower:0': power })).toMatchObject({
      samples: [{ values: { battery_pct: 0, battery_low: false } }],
      refused: null,
    })
  })

  it('single components, the last will, and what is no status', () => {
    const status = decode(shellyGen2, 'shellyproem50-1/status/em1:1', {
      id: 1,
      voltage: 224.6,
      act_power: 5080.3,
    })
    expect(status.samples).toMatchObject([
      { sourceId: 'shellyproem50-1', channel: '1', values: { power_w: 5080.3, voltage_l1_v: 224.6 } },
    ])
    expect(decode(shellyGen2, 'shellyplus-1/online', 'false').samples).toMatchObject([
      { values: { online: false } },
    ])
    expect(decode(shellyGen2, 'shellyplus-1/online', 'x').refused?.code).toBe('malformed')
    expect(notify({ ts: 1, events: [] }, 'NotifyEvent').refused?.code).toBe('ignored')
    expect(decode(shellyGen2, 'x/events/rpc', '{"method"').refused?.code).toBe('malformed')
    const claims = (topic: string) => shellyGen2.claims(new Packet(message(topic, '{}')), noContext)
    expect(
      ['a/status/switch:0', 'a/status/boiler:0', 'a/online', 'home/shelly1-x/online'].map(claims),
    ).toEqual([true, false, false, true])
  })
})
