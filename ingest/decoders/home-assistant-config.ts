import { isObject, type JsonObject } from '../coercion.ts'
import { type TemplatePath, templatePath } from '../discovery-template.ts'
import { type Meaning, meaningOf, textOf, wordOf } from './home-assistant-meaning.ts'

/** One entity that was discovered: which metric its state topic gives, and how. */
export interface Entity extends Meaning {
  /** The config topic that announced it. */
  announcedBy: string
  deviceId: string
  /** The entity's own name within the device; a device may have several of one metric. Null for what is the device's. */
  channel: string | null
  stateTopic: string
  template: TemplatePath
}

/** Short names that discovery allows (home-assistant.io, MQTT discovery). */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['avty', 'availability'],
  ['avty_t', 'availability_topic'],
  ['avty_tpl', 'availability_template'],
  ['cmps', 'components'],
  ['cns', 'connections'],
  ['dev', 'device'],
  ['dev_cla', 'device_class'],
  ['ent_cat', 'entity_category'],
  ['ids', 'identifiers'],
  ['mdl', 'model'],
  ['obj_id', 'object_id'],
  ['p', 'platform'],
  ['pl_avail', 'payload_available'],
  ['pl_not_avail', 'payload_not_available'],
  ['pl_off', 'payload_off'],
  ['pl_on', 'payload_on'],
  ['pos', 'reports_position'],
  ['stat_cla', 'state_class'],
  ['stat_clsd', 'state_closed'],
  ['stat_off', 'state_off'],
  ['stat_on', 'state_on'],
  ['stat_open', 'state_open'],
  ['stat_t', 'state_topic'],
  ['stat_val_tpl', 'state_value_template'],
  ['uniq_id', 'unique_id'],
  ['unit_of_meas', 'unit_of_measurement'],
  ['val_tpl', 'value_template'],
  ['l_rst_t', 'last_reset_topic'],
  ['lrst_val_tpl', 'last_reset_value_template'],
  ['t', 'topic'],
])
/** What a device has once, so that it needs no channel to be told from its like. */
const DEVICE_WIDE: ReadonlySet<string> = new Set([
  'battery_pct',
  'battery_v',
  'battery_low',
  'signal_dbm',
  'online',
])
export const expanded = (said: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(said).map(([key, value]) => [
      ABBREVIATIONS.get(key) ?? key,
      isObject(value) && (key === 'dev' || key === 'device' || key === 'o' || key === 'origin')
        ? expanded(value)
        : value,
    ]),
  )

/** A topic with the base that `~` stands for, at either end. */
function topicOf(config: JsonObject, key: string): string | null {
  const topic = textOf(config[key])
  const base = textOf(config['~']) ?? ''
  return topic === null ? null : topic.replace(/^~/, base).replace(/~$/, base)
}

/**
 * The entities of one config message; what is not read gives none. `unread` names those whose template computes or whose
 * unit or direction is not told.
 */
export function entitiesOf(
  configTopic: string,
  component: string,
  [nodeId, objectId]: readonly [nodeId: string | undefined, objectId: string],
  said: JsonObject,
): { entities: Entity[]; unread: string[] } {
  const root = expanded(said)
  const parts: [string, string, JsonObject][] =
    component === 'device'
      ? Object.entries(isObject(root['components']) ? root['components'] : {})
          .slice(0, 100)
          .flatMap(([id, part]): [string, string, JsonObject][] => {
            const config = isObject(part) ? { ...root, ...expanded(part) } : {}
            return [[textOf(config['platform']) ?? '', id, config]]
          })
      : [[component, objectId, root]]
  const entities: Entity[] = []
  const unread: string[] = []
  for (const [platform, id, config] of parts) {
    const deviceId = deviceIdOf(config, nodeId ?? objectId)
    const read = entityOf(configTopic, deviceId, platform, id, config)
    if (read === 'unread') unread.push(id)
    else if (read !== null) entities.push(read)
    const available = availabilityOf(configTopic, deviceId, config)
    if (available !== null) entities.push(available)
  }
  return { entities, unread }
}

/** A device's first identifier, or the address of its first connection; without a device its node or the entity itself. */
function deviceIdOf(config: JsonObject, otherwise: string): string {
  const device = isObject(config['device']) ? config['device'] : {}
  const identifiers = device['identifiers']
  const first: unknown = Array.isArray(identifiers) ? identifiers[0] : identifiers
  const named = first === '' || first === undefined ? null : wordOf(first)
  return (named ?? connectionOf(device) ?? textOf(config['unique_id']) ?? otherwise).slice(0, 200)
}

/** Connections are pairs of kind and address, such as `["mac", "02:00:…"]`. */
function connectionOf(device: JsonObject): string | null {
  const connections = device['connections']
  const first: unknown = Array.isArray(connections) ? connections[0] : undefined
  return Array.isArray(first) ? textOf(first[1]) : null
}

function entityOf(
  announcedBy: string,
  deviceId: string,
  platform: string,
  id: string,
  config: JsonObject,
): Entity | 'unread' | null {
  const stateTopic = topicOf(config, 'state_topic')
  if (stateTopic === null) return null
  const meaning = meaningOf(platform, id, config)
  if (meaning === null || meaning === 'unread') return meaning
  const template = templatePath(config['value_template'] ?? config['state_value_template'])
  // What multiplies a state computes it.
  if (template === null || (meaning.words !== null && template.factor !== 1)) return 'unread'
  return {
    announcedBy,
    deviceId,
    channel: DEVICE_WIDE.has(meaning.metric) ? null : id.slice(0, 64),
    stateTopic,
    template,
    ...meaning,
  }
}

/**
 * Of a list of what must be there only a single one is the device's own; else a gateway may be among them. A device that is
 * heard through another one is announced with whether that one is there.
 */
function availabilityOf(announcedBy: string, deviceId: string, config: JsonObject): Entity | null {
  if (isObject(config['device']) && config['device']['via_device'] !== undefined) return null
  const list: unknown[] = Array.isArray(config['availability']) ? config['availability'] : []
  const [only] = list
  const isListed = list.length === 1 && isObject(only)
  const said = isListed ? { '~': config['~'], ...expanded(only) } : config
  const stateTopic = topicOf(said, isListed ? 'topic' : 'availability_topic')
  const template = templatePath(said[isListed ? 'value_template' : 'availability_template'])
  if (stateTopic === null || template === null) return null
  const on = wordOf(said['payload_available']) ?? 'online'
  const off = wordOf(said['payload_not_available']) ?? 'offline'
  return {
    announcedBy,
    deviceId,
    channel: null,
    stateTopic,
    metric: 'online',
    template,
    factor: 1,
    words: { on, off },
  }
}
