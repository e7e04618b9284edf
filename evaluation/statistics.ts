import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import { hourOfDay } from './local-time.ts'
import type { Report } from './watch.ts'

/** Litres of an hour that ended at `at`; null: not known, because no report came at its begin or end. */
export interface HourOfLife {
  at: EpochMs
  /** Local hour in which it began. */
  hour: number
  litres: number | null
}

/** Less is the drip of a tap or the rounding of a register. */
const A_USE_LITRES = 0.5
const ABSENCE_HOURS = 24
const NIGHT = { from: 0, to: 5 }
const MORNING_FROM = 4
const KNOWN_HOURS_OF_A_DAY = 22
/** With fewer of them nothing is said about how days differ. */
const FEWEST_DAYS = 14

/** Hours of a home, from reports that are hourly or finer. */
export function hoursOf(reports: readonly Report[], zone: string): HourOfLife[] {
  const registers = new Map<EpochMs, number>()
  const resets = new Set<EpochMs>()
  for (const { readings } of reports) {
    for (const { measuredAt, values, quality } of readings) {
      const m3 = values.water_total_m3
      if (typeof m3 !== 'number') continue
      const end = Math.ceil(measuredAt / HOUR_MS) * HOUR_MS
      registers.set(end, m3)
      if (quality.includes('counter_reset')) resets.add(end)
    }
  }
  const ends = [...registers.keys()].sort((a, b) => a - b)
  const [first, last] = [ends[0], ends.at(-1)]
  if (first === undefined || last === undefined) return []
  return Array.from({ length: (last - first) / HOUR_MS }, (_, n) => {
    const at = first + (n + 1) * HOUR_MS
    const [before, after] = [registers.get(at - HOUR_MS), registers.get(at)]
    const known = before !== undefined && after !== undefined && !resets.has(at) && after >= before
    return {
      at,
      hour: hourOfDay(zone, at - HOUR_MS),
      litres: known ? Math.round((after - before) * 1e6) / 1_000 : null,
    }
  })
}

export interface HomeStatistics {
  /** Of days that were lived at home and are known. */
  litresPerDay: number
  /** Deviation of a day's litres from the mean, as a share of it. */
  dayVariation: number
  /** Share of known hours without use, absences left out; by local hour and over all. */
  zeroByHour: number[]
  zeroHours: number
  /** Hours with a use between midnight and five, a night. */
  nightUses: number
  /** Quiet runs that began in each local hour, in hours, ascending, absences left out. */
  gapsByHour: number[][]
  /** Standard deviation of the hour of the first use after four in the morning. */
  risingDeviation: number
  /** Quiet of 24 h and more: how many in 30 days, and what share of the time they take. */
  absences: number
  awayShare: number
}

/** What a home's life looks like in hours: what a detector of quiet has to live with. */
export function statisticsOf(hours: readonly HourOfLife[]): HomeStatistics {
  const runs = quietRuns(hours)
  const away = runs.filter(({ hours: length }) => length >= ABSENCE_HOURS)
  const isAway = (at: EpochMs) => away.some(({ from, to }) => at > from && at <= to)
  const lived = hours.filter(({ at }) => !isAway(at))
  const known = lived.filter((hour): hour is HourOfLife & { litres: number } => hour.litres !== null)
  const days = wholeDays(known)
  const litres = days.map((day) => sum(day.map((hour) => hour.litres)))
  const risings = days.flatMap(
    (day) => day.find((hour) => hour.hour >= MORNING_FROM && hour.litres >= A_USE_LITRES)?.hour ?? [],
  )
  const nights = known.filter(({ hour }) => hour >= NIGHT.from && hour < NIGHT.to)
  const used = (some: readonly { litres: number }[]) =>
    some.filter((hour) => hour.litres >= A_USE_LITRES).length
  const spanDays = hours.length / 24
  return {
    litresPerDay: mean(litres),
    dayVariation: deviation(litres) / mean(litres),
    zeroByHour: byHour((hour) => {
      const own = known.filter((one) => one.hour === hour)
      return 1 - used(own) / own.length
    }),
    zeroHours: 1 - used(known) / known.length,
    nightUses: (used(nights) / nights.length) * (NIGHT.to - NIGHT.from),
    gapsByHour: byHour((hour) =>
      runs
        .filter((run) => run.hour === hour && run.hours < ABSENCE_HOURS && run.known)
        .map((run) => run.hours)
        .sort((a, b) => a - b),
    ),
    risingDeviation: deviation(risings),
    absences: (away.length / spanDays) * 30,
    awayShare: sum(away.map((run) => run.hours)) / hours.length,
  }
}

interface QuietRun {
  from: EpochMs
  to: EpochMs
  /** Local hour of its first hour. */
  hour: number
  hours: number
  /** Every hour in it, and the use that ended it, was reported. */
  known: boolean
}

/** Hours without use in a row. A lost hour does not end one, but makes its length a guess. */
function quietRuns(hours: readonly HourOfLife[]): QuietRun[] {
  const runs: QuietRun[] = []
  let run: QuietRun | null = null
  for (const { at, hour, litres } of hours) {
    const isUse = litres !== null && litres >= A_USE_LITRES
    if (isUse) {
      if (run !== null) runs.push(run)
      run = null
      continue
    }
    run ??= { from: at - HOUR_MS, to: at, hour, hours: 0, known: true }
    run = { ...run, to: at, hours: run.hours + 1, known: run.known && litres !== null }
  }
  return runs
}

function wholeDays<Hour extends HourOfLife>(known: readonly Hour[]): Hour[][] {
  const days = new Map<number, Hour[]>()
  for (const hour of known) {
    const day = Math.round((hour.at - (hour.hour + 1) * HOUR_MS) / DAY_MS)
    const own = days.get(day)
    if (own === undefined) days.set(day, [hour])
    else own.push(hour)
  }
  return [...days.values()].filter((day) => day.length >= KNOWN_HOURS_OF_A_DAY)
}

const byHour = <T>(of: (hour: number) => T): T[] => Array.from({ length: 24 }, (_, hour) => of(hour))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
export const mean = (values: readonly number[]): number => sum(values) / values.length
function deviation(values: readonly number[]): number {
  if (values.length < FEWEST_DAYS) return Number.NaN
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}
