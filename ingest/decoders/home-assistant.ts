import type { Decoded } from '../../contracts/message.ts'
import { isObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import type { DialectMemory } from '../dialect-memory.ts'
import { valueAt } from '../discovery-template.ts'
import { type Draft, Drafts, decimal } from '../draft.ts'
import { type Entity, entitiesOf } from './home-assistant-config.ts'

const CONFIG_TOPIC =
  /^(?:.+\/)?(sensor|binary_sensor|switch|valve|device|alarm_control_panel|button|climate|cover|device_automation|event|fan|image|light|lock|number|select|siren|text|update|water_heater)\/(?:([^/]+)\/)?([^/]+)\/config$/
const OWN_STATUS = 'homeassistant/status'
const MAX_ENTITIES_ON_TOPIC = 100

/**
 * Home Assistant MQTT discovery (home-assistant.io/integrations/mqtt): `{prefix}/{component}/[{node}/]{object}/config` says of
 * which topic a state comes, its class, its unit and its words, so that sources without a family of their own are read
 * without code (ESPHome, and whatever announces itself). What was announced is kept in the gateway's memory; it speaks only of
 * topics that no other family claims. Templates that compute are not followed. No clock.
 */
export const homeAssistant: Decoder = {
  name: 'homeassistant-discovery',
  claims: (packet, context) =>
    isConfig(packet) || packet.topic === OWN_STATUS || entitiesAt(packet.topic, context).length > 0,
  decode(packet, context) {
    if (packet.topic === OWN_STATUS) return refuse('ignored', 'Home Assistant comes or goes')
    if (isConfig(packet)) return takeConfig(packet, context)
    return decodeState(packet, context, entitiesAt(packet.topic, context))
  },
}

function isConfig(packet: Packet): boolean {
  if (!CONFIG_TOPIC.test(packet.topic)) return false
  if (packet.message.payload.length === 0) return true
  const json = packet.json()
  return json.ok && isObject(json.value)
}

const topicKey = (topic: string): string => `ha:topic:${topic}`
const configKey = (topic: string): string => `ha:config:${topic}`

function entitiesAt(topic: string, context: DecodeContext): readonly Entity[] {
  const known = context.memory?.get(topicKey(topic))
  return Array.isArray(known) ? (known as Entity[]) : []
}

function takeConfig(packet: Packet, context: DecodeContext): Decoded {
  const { memory } = context
  if (memory === undefined) return refuse('ignored', 'an announcement, and no memory to keep it in')
  forget(memory, packet.topic)
  if (packet.message.payload.length === 0) return refuse('ignored', 'an announcement was taken back')
  const [, component = '', nodeId, objectId = ''] = CONFIG_TOPIC.exec(packet.topic) ?? []
  const json = packet.json()
  const said = json.ok && isObject(json.value) ? json.value : {}
  const { entities, unread } = entitiesOf(packet.topic, component, [nodeId, objectId], said)
  for (const entity of entities) {
    const key = topicKey(entity.stateTopic)
    const known = entitiesAt(entity.stateTopic, context)
    if (known.length < MAX_ENTITIES_ON_TOPIC) memory.set(key, [...known, entity], known.length + 1)
  }
  memory.set(configKey(packet.topic), [...new Set(entities.map(({ stateTopic }) => stateTopic))])
  if (unread.length > 0)
    return refuse('needs_mapping', `the template or the unit of ${unread[0]} is not followed; map it by hand`)
  return refuse('ignored', 'an announcement, kept in mind')
}

function forget(memory: DialectMemory, announcedBy: string): void {
  const topics = memory.get(configKey(announcedBy))
  for (const topic of Array.isArray(topics) ? (topics as string[]) : []) {
    const known = memory.get(topicKey(topic))
    if (!Array.isArray(known)) continue
    const left = (known as Entity[]).filter((entity) => entity.announcedBy !== announcedBy)
    if (left.length === 0) memory.delete(topicKey(topic))
    else memory.set(topicKey(topic), left, left.length)
  }
  memory.delete(configKey(announcedBy))
}

function decodeState(packet: Packet, context: DecodeContext, entities: readonly Entity[]): Decoded {
  if (packet.message.payload.length === 0) return refuse('ignored', 'a retained message was cleared')
  const drafts = new Drafts(packet, context)
  const byDevice = new Map<string, Draft>()
  const json = packet.json()
  for (const entity of withoutShared(entities)) {
    const key = JSON.stringify([entity.deviceId, entity.channel])
    const draft = byDevice.get(key) ?? drafts.of(entity.deviceId, null, entity.channel ?? undefined)
    byDevice.set(key, draft)
    putEntity(
      drafts,
      draft,
      entity,
      valueAt(entity.template, packet.text(), json.ok ? json.value : undefined),
    )
  }
  return drafts.decoded()
}

/** What several devices name as their availability is the gateway's that hears them all: it says nothing of any of them. */
function withoutShared(entities: readonly Entity[]): readonly Entity[] {
  const devices = new Set(entities.map(({ metric, deviceId }) => (metric === 'online' ? deviceId : '')))
  devices.delete('')
  return devices.size < 2 ? entities : entities.filter(({ metric }) => metric !== 'online')
}

/** Home Assistant's own words for "nothing known". */
const NOTHING = /^(unknown|unavailable|none|null|nan|)$/i

function putEntity(drafts: Drafts, draft: Draft, entity: Entity, said: unknown): void {
  if (said === undefined || said === null || (typeof said === 'string' && NOTHING.test(said.trim()))) return
  if (entity.words === null) {
    const value = typeof said === 'string' ? decimal(said) : said
    if (value === null) drafts.refusals.add('malformed', `${entity.metric} is not a number`)
    else draft.number(entity.metric, value, entity.factor * entity.template.factor)
    return
  }
  const word = typeof said === 'boolean' || typeof said === 'number' ? String(said) : said
  if (sameWord(word, entity.words.on, said)) draft.state(entity.metric, true)
  else if (sameWord(word, entity.words.off, said)) draft.state(entity.metric, false)
  else drafts.refusals.add('malformed', `${entity.metric} says neither of its words`)
}

/** `True` and `true` are one boolean, however the announcement writes it. */
const sameWord = (word: unknown, expected: string, said: unknown): boolean =>
  word === expected || (typeof said === 'boolean' && expected.toLowerCase() === word)
