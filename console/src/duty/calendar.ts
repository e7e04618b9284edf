import type { DutyCalendar, DutyStretch } from '../api/types.ts'
import { addDays, localDate, startOfLocalDay } from '../format/instant.ts'

/** A part of one day: somebody's duty, or (`stretch` null) a time in which nobody is there. */
export interface Block {
  /** Of the whole duty or gap, epoch ms, also where it goes on into another day. */
  from: number
  to: number
  /** Where it lies in the day, from 0 (midnight) to 1 (the next). */
  start: number
  end: number
  stretch: DutyStretch | null
}
export interface DutyDay {
  date: string
  blocks: Block[]
}

/** The days of a calendar by the clocks of `zone`, each with its duties and gaps in order. */
export const dutyDays = (
  { stretches, gaps }: Pick<DutyCalendar, 'stretches' | 'gaps'>,
  zone: string,
  now: number,
  days: number,
): DutyDay[] => {
  const spans = [
    ...stretches.map((stretch) => ({ ...spanOf(stretch), stretch })),
    ...gaps.map((gap) => ({ ...spanOf(gap), stretch: null })),
  ].sort((a, b) => a.from - b.from)
  const today = localDate(now, zone)
  return Array.from({ length: days }, (_, index) => {
    const date = addDays(today, index)
    const begins = startOfLocalDay(date, zone)
    // A day on which the clocks change is not 24 hours long.
    const ends = startOfLocalDay(addDays(date, 1), zone)
    const blocks = spans
      .filter(({ from, to }) => from < ends && to > begins)
      .map((span) => ({
        ...span,
        start: (Math.max(span.from, begins) - begins) / (ends - begins),
        end: (Math.min(span.to, ends) - begins) / (ends - begins),
      }))
    return { date, blocks }
  })
}

const spanOf = ({ from, to }: { from: string; to: string }) => ({
  from: Date.parse(from),
  to: Date.parse(to),
})
