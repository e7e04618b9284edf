import { MINUTE_MS } from '../contracts/time.ts'
import { type CivilDay, instantOf } from './civil-day.ts'
import type { Habits } from './habits.ts'
import { Random } from './random.ts'
import type { HouseCause, Use } from './use.ts'

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
  return [...uses, ...machines(seed, habits, day)]
}

/** What nobody switches: thermostats and clocks. */
function machines(seed: string, habits: Habits, day: CivilDay): Use[] {
  const random = Random.of(seed, 'machines', day.index)
  const uses: Use[] = []
  const cycle = (cause: 'dispenser' | 'heat_pump', watts: number, periodMinutes: number, duty: number) => {
    for (let minute = random.between(0, periodMinutes); minute < 24 * 60; ) {
      const startMs = instantOf(day, minute)
      const onMinutes = periodMinutes * duty * random.between(0.7, 1.3)
      const endMs = Math.min(day.endMs, startMs + Math.round(onMinutes * MINUTE_MS))
      if (endMs > startMs) uses.push(electricity(cause, startMs, endMs, watts))
      minute += periodMinutes * random.between(0.75, 1.25)
    }
  }
  if (habits.dispenserWatts > 0) cycle('dispenser', habits.dispenserWatts, 35, 0.08)
  const cold = winterness(day)
  if (habits.heatPumpWatts > 0 && cold > 0) cycle('heat_pump', habits.heatPumpWatts, 50, 0.15 + 0.35 * cold)
  if (habits.timer !== null) {
    const startMs = instantOf(day, habits.timer.fromMinute + random.between(0, 2))
    const endMs = Math.min(day.endMs, startMs + Math.round(habits.timer.minutes * MINUTE_MS))
    if (endMs > startMs) uses.push(electricity('timer', startMs, endMs, habits.timer.watts))
  }
  return uses
}

const electricity = (cause: HouseCause, startMs: number, endMs: number, watts: number) =>
  ({ resource: 'electricity', cause, startMs, endMs, watts }) satisfies Use
