import type { Sentence } from '../contracts/finding.ts'
import { type EpochMs, MINUTE_MS } from '../contracts/time.ts'

const formats = new Map<string, Intl.DateTimeFormat>()
/** In words: 03-05 is the fifth of March to one half of the world and the third of May to the other. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function partsIn(zone: string, at: EpochMs): { month: string; day: string; hour: string; minute: string } {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(zone, format)
  }
  const found: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(at)) found[type] = value
  const { month = '', day = '', hour = '', minute = '' } = found
  return { month, day, hour, minute }
}

/** Hour of the day, 0 to 23, on the wall clock of `zone`. */
export const localHour = (zone: string, at: EpochMs): number => Number(partsIn(zone, at).hour)

/** The wall clock of the home, with the day where it is not that of `now`. */
export function clockTime(zone: string, at: EpochMs, now: EpochMs): Sentence {
  const then = partsIn(zone, at)
  const today = partsIn(zone, now)
  const time = `${then.hour}:${then.minute}`
  if (then.day === today.day && then.month === today.month) return { zh: time, en: time }
  return {
    zh: `${Number(then.month)}月${Number(then.day)}日${time}`,
    en: `${time} on ${Number(then.day)} ${MONTHS[Number(then.month) - 1] ?? then.month}`,
  }
}

/** A length of time in words, to the minute; from two days on, in days and hours. */
export function lengthOfTime(ms: number): Sentence {
  const minutes = Math.max(0, Math.round(ms / MINUTE_MS))
  const hours = Math.floor(minutes / 60)
  if (hours >= 48) return spoken([Math.floor(hours / 24), '天', 'd'], [hours % 24, '小时', 'h'])
  if (hours === 0) return { zh: `${minutes}分钟`, en: `${minutes} min` }
  return spoken([hours, '小时', 'h'], [minutes % 60, minutes % 60 === 0 ? '' : '分', 'min'])
}

function spoken(...amounts: [amount: number, zh: string, en: string][]): Sentence {
  const said = amounts.filter(([amount]) => amount > 0)
  return {
    zh: said.map(([amount, zh]) => `${amount}${zh}`).join(''),
    en: said.map(([amount, , en]) => `${amount} ${en}`).join(' '),
  }
}

/** Clauses into one sentence; what is not known or not worth saying is null. */
export function sentenceOf(...clauses: (Sentence | null)[]): Sentence {
  const said = clauses.filter((clause) => clause !== null)
  return {
    zh: said.map((clause) => clause.zh).join('；'),
    en: said.map((clause) => clause.en).join('; '),
  }
}

/** How fresh the knowledge is that a sentence rests on. */
export function meterHeard(meter: Sentence, ms: number): Sentence {
  if (ms < MINUTE_MS) return { zh: `${meter.zh}刚刚有上报`, en: `${meter.en} heard just now` }
  const length = lengthOfTime(ms)
  return { zh: `${meter.zh}${length.zh}前有上报`, en: `${meter.en} heard ${length.en} ago` }
}

export const litresInWords = (litres: number): string => String(Math.round(litres * 10) / 10)
