import type { DecodeRefusal } from '../contracts/message.ts'
import { METRICS } from '../contracts/metric.ts'
import type { DeviceKind, Value, Values } from '../contracts/reading.ts'
import { excerpt, type Refusals } from './refusals.ts'

/** A JSON object from outside; read it by `Object.hasOwn` or by names that no prototype has. */
export type JsonObject = Record<string, unknown>
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A time as a source states it: `at` in epoch ms, or why there is none. `unset`: a clock that was never set (it counts
 * from 1970 or 2000). `local`: a wall-clock time without zone.
 */
export type StatedTime = { at: number } | 'absent' | 'unset' | 'local' | 'malformed'

/** No meter or detector that we read was made before; an earlier time is a clock that starts at its own epoch. */
const CLOCK_SET_SINCE = Date.UTC(2010, 0, 1)
/** Below, a number is epoch seconds (until the year 5138); above, epoch ms (from 1973 on). */
const SECONDS_BELOW = 1e11
const LAST_EPOCH_MS = 1e14
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,12})?)?)(Z|[+-]\d\d(?::?\d\d)?)?$/i

/** Reads an ISO 8601 instant or epoch seconds or ms. A number in a string is not a time: say it as a number. */
export function statedTime(value: unknown): StatedTime {
  if (value === undefined || value === null) return 'absent'
  if (typeof value === 'number') return epochTime(value)
  if (typeof value !== 'string') return 'malformed'
  return isoTime(value)
}

function epochTime(value: number): StatedTime {
  if (!Number.isFinite(value) || value < 0 || value >= LAST_EPOCH_MS) return 'malformed'
  return sinceSet(Math.round(value < SECONDS_BELOW ? value * 1000 : value))
}

function isoTime(value: string): StatedTime {
  if (value.length > 48) return 'malformed'
  const parts = ISO.exec(value)
  if (parts === null) return 'malformed'
  const [, year, month, day, clock, zone] = parts
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return 'malformed'
  const at = Date.parse(`${year}-${month}-${day}T${clock?.replace(',', '.')}${isoOffset(zone)}`)
  if (Number.isNaN(at)) return 'malformed'
  const stated = sinceSet(at)
  return zone === undefined && stated !== 'unset' ? 'local' : stated
}

function isoOffset(zone: string | undefined): string {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 'Z'
  if (zone.includes(':')) return zone
  return `${zone.slice(0, 3)}:${zone.length > 3 ? zone.slice(3) : '00'}`
}

const sinceSet = (at: number): StatedTime => (at < CLOCK_SET_SINCE ? 'unset' : { at })

// ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Numbers that meters and radios send when they have nothing to say: all ones, or the ends of an integer. */
const SHORT_SENTINELS = [0xffff, 0x7fff, -0x8000, 0xffffff, 0x7fffff]
/** Eight nines are a mechanical or decimal counter that ran below its zero, or one that has nothing to say. */
const LONG_SENTINELS = [99_999_999, 0xffffffff, 0xfffffffe, 0x7fffffff, -0x80000000]
/** The long ones also as what is left of them after a scale was applied, such as Wh into kWh. */
const SENTINELS: ReadonlySet<number> = new Set([
  ...SHORT_SENTINELS,
  ...LONG_SENTINELS.flatMap((value) => [1, 10, 100, 1000, 10_000].map((scale) => value / scale)),
])
export const isSentinel = (value: number): boolean => SENTINELS.has(value)
/**
 * What is left of the short ones after a scale, and the nines of a full display. A register may stand there for days; a
 * gauge does not come back to it.
 */
const GAUGE_SENTINELS: ReadonlySet<number> = new Set([
  ...[0xffff, -0x8000, 0xffffff, 0x7fffff, -0x800000].flatMap((value) =>
    [1, 10, 100, 1000].map((scale) => value / scale),
  ),
  ...[9999.9, 9999.99, 9999.999, 99_999, 99_999.9, 99_999.99].flatMap((value) => [value, -value]),
])

