import { describe, expect, it } from 'vitest'
import { type DecodeContext, noContext, Packet } from '../../ingest/decoder.ts'
import { homeAssistant } from '../../ingest/decoders/home-assistant.ts'
import { DialectMemory } from '../../ingest/dialect-memory.ts'
import { templatePath } from '../../ingest/discovery-template.ts'
import { decode, message } from './fixture.ts'

const remembering = (): DecodeContext => ({ ...noContext, memory: new DialectMemory() })
const announce = (context: DecodeContext, path: string, config: unknown) =>
  decode(homeAssistant, `homeassistant/${path}/config`, config, context)
const claims = (context: DecodeContext, topic: string) =>
  homeAssistant.claims(new Packet(message(topic, '1')), context)

/** What one sensor announced as said makes of a state; null: its topic is not followed. */
function read(platform: string, config: object, state: string) {
  const context = remembering()
  announce(context, `${platform}/d/x`, { stat_t: 'd/x', dev: { ids: 'd' }, ...config })
  return claims(context, 'd/x') ? decode(homeAssistant, 'd/x', state, context).samples[0]?.values : null
}

describe('what a Home Assistant entity means', () => {
  it('a battery’s voltage is not that of the mains, in V as in mV', () => {
    const volts = { dev_cla: 'voltage', unit_of_meas: 'V' }
    expect(read('sensor', { ...volts, name: 'Battery voltage' }, '3.1')).toEqual({ battery_v: 3.1 })
    expect(read('sensor', { ...volts, name: 'Akku', unit_of_meas: 'mV' }, '3100')).toEqual({ battery_v: 3.1 })
    expect(read('sensor', { ...volts, name: 'Mains' }, '231')).toEqual({ voltage_l1_v: 231 })
  })

  it('heat is no electricity, and air and gas are no water', () => {
    const energy = { dev_cla: 'energy', unit_of_meas: 'kWh', stat_cla: 'total_increasing' }
    expect(read('sensor', energy, '5')).toEqual({ energy_import_kwh: 5 })
    for (const name of ['Thermal energy', 'Heat energy', 'nrgheat', 'Wärmemenge', '供热量']) {
      expect(read('sensor', { ...energy, name }, '5'), name).toBeNull()
    }
    expect(read('sensor', { ...energy, unit_of_meas: 'GJ' }, '5')).toBeNull()
    expect(read('sensor', { ...energy, name: 'Heater plug kilowatt hours' }, '5')).toEqual({
      energy_import_kwh: 5,
    })
    const flow = { dev_cla: 'volume_flow_rate', unit_of_meas: 'm³/h' }
    expect(read('sensor', flow, '1')).toEqual({ water_flow_m3h: 1 })
    expect(read('sensor', { ...flow, name: 'Supply air' }, '80')).toBeNull()
  })

  it('what an inverter counts is asked about, unless it says which way it went', () => {
    const energy = { dev_cla: 'energy', unit_of_meas: 'kWh', dev: { ids: 'd', name: 'SMA Inverter' } }
    expect(read('sensor', { ...energy, name: 'Energy total' }, '5')).toBeNull()
    expect(read('sensor', { ...energy, name: 'Exported' }, '5')).toEqual({ energy_export_kwh: 5 })
    expect(read('sensor', { ...energy, name: 'Grid import' }, '5')).toEqual({ energy_import_kwh: 5 })
  })

  it('a register whose unit does not fit is asked about', () => {
    const config = { stat_t: 'd/x', dev_cla: 'water', unit_of_meas: 'gal', dev: { ids: 'd' } }
    expect(announce(remembering(), 'sensor/d/x', config).refused?.code).toBe('needs_mapping')
  })

  it('a past alarm and a test are not the alarm', () => {
    const smoke = { dev_cla: 'smoke' }
    expect(read('binary_sensor', smoke, 'ON')).toEqual({ smoke: true })
    expect(read('binary_sensor', { ...smoke, name: 'Last smoke alarm' }, 'ON')).toBeNull()
    expect(read('binary_sensor', { ...smoke, name: 'Self-test' }, 'ON')).toEqual({ smoke_test: true })
    expect(read('binary_sensor', { dev_cla: 'moisture', uniq_id: 'd_leak_test' }, 'ON')).toBeNull()
    expect(read('binary_sensor', { ...smoke, name: 'Latest model plastic' }, 'ON')).toEqual({ smoke: true })
  })

  it('a switch that sets the device up switches no load; two words that are one say nothing', () => {
    expect(read('switch', {}, 'ON')).toEqual({ switch_on: true })
    expect(read('switch', { ent_cat: 'config' }, 'ON')).toBeNull()
    expect(read('binary_sensor', { dev_cla: 'smoke', pl_on: '1', pl_off: 1 }, '1')).toBeNull()
    expect(read('valve', { stat_open: 'auf', stat_clsd: 'zu' }, 'zu')).toEqual({ valve_open: false })
    expect(read('valve', { pos: true }, 'open')).toBeNull()
  })

  it('a state that is multiplied is computed', () => {
    const config = { dev_cla: 'smoke', pl_on: '2', pl_off: '1', val_tpl: '{{ value_json.v * 2 }}' }
    expect(read('binary_sensor', config, '{"v":2}')).toBeNull()
  })
})

