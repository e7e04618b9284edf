import type { EpochMs } from '../contracts/time.ts'
import type { CivilDay } from './civil-day.ts'

/** What the house does by itself, whether or not somebody is at home. */
export type HouseCause = 'standby' | 'fridge' | 'boiler' | 'dispenser' | 'timer' | 'heat_pump'
export type PersonCause =
  | 'toilet'
  | 'hand_washing'
  | 'washing'
  | 'shower'
  | 'foot_bath'
  | 'kettle'
  | 'cooking'
  | 'dishes'
  | 'laundry'
  | 'cleaning'
  | 'television'
  | 'lamp'
  | 'heating'
  | 'cooling'
export type FaultCause = 'leak' | 'tap_left_on' | 'cooker_left_on'
export type Cause = HouseCause | PersonCause | FaultCause

/**
 * Water or electricity that flows evenly from `startMs` to `endMs`. Amounts are whole millilitres and whole watts, so
 * that sums come out the same in whatever order they are taken.
 */
export type Use =
  | { resource: 'water'; cause: Cause; startMs: EpochMs; endMs: EpochMs; millilitres: number }
  | { resource: 'electricity'; cause: Cause; startMs: EpochMs; endMs: EpochMs; watts: number }

/** The uses of a local day, each within the day, in order of their start. */
export type Life = (day: CivilDay) => Use[]

const HOUSE_CAUSES: ReadonlySet<Cause> = new Set<HouseCause>([
  'standby',
  'fridge',
  'boiler',
  'dispenser',
  'timer',
  'heat_pump',
])
export const isHouse = (use: Use): boolean => HOUSE_CAUSES.has(use.cause)

/** Millilitres that have flowed by `at`. */
export const millilitresBy = (use: Use & { resource: 'water' }, at: EpochMs): number =>
  at >= use.endMs
    ? use.millilitres
    : at <= use.startMs
      ? 0
      : Math.floor((use.millilitres * (at - use.startMs)) / (use.endMs - use.startMs))

/** The part of a use between two instants, or null when nothing of it lies there. Parts add up to the whole exactly. */
export function clip(use: Use, fromMs: EpochMs, toMs: EpochMs): Use | null {
  const startMs = Math.max(use.startMs, fromMs)
  const endMs = Math.min(use.endMs, toMs)
  if (endMs <= startMs) return null
  if (startMs === use.startMs && endMs === use.endMs) return use
  if (use.resource === 'electricity') return { ...use, startMs, endMs }
  const millilitres = millilitresBy(use, endMs) - millilitresBy(use, startMs)
  return { ...use, startMs, endMs, millilitres }
}

export const inOrder = (uses: Use[]): Use[] => uses.sort((a, b) => a.startMs - b.startMs)