/** What a home's device can sensibly say, by metric; outside, it is a sentinel, a wrong unit or a broken register. */
function rangeOf(metric: string): readonly [number, number] {
  if (metric.startsWith('voltage_')) return [0, 500]
  if (metric.startsWith('current_')) return [-400, 400]
  return RANGES.get(metric) ?? [-Number.MAX_VALUE, Number.MAX_VALUE]
}
const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map<string, readonly [number, number]>([
  ['water_total_m3', [0, 1e6]],
  ['water_reverse_m3', [0, 1e6]],
  ['energy_import_kwh', [0, 1e7]],
  ['energy_export_kwh', [0, 1e7]],
  // Ultrasonic meters say a trickle backwards as a negative flow.
  ['water_flow_m3h', [-100, 100]],
  ['power_w', [-200_000, 200_000]],
  ['battery_pct', [0, 100]],
  ['battery_v', [0.5, 30]],
  ['temperature_c', [-60, 150]],
  ['signal_dbm', [-180, 30]],
  ['report_interval_s', [1, 2_678_400]],
])

/** The value of a metric, or the reason why it is none. Strings are never numbers, numbers never states. */
export function checkedValue(metric: string, value: unknown): { value: Value } | DecodeRefusal {
  const known = METRICS.get(metric)
  if (known === undefined) return { code: 'malformed', message: `no such metric: ${excerpt(metric)}` }
  if (value === null) return { value }
  if (known.form === 'state') {
    if (typeof value === 'boolean') return { value }
    return { code: 'malformed', message: `${metric} is ${excerpt(value)}, not true, false or null` }
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return { code: 'malformed', message: `${metric} is ${excerpt(value)}, not a number` }
  }
  const [least, most] = rangeOf(metric)
  const standsForNothing = isSentinel(value) || (known.form === 'gauge' && GAUGE_SENTINELS.has(value))
  if (value < least || value > most || standsForNothing) {
    return { code: 'out_of_range', message: `${metric} is ${value}, no value of a home` }
  }
  return { value: value === 0 ? 0 : value }
}

/** Puts one metric into `into` if it can be one, else says why not. A bad value never takes its neighbours along. */
export function putValue(into: Values, metric: string, value: unknown, refusals: Refusals, where = ''): void {
  const checked = checkedValue(metric, value)
  if ('code' in checked) refusals.add(checked.code, `${where}${checked.message}`)
  else into[metric] = checked.value
}

/** True wins, then false; null when nobody says. For a state that a source spreads over several keys. */
export function anyTrue(states: readonly unknown[]): boolean | null {
  if (states.includes(true)) return true
  return states.includes(false) ? false : null
}

/** Takes the noise of binary fractions off sums and unit conversions; nine decimals are finer than any meter. */
export const withoutNoise = (value: number): number =>
  Math.abs(value) < 1e6 ? Math.round(value * 1e9) / 1e9 : value

const SMOKE_METRICS = /^(smoke|smoke_test|muted)$/
const WATER_METRICS = /^(water_|leak$|burst$|backflow$|empty_pipe$|valve_open$)/
const ELECTRICITY_METRICS = /^(energy_|power_w$|voltage_|current_|switch_on$)/

/** The kind of a device that is not registered, by what it measures. */
export function kindByMetrics(values: Values): DeviceKind {
  const names = Object.keys(values)
  if (names.some((name) => SMOKE_METRICS.test(name))) return 'smoke'
  if (names.some((name) => WATER_METRICS.test(name))) return 'water'
  return names.some((name) => ELECTRICITY_METRICS.test(name)) ? 'electricity' : 'other'
}

/** `online` or `offline`, as text or as `{"state": …}`; null when it says neither. */
export function onlineState(
  text: string | null,
  json: { ok: true; value: unknown } | { ok: false },
): boolean | null {
  const said = json.ok && isObject(json.value) ? json.value['state'] : json.ok ? json.value : text?.trim()
  if (said === 'online') return true
  return said === 'offline' ? false : null
}
