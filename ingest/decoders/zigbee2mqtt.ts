import type { Decoded, Sample } from '../../contracts/message.ts'
import type { DeviceKind, Values } from '../../contracts/reading.ts'
import {
  anyTrue,
  isObject,
  type JsonObject,
  onlineState,
  putValue,
  statedTime,
  withoutNoise,
} from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { Drafts } from '../draft.ts'
import { putMapped, withoutMapped } from '../mapping.ts'
import type { Refusals } from '../refusals.ts'

/** Keys that tell the kind of a device that is not registered: z2m names every key it knows, null until heard. */
const WATER_KEYS = [
  'water_leak',
  'water_consumed',
  'flow',
  'flow_rate',
  'current_device_status',
  'valve_work_state',
]
const ELECTRICITY_KEYS = ['energy', 'power', 'current', 'produced_energy', 'energy_produced']
/** Only a meter has these beside `water_consumed`; an irrigation timer counts its last watering under that name. */
const METER_KEYS = ['meter_id', 'reverse_water_consumed', 'month_consumption']
const LITRE_KEYS = [
  'water_consumed',
  'reverse_water_consumed',
  'month_consumption',
  'daily_consumption',
  'flow_rate',
]
const BATTERY_KEYS = ['battery', 'battery_low', 'battery_state']

/** State keys that mean the same wherever they stand. */
const STATE_KEYS: readonly (readonly [metric: string, keys: readonly string[]])[] = [
  ['smoke', ['smoke']],
  ['smoke_test', ['test']],
  ['muted', ['smoke_alarm_silenced', 'buzzer_manual_mute', 'silence']],
  ['leak', ['water_leak']],
  ['tamper', ['tamper']],
  ['fault', ['fault', 'trouble', 'battery_defect', 'device_fault', 'fault_alarm']],
  ['battery_low', ['battery_low']],
]
const ELECTRICITY_NUMBERS: readonly (readonly [metric: string, key: string])[] = [
  ['energy_import_kwh', 'energy'],
  ['energy_export_kwh', 'produced_energy'],
  ['energy_export_kwh', 'energy_produced'],
  ['power_w', 'power'],
  ['current_l1_a', 'current'],
  ['current_l2_a', 'current_phase_b'],
  ['current_l3_a', 'current_phase_c'],
  ['voltage_l2_v', 'voltage_phase_b'],
  ['voltage_l3_v', 'voltage_phase_c'],
]
/** The sub-topics of `output: attribute` that we read; the others (and `set`, `get`) carry nothing for us. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  ...STATE_KEYS.flatMap(([, keys]) => keys),
  ...ELECTRICITY_NUMBERS.map(([, key]) => key),
  ...LITRE_KEYS,
  'battery',
  'battery_state',
  'flow',
  'state',
  'temperature',
  'voltage',
])

/**
 * zigbee2mqtt (zigbee2mqtt.io, "MQTT topics and messages"): `{base}/{friendly name}` with a JSON object of all that is
 * known of the device, `{base}/{name}/{attribute}` with `output: attribute`, `{base}/{name}/availability` and
 * `{base}/bridge/…`. Friendly names may contain slashes. The base topic is what the gateway is registered with, or one
 * of `baseTopics`, or a first level that begins with `zigbee` or `z2m`.
 *
 * `last_seen` is when the gateway heard the device; without it arrival serves. null: not heard yet, says nothing.
 */
export function createZigbee2mqtt(baseTopics: readonly string[] = []): Decoder {
  return {
    name: 'zigbee2mqtt',
    claims(packet, context) {
      if (namedBase(packet.topic, context, baseTopics) !== null) return true
      const json = packet.topic.startsWith('devices/') ? null : packet.json()
      return json !== null && json.ok && isObject(json.value) && Object.hasOwn(json.value, 'linkquality')
    },
    decode(packet, context) {
      const { topic } = packet
      const firstLevel = topic.split('/', 1)[0] ?? ''
      const base = namedBase(topic, context, baseTopics) ?? context.baseTopic ?? firstLevel
      return decodeBelow(base, topic.slice(base.length + 1), packet, context)
    },
  }
}
export const zigbee2mqtt = createZigbee2mqtt()

