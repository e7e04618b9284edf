import { type EpochMs, HOUR_MS } from '../contracts/time.ts'

const clocks = new Map<string, Intl.DateTimeFormat>()
const hours = new Map<string, Map<number, number>>()

/** 0 to 23 by the clock on the wall of that zone. */
export function hourOfDay(zone: string, at: EpochMs): number {
  // No zone in use changes its offset within an hour of UTC's but at a quarter.
  const quarter = Math.floor(at / (HOUR_MS / 4))
  let known = hours.get(zone)
  if (known === undefined) hours.set(zone, (known = new Map()))
  let hour = known.get(quarter)
  if (hour === undefined) known.set(quarter, (hour = Number(clockOf(zone).format(at)) % 24))
  return hour
}

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit' })
    clocks.set(zone, clock)
  }
  return clock
}
