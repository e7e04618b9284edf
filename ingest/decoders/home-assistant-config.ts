import { isObject, type JsonObject } from '../coercion.ts'
import { type TemplatePath, templatePath } from '../discovery-template.ts'
import { unitFactor } from '../units.ts'

/** One entity that was discovered: which metric its state topic gives, and how. */
export interface Entity {
  /** The config topic that announced it. */
  announcedBy: string
  deviceId: string
  /** The entity's own name within the device; a device may have several of one metric. Null for what is the device's. */
  channel: string | null
  stateTopic: string
  metric: string
  template: TemplatePath
  factor: number
  /** What the state is when true, and when false. Null for numbers. */
  words: { on: string; off: string } | null
}

/** Short names that discovery allows (home-assistant.io, MQTT discovery). */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['avty', 'availability'],
  ['avty_t', 'availability_topic'],
  ['avty_tpl', 'availability_template'],
  ['cmps', 'components'],
  ['dev', 'device'],
  ['dev_cla', 'device_class'],
  ['ids', 'identifiers'],
  ['obj_id', 'object_id'],
  ['p', 'platform'],
  ['pl_avail', 'payload_available'],
  ['pl_not_avail', 'payload_not_available'],
  ['pl_off', 'payload_off'],
  ['pl_on', 'payload_on'],
  ['stat_cla', 'state_class'],
  ['stat_off', 'state_off'],
  ['stat_on', 'state_on'],
  ['stat_t', 'state_topic'],
  ['stat_val_tpl', 'state_value_template'],
  ['uniq_id', 'unique_id'],
  ['unit_of_meas', 'unit_of_measurement'],
  ['val_tpl', 'value_template'],
  ['l_rst_t', 'last_reset_topic'],
  ['lrst_val_tpl', 'last_reset_value_template'],
  ['t', 'topic'],
])
const NUMBERS: Readonly<Record<string, string>> = {
  water: 'water_total_m3',
  energy: 'energy_import_kwh',
  power: 'power_w',
  voltage: 'voltage_l1_v',
  current: 'current_l1_a',
  battery: 'battery_pct',
  temperature: 'temperature_c',
  volume_flow_rate: 'water_flow_m3h',
  signal_strength: 'signal_dbm',
}
const STATES: Readonly<Record<string, string>> = {
  smoke: 'smoke',
  moisture: 'leak',
  tamper: 'tamper',
  battery: 'battery_low',
  problem: 'fault',
  connectivity: 'online',
}
/** What a device has once, so that it needs no channel to be told from its like. */
const DEVICE_WIDE: ReadonlySet<string> = new Set([
  'battery_pct',
  'battery_v',
  'battery_low',
  'signal_dbm',
  'online',
])
/** Sums of a day or another span are no registers, though they have the same class. */
const SPAN =
  /today|daily|yesterday|month|week|year|hour|session|last|period|cost|heute|gestern|t(ä|ae)glich|monat|woche|jahr|今日|昨日|当日|本日|每日|本月|上月|本周|今年|日用|月用/i
const EXPORT = /export|return|produc|feed|injec|solar/i

export const expanded = (said: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(said).map(([key, value]) => [
      ABBREVIATIONS.get(key) ?? key,
      isObject(value) && (key === 'dev' || key === 'device' || key === 'o' || key === 'origin')
        ? expanded(value)
        : value,
    ]),
  )

const textOf = (said: unknown): string | null =>
  typeof said === 'string' && said !== '' && said.length <= 512 ? said : null

/** A word that a state is told by; booleans and numbers may stand for words. */
const wordOf = (said: unknown): string | null =>
  typeof said === 'string' || typeof said === 'number' || typeof said === 'boolean'
    ? String(said).slice(0, 100)
    : null

/** A topic with the base that `~` stands for, at either end. */
function topicOf(config: JsonObject, key: string): string | null {
  const topic = textOf(config[key])
  const base = textOf(config['~']) ?? ''
  return topic === null ? null : topic.replace(/^~/, base).replace(/~$/, base)
}

/** The entities of one config message; what is not read gives none. `unread` names those whose template computes. */
export function entitiesOf(
  configTopic: string,
  component: string,
  objectId: string,
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
    const read = entityOf(configTopic, platform, id, config)
    if (read === 'unread') unread.push(id)
    else if (read !== null) entities.push(read)
    const available = availabilityOf(configTopic, id, config)
    if (available !== null) entities.push(available)
  }
  return { entities, unread }
}