const BASE_NAME = /(^|\/)(zigbee|z2m)[^/]*$/i

function namedBase(topic: string, context: DecodeContext, baseTopics: readonly string[]): string | null {
  const configured = baseTopics.find((base) => topic.startsWith(`${base}/`))
  if (configured !== undefined) return configured
  const candidate = context.baseTopic ?? topic.split('/', 1)[0] ?? ''
  return BASE_NAME.test(candidate) && topic.startsWith(`${candidate}/`) ? candidate : null
}

function decodeBelow(base: string, path: string, packet: Packet, context: DecodeContext): Decoded {
  const levels = path.split('/')
  const last = levels.at(-1) ?? ''
  if (levels[0] === 'bridge') return decodeBridge(base, path, packet)
  if (packet.message.payload.length === 0) return refuse('ignored', 'a retained message was cleared')
  if (levels.length > 1 && (last === 'set' || last === 'get'))
    return refuse('ignored', 'a command to a device')
  const parent = levels.slice(0, -1).join('/')
  if (levels.length > 1 && last === 'availability') return decodeAvailability(parent, packet, context)
  const json = packet.json()
  if (json.ok && isObject(json.value)) return decodeDevice(path, json.value, packet, context)
  if (levels.length > 1) return decodeAttribute(parent, last, packet, context)
  return refuse('malformed', 'a device publishes a JSON object')
}

function decodeBridge(base: string, path: string, packet: Packet): Decoded {
  const online = path === 'bridge/state' ? onlineState(packet.text(), packet.json()) : null
  if (online === null) return refuse('ignored', 'about the bridge itself')
  return { samples: [arrivalSample(base, 'gateway', { online }, packet)], refused: null }
}

function decodeAvailability(sourceId: string, packet: Packet, context: DecodeContext): Decoded {
  const online = onlineState(packet.text(), packet.json())
  if (online === null) return refuse('malformed', 'availability is online or offline')
  const kind = context.kindOf(sourceId) ?? 'other'
  return { samples: [arrivalSample(sourceId, kind, { online }, packet)], refused: null }
}

const arrivalSample = (sourceId: string, kind: DeviceKind, values: Values, packet: Packet): Sample => ({
  sourceId,
  kind,
  measuredAt: packet.receivedAt,
  measuredAtSource: 'broker',
  values,
  quality: ['clock_missing'],
})

function decodeAttribute(
  sourceId: string,
  attribute: string,
  packet: Packet,
  context: DecodeContext,
): Decoded {
  if (!ATTRIBUTES.has(attribute)) return refuse('ignored', 'an attribute that is not read')
  const json = packet.json()
  const said = json.ok ? json.value : packet.text()
  return decodeDevice(sourceId, { [attribute]: said }, packet, context)
}

function decodeDevice(sourceId: string, whole: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const registered = context.kindOf(sourceId)
  const kind = registered ?? kindByKeys(whole)
  const drafts = new Drafts(packet, context)
  const { refusals } = drafts
  const mapping = context.mappingOf?.(sourceId) ?? null
  const mapped = drafts.of(sourceId)
  putMapped(mapped, mapping, Object.entries(whole))
  const said = withoutMapped(whole, mapping)
  const { values } = mapped
  putStates(values, said, refusals)
  putBattery(values, said, refusals)
  putNumber(values, 'temperature_c', said['temperature'], refusals)
  putVoltage(values, said, kind, refusals)
  if (kind === 'electricity') putElectricity(values, said, refusals)
  if (kind === 'water') putWater(values, said, refusals)
  putSwitch(values, said, kind, registered, refusals)
  if (Object.keys(values).length === 0) {
    return {
      samples: [],
      refused: refusals.summary() ?? { code: 'ignored', message: 'nothing in it is read' },
    }
  }
  const lastSeen = statedTime(said['last_seen'])
  const sample = arrivalSample(sourceId, kind, values, packet)
  if (typeof lastSeen === 'object') {
    sample.measuredAt = lastSeen.at
    sample.measuredAtSource = 'gateway'
    sample.quality = []
  }
  return { samples: [sample], refused: refusals.summary() }
}

