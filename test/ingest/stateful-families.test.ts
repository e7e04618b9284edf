import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import { type DecodeContext, noContext, Packet } from '../../ingest/decoder.ts'
import { homeAssistant } from '../../ingest/decoders/home-assistant.ts'
import { sparkplug } from '../../ingest/decoders/sparkplug.ts'
import { DialectMemory } from '../../ingest/dialect-memory.ts'
import { templatePath } from '../../ingest/discovery-template.ts'
import { createIngest } from '../../ingest/ingest.ts'
import { asGateway, counting, decode, directory, message } from './fixture.ts'

const AT = 1795262340000

describe('Home Assistant discovery', () => {
  const remembering = (): DecodeContext => ({ ...noContext, memory: new DialectMemory() })
  const announce = (context: DecodeContext, path: string, config: unknown) =>
    decode(homeAssistant, `homeassistant/${path}/config`, config, context)
  const claims = (context: DecodeContext, topic: string) =>
    homeAssistant.claims(new Packet(message(topic, '1')), context)
  const WATER = {
    '~': 'meter-1',
    stat_t: '~/sensor/water/state',
    dev_cla: 'water',
    unit_of_meas: 'L',
    stat_cla: 'total_increasing',
    dev: { ids: ['meter-1'], name: 'Cellar' },
  }

  it('explains a source that has no family of its own', () => {
    const context = remembering()
    expect(claims(context, 'meter-1/sensor/water/state')).toBe(false)
    expect(announce(context, 'sensor/meter-1/water', WATER)).toMatchObject({
      samples: [],
      refused: { code: 'ignored' },
    })
    expect(claims(context, 'meter-1/sensor/water/state')).toBe(true)
    expect(decode(homeAssistant, 'meter-1/sensor/water/state', '12345', context).samples).toMatchObject([
      {
        sourceId: 'meter-1',
        channel: 'water',
        kind: 'water',
        measuredAtSource: 'broker',
        values: { water_total_m3: 12.345 },
        quality: ['clock_missing'],
      },
    ])
    expect(decode(homeAssistant, 'meter-1/sensor/water/state', 'unavailable', context).samples).toEqual([])
    expect(decode(homeAssistant, 'meter-1/sensor/water/state', '12 L', context)).toMatchObject({
      samples: [],
      refused: { code: 'malformed' },
    })
  })

  it('a state has two words; any other says nothing', () => {
    const context = remembering()
    const config = {
      state_topic: 'd/smoke',
      device_class: 'smoke',
      payload_on: 'ALARM',
      payload_off: 'CLEAR',
    }
    announce(context, 'binary_sensor/d/smoke', config)
    const said = (word: string) => decode(homeAssistant, 'd/smoke', word, context)
    expect(said('ALARM').samples).toMatchObject([{ kind: 'smoke', values: { smoke: true } }])
    expect(said('CLEAR').samples[0]?.values).toEqual({ smoke: false })
    expect(said('ON')).toMatchObject({ samples: [], refused: { code: 'malformed' } })
    expect(said('unknown').samples).toEqual([])
  })

  it('one topic with several entities in JSON, and a device that announces all at once', () => {
    const context = remembering()
    announce(context, 'device/plug', {
      dev: { ids: 'plug' },
      state_topic: 'plug/state',
      avty_t: 'plug/lwt',
      cmps: {
        power: { p: 'sensor', dev_cla: 'power', unit_of_meas: 'kW', val_tpl: '{{ value_json.power }}' },
        energy: {
          p: 'sensor',
          dev_cla: 'energy',
          unit_of_meas: 'Wh',
          val_tpl: "{{ value_json['e']['total'] | float }}",
        },
        today: { p: 'sensor', dev_cla: 'energy', unit_of_meas: 'Wh', val_tpl: '{{ value_json.today }}' },
        relay: { p: 'switch', val_tpl: '{{ value_json.on }}', pl_on: true, pl_off: false },
        dry: { p: 'binary_sensor', dev_cla: 'moisture', val_tpl: '{{ value_json.wet }}' },
        batt: { p: 'sensor', dev_cla: 'battery', unit_of_meas: '%', val_tpl: '{{ value_json.batt }}' },
      },
    })
    const payload = { power: 0.06, e: { total: 1500 }, today: 3, on: true, wet: null, batt: 80 }
    expect(
      decode(homeAssistant, 'plug/state', payload, context).samples.map(({ channel, values }) => [
        channel,
        values,
      ]),
    ).toEqual([
      ['power', { power_w: 60 }],
      ['energy', { energy_import_kwh: 1.5 }],
      ['relay', { switch_on: true }],
      [undefined, { battery_pct: 80 }],
    ])
    expect(decode(homeAssistant, 'plug/lwt', 'offline', context).samples).toMatchObject([
      { sourceId: 'plug', values: { online: false } },
    ])
  })

  it('without unit, with a unit that does not fit, or of a day, nothing is taken', () => {
    const context = remembering()
    for (const [id, change] of [
      ['water', { unit_of_meas: undefined }],
      ['water2', { unit_of_meas: 'gal' }],
      ['water_today', {}],
      ['water3', { stat_cla: 'measurement' }],
      ['gas', { dev_cla: 'gas' }],
    ] as const) {
      announce(context, `sensor/m/${id}`, { ...WATER, stat_t: `m/${id}`, ...change })
      expect(claims(context, `m/${id}`), id).toBe(false)
    }
  })

  it('cubic feet are a unit; the sum of a day is none in any language; a position is no state', () => {
    const context = remembering()
    announce(context, 'sensor/m/feet', { ...WATER, stat_t: 'm/feet', unit_of_meas: 'ft³' })
    expect(decode(homeAssistant, 'm/feet', '100', context).samples[0]?.values).toEqual({
      water_total_m3: 2.831684659,
    })
    for (const name of ['Verbrauch heute', '今日用水量', '本月用水']) {
      announce(context, 'sensor/m/span', { ...WATER, stat_t: 'm/span', name })
      expect(claims(context, 'm/span'), name).toBe(false)
    }
    announce(context, 'valve/m/main', { stat_t: 'm/main', reports_position: true, dev: WATER.dev })
    expect(claims(context, 'm/main')).toBe(false)
  })

  it('an availability that stands in a list counts if it is the only one', () => {
    const context = remembering()
    const own = { t: 'm/lwt', pl_avail: 'yes', pl_not_avail: 'no' }
    announce(context, 'sensor/m/water', { ...WATER, stat_t: 'm/water', availability: [own] })
    expect(decode(homeAssistant, 'm/lwt', 'no', context).samples).toMatchObject([
      { sourceId: 'meter-1', values: { online: false } },
    ])
    const two = [{ topic: 'n/bridge' }, { topic: 'n/lwt' }]
    announce(context, 'sensor/n/water', { ...WATER, stat_t: 'n/water', availability: two })
    expect(claims(context, 'n/bridge')).toBe(false)
    expect(claims(context, 'n/lwt')).toBe(false)
  })

  it('what was taken back is forgotten; a template that computes is asked about', () => {
    const context = remembering()
    announce(context, 'sensor/meter-1/water', WATER)
    announce(context, 'sensor/meter-1/water', '')
    expect(claims(context, 'meter-1/sensor/water/state')).toBe(false)
    const computing = { ...WATER, val_tpl: '{{ value_json.a + value_json.b }}' }
    expect(announce(context, 'sensor/meter-1/water', computing).refused?.code).toBe('needs_mapping')
    expect(claims(context, 'meter-1/sensor/water/state')).toBe(false)
  })

  it('one gateway cannot explain another one’s topics', () => {
    const ingest = createIngest({
      directory: directory({ m1: 'water' }, { 'a meter-1': 'm1', 'b meter-1': 'm1' }),
      meters: counting(),
    })
    const send = (gateway: string, topic: string, payload: unknown) =>
      ingest.take(asGateway(gateway, '#'), message(topic, payload)).readings.length
    send('a', 'homeassistant/sensor/meter-1/water/config', WATER)
    expect(send('b', 'meter-1/sensor/water/state', '12345')).toBe(0)
    expect(send('a', 'meter-1/sensor/water/state', '12345')).toBe(1)
  })

  it.each([
    [undefined, { path: [], isJson: false, factor: 1 }],
    ['{{ value }}', { path: [], isJson: false, factor: 1 }],
    ['{{ value | float / 1000 }}', { path: [], isJson: false, factor: 0.001 }],
    ['{{ value_json["a b"].c }}', { path: ['a b', 'c'], isJson: true, factor: 1 }],
    ['{{ (value_json.v | float(0) * 10) | round(2) }}', { path: ['v'], isJson: true, factor: 10 }],
    ['{{ value_json.a + 1 }}', null],
    ['{% if value %}ON{% endif %}', null],
    ['{{ "ON" if value_json.x else "OFF" }}', null],
    ['{{ value_json.x is defined }}', null],
    [7, null],
  ])('template %s', (template, path) => {
    expect(templatePath(template)).toEqual(path)
  })
})

