import { Temporal } from 'temporal-polyfill'
import type { EpochMs } from '../contracts/time.ts'

/** A day of the calendar, as `2026-03-01`. */
export type Day = string

const zoned = (zone: string, at: EpochMs) =>
  Temporal.Instant.fromEpochMilliseconds(Math.trunc(at)).toZonedDateTimeISO(zone)

export const dayOf = (zone: string, at: EpochMs): Day => zoned(zone, at).toPlainDate().toString()

export const plusDays = (day: Day, days: number): Day => Temporal.PlainDate.from(day).add({ days }).toString()

export const daysBetween = (from: Day, to: Day): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: 'days' }).days

/** 1 is Monday. */
export const weekdayOf = (day: Day): number => Temporal.PlainDate.from(day).dayOfWeek

/**
 * When the wall clock of `zone` shows so many minutes after the midnight that begins `day`; more than a day runs into the
 * next. A time that the clocks leap over comes when they have leapt; one that comes twice is the first of the two.
 */
export const instantOf = (zone: string, day: Day, minute: number): EpochMs =>
  Temporal.PlainDate.from(day).toPlainDateTime().add({ minutes: minute }).toZonedDateTime(zone)
    .epochMilliseconds

/** Minutes since midnight on the wall clock. */
export const minuteOf = (zone: string, at: EpochMs): number => {
  const { hour, minute } = zoned(zone, at)
  return hour * 60 + minute
}

/** As it is said in a sentence: `03:05`, and with its seconds where they count `03:06:10`. */
export const clockTime = (zone: string, at: EpochMs): string => {
  const time = zoned(zone, at).toPlainTime()
  return time.toString({ smallestUnit: time.second === 0 ? 'minute' : 'second' })
}
