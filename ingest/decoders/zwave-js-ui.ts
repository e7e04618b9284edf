import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts } from '../draft.ts'
import { putMapped } from '../mapping.ts'

/** Command classes, by the number or the name that the topic may use. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['37', 'switch'],
  ['switch_binary', 'switch'],
  ['48', 'binary'],
  ['sensor_binary', 'binary'],
  ['49', 'sensor'],
  ['sensor_multilevel', 'sensor'],
  ['50', 'meter'],
  ['meter', 'meter'],
  ['113', 'notification'],
  ['notification', 'notification'],
  ['128', 'battery'],
  ['battery', 'battery'],
])
/** What Z-Wave's smoke notifications say, whichever status they stand in: 1 and 2 smoke, 3 a test, 6 silenced. */
const SMOKE: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [1, 'smoke'],
  [2, 'smoke'],
  [3, 'smoke_test'],
  [6, 'muted'],
])
/** Meter scales, as number (meter type, scale, direction) and as the label of named topics. */
const SCALES: readonly (readonly [property: RegExp, metric: string])[] = [
  [/^(value\/65537|electric_consum[a-z]*_\[?kwh\]?)$/, 'energy_import_kwh'],
  [/^(value\/65538|electric_produc[a-z]*_\[?kwh\]?)$/, 'energy_export_kwh'],
  [/^(value\/66049|electric_consum[a-z]*_\[?w\]?)$/, 'power_w'],
  [/^(value\/66561|electric_consum[a-z]*_\[?v\]?)$/, 'voltage_l1_v'],
  [/^(value\/66817|electric_consum[a-z]*_\[?a\]?)$/, 'current_l1_a'],
  [/^(value\/196609|water_consum[a-z]*_\[?(m3|m³|cubic_meter)\]?)$/, 'water_total_m3'],
]

interface ValueTopic {
  node: string
  commandClass: string
  endpoint: string
  property: string
}

/**
 * Z-Wave JS UI (zwave-js.github.io/zwave-js-ui, gateway): `{prefix}/[{location}/]{node}/{class}/{endpoint}/{property}[/{key}]`
 * with the class as number or name, and the value as `{"time", "value"}`, alone, or with all that is known of it. The node's
 * id is what stands between prefix and class. Meters name their scale in the property: 65537 kWh, 66049 W, 66561 V, 66817 A.
 */
