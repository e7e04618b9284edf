import { isObject, type JsonObject } from '../coercion.ts'
import { unitFactor } from '../units.ts'

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
/** Sums of a day or another span are no registers, though they have the same class. */
const SPAN =
  /today|daily|yesterday|month|week|year|(?<!watt[ _-]?)hours?|session|last|period|cost|heute|gestern|t(ä|ae)glich|monat|woche|jahr|今日|昨日|当日|本日|每日|本月|上月|本周|今年|日用|月用/i
const EXPORT = /export|return|produc|feed|injec|solar/i
/** Heat has the same classes and units as electricity, and air and gas flow like water. */
const HEAT =
  /therm(al|ie|ische)|heat(ing)?[ _-]?(energy|output|power|meter|quantity)|energy[ _-]?(heat|dhw|cool)|(?<![a-z])nrg|w(ä|ae)rme|热/i
/** What an inverter counts is what it made, unless the entity says otherwise. */
const PRODUCER = /inverter|wechselrichter|photovolt|solar|逆变/i
const CONSUMED = /import|consum|bezug|verbrauch|purchas|from[ _-]?grid|load|用电/i
const HEAT_UNIT = /^[kMGT]?(J|cal)$/
const NO_WATER = /air|gas|vent|fan|exhaust|supply|extract|oil|fuel|luft/i
const BATTERY = /batt|akku|电池/i
/** An alarm that was, or one that is tried, in the class of the alarm itself. */
const PAST = /(?<![a-z])(last|past|previous|history|histor(ic|ical)|memory)(?![a-z])|历史/i
const TEST = /(?<![a-z])(self[ _-]?)?test(?![a-z])|自检/i

/** What an entity says: the metric, what its unit is in ours, and the words of a state. */
export interface Meaning {
  metric: string
  factor: number
  words: { on: string; off: string } | null
}

/** What an announced entity means: null for what is not read, `unread` for what only its owner can tell. */

export const textOf = (said: unknown): string | null =>
  typeof said === 'string' && said !== '' && said.length <= 512 ? said : null

/** A word that a state is told by; booleans and numbers may stand for words. */
export const wordOf = (said: unknown): string | null =>
  typeof said === 'string' || typeof said === 'number' || typeof said === 'boolean'
    ? String(said).slice(0, 100)
    : null

export function meaningOf(platform: string, id: string, config: JsonObject): Meaning | 'unread' | null {
  const deviceClass = textOf(config['device_class']) ?? ''
  if (platform === 'sensor') return numberOf(deviceClass, id, config)
  const state = stateOf(platform, deviceClass, id, config)
  // Of two words that are one nobody can tell which was meant.
  return state?.words?.on === state?.words?.off ? null : state
}

const nameOf = (id: string, config: JsonObject): string =>
  `${id} ${textOf(config['name']) ?? ''} ${textOf(config['unique_id']) ?? ''}`

function stateOf(platform: string, deviceClass: string, id: string, config: JsonObject): Meaning | null {
  const word = (key: string, usual: string) => wordOf(config[key]) ?? usual
  if (platform === 'binary_sensor' && Object.hasOwn(STATES, deviceClass)) {
    const name = nameOf(id, config)
    const isTest = TEST.test(name)
    if (PAST.test(name) || (isTest && deviceClass !== 'smoke')) return null
    const words = { on: word('payload_on', 'ON'), off: word('payload_off', 'OFF') }
    return { metric: isTest ? 'smoke_test' : (STATES[deviceClass] ?? ''), factor: 1, words }
  }
  // A switch that sets the device up switches no load.
  if (platform === 'switch' && config['entity_category'] === undefined) {
    const on = word('state_on', word('payload_on', 'ON'))
    const off = word('state_off', word('payload_off', 'OFF'))
    return { metric: 'switch_on', factor: 1, words: { on, off } }
  }
  // A valve may say how far it is open, not whether.
  if (platform === 'valve' && config['reports_position'] !== true) {
    const words = { on: word('state_open', 'open'), off: word('state_closed', 'closed') }
    return { metric: 'valve_open', factor: 1, words }
  }
  return null
}

function numberOf(deviceClass: string, id: string, config: JsonObject): Meaning | 'unread' | null {
  if (!Object.hasOwn(NUMBERS, deviceClass)) return null
  const name = nameOf(id, config)
  const unit = textOf(config['unit_of_measurement'])
  const isRegister = deviceClass === 'water' || deviceClass === 'energy'
  const isSpan = SPAN.test(name) || config['last_reset_value_template'] !== undefined
  if (isRegister && (isSpan || config['state_class'] === 'measurement')) return null
  if ((deviceClass === 'energy' || deviceClass === 'power') && HEAT.test(name)) return null
  if ((deviceClass === 'energy' || deviceClass === 'power') && isOfProducer(config, name)) return 'unread'
  if (deviceClass === 'volume_flow_rate' && NO_WATER.test(name)) return null
  const metric = metricOf(deviceClass, name)
  // A number without its unit is a guess; energy in joules is mostly heat.
  const isHeat = deviceClass === 'energy' && unit !== null && HEAT_UNIT.test(unit)
  const factor = unit === null || isHeat ? null : unitFactor(metric, unit)
  if (factor === null) return isRegister ? 'unread' : null
  return { metric, factor, words: null }
}

function isOfProducer(config: JsonObject, name: string): boolean {
  const device = isObject(config['device']) ? config['device'] : {}
  const told = `${textOf(device['name']) ?? ''} ${textOf(device['model']) ?? ''}`
  return PRODUCER.test(told) && !EXPORT.test(name) && !CONSUMED.test(name)
}

function metricOf(deviceClass: string, name: string): string {
  if (deviceClass === 'energy' && EXPORT.test(name)) return 'energy_export_kwh'
  if (deviceClass === 'voltage' && BATTERY.test(name)) return 'battery_v'
  return NUMBERS[deviceClass] ?? ''
}
