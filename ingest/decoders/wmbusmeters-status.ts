import type { DeviceKind } from '../../contracts/reading.ts'
import type { JsonObject } from '../coercion.ts'
import { type Draft } from '../draft.ts'

/** The words that drivers put into `status`, by what they say of now. */
const WORDS: readonly (readonly [metric: string, word: RegExp])[] = [
  ['leak', /^(LEAK|LEAKAGE|LEAKING|LEAK_FLOW_LOW|LEAK_FLOW_HIGH)$/],
  ['burst', /^(BURST|BURSTING|BROKEN_PIPE|BURST_WATER_LOSS)$/],
  ['backflow', /^(REVERSED?|REVERSE_FLOW|BACK_?FLOW|BACKFLOWING|WRONG_FLOW_DIRECTION)$/],
  ['empty_pipe', /^(DRY|AIR_INSIDE)$/],
  [
    'tamper',
    /^(TAMPER|TAMPERING|TAMPER_WHILE_REMOVED|SABOTAGE|SABOTAGE_ENCLOSURE|SEAL_BROKEN|REMOVED|REMOVAL|REMOVAL_DETECTED|MODULE_REMOVED|MANIPULATION|MAGNETIC_MANIPULATION|MAGNETIC_FIELD|MAGNETIC_FRAUD_PRESENT|SENSOR_FRAUD|MECHANICAL_FRAUD|STRONG_LIGHT)$/,
  ],
  [
    'battery_low',
    /^(POWER_LOW|LOW_BATTERY|BATTERY_LOW|LOW_BATTERY_(FAULT|LEVEL|VOLTAGE)|CRITICAL_BATTERY_VOLTAGE|BATTERY_(EOL|EXPIRED|LIFETIME_THRESHOLD_EXCEEDED|WARNING|VOLTAGE_ERROR)|BATTERY)$/,
  ],
  [
    'fault',
    /^(PERMANENT_ERROR|METER_BLOCKED|BLOCKED|MALFUNCTION|EOL_REACHED|CLEANING_RECOMMENDED|SMOKE_DETECTOR_FULLY_COVERED|NO_CONNECTION_TO_SMOKE_DETECTOR|SMOKE_SENSOR_END_OF_LIFE|SENSOR_(BREAK|ERROR|SHORT|READ_ERROR)|VOLUME_DETECTION_COILS_DEFECT|(METER_|DSP_)?HARDWARE_ERROR\d?|((MEMORY|ELECTRONICS|INTERNAL|MEASUREMENT|SW|CRC|RAM|ROM|EEPROM1|CALIBRATION_EEPROM|CODE_101_EEPROM|DSP_COMMUNICATION)_ERROR)|(SOUNDER|ALARM_SENSOR|OBSTACLE_DETECTOR|COMM_TO_HEAD)_FAULT)$/,
  ],
]
/** Past events: kept by the meter, no alarm now. */
const PAST = /^(P_|PREV_|WAS_)|(_THIS_MONTH|_PREV_MONTH|_PAST)$/
/** Words that are known and say none of the above; one alarm of two causes (LEAKAGE_OR_NO_USAGE) is among them. */
const HARMLESS =
  /^(OK|NO_ALARM|ALARM|SMOKE|MANUAL_TEST|TEMPORARY_ERROR|NO_FLOW|NO_CONSUMPTION|MINIMUM_FLOW|MAXIMUM_FLOW|UNDERFLOW|OVERFLOW|SUBMARINE|UNDERSIZED|OVERSIZED|OVERLOAD|CONTINUOUS_FLOW|LEAKAGE_OR_NO_USAGE|SUMMER_TIME|RTC_INVALID|RTC_ERROR|FLOW_ABOVE_Q4|LOW_ABIENT_TEMPERATURE|HIGH_TEMPERATURE|EOL_WITHIN_12_MONTH|MEASUREMENT_UNCHANGED|BUSY)$/

/** What a driver's status would name if it were so; only then does its silence say no. */
const REPORTED: Readonly<Record<string, readonly string[]>> = {
  kamwater: ['leak', 'burst', 'backflow', 'empty_pipe', 'tamper', 'battery_low'],
  multical21: ['leak', 'burst', 'backflow', 'empty_pipe'],
  ultrimis: ['leak', 'burst', 'backflow', 'empty_pipe', 'tamper', 'battery_low'],
  ultrimisv2: ['leak', 'burst', 'backflow', 'empty_pipe', 'tamper', 'battery_low'],
  aquastream: ['leak', 'burst', 'backflow', 'tamper', 'battery_low'],
  minomess: ['leak', 'burst', 'backflow'],
  apatorna1: ['leak', 'backflow', 'battery_low'],
  engelmann_faw: ['leak', 'backflow', 'tamper'],
  izar: ['leak', 'backflow', 'tamper', 'fault'],
  izarv2: ['leak', 'backflow', 'tamper', 'fault'],
  kadenwater: ['leak'],
  picoflux: ['leak'],
  gwfwater: ['burst', 'backflow', 'battery_low'],
  ei6500: ['tamper', 'fault'],
  lansensm: ['battery_low', 'fault', 'smoke', 'smoke_test'],
  tsd2: ['smoke'],
}

/** The words of the present status; null when the telegram has none or the driver could not read it. */
export function wmbusStatus(telegram: JsonObject): readonly string[] | null {
  const said = [telegram['status'], telegram['current_status'], telegram['current_alarms']].filter(
    (status): status is string => typeof status === 'string',
  )
  if (said.length === 0) return null
  const words = said
    .join(' ')
    .toUpperCase()
    .split(/[\s,]+/)
    .slice(0, 64)
    .filter((word) => word !== '')
  return words.some((word) => word.startsWith('DECODING_ERROR')) ? null : words
}

/**
 * States from the status words. A smoke detector says smoke only if its driver reports it; the others (EI6500 and such)
 * count alarms in the past, which never is an alarm now, nor the all-clear.
 */
export function putWmbusStatus(
  draft: Draft,
  kind: DeviceKind,
  driver: string,
  words: readonly string[] | null,
): void {
  const reported = Object.hasOwn(REPORTED, driver) ? (REPORTED[driver] ?? []) : []
  if (kind === 'smoke') putSmoke(draft, reported, words)
  if (words === null || kind === 'other') return
  const present = words.filter((word) => !PAST.test(word))
  const allKnown = present.every((word) => HARMLESS.test(word) || WORDS.some(([, known]) => known.test(word)))
  for (const [metric, known] of WORDS) {
    if (present.some((word) => known.test(word))) draft.state(metric, true)
    else if (allKnown && words.length > 0 && reported.includes(metric)) draft.state(metric, false)
  }
}

function putSmoke(draft: Draft, reported: readonly string[], words: readonly string[] | null): void {
  if (words?.includes('SMOKE') === true) draft.state('smoke', true)
  else draft.state('smoke', reported.includes('smoke') && saysAllClear(words) ? false : null)
  if (words !== null && reported.includes('smoke_test')) {
    draft.state('smoke_test', words.includes('MANUAL_TEST'))
  }
}

/** Beside these words a detector that reports smoke has none; one that is faulty, removed or says what we don't know may. */
const BESIDE_CLEAR = /^(OK|LOW_BATTERY|BATTERY_LOW|POWER_LOW|MANUAL_TEST)$/

const saysAllClear = (words: readonly string[] | null): boolean =>
  words !== null && words.length > 0 && words.every((word) => BESIDE_CLEAR.test(word))