describe('the memory of a gateway', () => {
  it('is bounded: what was touched longest ago goes first', () => {
    const memory = new DialectMemory(2)
    memory.set('a', 1)
    memory.set('b', 2)
    memory.get('a')
    memory.set('c', 3)
    expect([memory.get('a'), memory.get('b'), memory.get('c')]).toEqual([1, undefined, 3])
    memory.delete('a')
    expect(memory.get('a')).toBeUndefined()
    memory.set('d', 4, 3)
    expect([memory.get('c'), memory.get('d')]).toEqual([undefined, undefined])
  })
})

interface Metric {
  name?: string
  alias?: number
  datatype?: number
  historical?: boolean
  isNull?: boolean
  int?: number
  double?: number
  bool?: boolean
  unit?: string
  quality?: number
}

/** A payload as an edge node writes it, after the published schema. */
function payloadOf(metrics: readonly Metric[], seq: number | null = 0): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).uint64(AT)
  for (const metric of metrics) {
    writer.tag(2, WireType.LengthDelimited).fork()
    if (metric.name !== undefined) writer.tag(1, WireType.LengthDelimited).string(metric.name)
    if (metric.alias !== undefined) writer.tag(2, WireType.Varint).uint64(metric.alias)
    if (metric.datatype !== undefined) writer.tag(4, WireType.Varint).uint32(metric.datatype)
    if (metric.historical === true) writer.tag(5, WireType.Varint).bool(true)
    if (metric.isNull === true) writer.tag(7, WireType.Varint).bool(true)
    if (metric.unit !== undefined || metric.quality !== undefined) {
      writer.tag(9, WireType.LengthDelimited).fork()
      if (metric.unit !== undefined) {
        writer.tag(1, WireType.LengthDelimited).string('engUnit')
        writer.tag(2, WireType.LengthDelimited).fork()
        writer.tag(8, WireType.LengthDelimited).string(metric.unit).join()
      }
      if (metric.quality !== undefined) {
        writer.tag(1, WireType.LengthDelimited).string('Quality')
        writer.tag(2, WireType.LengthDelimited).fork()
        writer.tag(1, WireType.Varint).uint32(3).tag(3, WireType.Varint).uint32(metric.quality).join()
      }
      writer.join()
    }
    if (metric.int !== undefined) writer.tag(10, WireType.Varint).uint32(metric.int)
    if (metric.double !== undefined) writer.tag(13, WireType.Bit64).double(metric.double)
    if (metric.bool !== undefined) writer.tag(14, WireType.Varint).bool(metric.bool)
    writer.join()
  }
  if (seq !== null) writer.tag(3, WireType.Varint).uint64(seq)
  return writer.finish()
}

