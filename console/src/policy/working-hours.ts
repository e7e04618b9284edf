import type { Policy } from '../api/types.ts'
import { timeOf } from '../duty/draft.ts'
import { weekdayName } from '../format/instant.ts'

/** The Monday is the 16th: from it the names of the days follow. */
const nameOf = (weekday: number, language: 'zh' | 'en') => weekdayName(`2026-11-${15 + weekday}`, language)

/** "周一–周五 08:30–17:30"; days that do not follow each other are each named. */
export const workingHoursText = (
  { fromMinute, toMinute, weekdays }: Policy['workingHours'],
  language: 'zh' | 'en',
): string => {
  const [first = 1, ...rest] = weekdays
  const last = rest.at(-1) ?? first
  const follows = weekdays.length > 2 && last - first === weekdays.length - 1
  const days = follows
    ? `${nameOf(first, language)}–${nameOf(last, language)}`
    : weekdays.map((day) => nameOf(day, language)).join(language === 'zh' ? '、' : ', ')
  return `${days} ${timeOf(fromMinute)}–${timeOf(toMinute)}`
}
