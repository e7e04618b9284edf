import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import { hourOfDay } from './local-time.ts'

/** How much the homes of a place were watched at one hour of the day, and how often water was used in it. Fading. */
export interface HourOfUse {
  homeHours: number
  uses: number
}

/** The place's own rhythm: what its homes together do at each hour of the day, and how long they pause by themselves. */
export interface NodeRhythm {
  hours: readonly HourOfUse[]
  /** The most surprising pause between any two uses that was no cut, in nats; fading. */
  longestPause: number
  fadedAt: EpochMs
}

/** Until an hour of the day was watched for so long, a pause in it surprises nobody. */
const LEARNED_HOME_HOURS = 15
/** Counts as watched without use: a rhythm known from little evidence is taken for a slow one. */
const CAUTION_HOME_HOURS = 5
/** A fortnight ago counts half; a remarkable pause is remembered for longer. */
const KEPT_DAILY = 0.95
const PAUSE_KEPT_DAILY = 0.98

export const newRhythm = (now: EpochMs): NodeRhythm => ({
  hours: Array.from({ length: 24 }, () => ({ homeHours: 0, uses: 0 })),
  longestPause: 0,
  fadedAt: now,
})

const hourAt = (zone: string, at: EpochMs): number => Math.floor(hourOfDay(zone, at))

/** Uses of a home in an hour, as a mean over the homes of the place; 0 while too little is known. */
export function usesPerHomeHour(rhythm: NodeRhythm, zone: string, at: EpochMs): number {
  const seen = rhythm.hours[hourAt(zone, at)]
  if (seen === undefined || seen.homeHours < LEARNED_HOME_HOURS) return 0
  return seen.uses / (seen.homeHours + CAUTION_HOME_HOURS)
}

/** A home was watched for `watchedMs` up to `at`, and used water so many times. */
export function learnUse(
  rhythm: NodeRhythm,
  zone: string,
  at: EpochMs,
  watchedMs: number,
  uses: number,
): NodeRhythm {
  const hour = hourAt(zone, at)
  const seen = rhythm.hours[hour]
  if (seen === undefined) throw new Error(`a day has no hour ${hour}`)
  const homeHours = rounded(seen.homeHours + watchedMs / HOUR_MS)
  const hours = rhythm.hours.with(hour, { homeHours, uses: rounded(seen.uses + uses) })
  return faded({ ...rhythm, hours }, at)
}

export const learnPause = (rhythm: NodeRhythm, surprise: number): NodeRhythm =>
  surprise <= rhythm.longestPause ? rhythm : { ...rhythm, longestPause: rounded(surprise) }

function faded(rhythm: NodeRhythm, at: EpochMs): NodeRhythm {
  const days = Math.floor((at - rhythm.fadedAt) / DAY_MS)
  if (days < 1) return rhythm
  const kept = KEPT_DAILY ** days
  return {
    hours: rhythm.hours.map(({ homeHours, uses }) => ({
      homeHours: rounded(homeHours * kept),
      uses: rounded(uses * kept),
    })),
    longestPause: rounded(rhythm.longestPause * PAUSE_KEPT_DAILY ** days),
    fadedAt: rhythm.fadedAt + days * DAY_MS,
  }
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000
