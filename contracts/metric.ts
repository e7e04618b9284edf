import { z } from 'zod'

/**
 * Metric names are data and the same everywhere: decoder, journal, InfluxDB field, API, chart.
 * A register only grows until it is reset or swapped; a gauge is a value of its moment; a state is true, false or
 * null, where null means "not said" and never clears anything.
 */
export type MetricForm = 'register' | 'gauge' | 'state'

const phases = [1, 2, 3] as const
const perPhase = (name: string, unit: string) =>
  phases.map((n) => [`${name}_l${n}_${unit}`, { form: 'gauge', unit: unit.toUpperCase() }] as const)

const REGISTERS = {
  water_total_m3: 'm³',
  water_reverse_m3: 'm³',
  energy_import_kwh: 'kWh',
  energy_export_kwh: 'kWh',
} as const
const GAUGES = {
  water_flow_m3h: 'm³/h',
  power_w: 'W',
  battery_pct: '%',
  battery_v: 'V',
  temperature_c: '°C',
  signal_dbm: 'dBm',
  report_interval_s: 's',
} as const
const STATES = [
  'smoke',
  'smoke_test',
  'muted',
  'leak',
  'burst',
  'backflow',
  'empty_pipe',
  'tamper',
  'fault',
  'battery_low',
  'valve_open',
  'switch_on',
  'online',
] as const

export const METRICS: ReadonlyMap<string, { form: MetricForm; unit: string }> = new Map<
  string,
  { form: MetricForm; unit: string }
>([
  ...Object.entries(REGISTERS).map(([name, unit]) => [name, { form: 'register' as const, unit }] as const),
  ...Object.entries(GAUGES).map(([name, unit]) => [name, { form: 'gauge' as const, unit }] as const),
  ...perPhase('voltage', 'v'),
  ...perPhase('current', 'a'),
  ...STATES.map((name) => [name, { form: 'state' as const, unit: '' }] as const),
])

export const METRIC_NAMES: readonly string[] = [...METRICS.keys()]
export const MetricName = z.enum(METRIC_NAMES as [string, ...string[]])
