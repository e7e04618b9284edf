import { METRICS } from '../contracts/metric.ts'

/** Gallons are left out: of two countries, they are two units. */
const M3_PER_CUBIC_FOOT = 0.028316846592

/**
 * What a unit is in the unit of each of our metrics, in the spellings of SenML (RFC 8428, RFC 8798), of Home Assistant and of
 * everyday. Keys are our units as in `contracts/metric.ts`. `%` and `/` are the older and the ratio form of SenML's `%EL`.
 */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'm³': {
    m3: 1,
    'm³': 1,
    l: 0.001,
    L: 0.001,
    'ft³': M3_PER_CUBIC_FOOT,
    CCF: 100 * M3_PER_CUBIC_FOOT,
  },
  'm³/h': {
    'm3/s': 3600,
    'm3/h': 1,
    'm³/h': 1,
    'l/s': 3.6,
    'L/s': 3.6,
    'L/min': 0.06,
    'l/min': 0.06,
    'l/h': 0.001,
    'L/h': 0.001,
    'ft³/min': 60 * M3_PER_CUBIC_FOOT,
    'm³/min': 60,
    'm³/s': 3600,
  },
  kWh: { kWh: 1, Wh: 0.001, MWh: 1000, J: 1 / 3.6e6, kJ: 1 / 3600, MJ: 1 / 3.6, GJ: 1000 / 3.6 },
  W: { W: 1, kW: 1000, mW: 0.001 },
  V: { V: 1, mV: 0.001 },
  A: { A: 1, mA: 0.001 },
  '°C': { Cel: 1, '°C': 1, C: 1 },
  '%': { '%EL': 1, '%': 1, '/': 100 },
  dBm: { dBm: 1 },
  s: { s: 1, min: 60, h: 3600 },
}

/** What a number in `unit` must be multiplied by for the metric; 1 when no unit is stated, null when it does not fit. */
export function unitFactor(metric: string, unit: string | undefined): number | null {
  const own = METRICS.get(metric)
  if (own === undefined) return null
  if (unit === undefined || own.form === 'state') return 1
  const factors = FACTORS[own.unit]
  return factors !== undefined && Object.hasOwn(factors, unit) ? (factors[unit] ?? null) : null
}

/** Names that are not ours: the word in the name and the metric it means, if the unit fits. The first that fits. */
const WORDS: readonly (readonly [word: RegExp, metric: string])[] = [
  [/reverse|backflow/i, 'water_reverse_m3'],
  [/flow/i, 'water_flow_m3h'],
  [/water|volume/i, 'water_total_m3'],
  [/export|produced|returned/i, 'energy_export_kwh'],
  [/energy|electric/i, 'energy_import_kwh'],
  [/power/i, 'power_w'],
  [/batt/i, 'battery_v'],
  [/batt/i, 'battery_pct'],
  [/voltage|mains/i, 'voltage_l1_v'],
  [/current/i, 'current_l1_a'],
  [/temp/i, 'temperature_c'],
  [/rssi|signal/i, 'signal_dbm'],
]

/** The metric that a foreign name with its unit means, and the factor of the unit. */
export function metricByWord(name: string, unit: string): { metric: string; factor: number } | null {
  for (const [word, metric] of WORDS) {
    const factor = word.test(name) ? unitFactor(metric, unit) : null
    if (factor !== null) return { metric, factor }
  }
  return null
}
