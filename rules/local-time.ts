import { Temporal } from 'temporal-polyfill/full'
import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'

/** A stretch in which a zone keeps one offset from UTC. */
interface Stretch {
  from: EpochMs
  to: EpochMs
  offsetMs: number
}

const stretches = new Map<string, Stretch[]>()

/** What the wall clock of `zone` shows more than UTC. Looked up once for each change of the clocks, then remembered. */
export function offsetMs(zone: string, at: EpochMs): number {
  const known = stretches.get(zone)
  const found = known?.find((one) => one.from <= at && at < one.to)
  if (found !== undefined) return found.offsetMs
  const stretch = stretchAt(zone, at)
  stretches.set(zone, [...(known ?? []), stretch])
  return stretch.offsetMs
}

function stretchAt(zone: string, at: EpochMs): Stretch {
  const then = Temporal.Instant.fromEpochMilliseconds(Math.trunc(at)).toZonedDateTimeISO(zone)
  const next = then.getTimeZoneTransition('next')
  // The transition before an instant does not count one that falls on it.
  const before = then.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  return {
    from: before?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: then.offsetNanoseconds / 1e6,
  }
}

/** Days since 1970-01-01 on the calendar of `zone`. */
export const localDay = (zone: string, at: EpochMs): number => Math.floor((at + offsetMs(zone, at)) / DAY_MS)

/** When the wall clock of `zone` shows `hour` on that day; `hour` may be a fraction. */
export function instantOf(zone: string, day: number, hour: number): EpochMs {
  const wall = day * DAY_MS + hour * HOUR_MS
  const near = wall - offsetMs(zone, wall)
  return wall - offsetMs(zone, near)
}

/** Hours since midnight on the wall clock of `zone`, with the minutes as a fraction. */
export const hourOfDay = (zone: string, at: EpochMs): number => ((at + offsetMs(zone, at)) / HOUR_MS) % 24
