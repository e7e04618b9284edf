import { Temporal } from 'temporal-polyfill'
import type { EpochMs } from '../contracts/time.ts'

/** A local day: from its first instant to the first of the next, which is 23 or 25 h later where clocks change. */
export interface CivilDay {
  /** Such as 2026-11-20. */
  date: string
  start: EpochMs
  end: EpochMs
}

const startOf = (date: Temporal.PlainDate, zone: string): EpochMs =>
  date.toZonedDateTime(zone).epochMilliseconds

/** The last `count` local days, oldest first; the last is the one that holds `now`. */
export const civilDays = (zone: string, now: EpochMs, count: number): CivilDay[] => {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  return Array.from({ length: count }, (_, index) => {
    const date = today.subtract({ days: count - 1 - index })
    return { date: date.toString(), start: startOf(date, zone), end: startOf(date.add({ days: 1 }), zone) }
  })
}

/** What local time is ahead of UTC at `at`, in ms. */
export const zoneOffsetMs = (zone: string, at: EpochMs): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000
