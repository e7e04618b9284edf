import type { Values } from '../../contracts/reading.ts'
import { type JsonObject, putValue, withoutNoise } from '../coercion.ts'
import type { Refusals } from '../refusals.ts'

/** Under which names converters publish a metric, the usual first; the first that says a number counts. */
const ELECTRICITY_NUMBERS: readonly (readonly [metric: string, keys: readonly string[]])[] = [
  ['energy_import_kwh', ['energy', 'total_energy', 'energy_consumed', 'energy_all', 'consumption']],
  ['energy_export_kwh', ['produced_energy', 'energy_produced', 'reverse_energy', 'total_output_energy']],
  ['power_w', ['total_power', 'power']],
  ['voltage_l1_v', ['voltage']],
  ['current_l1_a', ['current']],
]
const WATER_NUMBERS = ['water_consumed', 'reverse_water_consumed', 'flow_rate'] as const
/** Only a meter has these beside `water_consumed`; an irrigation timer counts its last watering under that name. */
const METER_KEYS = ['meter_id', 'reverse_water_consumed', 'month_consumption']
const LITRES_PER_M3 = 1000

/** What the endpoints, clamps and phases of one device are called at the end of a name. */
const PART =
  /^(state|power|energy|produced_energy|energy_produced|voltage|current)_(l[1-8]|[1-9]|[abcXYZ]|phase_[abc]|left|right|center|top|bottom|main_switch|usb|ch[1-9]|p[1-9])$/
const PHASE: ReadonlyMap<string, 1 | 2 | 3> = new Map(
  ([1, 2, 3] as const).flatMap((phase) =>
    [`l${phase}`, 'abc'[phase - 1] ?? '', 'XYZ'[phase - 1] ?? '', `phase_${'abc'[phase - 1]}`].map(
      (name) => [name, phase] as const,
    ),
  ),
)
const PART_METRICS: Readonly<Record<string, string>> = {
  power: 'power_w',
  energy: 'energy_import_kwh',
  produced_energy: 'energy_export_kwh',
  energy_produced: 'energy_export_kwh',
  voltage: 'voltage_l1_v',
  current: 'current_l1_a',
}

interface Part {
  key: string
  quantity: string
  part: string
}
const partsOf = (said: JsonObject): Part[] =>
  Object.keys(said).flatMap((key) => {
    const [, quantity, part] = PART.exec(key) ?? []
    return quantity === undefined || part === undefined ? [] : [{ key, quantity, part }]
  })

const isElectricityKey = (key: string): boolean =>
  ELECTRICITY_NUMBERS.some(([, keys]) => keys.includes(key)) || /^(power|energy)$/.test(key)
/** Whether a name is one of an electricity meter's or plug's, also of one endpoint or phase. A voltage may be a battery's. */
export const saysElectricity = (key: string): boolean => {
  const name = PART.exec(key)?.[1] ?? key
  return name !== 'voltage' && isElectricityKey(name)
}
export const isMeterKey = (key: string): boolean =>
  isElectricityKey(key) ||
  /^(voltage|current)_phase_[bc]$/.test(key) ||
  WATER_NUMBERS.some((name) => name === key)

export function putNumber(values: Values, metric: string, value: unknown, refusals: Refusals): void {
  if (value !== undefined && value !== null) putValue(values, metric, value, refusals)
}

/**
 * Gas meters send m³ as `energy` and m³/h as `power`: register them as `other`, and these are left alone. Where the
 * device has its own total, its parts are phases; else they are channels (`channelsOf`).
 */
export function putElectricity(values: Values, whole: JsonObject, refusals: Refusals): void {
  const said = withoutTraps(whole)
  for (const [metric, keys] of ELECTRICITY_NUMBERS) {
    if (metric === 'voltage_l1_v' && values['battery_v'] !== undefined) continue
    // Beside a total, the name alone is the first phase.
    const total = keys.filter((key) => key.startsWith('total_') && Object.hasOwn(said, key))
    const names = metric === 'power_w' && total.length > 0 ? total : keys
    const value = names.map((key) => said[key]).find(isSaid)
    putNumber(values, metric, metric === 'power_w' ? directed(value, said['energy_flow']) : value, refusals)
  }
  const parts = partsOf(said).filter(({ part }) => PHASE.has(part))
  if (!isWhole(said)) return
  for (const { key, quantity, part } of parts) {
    const unit = quantity === 'voltage' ? 'v' : quantity === 'current' ? 'a' : null
    if (unit !== null) putNumber(values, `${quantity}_l${PHASE.get(part)}_${unit}`, said[key], refusals)
  }
  const powers = parts.filter(({ quantity }) => quantity === 'power').map(({ key }) => said[key])
  if (values['power_w'] === undefined && !Object.hasOwn(said, 'power') && powers.length === 3) {
    const known = powers.filter((power) => typeof power === 'number')
    if (known.length === 3)
      putNumber(values, 'power_w', withoutNoise(known.reduce((a, b) => a + b, 0)), refusals)
  }
}

