import type { Json, Sentence } from '../contracts/finding.ts'
import { SECOND_MS } from '../contracts/time.ts'
import { litresInWords } from './explanation.ts'
import { hourOfDay } from './local-time.ts'
import type { HomeState, OpenFinding } from './state.ts'
import type { Use } from './water.ts'
import type { HomeWater, Run } from './water-quiet.ts'

/**
 * Water that a clock draws, with nobody there: a garden tap on a timer, a softener, an ice maker. It comes in the same
 * hour of every day, and never less of it: what people use in that hour comes on top.
 */
export interface Clockwork {
  /** What was drawn in each hour of every day of late, most of it people's habits: four characters an hour. */
  hours: string
  /** Those that are sure to be a clock's. */
  sure: readonly Draw[]
  /** The share of days, newer ones counting for more, on which people used water besides the sure draws. */
  lived: number
  /** When somebody last used what no clock draws (epoch seconds); 0: not known. */
  usedS: number
}

/** On the last `days` days no less was drawn in this hour of day; on `exact` of them no more either. */
export type Draw = readonly [hour: number, litres: number, days: number, exact: number]

/** A clock's draw has shown itself on so many days in a row, two weekends among them, and on this share of them by itself. */
const SURE_DAYS = 14
const SURE_SHARE = 1 / 3
/** Pressure changes, and a register rounds. */
const UNEVENNESS = 0.05
const RESOLUTION_LITRES = 1
/** Use that may have flowed within longer than this says nothing of its hour. */
const LONGEST_FLOW_S = 1.5 * 3_600

/** Who does everything by the clock cannot be told from one: only where people show besides does it mean something that they do not. */
const LEAST_LIVED = 0.7
const LIVED_BEFORE = 0.5
const LIVED_STEP = 0.2

/** What runs in more hours than these comes by no clock, but drips. */
const MOST_DRAWS = 8
/** Older days count for less: both counts are halved there. */
const MOST_DAYS = 35
const MOST_LITRES = 1_295
const NO_HOURS = '0000'.repeat(24)

const slackOf = (litres: number): number => Math.max(RESOLUTION_LITRES, UNEVENNESS * litres)
const isSure = ([, , days, exact]: Draw): boolean => days >= SURE_DAYS && exact >= SURE_SHARE * days

/** The draws of a home that are sure to be a clock's, where people can be told from it. */
export const sureDraws = ({ clockwork }: HomeState): readonly Draw[] =>
  clockwork === null || clockwork.lived < LEAST_LIVED ? [] : clockwork.sure

function drawAt(hours: string, hour: number): Draw | undefined {
  const at = 4 * hour
  if (hours[at] === '0') return undefined
  const digits = (from: number, to: number) => Number.parseInt(hours.slice(at + from, at + to), 36)
  return [hour, digits(2, 4), digits(0, 1), digits(1, 2)]
}
const written = (draw: Draw | undefined): string =>
  draw === undefined
    ? '0000'
    : `${draw[2].toString(36)}${draw[3].toString(36)}${draw[1].toString(36).padStart(2, '0')}`

/** Takes a day that was seen whole, and on which no alert said that nobody acts. */
export function learnClockwork(home: HomeState, uses: readonly Use[]): void {
  const litres = new Map<number, number>()
  const unknown = new Set<number>()
  for (const [toS, flowS, amount] of uses) {
    const hour = hourOf(home.zone, toS)
    if (flowS > LONGEST_FLOW_S)
      for (let age = 0; age < Math.min(24, flowS / 3_600); age++) unknown.add((hour + 24 - age) % 24)
    litres.set(hour, (litres.get(hour) ?? 0) + amount)
  }
  const before = home.clockwork ?? { hours: NO_HOURS, lived: LIVED_BEFORE, usedS: 0 }
  const draws = Array.from({ length: 24 }, (_, hour) => {
    const known = drawAt(before.hours, hour)
    return unknown.has(hour) ? known : drawAfter(known, hour, litres.get(hour) ?? 0)
  })
  const likely = draws.filter((draw) => draw !== undefined).filter(isSure)
  const sure = likely.length > MOST_DRAWS ? [] : likely
  home.clockwork = {
    hours: draws.map(written).join(''),
    sure,
    lived: livedAfter(before.lived, litres, sure),
    usedS: before.usedS,
  }
}

