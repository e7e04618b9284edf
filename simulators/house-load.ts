import { MINUTE_MS } from '../contracts/time.ts'
import { type CivilDay, instantOf } from './civil-day.ts'
import type { Habits } from './habits.ts'
import { Random } from './random.ts'
import type { Use } from './use.ts'

/** 1 in the middle of January, -1 in the middle of July: the seasons of the northern half of the world. */
export const winterness = (day: CivilDay): number => Math.cos((2 * Math.PI * (day.dayOfYear - 15)) / 365)

/** What the flat draws by itself on a day: standby, the fridge's cycles (busier in summer), the storage heater. */
export function houseLoad(seed: string, habits: Habits, day: CivilDay): Use[] {
  const uses: Use[] = [electricity('standby', day.startMs, day.endMs, habits.standbyWatts)]
  const random = Random.of(seed, 'house', day.index)
  const duty = 0.35 - 0.1 * winterness(day)
  let at = day.startMs - random.between(0, habits.fridgePeriodMinutes) * MINUTE_MS
  while (at < day.endMs) {
    const periodMs = habits.fridgePeriodMinutes * random.between(0.92, 1.08) * MINUTE_MS
    const startMs = Math.max(day.startMs, Math.round(at))
    const endMs = Math.min(day.endMs, Math.round(at + periodMs * duty))
    if (endMs > startMs) uses.push(electricity('fridge', startMs, endMs, habits.fridgeWatts))
    at += periodMs
  }
  if (habits.boiler) {
    for (const minute of [4 * 60, 12 * 60, 20 * 60]) {
      const startMs = instantOf(day, minute + random.between(0, 90))
      const endMs = Math.min(day.endMs, Math.round(startMs + random.between(8, 25) * MINUTE_MS))
      uses.push(electricity('boiler', startMs, endMs, habits.boilerWatts))
    }
  }
  return uses
}

const electricity = (cause: 'standby' | 'fridge' | 'boiler', startMs: number, endMs: number, watts: number) =>
  ({ resource: 'electricity', cause, startMs, endMs, watts }) satisfies Use