function kindByKeys(said: JsonObject): DeviceKind {
  const has = (key: string) => Object.hasOwn(said, key)
  if (has('smoke') || has('smoke_alarm_silenced')) return 'smoke'
  if (WATER_KEYS.some(has)) return 'water'
  const mains = has('voltage') && has('state') && !BATTERY_KEYS.some(has)
  return mains || ELECTRICITY_KEYS.some(has) ? 'electricity' : 'other'
}

function putStates(values: Values, said: JsonObject, refusals: Refusals): void {
  for (const [metric, keys] of STATE_KEYS) {
    const present = keys.filter((key) => Object.hasOwn(said, key))
    if (present.length === 0) continue
    const [key = ''] = present
    if (metric === 'smoke' || metric === 'leak') putValue(values, metric, said[key], refusals)
    else values[metric] = anyTrue(present.map((name) => said[name]))
  }
  if (said['test_mode'] === 'ON') values['smoke_test'] = true
}

function putBattery(values: Values, said: JsonObject, refusals: Refusals): void {
  putNumber(values, 'battery_pct', said['battery'], refusals)
  const state = said['battery_state']
  if (values['battery_low'] === undefined && typeof state === 'string') {
    if (state === 'low' || state === 'critical') values['battery_low'] = true
    if (state === 'medium' || state === 'high' || state === 'middle') values['battery_low'] = false
  }
}

/** `voltage` is mV of the battery on one device and V of the mains on another; no battery has 1,000 V, no mains 1 kV. */
function putVoltage(values: Values, said: JsonObject, kind: DeviceKind, refusals: Refusals): void {
  const { voltage } = said
  if (typeof voltage === 'number' && voltage >= 1000) {
    putNumber(values, 'battery_v', withoutNoise(voltage / 1000), refusals)
  } else if (kind === 'electricity') putNumber(values, 'voltage_l1_v', voltage, refusals)
}

/** Gas meters send m³ as `energy` and m³/h as `power`: register them as `other`, and these are left alone. */
function putElectricity(values: Values, said: JsonObject, refusals: Refusals): void {
  for (const [metric, key] of ELECTRICITY_NUMBERS) putNumber(values, metric, said[key], refusals)
}

/**
 * Sonoff's `flow` is m³/h. Tuya's meter counts whole litres; converters written by users give the same names in m³,
 * with decimals, so a fraction anywhere means that the unit must be stated by the site.
 */
function putWater(values: Values, said: JsonObject, refusals: Refusals): void {
  putNumber(values, 'water_flow_m3h', said['flow'], refusals)
  const numbers = LITRE_KEYS.map((key) => said[key]).filter((value) => typeof value === 'number')
  if (numbers.length === 0) return
  if (!METER_KEYS.some((key) => Object.hasOwn(said, key)) || !numbers.every(Number.isInteger)) {
    refusals.add('needs_mapping', 'the unit of the water values is not in the message')
    return
  }
  putLitres(values, 'water_total_m3', said['water_consumed'], refusals)
  putLitres(values, 'water_reverse_m3', said['reverse_water_consumed'], refusals)
  putLitres(values, 'water_flow_m3h', said['flow_rate'], refusals)
}

const putLitres = (values: Values, metric: string, litres: unknown, refusals: Refusals): void =>
  putNumber(values, metric, typeof litres === 'number' ? withoutNoise(litres / 1000) : litres, refusals)

function putNumber(values: Values, metric: string, value: unknown, refusals: Refusals): void {
  if (value !== undefined && value !== null) putValue(values, metric, value, refusals)
}

const SWITCH_WORDS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['ON', true],
  ['OPEN', true],
  ['OFF', false],
  ['CLOSE', false],
  ['CLOSED', false],
])

/** `state` of a plug is a switch, of a water valve the valve; standing alone in a message it may be either. */
function putSwitch(
  values: Values,
  said: JsonObject,
  kind: DeviceKind,
  registered: DeviceKind | null,
  refusals: Refusals,
): void {
  const on = SWITCH_WORDS.get(said['state'])
  if (on === undefined) return
  if (kind === 'water') values['valve_open'] = on
  else if (kind === 'electricity') values['switch_on'] = on
  else if (registered === null) refusals.add('needs_mapping', 'state alone does not tell a plug from a valve')
}
