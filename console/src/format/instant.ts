import type { Language } from './duration.ts'

/** The wall-clock parts of an instant in a time zone. */
export interface LocalParts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

const formats = new Map<string, Intl.DateTimeFormat>()
const partsFormat = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

/** `at` (epoch ms) as clocks in `zone` show it. */
export const localParts = (at: number, zone: string): LocalParts => {
  const found: Record<string, number> = {}
  for (const { type, value } of partsFormat(zone).formatToParts(at)) found[type] = Number(value)
  const part = (name: string) => found[name] ?? 0
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}

const two = (value: number) => String(value).padStart(2, '0')

/** `2026-11-20`, the local date in `zone`. */
export const localDate = (at: number, zone: string): string => {
  const { year, month, day } = localParts(at, zone)
  return `${year}-${two(month)}-${two(day)}`
}

/** `06:40` */
export const clockTime = (at: number, zone: string): string => {
  const { hour, minute } = localParts(at, zone)
  return `${two(hour)}:${two(minute)}`
}

/** Whole calendar days from `date` to `other`, both `YYYY-MM-DD`. */
export const daysBetween = (date: string, other: string): number =>
  Math.round((Date.parse(`${other}T00:00Z`) - Date.parse(`${date}T00:00Z`)) / 86_400_000)

const WEEKDAYS: Record<Language, readonly string[]> = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}
const MONTHS_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** 0 is Sunday. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00Z`).getUTCDay()
export const weekdayName = (date: string, language: Language): string =>
  WEEKDAYS[language][weekdayOf(date)] ?? ''

/** `11月20日` or `20 Nov`, with the year when `withYear`. */
export const formatDate = (date: string, language: Language, withYear = false): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  if (language === 'zh') return `${withYear ? `${year}年` : ''}${month}月${day}日`
  return `${day} ${MONTHS_EN[month - 1]}${withYear ? ` ${year}` : ''}`
}

/**
 * The instant as short as it can be said without doubt: "06:40", "昨天 06:40", "明天 06:40", "11月18日 06:40". In English
 * the day follows, so that it can stand behind "at", "since" and "by": "06:40 yesterday", "06:40 on 18 Nov".
 */
export const formatInstant = (at: number, now: number, zone: string, language: Language): string => {
  const date = localDate(at, zone)
  const today = localDate(now, zone)
  const time = clockTime(at, zone)
  const ago = daysBetween(date, today)
  if (ago === 0) return time
  if (ago === 1) return language === 'zh' ? `昨天 ${time}` : `${time} yesterday`
  if (ago === -1) return language === 'zh' ? `明天 ${time}` : `${time} tomorrow`
  const day = formatDate(date, language, date.slice(0, 4) !== today.slice(0, 4))
  return language === 'zh' ? `${day} ${time}` : `${time} on ${day}`
}

/** Nothing left out, for tooltips: "2026年11月20日 周五 06:40:12". */
export const formatInstantFull = (at: number, zone: string, language: Language): string => {
  const date = localDate(at, zone)
  const { second } = localParts(at, zone)
  return `${formatDate(date, language, true)} ${weekdayName(date, language)} ${clockTime(at, zone)}:${two(second)}`
}

/** How many ms `zone` is ahead of UTC at `at`. */
export const zoneOffsetMs = (at: number, zone: string): number => {
  const { year, month, day, hour, minute, second } = localParts(at, zone)
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000
}

/** The instant at which the local date `YYYY-MM-DD` begins in `zone`. */
export const startOfLocalDay = (date: string, zone: string): number => {
  const midnightUtc = Date.parse(`${date}T00:00Z`)
  const guess = midnightUtc - zoneOffsetMs(midnightUtc, zone)
  // The offset may change between the two instants on a day when clocks are put forward or back.
  return midnightUtc - zoneOffsetMs(guess, zone)
}

/** The local date `days` later. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** Whether clocks in `zone` show another time at `at` than this browser's own. */
export const isElsewhere = (zone: string, at: number): boolean =>
  zoneOffsetMs(at, zone) !== -new Date(at).getTimezoneOffset() * 60_000

/** What people call the time of a zone: 中国时间, China Time. */
export const zoneName = (zone: string, language: Language): string =>
  new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: zone,
    timeZoneName: 'longGeneric',
  })
    .formatToParts(0)
    .find(({ type }) => type === 'timeZoneName')?.value ?? zone
