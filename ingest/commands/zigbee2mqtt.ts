import type { DeviceAct } from '../../contracts/device-command.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Answer, type CommandFamily, cannot, objectOf, reasonIn } from './family.ts'

const BRIDGE_DEVICES = '/bridge/devices'
const BRIDGE_LOGGING = '/bridge/logging'
const FAILED = /^Publish 'set' '[^']*' to '(.+?)' failed: (.*)$/s
/** Bit of `access` in an expose: it may be set. */
const SETTABLE = 2
const MAX_DEVICES = 2_000
/** Real ones nest twice; what a stranger nests without end would not fit on the stack. */
const MAX_LEVELS = 5

/**
 * zigbee2mqtt (zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages): `{base}/{name}/set`. What a device can be asked, and by
 * which words, its makers have all named differently; `{base}/bridge/devices` says it. The new state comes back as a reading,
 * a failure in `bridge/logging`. Reporting intervals are set cluster by cluster, which is not done here.
 */
export const zigbee2mqtt: CommandFamily = {
  name: 'zigbee2mqtt',
  keptThere: false,
  addressOf(topic, sourceId) {
    if (topic.endsWith(`/${sourceId}`)) return topic
    const parent = topic.slice(0, topic.lastIndexOf('/'))
    return parent.endsWith(`/${sourceId}`) ? parent : null
  },
  encode({ act }, { address, abilities }) {
    if (act.type === 'set_interval') return cannot('zigbee2mqtt sets intervals cluster by cluster')
    const said = abilities[abilityOf(act)]
    if (!isObject(said)) return cannot('zigbee2mqtt has not said that this device can')
    return { ok: true, topic: `${address}/set`, payload: JSON.stringify(said) }
  },
  answerOf(packet): Answer | null {
    if (!packet.topic.endsWith(BRIDGE_LOGGING)) return null
    const said = objectOf(packet)
    const [, name, reason] = FAILED.exec(typeof said?.['message'] === 'string' ? said['message'] : '') ?? []
    if (name === undefined || said?.['level'] !== 'error') return null
    const address = `${packet.topic.slice(0, -BRIDGE_LOGGING.length)}/${name}`
    return { to: { address, act: null }, outcome: 'failed', reason: reasonIn(reason) }
  },
  abilitiesIn(packet) {
    if (!packet.topic.endsWith(BRIDGE_DEVICES)) return null
    const json = packet.json()
    if (!json.ok || !Array.isArray(json.value)) return null
    const base = packet.topic.slice(0, -BRIDGE_DEVICES.length)
    const devices = new Map<string, Record<string, unknown>>()
    for (const device of json.value.slice(0, MAX_DEVICES)) {
      if (!isObject(device) || typeof device['friendly_name'] !== 'string') continue
      const definition = device['definition']
      const exposes = isObject(definition) ? featuresIn(definition['exposes']) : []
      devices.set(`${base}/${device['friendly_name']}`, abilitiesOf(exposes))
    }
    return devices
  },
}

const abilityOf = (act: DeviceAct): string =>
  act.type === 'valve' ? (act.open ? 'valve_open' : 'valve_close') : act.type

/** Features of a switch or a cover stand inside it. */
function featuresIn(exposes: unknown, levels = MAX_LEVELS): JsonObject[] {
  if (!Array.isArray(exposes) || levels === 0) return []
  return exposes
    .slice(0, 200)
    .filter(isObject)
    .flatMap((one) => [one, ...featuresIn(one['features'], levels - 1)])
}

/** Names under which makers have put one and the same button, with the word that presses it where it is a choice. */
const BUTTONS: readonly [ability: string, property: string, choice: string | null][] = [
  ['hush', 'silence', 'ON'],
  ['hush', 'muffling', null],
  ['hush', 'hush', 'start'],
  ['hush', 'mute', null],
  ['self_test', 'self_test', null],
  ['self_test', 'selftest', 'selftest'],
  ['self_test', 'test', 'test'],
]

function abilitiesOf(features: readonly JsonObject[]): Record<string, unknown> {
  const abilities: Record<string, unknown> = {}
  for (const feature of features) {
    const { property, access } = feature
    if (typeof property !== 'string' || typeof access !== 'number' || (access & SETTABLE) === 0) continue
    for (const [ability, name, choice] of BUTTONS) {
      const word = name === property ? wordFor(feature, choice) : undefined
      if (word !== undefined) abilities[ability] ??= { [property]: word }
    }
    if (property !== 'state' || feature['type'] !== 'binary') continue
    const { value_on: on, value_off: off } = feature
    if (isWord(on)) abilities['valve_open'] ??= { state: on }
    if (isWord(off)) abilities['valve_close'] ??= { state: off }
  }
  return abilities
}

function wordFor({ type, value_on: on, values }: JsonObject, choice: string | null): unknown {
  if (type === 'binary') return isWord(on) ? on : undefined
  return type === 'enum' && Array.isArray(values) && values.includes(choice) ? choice : undefined
}

const isWord = (said: unknown): boolean => typeof said === 'string' || typeof said === 'boolean'