/**
 * Beside `energy`, Tuya's `total_energy` is what flowed both ways, so it cannot stand in for it. AVATTO's switch for boilers,
 * which alone has `total_switch_on_time`, says mA.
 */
function withoutTraps(whole: JsonObject): JsonObject {
  const { total_energy: bothWays, ...said } = whole
  if (bothWays !== undefined && !Object.hasOwn(said, 'energy')) said['total_energy'] = bothWays
  const { current } = said
  if (Object.hasOwn(said, 'total_switch_on_time') && typeof current === 'number')
    said['current'] = withoutNoise(current / 1000)
  return said
}

/** Some meters say how much flows and, beside it, which way. */
const directed = (power: unknown, flow: unknown): unknown =>
  flow === 'producing' && typeof power === 'number' && power > 0 ? -power : power

const isSaid = (value: unknown): boolean => value !== undefined && value !== null
const isWhole = (said: JsonObject): boolean =>
  ['energy', 'power', 'total_power'].some((key) => Object.hasOwn(said, key))

/** The endpoints of a device that has no total of its own, each with what it says. */
export function channelsOf(said: JsonObject, refusals: Refusals): { channel: string; values: Values }[] {
  const channels = new Map<string, Values>()
  if (isWhole(said)) return []
  for (const { key, quantity, part } of partsOf(said)) {
    const values = channels.get(part) ?? {}
    channels.set(part, values)
    const metric = PART_METRICS[quantity]
    const value = quantity === 'power' ? directed(said[key], said[`energy_flow_${part}`]) : said[key]
    if (metric !== undefined) putNumber(values, metric, value, refusals)
    else if (said[key] === 'ON' || said[key] === 'OFF') values['switch_on'] = said[key] === 'ON'
  }
  return [...channels]
    .map(([channel, values]) => ({ channel, values }))
    .filter(({ values }) => Object.keys(values).length > 0)
}

/**
 * Sonoff's and frient's `flow` is m³/h. Of the names that Tuya's meters share, the one with a valve says litres and the one
 * without m³, as does frient's interface. Converters written by users give the valve's names in m³, with decimals, so
 * such a fraction means that the unit must be stated by the site.
 */
export function putWater(values: Values, said: JsonObject, refusals: Refusals): void {
  putNumber(values, 'water_flow_m3h', said['flow'], refusals)
  // FrankEver's timer: the litres of a day, whatever the name says.
  if (typeof said['water_consumed_total'] === 'number') {
    refusals.add('needs_mapping', 'water_consumed_total is the total of a day, which is no register')
  }
  const consumed = WATER_NUMBERS.filter((key) => isSaid(said[key]))
  if (consumed.length === 0 || Object.hasOwn(said, 'cumulative_heat')) return
  const perM3 = unitsPerM3(said)
  const isFraction = (key: string) => typeof said[key] === 'number' && !Number.isInteger(said[key])
  for (const key of consumed) {
    const metric = WATER_METRICS[key]
    const value = said[key]
    const notLitres = [key, 'water_consumed', 'flow_rate'].some(isFraction)
    if (typeof value === 'number' && (perM3 === null || (perM3 === LITRES_PER_M3 && notLitres))) {
      refusals.add('needs_mapping', `the unit of ${key} is not in the message`)
    } else if (perM3 === LITRES_PER_M3) putLitres(values, metric, value, refusals)
    else putNumber(values, metric, value, refusals)
  }
}
const WATER_METRICS = {
  water_consumed: 'water_total_m3',
  reverse_water_consumed: 'water_reverse_m3',
  flow_rate: 'water_flow_m3h',
} as const

/** How many of the unit of `water_consumed` make a m³; null when the message does not tell. */
function unitsPerM3(said: JsonObject): number | null {
  const has = (key: string) => Object.hasOwn(said, key)
  if (has('interface_mode') || has('metering_device_type')) return 1
  if (!METER_KEYS.some(has)) return null
  if (has('state') || has('auto_clean')) return LITRES_PER_M3
  return has('report_period') && has('faults') ? 1 : null
}

/** The registers of a two-fold pulse counter, by channel; whole litres. */
export function waterCountersOf(said: JsonObject, refusals: Refusals): { channel: string; values: Values }[] {
  return ['1', '2'].flatMap((channel) => {
    const values: Values = {}
    if (isSaid(said[`volume_${channel}`]))
      putLitres(values, 'water_total_m3', said[`volume_${channel}`], refusals)
    return Object.keys(values).length === 0 ? [] : [{ channel, values }]
  })
}

const putLitres = (values: Values, metric: string, litres: unknown, refusals: Refusals): void =>
  putNumber(
    values,
    metric,
    typeof litres === 'number' ? withoutNoise(litres / LITRES_PER_M3) : litres,
    refusals,
  )