/** Whether people, too, used water on that day. */
function livedAfter(lived: number, litres: ReadonlyMap<number, number>, sure: readonly Draw[]): number {
  if (sure.length === 0) return LIVED_BEFORE
  const isLived = [...litres].some(([hour, amount]) => {
    const drawn = sure.find((draw) => draw[0] === hour)?.[1]
    return drawn === undefined ? amount >= RESOLUTION_LITRES : amount > drawn + slackOf(drawn)
  })
  return Math.round(100 * (lived + LIVED_STEP * ((isLived ? 1 : 0) - lived))) / 100
}

function drawAfter(known: Draw | undefined, hour: number, litres: number): Draw | undefined {
  if (litres < RESOLUTION_LITRES) return undefined
  if (known === undefined || litres < known[1] - slackOf(known[1]))
    return [hour, Math.min(MOST_LITRES, Math.round(litres)), 1, 1]
  const [, least, days, exact] = known
  const isExact = litres <= least + slackOf(least)
  const next: Draw = [hour, least, days + 1, isExact ? exact + 1 : exact]
  return next[2] < MOST_DAYS ? next : [hour, least, Math.ceil(next[2] / 2), Math.ceil(next[3] / 2)]
}

/** The hour of day that ended with a report, or in which it came. */
const hourOf = (zone: string, toS: number): number => Math.floor(hourOfDay(zone, (toS - 1) * SECOND_MS))

/** The quiet since somebody used what no clock draws; null where nothing but people was seen since. Remembers it on the way. */
export function followClockwork(home: HomeState, water: HomeWater): Run | null {
  const { clockwork } = home
  if (clockwork === null || clockwork.sure.length === 0) return null
  const draws = sureDraws(home)
  if (draws.length === 0) return null
  const { uses, startS } = water
  const drawn = drawnByClock(home.zone, water, draws)
  const lastS = uses[uses.length - 1 - drawn]?.[0] ?? 0
  if (lastS > clockwork.usedS) home.clockwork = { ...clockwork, usedS: lastS }
  if (drawn === 0) return null
  const brokenS = Math.max(
    0,
    ...water.tracks.map(({ broken }) => (broken === null ? 0 : broken.at / SECOND_MS)),
  )
  const usedS = Math.max(lastS, clockwork.usedS)
  const sinceS = usedS > brokenS ? usedS : startS
  const litres = uses.slice(-drawn).reduce((sum, use) => sum + use[2], 0)
  return { since: sinceS * SECOND_MS, litres, afterUse: usedS > brokenS, byClock: true }
}

/** How many of the last uses are a clock's draws. */
function drawnByClock(zone: string, { uses, clock }: HomeWater, draws: readonly Draw[]): number {
  let drawn = 0
  while (drawn < uses.length) {
    const last = uses[uses.length - 1 - drawn]
    if (last === undefined || last[1] > LONGEST_FLOW_S) break
    const hour = hourOf(zone, last[0])
    const draw = draws.find((one) => one[0] === hour)
    if (draw === undefined) break
    const first = uses.findIndex(([toS]) => toS > last[0] - 3_600 && hourOf(zone, toS) === hour)
    const inHour = uses.slice(first, uses.length - drawn)
    const litres = inHour.reduce((sum, use) => sum + use[2], 0)
    const isOver =
      clock.knownUntil / SECOND_MS - last[0] >= 3_600 ||
      hourOf(zone, clock.knownUntil / SECOND_MS + 1) !== hour
    const least = isOver ? draw[1] - slackOf(draw[1]) : 0
    if (litres < least || litres > draw[1] + slackOf(draw[1])) break
    drawn += inHour.length
  }
  return drawn
}

/** Whether a finding still stands, as nothing but what a clock draws was seen since it was raised. */
export const standsBesideClock = (open: OpenFinding, run: Run | null): boolean =>
  run !== null && run.since <= open.raisedAt

export const clockworkData = (draws: readonly Draw[]): Record<string, Json> => ({
  drawnByClock: draws.map(([hour, litres]) => ({ hour, litres })),
})

/** What runs by itself, and when. */
export function clockworkInWords(draws: readonly Draw[]): Sentence {
  const each = (litres: string, at: string) =>
    draws.map(([hour, amount]) => `${hour}:00${at}${litresInWords(amount)}${litres}`)
  return {
    zh: `每日同一时段都有，视为设备自动用水：${each('升', '起约').join('、')}`,
    en: `taken for a machine's, as it comes every day: ${each(' L', ' about ').join(', ')}`,
  }
}