describe('Sparkplug B', () => {
  const BIRTH = [
    { name: 'Volume', alias: 1, datatype: 10, double: 123.456 },
    { name: 'Power', alias: 2, datatype: 10, double: 0.06, unit: 'kW' },
    { name: 'Alarm/Leak', alias: 3, datatype: 11, bool: false },
    { name: 'bdSeq', datatype: 4, int: 3 },
  ]
  const send = (
    type: string,
    metrics: readonly Metric[],
    context: Partial<DecodeContext> = {},
    seq: number | null = 0,
  ) => decode(sparkplug, `spBv1.0/homes/${type}/gw-17/water-1`, payloadOf(metrics, seq), context)

  it('a birth names its metrics; a unit that is missing makes the value suspect', () => {
    expect(send('DBIRTH', BIRTH)).toEqual({
      samples: [
        {
          sourceId: 'water-1',
          kind: 'water',
          measuredAt: AT,
          measuredAtSource: 'device',
          values: { online: true, water_total_m3: 123.456, power_w: 60, leak: false },
          quality: ['unit_suspect'],
        },
      ],
      refused: null,
    })
    expect(send('DBIRTH', [{ name: 'Volume', datatype: 3, int: 123 }]).refused?.code).toBe('needs_mapping')
    const litres = send('DBIRTH', [{ name: 'Volume', datatype: 3, int: 123, unit: 'L' }])
    expect(litres.samples[0]).toMatchObject({ values: { water_total_m3: 0.123 }, quality: [] })
  })

  it('a last level that is only a word for the whole register is read with the level above it', () => {
    const values = (name: string, unit = 'Wh') =>
      send('DBIRTH', [{ name, datatype: 10, double: 1500, unit }]).samples[0]?.values
    expect(values('Energy/Import')).toMatchObject({ energy_import_kwh: 1.5 })
    expect(values('Energy/Export')).toMatchObject({ energy_export_kwh: 1.5 })
    expect(values('Main/Water/Total', 'L')).toMatchObject({ water_total_m3: 1.5 })
    expect(values('Energy/Today')).toEqual({ online: true })
    expect(values('Total')).toEqual({ online: true })
  })

  it('aliases mean what the last birth said, and nothing without one', () => {
    const context = { memory: new DialectMemory() }
    const data = [
      { alias: 2, double: 0.07 },
      { alias: 3, bool: true },
    ]
    expect(send('DDATA', data, context)).toMatchObject({ samples: [], refused: { code: 'needs_mapping' } })
    send('DBIRTH', BIRTH, context)
    expect(send('DDATA', data, context).samples[0]?.values).toEqual({ power_w: 70, leak: true })
    send('DBIRTH', [{ name: 'Alarm/Smoke', alias: 3, datatype: 11, bool: false }], context)
    expect(send('DDATA', data, context)).toMatchObject({
      samples: [{ kind: 'smoke', values: { smoke: true } }],
      refused: { code: 'needs_mapping' },
    })
  })

  it('what was kept while the line was down is the past; null says nothing', () => {
    const { samples } = send('DDATA', [
      { name: 'Alarm/Smoke', datatype: 11, bool: true, historical: true },
      { name: 'Alarm/Smoke', datatype: 11, isNull: true },
    ])
    expect(samples).toMatchObject([
      { values: { smoke: true }, quality: ['historical'] },
      { values: { smoke: null }, quality: [] },
    ])
  })

  it('what is stale or bad by its quality is not taken', () => {
    const leak = (quality: number) =>
      send('DDATA', [{ name: 'Alarm/Leak', datatype: 11, bool: true, quality }]).samples[0]?.values
    expect([leak(192), leak(500), leak(0)]).toEqual([{ leak: true }, undefined, undefined])
    const litres = { name: 'Volume', datatype: 3, int: 123, unit: 'L', quality: 192 }
    expect(send('DDATA', [litres]).samples[0]?.values).toEqual({ water_total_m3: 0.123 })
  })

  it('a packed payload is kept, not read', () => {
    const packed = new BinaryWriter().tag(1, WireType.Varint).uint64(AT).tag(3, WireType.Varint).uint64(0)
    packed.tag(4, WireType.LengthDelimited).string('SPBV1.0_COMPRESSED')
    const topic = 'spBv1.0/homes/DDATA/gw-17/water-1'
    expect(decode(sparkplug, topic, packed.finish()).refused?.code).toBe('undecoded')
  })

  it('signed integers of all widths', () => {
    const celsius = (datatype: number, int: number) =>
      send('DDATA', [{ name: 'temperature_c', datatype, int }]).samples[0]?.values['temperature_c']
    expect([
      celsius(1, 0xfb),
      celsius(2, 0xfffb),
      celsius(2, 0xfffffffb),
      celsius(3, 0xfffffffb),
      celsius(3, 5),
    ]).toEqual([-5, -5, -5, -5, 5])
  })

  it('a node that is born again is there again', () => {
    const birth = payloadOf([{ name: 'bdSeq', datatype: 4, int: 3 }])
    expect(decode(sparkplug, 'spBv1.0/homes/NBIRTH/gw-17', birth).samples).toMatchObject([
      { sourceId: 'gw-17', kind: 'gateway', values: { online: true } },
    ])
  })

  it('deaths, commands, and what is cut off', () => {
    const death = decode(sparkplug, 'spBv1.0/homes/NDEATH/gw-17', payloadOf([], null))
    expect(death.samples).toMatchObject([{ sourceId: 'gw-17', kind: 'gateway', values: { online: false } }])
    expect(send('DDEATH', []).samples).toMatchObject([{ sourceId: 'water-1', values: { online: false } }])
    expect(send('DCMD', BIRTH).refused?.code).toBe('ignored')
    expect(send('DBIRTH', BIRTH, {}, null)).toMatchObject({ samples: [], refused: { code: 'malformed' } })
    expect(decode(sparkplug, 'spBv1.0/STATE/host', '{}').refused?.code).toBe('ignored')
  })
})