/** A device's first identifier; without a device the entity stands for itself. */
function deviceIdOf(config: JsonObject, objectId: string): string {
  const device = isObject(config['device']) ? config['device'] : {}
  const identifiers = device['identifiers']
  const first: unknown = Array.isArray(identifiers) ? identifiers[0] : identifiers
  return (textOf(first) ?? textOf(config['unique_id']) ?? objectId).slice(0, 200)
}

function entityOf(
  announcedBy: string,
  platform: string,
  id: string,
  config: JsonObject,
): Entity | 'unread' | null {
  const stateTopic = topicOf(config, 'state_topic')
  if (stateTopic === null) return null
  const meaning = meaningOf(platform, id, config)
  if (meaning === null) return null
  const template = templatePath(config['value_template'] ?? config['state_value_template'])
  if (template === null) return 'unread'
  return {
    announcedBy,
    deviceId: deviceIdOf(config, id),
    channel: DEVICE_WIDE.has(meaning.metric) ? null : id.slice(0, 64),
    stateTopic,
    template,
    ...meaning,
  }
}

function meaningOf(
  platform: string,
  id: string,
  config: JsonObject,
): Pick<Entity, 'metric' | 'factor' | 'words'> | null {
  const deviceClass = textOf(config['device_class']) ?? ''
  const word = (key: string, usual: string) => wordOf(config[key]) ?? usual
  if (platform === 'binary_sensor' && Object.hasOwn(STATES, deviceClass)) {
    const words = { on: word('payload_on', 'ON'), off: word('payload_off', 'OFF') }
    return { metric: STATES[deviceClass] ?? '', factor: 1, words }
  }
  if (platform === 'switch') {
    const on = word('state_on', word('payload_on', 'ON'))
    return {
      metric: 'switch_on',
      factor: 1,
      words: { on, off: word('state_off', word('payload_off', 'OFF')) },
    }
  }
  if (platform === 'valve') {
    // Such a valve says how far it is open, not whether.
    if (config['reports_position'] === true) return null
    return {
      metric: 'valve_open',
      factor: 1,
      words: { on: word('state_open', 'open'), off: word('state_closed', 'closed') },
    }
  }
  if (platform !== 'sensor' || !Object.hasOwn(NUMBERS, deviceClass)) return null
  const name = `${id} ${textOf(config['name']) ?? ''} ${textOf(config['unique_id']) ?? ''}`
  const isRegister = deviceClass === 'water' || deviceClass === 'energy'
  const isSpan = SPAN.test(name) || config['last_reset_value_template'] !== undefined
  if (isRegister && (isSpan || config['state_class'] === 'measurement')) return null
  const metric =
    deviceClass === 'energy' && EXPORT.test(name) ? 'energy_export_kwh' : (NUMBERS[deviceClass] ?? '')
  // A number without its unit is a guess.
  const unit = textOf(config['unit_of_measurement'])
  const factor = unit === null ? null : unitFactor(metric, unit)
  return factor === null ? batteryVolts(deviceClass, name, unit) : { metric, factor, words: null }
}

/** A voltage in mV is that of a battery. */
const batteryVolts = (deviceClass: string, name: string, unit: string | null) =>
  deviceClass === 'voltage' && unit === 'mV' && /batt/i.test(name)
    ? { metric: 'battery_v', factor: 0.001, words: null }
    : null

/** Of a list of what must be there only a single one is the device's own; else a gateway may be among them. */
function availabilityOf(announcedBy: string, id: string, config: JsonObject): Entity | null {
  const list: unknown[] = Array.isArray(config['availability']) ? config['availability'] : []
  const [only] = list
  const isListed = list.length === 1 && isObject(only)
  const said = isListed ? { '~': config['~'], ...expanded(only) } : config
  const stateTopic = topicOf(said, isListed ? 'topic' : 'availability_topic')
  const template = templatePath(said[isListed ? 'value_template' : 'availability_template'])
  if (stateTopic === null || template === null) return null
  const on = wordOf(said['payload_available']) ?? 'online'
  const off = wordOf(said['payload_not_available']) ?? 'offline'
  const deviceId = deviceIdOf(config, id)
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
