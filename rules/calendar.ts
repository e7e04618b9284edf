import { Temporal } from 'temporal-polyfill/full'
import { DAY_MS, type EpochMs } from '../contracts/time.ts'
import { localDay } from './local-time.ts'

/** What a day is like for those who live alone: on festivals families come or fetch them. */
export type KindOfDay = 'workday' | 'weekend' | 'festival'

export type Festival =
  | 'new_year'
  | 'spring_festival'
  | 'qingming'
  | 'labour_day'
  | 'dragon_boat'
  | 'mid_autumn'
  | 'national_day'

/** Zones whose people keep the Chinese calendar. */
const CHINESE_ZONES = new Set([
  'Asia/Shanghai',
  'Asia/Chongqing',
  'Asia/Harbin',
  'Asia/Urumqi',
  'Asia/Kashgar',
  'Asia/Hong_Kong',
  'Asia/Macau',
  'Asia/Taipei',
  'PRC',
])
/** New Year's eve and the seven days from the new moon on. */
const SPRING_FESTIVAL_DAYS = 7
const REMEMBERED_DAYS = 4_000

const festivals = new Map<number, Festival | null>()

/**
 * The kind of the day that `at` falls on in `zone`. Pure. Workdays that the government moves to a weekend around
 * festivals are not known: they are decreed each autumn.
 */
export function dayKind(zone: string, at: EpochMs): KindOfDay {
  const day = localDay(zone, at)
  if (CHINESE_ZONES.has(zone) && festivalOn(day) !== null) return 'festival'
  // 1970-01-01 was a Thursday.
  const weekday = (day + 3) % 7
  return weekday >= 5 ? 'weekend' : 'workday'
}

/** The festival of the day that `at` falls on; null outside China and on ordinary days. */
export const festivalAt = (zone: string, at: EpochMs): Festival | null =>
  CHINESE_ZONES.has(zone) ? festivalOn(localDay(zone, at)) : null

function festivalOn(day: number): Festival | null {
  let festival = festivals.get(day)
  if (festival === undefined) {
    festival = solarFestival(day) ?? lunarFestival(day)
    if (festivals.size >= REMEMBERED_DAYS) festivals.clear()
    festivals.set(day, festival)
  }
  return festival
}

const dateOf = (day: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(day * DAY_MS)
    .toZonedDateTimeISO('UTC')
    .toPlainDate()

function solarFestival(day: number): Festival | null {
  const { year, month, day: ofMonth } = dateOf(day)
  if (month === 1 && ofMonth === 1) return 'new_year'
  if (month === 4 && ofMonth === qingming(year)) return 'qingming'
  if (month === 5 && ofMonth <= 5) return 'labour_day'
  return month === 10 && ofMonth <= 7 ? 'national_day' : null
}

/** The day of April on which the sun stands at 15°: the usual formula for this century. */
const qingming = (year: number): number => {
  const ofCentury = year % 100
  return Math.floor(ofCentury * 0.2422 + 4.81) - Math.floor(ofCentury / 4)
}

function lunarFestival(day: number): Festival | null {
  const { monthCode, day: ofMonth } = dateOf(day).withCalendar('chinese')
  if (monthCode === 'M01' && ofMonth <= SPRING_FESTIVAL_DAYS) return 'spring_festival'
  if (monthCode === 'M05' && ofMonth === 5) return 'dragon_boat'
  if (monthCode === 'M08' && ofMonth === 15) return 'mid_autumn'
  // The last month has 29 or 30 days: its eve is known by the morning after.
  const tomorrow = monthCode === 'M12' && ofMonth >= 29 ? dateOf(day + 1).withCalendar('chinese') : null
  return tomorrow?.monthCode === 'M01' && tomorrow.day === 1 ? 'spring_festival' : null
}
