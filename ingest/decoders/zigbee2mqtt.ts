import type { Decoded, Sample } from '../../contracts/message.ts'
import type { DeviceKind, Values } from '../../contracts/reading.ts'
import { isObject, type JsonObject, onlineState, statedTime, withoutNoise } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { Drafts } from '../draft.ts'
import { putMapped, withoutMapped } from '../mapping.ts'
import type { Refusals } from '../refusals.ts'
import { isLinky, putLinky } from './zigbee2mqtt-linky.ts'
import {
  channelsOf,
  isMeterKey,
  putElectricity,
  putNumber,
  putWater,
  saysElectricity,
  waterCountersOf,
} from './zigbee2mqtt-meters.ts'
import { isStateKey, isTwofoldProbe, putStates, saysLeak, saysSmoke } from './zigbee2mqtt-states.ts'

/** Keys that tell a water device that is not registered: z2m names every key it knows, null until heard. */
const WATER_KEYS: ReadonlySet<string> = new Set([
  'water_consumed',
  'water_consumed_total',
  'flow',
  'flow_rate',
  'current_device_status',
  'valve_work_state',
  'valve_abnormal_state',
])
const BATTERY_KEYS = ['battery', 'battery_low', 'battery_state']
/** The sub-topics of `output: attribute` that are read beside states and meters; `set` and `get` carry nothing for us. */
const OTHER_ATTRIBUTES: ReadonlySet<string> = new Set(['battery', 'flow', 'state', 'temperature', 'voltage'])

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
  if (
    levels
      .slice(1)
      .slice(-2)
      .some((level) => level === 'set' || level === 'get')
  )
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
  const isRead = OTHER_ATTRIBUTES.has(attribute) || isStateKey(attribute) || isMeterKey(attribute)
  if (!isRead) return refuse('ignored', 'an attribute that is not read')
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
  putBattery(values, said, kind, refusals)
  putNumber(values, 'temperature_c', said['temperature'], refusals)
  if (kind === 'electricity' && isLinky(said)) putLinky(values, said, refusals)
  else if (kind === 'electricity') putElectricity(values, said, refusals)
  if (kind === 'water') putWater(values, said, refusals)
  putSwitch(values, said, kind, registered, refusals)
  const sample = sampleOf(sourceId, kind, said['last_seen'], packet)
  const parts =
    kind === 'electricity'
      ? channelsOf(said, refusals)
      : kind === 'water'
        ? waterCountersOf(said, refusals)
        : []
  const samples = [{ values }, ...parts]
    .filter((part) => Object.keys(part.values).length > 0)
    .map((part): Sample => ({ ...sample, ...part }))
  const refused = refusals.summary()
  if (samples.length > 0 || refused !== null) return { samples, refused }
  return refuse('ignored', 'nothing in it is read')
}

function sampleOf(sourceId: string, kind: DeviceKind, lastSeen: unknown, packet: Packet): Sample {
  const sample = arrivalSample(sourceId, kind, {}, packet)
  const seen = statedTime(lastSeen)
  if (typeof seen !== 'object') return sample
  return { ...sample, measuredAt: seen.at, measuredAtSource: 'gateway', quality: [] }
}

/** By what the device has said; where it has said nothing yet, by the names that it may use. */
function kindByKeys(said: JsonObject): DeviceKind {
  const keys = Object.keys(said)
  if (keys.some(saysSmoke)) return 'smoke'
  if (isLinky(said)) return 'electricity'
  if (isTwofoldProbe(said)) return 'water'
  // A heat meter's water is that of the radiators.
  if (keys.includes('cumulative_heat')) return 'other'
  const isWater = (key: string) => WATER_KEYS.has(key) || saysLeak(key)
  const heard = keys.filter((key) => said[key] !== null)
  if (heard.some(isWater)) return 'water'
  if (heard.some(saysElectricity)) return 'electricity'
  if (keys.some(isWater)) return 'water'
  const has = (key: string) => Object.hasOwn(said, key)
  const mains = has('voltage') && has('state') && !BATTERY_KEYS.some(has)
  return mains || keys.some(saysElectricity) ? 'electricity' : 'other'
}

/**
 * `voltage` is mV of the battery on one device and V of the mains on another; no battery has 1,000 V, no mains 1 kV.
 * Electricity has its own.
 */
function putBattery(values: Values, said: JsonObject, kind: DeviceKind, refusals: Refusals): void {
  putNumber(values, 'battery_pct', said['battery'], refusals)
  const { voltage } = said
  const onMains = kind === 'electricity' && !BATTERY_KEYS.some((key) => Object.hasOwn(said, key))
  if (typeof voltage === 'number' && voltage >= 1000 && !onMains) {
    putNumber(values, 'battery_v', withoutNoise(voltage / 1000), refusals)
  }
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
  // A heater's controller with a leak probe switches a load; a probe's own state is its buzzer.
  const isValve = !Object.keys(said).some((key) => saysElectricity(key) || key === 'water_leak_buzzer')
  if (kind === 'water' && isValve) values['valve_open'] = on
  else if (kind === 'electricity') values['switch_on'] = on
  else if (registered === null) refusals.add('needs_mapping', 'state alone does not tell a plug from a valve')
}
