import type { Values } from '../../contracts/reading.ts'
import { anyTrue, type JsonObject, putValue } from '../coercion.ts'
import { flag } from '../draft.ts'
import type { Refusals } from '../refusals.ts'

/** What zigbee2mqtt says as true or false, under the names that its converters give. */
const SMOKE_KEYS = ['smoke', 'smoke_alarm_1', 'smoke_alarm_2']
const LEAK_KEY = /^(water_leak|active_water_leak|water_leak_(alarm|zone|wire)_\d|water_leak_both_zones)$/
const FLAGS: readonly (readonly [metric: string, keys: readonly string[]])[] = [
  ['smoke_test', ['test', 'self_test', 'self_checking', 'test_in_progress']],
  [
    'muted',
    [
      'smoke_alarm_silenced',
      'buzzer_manual_mute',
      'silence',
      'silence_siren',
      'temporary_mute',
      'hush_active',
      'muffling',
    ],
  ],
  // The leak probe of a thermostat, which does not make it a water device.
  ['leak', ['water_sensor']],
  ['tamper', ['tamper']],
  ['fault', ['fault', 'trouble', 'battery_defect', 'device_fault', 'fault_alarm']],
  ['battery_low', ['battery_low']],
]
/** What it says in words: the name, the metric, and the words that mean yes and no. Any other word says nothing. */
const WORDS: readonly (readonly [key: string, metric: string, yes: RegExp, no: RegExp])[] = [
  ['smoke_state', 'smoke', /^alarm$/, /^(normal|none)$/],
  ['smoke_sensor_state', 'smoke', /^alarm$/, /^normal$/],
  ['water_leakage_state', 'leak', /_yes$/, /_no$/],
  ['current_device_status', 'leak', /water_leakage/, /^(normal_state|water_shortage)$/],
  ['valve_abnormal_state', 'leak', /water_leakage/, /^(normal|water_shortage)$/],
  ['test_mode', 'smoke_test', /^ON$/, /^$/],
  ['self_test', 'smoke_test', /^checking$/i, /^$/],
  ['muted', 'muted', /(^| )(alarm_)?muted( |$)/, /^normal$/],
  ['reliability', 'fault', /^(unreliable|process_error)/, /^no_fault_detected$/],
  ['fault_state', 'fault', /fault/, /^normal$/],
  ['endoflife', 'fault', /^expired$/, /^normal$/],
  ['battery_state', 'battery_low', /^(low|critical)$/, /^(medium|middle|high)$/],
  ['battery_level', 'battery_low', /^low$/, /^(middle|high)$/],
]
/** The inputs and radio channels of a leak controller (Ensystec). */
const INPUT_KEY = /^(input|channel)_\d{1,2}_leak_detect$/
/** What a Tuya water meter joins with commas under `faults`. */
const METER_FAULTS: readonly (readonly [metric: string, word: string])[] = [
  ['battery_low', 'battery_alarm'],
  ['tamper', 'magnetism_alarm'],
  ['tamper', 'cover_alarm'],
  ['backflow', 'revflow_alarm'],
  ['empty_pipe', 'empty_pipe_alarm'],
  ['fault', 'transducer_alarm'],
]

const ALL_KEYS: ReadonlySet<string> = new Set([
  ...SMOKE_KEYS,
  ...FLAGS.flatMap(([, keys]) => keys),
  ...WORDS.map(([key]) => key),
])
export const isStateKey = (key: string): boolean => ALL_KEYS.has(key) || LEAK_KEY.test(key)
export const saysSmoke = (key: string): boolean =>
  SMOKE_KEYS.includes(key) || /^smoke_(state|sensor_state|alarm_silenced)$/.test(key)
export const saysLeak = (key: string): boolean =>
  LEAK_KEY.test(key) || INPUT_KEY.test(key) || key === 'water_leakage_state'
/** Lincukoo's sensor rings for water or for its lack, as its owner has set it. */
export const isTwofoldProbe = (said: JsonObject): boolean =>
  Object.hasOwn(said, 'alarm_status') && (said['mode'] === 'leakage' || said['mode'] === 'shortage')

/** Puts every state; what is said as true or false comes before what is said in words. null says nothing. */
export function putStates(values: Values, said: JsonObject, refusals: Refusals): void {
  putAlarm(
    values,
    'smoke',
    SMOKE_KEYS.filter((key) => Object.hasOwn(said, key)),
    said,
    refusals,
  )
  putAlarm(
    values,
    'leak',
    Object.keys(said).filter((key) => LEAK_KEY.test(key)),
    said,
    refusals,
  )
  for (const [metric, keys] of FLAGS) {
    const present = keys.filter((key) => Object.hasOwn(said, key))
    if (present.length > 0) values[metric] = anyTrue(present.map((key) => stateOf(said[key])))
  }
  for (const [key, metric, yes, no] of WORDS) {
    const word = said[key]
    if (typeof word !== 'string' || typeof values[metric] === 'boolean') continue
    if (yes.test(word)) values[metric] = true
    else if (no.test(word)) values[metric] = false
  }
  putInputs(values, said)
  putMeterFaults(values, said['faults'])
  takeBackUnknown(values, said)
}

function putInputs(values: Values, said: JsonObject): void {
  const inputs = Object.keys(said).filter((key) => INPUT_KEY.test(key))
  const probes = isTwofoldProbe(said) && said['mode'] === 'leakage' ? ['alarm_status'] : []
  const states = [...inputs, ...probes].flatMap((key) => {
    const wet = WET_WORDS.get(said[key])
    return wet === undefined ? [] : [wet]
  })
  if (states.length > 0) values['leak'] = anyTrue(states)
}
const WET_WORDS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['Leak', true],
  ['Dry', false],
  ['alarm', true],
  ['normal', false],
])

/** A converter says `smoke: false` for all but an alarm, and `water_leak` for whatever a probe is set to ring for. */
function takeBackUnknown(values: Values, said: JsonObject): void {
  if (said['smoke_state'] === 'unknown' && values['smoke'] === false) values['smoke'] = null
  if (said['alarm_mode'] === 'water_absence' && values['leak'] !== undefined) values['leak'] = null
}

/** An alarm that is neither true, false nor null is refused, never taken for no. */
function putAlarm(
  values: Values,
  metric: string,
  keys: readonly string[],
  said: JsonObject,
  refusals: Refusals,
): void {
  const states: (boolean | null)[] = []
  for (const key of keys) {
    const read: Values = {}
    putValue(read, metric, said[key], refusals)
    const state = read[metric]
    if (typeof state === 'boolean' || state === null) states.push(state)
  }
  if (states.length > 0) values[metric] = anyTrue(states)
}

const stateOf = (said: unknown): unknown =>
  typeof said === 'string' && /^(ON|OFF)$/.test(said) ? flag(said) : said

function putMeterFaults(values: Values, faults: unknown): void {
  if (typeof faults !== 'string' || faults === '') return
  const words = faults.split(',')
  for (const [metric, word] of METER_FAULTS) {
    if (words.includes(word)) values[metric] = true
    else if (faults === 'no_alarm') values[metric] ??= false
  }
}
