import type { Metric } from '../api/types.ts'

/** What a source may count in, and what one of it is in our unit. */
export type UnitOf = readonly [unit: string, factor: number]

/** Besides our own unit, which is first wherever it is asked. */
const OTHERS: Readonly<Record<string, readonly UnitOf[]>> = {
  'm³': [
    ['L', 0.001],
    ['10 L', 0.01],
    ['100 L', 0.1],
    ['ft³', 0.0283168466],
  ],
  'm³/h': [
    ['L/h', 0.001],
    ['L/min', 0.06],
  ],
  kWh: [
    ['Wh', 0.001],
    ['0.1 kWh', 0.1],
    ['0.01 kWh', 0.01],
  ],
  W: [
    ['0.1 W', 0.1],
    ['kW', 1_000],
  ],
  V: [
    ['0.1 V', 0.1],
    ['mV', 0.001],
  ],
  A: [
    ['0.01 A', 0.01],
    ['mA', 0.001],
  ],
  '°C': [['0.1 °C', 0.1]],
  s: [
    ['min', 60],
    ['h', 3_600],
  ],
}

export const unitsOf = ({ unit }: Metric): readonly UnitOf[] => [[unit, 1], ...(OTHERS[unit] ?? [])]

export const isState = (metrics: readonly Metric[], name: string): boolean =>
  metrics.some((one) => one.name === name && one.form === 'state')
