import { localDate, localParts } from '../format/instant.ts'
import type { Span } from './trace.ts'

interface Days {
  zone: string
  resolutionMinutes: number
  days: readonly {
    date: string
    cells: readonly { litres: number | null; wattHours: number | null }[]
  }[]
}

/** What is usual at each hour of the day: null where too little was heard to say. */
export interface Usual {
  zone: string
  litresPerHour: readonly (number | null)[]
  watts: readonly (number | null)[]
}

const HOUR_MS = 3_600_000
/** Fewer days than this are no habit. */
const LEAST_DAYS = 5

/** The mean of each hour over the days before the one that holds `at`: the day in question is not its own measure. */
export const usualBefore = (data: Days, at: number): Usual => {
  const day = localDate(at, data.zone)
  const before = data.days.filter(({ date }) => date < day)
  const cellsPerHour = 60 / data.resolutionMinutes
  const meanOf = (value: (cell: Days['days'][number]['cells'][number]) => number | null) =>
    Array.from({ length: 24 }, (_, hour) => {
      const heard = before
        // Days on which the clocks change have an hour more or less, and would smear the rest.
        .filter(({ cells }) => cells.length === 24 * cellsPerHour)
        .flatMap(({ cells }) => cells.slice(hour * cellsPerHour, (hour + 1) * cellsPerHour))
        .flatMap((cell) => value(cell) ?? [])
      return heard.length < LEAST_DAYS * cellsPerHour
        ? null
        : (heard.reduce((sum, one) => sum + one, 0) / heard.length) * cellsPerHour
    })
  return {
    zone: data.zone,
    litresPerHour: meanOf((cell) => cell.litres),
    watts: meanOf((cell) => cell.wattHours),
  }
}

/** The usual as spans of an hour each over a stretch of time, `scale` times as high. */
export const usualSpans = (
  hours: readonly (number | null)[],
  zone: string,
  fromAt: number,
  toAt: number,
  scale: number,
): (Span & { value: number })[] => {
  const spans: (Span & { value: number })[] = []
  for (let at = Math.floor(fromAt / HOUR_MS) * HOUR_MS; at < toAt; at += HOUR_MS) {
    const value = hours[localParts(at, zone).hour] ?? null
    if (value !== null)
      spans.push({
        startAt: Math.max(at, fromAt),
        endAt: Math.min(at + HOUR_MS, toAt),
        value: value * scale,
      })
  }
  return spans
}