describe('whose an entity is', () => {
  it('a device may be known by a number or by its connection alone', () => {
    const context = remembering()
    const water = { dev_cla: 'water', unit_of_meas: 'L' }
    const devices = [{ ids: 4711 }, { cns: [['mac', '02:5b:26:a8:dc:12']] }]
    for (const [index, dev] of devices.entries()) {
      announce(context, `sensor/m/${index}`, { ...water, stat_t: `m/${index}`, dev })
    }
    const idAt = (topic: string) => decode(homeAssistant, topic, '5', context).samples[0]?.sourceId
    expect([idAt('m/0'), idAt('m/1')]).toEqual(['4711', '02:5b:26:a8:dc:12'])
  })

  it('two nodes that both announce a `total` without a device are two', () => {
    const context = remembering()
    for (const node of ['cellar', 'attic']) {
      announce(context, `sensor/${node}/total`, { stat_t: node, dev_cla: 'water', unit_of_meas: 'L' })
    }
    const idAt = (topic: string) => decode(homeAssistant, topic, '5', context).samples[0]?.sourceId
    expect([idAt('cellar'), idAt('attic')]).toEqual(['cellar', 'attic'])
  })

  it('that the gateway is there says nothing of the devices behind it', () => {
    const context = remembering()
    const leak = (id: string, dev: object) =>
      announce(context, `binary_sensor/${id}/leak`, {
        stat_t: `g/${id}`,
        dev_cla: 'moisture',
        avty_t: 'g/LWT',
        dev: { ids: id, ...dev },
      })
    leak('a', { via_device: 'g' })
    expect(claims(context, 'g/LWT')).toBe(false)
    leak('b', {})
    expect(decode(homeAssistant, 'g/LWT', 'online', context).samples).toHaveLength(1)
    leak('c', {})
    expect(decode(homeAssistant, 'g/LWT', 'online', context)).toMatchObject({
      samples: [],
      refused: { code: 'ignored' },
    })
  })
})

describe('templates', () => {
  it.each([
    ['{{ value_json.a.v if value_json.a.v is defined else 0 }}', ['a', 'v']],
    ['{{ value_json["v"] | float if value_json.v is defined else 0 }}', ['v']],
    ['{% if value_json.v is defined %}{{ value_json.v }}{% endif %}', ['v']],
    [
      "{%- if 'v' in value_json -%}{{ value_json['v'] | round(1) }}{% else %}{{ this.state }}{% endif %}",
      ['v'],
    ],
    ['{{ value_json.a if value_json.b is defined else 0 }}', null],
    ["{{ 'ON' if value_json.b is defined else 'OFF' }}", null],
    ['{{ value_json.v + 1 if value_json.v is defined else 0 }}', null],
    ['{% if value_json.a is defined %}{{ value_json.b }}{% endif %}', null],
    ['{% if value_json.v > 3 %}{{ value_json.v }}{% endif %}', null],
    ['{% if value_json.v is defined %}{{ value_json.v }}{% endif %}{{ value_json.v }}', null],
    ['{% if value_json.v is defined %}1{{ value_json.v }}{% endif %}', null],
    ['{{ value_json.v if value_json.v is defined else 0 }} {{ value_json.v }}', null],
    ['{{ value_json.v if value_json.v is defined else 0 }}{% if value_json.v %}{{ 3 }}', null],
  ])('%s', (template, path) => {
    expect(templatePath(template)?.path ?? null).toEqual(path)
  })

  it.each([
    ['{{ value_json.v | multiply(0.001) | round(3) }}', 0.001],
    ['{{ value_json.v | int(0) }}', 1],
    ['{{ value | int(base=16) }}', null],
    ['{{ value_json.v | int(0, 16) }}', null],
    ['{{ value_json.v | multiply(2) * 2 }}', null],
    ['{{ value_json.v | integer }}', null],
    ['{{ value_json.v // 10 }}', null],
    ['{{ value_json.v ** 2 }}', null],
  ])('%s', (template, factor) => {
    expect(templatePath(template)?.factor ?? null).toBe(factor)
  })
})
