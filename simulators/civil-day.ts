import { Temporal } from 'temporal-polyfill'
import { DAY_MS, type EpochMs, MINUTE_MS } from '../contracts/time.ts'

/** A local day of a time zone. `index` counts local dates from 1970-01-01; the day may last 23 or 25 hours. */
export interface CivilDay {
  zone: string
  index: number
  startMs: EpochMs
  endMs: EpochMs
  /** 1 Monday to 7 Sunday. */
  weekday: number
  dayOfYear: number
}

const EPOCH_DATE = Temporal.PlainDate.from('1970-01-01')
const known = new Map<string, Map<number, CivilDay>>()

export function civilDay(zone: string, index: number): CivilDay {
  let days = known.get(zone)
  if (!days) known.set(zone, (days = new Map()))
  let day = days.get(index)
  if (!day) {
    const date = EPOCH_DATE.add({ days: index })
    day = {
      zone,
      index,
      startMs: date.toZonedDateTime(zone).epochMilliseconds,
      endMs: date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds,
      weekday: date.dayOfWeek,
      dayOfYear: date.dayOfYear,
    }
    days.set(index, day)
  }
  return day
}

export function civilDayAt(zone: string, at: EpochMs): CivilDay {
  // No zone is a whole day from UTC, so the local date is one of three.
  const guess = Math.floor(at / DAY_MS)
  for (const index of [guess, guess + 1, guess - 1]) {
    const day = civilDay(zone, index)
    if (day.startMs <= at && at < day.endMs) return day
  }
  throw new RangeError(`no local day of ${zone} holds ${at}`)
}

/** The days that touch [fromMs, toMs), in order. */
export function* civilDaysBetween(zone: string, fromMs: EpochMs, toMs: EpochMs): Generator<CivilDay> {
  if (toMs <= fromMs) return
  let day = civilDayAt(zone, fromMs)
  while (day.startMs < toMs) {
    yield day
    day = civilDay(zone, day.index + 1)
  }
}

/** The instant when the wall clock shows `minute` minutes past midnight of `day`; 1500 is one o'clock the next morning. */
export function instantOf(day: CivilDay, minute: number): EpochMs {
  const dayOffset = Math.floor(minute / 1440)
  const own = dayOffset === 0 ? day : civilDay(day.zone, day.index + dayOffset)
  const msOfDay = Math.round((minute - dayOffset * 1440) * MINUTE_MS)
  if (own.endMs - own.startMs === DAY_MS) return own.startMs + msOfDay
  return EPOCH_DATE.add({ days: own.index })
    .toPlainDateTime()
    .add({ milliseconds: msOfDay })
    .toZonedDateTime(own.zone).epochMilliseconds
}