export const zwaveJsUi: Decoder = {
  name: 'zwave-js-ui',
  claims: (packet, context) =>
    valueTopic(packet.topic, context) !== null ||
    (isUnderPrefix(packet.topic, context) &&
      /\/(status|lastActive|nodeinfo)$|\/_(CLIENTS|EVENTS)\//.test(packet.topic)),
  decode(packet, context) {
    const topic = valueTopic(packet.topic, context)
    if (topic === null) return decodeNode(packet, context)
    const said = valueOf(packet)
    if (said === null) return refuse('malformed', 'not a value of Z-Wave JS UI')
    const drafts = new Drafts(packet, context)
    const channel = topic.endpoint === '0' ? undefined : topic.endpoint
    const draft = drafts.of(topic.node, null, channel).time(said.time, 'gateway')
    if (said.value !== null && said.value !== undefined) putValue(drafts, draft, topic, said.value)
    // The scale of a thermometer is its owner's; only the long form of the payload says it.
    const isCelsius = topic.commandClass === 'sensor' && said.unit === '°C'
    if (isCelsius && topic.property === 'air_temperature') draft.number('temperature_c', said.value)
    return drafts.decoded()
  },
}

/** Unless the gateway is registered with it, up to a level that begins with `zwave`, else the first level. */
const prefixOf = (topic: string, context: DecodeContext): string =>
  context.baseTopic ?? /^(?:[^/]+\/){0,2}zwave[^/]*/i.exec(topic)?.[0] ?? topic.split('/', 1)[0] ?? ''

const isUnderPrefix = (topic: string, context: DecodeContext): boolean =>
  /(^|\/)zwave[^/]*$/i.test(prefixOf(topic, context))

function valueTopic(topic: string, context: DecodeContext): ValueTopic | null {
  const prefix = prefixOf(topic, context)
  if (!topic.startsWith(`${prefix}/`)) return null
  const levels = topic.slice(prefix.length + 1).split('/')
  const index = levels.findIndex((level, i) => {
    const endpoint = (levels[i + 1] ?? '').replace(/^endpoint_/i, '')
    return i > 0 && CLASSES.has(level.toLowerCase()) && /^\d{1,3}$/.test(endpoint) && levels.length > i + 2
  })
  if (index < 0 || (!isUnderPrefix(topic, context) && levels.length < 4)) return null
  return {
    node: levels.slice(0, index).join('/'),
    commandClass: CLASSES.get(levels[index]?.toLowerCase() ?? '') ?? '',
    endpoint: (levels[index + 1] ?? '').replace(/^endpoint_/i, ''),
    property: levels
      .slice(index + 2)
      .join('/')
      .toLowerCase()
      .replaceAll(' ', '_'),
  }
}

interface Said {
  time: unknown
  value: unknown
  unit: unknown
}

function valueOf(packet: Packet): Said | null {
  const json = packet.json()
  if (!json.ok) return null
  if (!isObject(json.value)) return { time: undefined, value: json.value, unit: undefined }
  const said: JsonObject = json.value
  return Object.hasOwn(said, 'value')
    ? { time: said['time'] ?? said['lastUpdate'], value: said['value'], unit: said['unit'] }
    : null
}

function putValue(drafts: Drafts, draft: Draft, topic: ValueTopic, value: unknown): void {
  const { commandClass, property } = topic
  if (commandClass === 'notification') putNotification(drafts, draft, property, value)
  else if (commandClass === 'battery') {
    if (/^(battery_)?level$/.test(property)) draft.number('battery_pct', value)
    if (/^(islow|low_battery_level)$/.test(property)) draft.state('battery_low', value)
  } else if (commandClass === 'switch') {
    if (/^current_?value$/.test(property)) draft.state('switch_on', value)
  } else if (commandClass === 'binary') putBinary(draft, property, value)
  else if (commandClass === 'meter') putMeter(drafts, draft, property, value)
}

/**
 * `Smoke_Alarm/Sensor_status` and `…/Alarm_status`, `Water_Alarm/Sensor_status`, and so on. 0 is idle; only the sensor's
 * own idle is the all-clear. Unknown values say nothing.
 */
function putNotification(drafts: Drafts, draft: Draft, property: string, value: unknown): void {
  if (property.startsWith('smoke_alarm/')) {
    draft.kind = 'smoke'
    const metric = SMOKE.get(value)
    if (metric !== undefined) draft.state(metric, true)
    else if (value === 0 && property === 'smoke_alarm/sensor_status') draft.state('smoke', false)
    // Replacement required, at the end of its life, or dust in it.
    else if (value === 4 || value === 5 || value === 8) draft.state('fault', true)
    else if (value === 0) return
  } else if (property === 'water_alarm/sensor_status') {
    draft.kind = 'water'
    if (value === 0 || value === 1 || value === 2) draft.state('leak', value !== 0)
  } else if (property === 'home_security/cover_status') {
    if (value === 0 || value === 3) draft.state('tamper', value === 3)
  } else if (property === 'power_management/battery_maintenance_status') {
    if (value === 10 || value === 11) draft.state('battery_low', true)
    else return
  } else return
  if (draft.isEmpty) drafts.refusals.add('undecoded', 'a notification that is not known')
}

function putBinary(draft: Draft, property: string, value: unknown): void {
  if (property === 'smoke') draft.state('smoke', value)
  else if (property === 'water') draft.state('leak', value)
  else if (property === 'tamper') draft.state('tamper', value)
}

function putMeter(drafts: Drafts, draft: Draft, property: string, value: unknown): void {
  const scale = SCALES.find(([names]) => names.test(property))
  if (scale !== undefined) draft.number(scale[1], value)
  else if (/^value\/|_\[/.test(property)) {
    const mapping = drafts.context.mappingOf?.(draft.sourceId) ?? null
    const unknown = putMapped(draft, mapping, [[property, value]])
    if (unknown.length > 0) drafts.refusals.add('needs_mapping', 'the scale of this meter is not known')
  }
}

function decodeNode(packet: Packet, context: DecodeContext): Decoded {
  const prefix = prefixOf(packet.topic, context)
  const path = packet.topic.slice(prefix.length + 1)
  const json = packet.json()
  const said = json.ok && isObject(json.value) ? json.value['value'] : json.ok ? json.value : undefined
  if (!path.endsWith('/status') || path.startsWith('_') || typeof said !== 'boolean') {
    return refuse('ignored', 'about the network, not a reading')
  }
  const drafts = new Drafts(packet, context)
  drafts.of(path.slice(0, -'/status'.length)).state('online', said)
  return drafts.decoded()
}
