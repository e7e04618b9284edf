/** What a source may count in, and what one of it is in our unit. The first is our own unit. */
export type UnitOf = readonly [unit: string, factor: number]

const REGISTER_WATER: readonly UnitOf[] = [
  ['m³', 1],
  ['L', 0.001],
  ['10 L', 0.01],
  ['100 L', 0.1],
  ['ft³', 0.0283168466],
]
const ENERGY: readonly UnitOf[] = [
  ['kWh', 1],
  ['Wh', 0.001],
  ['0.1 kWh', 0.1],
  ['0.01 kWh', 0.01],
]
const VOLTAGE: readonly UnitOf[] = [
  ['V', 1],
  ['0.1 V', 0.1],
  ['mV', 0.001],
]
const CURRENT: readonly UnitOf[] = [
  ['A', 1],
  ['0.01 A', 0.01],
  ['mA', 0.001],
]
const PHASES = ['l1', 'l2', 'l3'] as const

/** The numbers that a name may stand for. */
export const NUMBER_METRICS: Readonly<Record<string, readonly UnitOf[]>> = {
  water_total_m3: REGISTER_WATER,
  water_reverse_m3: REGISTER_WATER,
  water_flow_m3h: [
    ['m³/h', 1],
    ['L/h', 0.001],
    ['L/min', 0.06],
  ],
  energy_import_kwh: ENERGY,
  energy_export_kwh: ENERGY,
  power_w: [
    ['W', 1],
    ['0.1 W', 0.1],
    ['kW', 1_000],
  ],
  ...Object.fromEntries(PHASES.map((phase) => [`voltage_${phase}_v`, VOLTAGE])),
  ...Object.fromEntries(PHASES.map((phase) => [`current_${phase}_a`, CURRENT])),
  battery_pct: [['%', 1]],
  battery_v: VOLTAGE,
  temperature_c: [
    ['°C', 1],
    ['0.1 °C', 0.1],
  ],
  signal_dbm: [['dBm', 1]],
  report_interval_s: [
    ['s', 1],
    ['min', 60],
    ['h', 3_600],
  ],
}

/** The states that a name may stand for. */
export const STATE_METRICS = [
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

export const isState = (metric: string): boolean => STATE_METRICS.some((state) => state === metric)

/** Our own unit of a metric; empty for a state. */
export const unitOf = (metric: string): string => NUMBER_METRICS[metric]?.[0]?.[0] ?? ''
