import { withoutNoise } from './coercion.ts'
import type { Cosem } from './cosem.ts'

/** What a Nordic meter pushes on its HAN port, in units of its own: W, V, A, kWh. */
export type HanList = ReadonlyMap<HanQuantity, number>
export type HanQuantity =
  | 'drawn'
  | 'given'
  | 'current_l1_a'
  | 'current_l2_a'
  | 'current_l3_a'
  | 'voltage_l1_v'
  | 'voltage_l2_v'
  | 'voltage_l3_v'
  | 'energy_import_kwh'
  | 'energy_export_kwh'

/** The last four bytes of an OBIS code (C.D.E.F); the first two count meters and media. */
const OBIS: ReadonlyMap<string, HanQuantity> = new Map<string, HanQuantity>([
  ['010700ff', 'drawn'],
  ['020700ff', 'given'],
  ['1f0700ff', 'current_l1_a'],
  ['330700ff', 'current_l2_a'],
  ['470700ff', 'current_l3_a'],
  ['200700ff', 'voltage_l1_v'],
  ['340700ff', 'voltage_l2_v'],
  ['480700ff', 'voltage_l3_v'],
  ['010800ff', 'energy_import_kwh'],
  ['020800ff', 'energy_export_kwh'],
])
/** Kaifa's lists name nothing: what stands where in lists of 1, 9, 13, 14 and 18 (kaifa.no, KFM_001). */
const KAIFA_ONE_PHASE: readonly (HanQuantity | null)[] = [
  null,
  null,
  null,
  'drawn',
  'given',
  null,
  null,
  'current_l1_a',
  'voltage_l1_v',
]
const KAIFA_THREE_PHASES: readonly (HanQuantity | null)[] = [
  ...KAIFA_ONE_PHASE.slice(0, 8),
  ...(['current_l2_a', 'current_l3_a', 'voltage_l1_v', 'voltage_l2_v', 'voltage_l3_v'] as const),
]
const KAIFA_HOUR: readonly (HanQuantity | null)[] = [null, 'energy_import_kwh', 'energy_export_kwh']

type Scales = Readonly<Record<'current' | 'voltage' | 'energy', number>>
const KAIFA: Scales = { current: 0.001, voltage: 0.1, energy: 0.001 }
const KAMSTRUP: Scales = { current: 0.01, voltage: 1, energy: 0.01 }
/** DLMS units: W, Wh, A, V; what they are in ours. */
const UNITS: ReadonlyMap<number, number> = new Map([
  [27, 1],
  [30, 0.001],
  [33, 1],
  [35, 1],
])

/**
 * The lists of the three makers: Aidon's entries say their scale and unit, Kamstrup's have OBIS codes and the scale of its
 * manual, Kaifa's only an order. Null: of none of these forms.
 */
export function hanListOf(list: Cosem): HanList | null {
  if (!Array.isArray(list)) return null
  const [first] = list
  if (list.every(Array.isArray)) return describedList(list)
  if (list.length === 1 && typeof first === 'number') return new Map([['drawn', first]])
  const version = first instanceof Buffer ? first.toString('latin1') : ''
  if (version.startsWith('Kamstrup_')) return codedList(list)
  return version.startsWith('KFM_') ? orderedList(list) : null
}

const quantityOf = (code: Cosem | undefined): HanQuantity | undefined =>
  code instanceof Buffer && code.length === 6 ? OBIS.get(code.subarray(2).toString('hex')) : undefined

function describedList(entries: readonly Cosem[][]): HanList {
  const said = new Map<HanQuantity, number>()
  for (const [code, value, description] of entries) {
    const quantity = quantityOf(code)
    const [scaler, unit] = Array.isArray(description) ? description : []
    const factor = typeof unit === 'number' ? UNITS.get(unit) : undefined
    if (quantity === undefined || typeof value !== 'number' || typeof scaler !== 'number') continue
    if (factor !== undefined) said.set(quantity, withoutNoise(value * 10 ** scaler * factor))
  }
  return said
}

function codedList(list: readonly Cosem[]): HanList {
  const said = new Map<HanQuantity, number>()
  for (const [index, code] of list.entries()) {
    const quantity = quantityOf(code)
    const value = list[index + 1]
    if (quantity !== undefined && typeof value === 'number')
      said.set(quantity, scaled(quantity, value, KAMSTRUP))
  }
  return said
}

function orderedList(list: readonly Cosem[]): HanList | null {
  const order = [KAIFA_ONE_PHASE, KAIFA_THREE_PHASES]
    .flatMap((short) => [short, [...short, ...KAIFA_HOUR, null, null]])
    .find(({ length }) => length === list.length)
  if (order === undefined) return null
  const said = new Map<HanQuantity, number>()
  for (const [index, quantity] of order.entries()) {
    const value = list[index]
    if (quantity !== null && typeof value === 'number') said.set(quantity, scaled(quantity, value, KAIFA))
  }
  return said
}

function scaled(quantity: HanQuantity, value: number, scales: Scales): number {
  const [form] = quantity.split('_')
  const scale = form === 'current' || form === 'voltage' || form === 'energy' ? scales[form] : 1
  return withoutNoise(value * scale)
}
