import type { CivilDay } from './civil-day.ts'
import type { Habits } from './habits.ts'
import { Random } from './random.ts'

interface Span {
  from: number
  to: number
}

/**
 * The shape of one day: when the resident wakes, is out, naps and goes to bed, in minutes after local midnight. The
 * night that follows belongs to the day, so `nextWake` lies beyond 1440.
 */
export interface DayPlan {
  wake: number
  bed: number
  nextWake: number
  out: Span[]
  nap: Span | null
  nightAtHome: boolean
  /** 1 on an ordinary day; below it less is cooked, drunk and washed. */
  liveliness: number
}

/** How one day goes otherwise than others. */
interface Oddity {
  lateMinutes: number
  earlyToBedMinutes: number
}

const NONE: Oddity = { lateMinutes: 0, earlyToBedMinutes: 0 }

function oddityOf(seed: string, habits: Habits, index: number): Oddity {
  const random = Random.of(seed, 'oddity', index)
  if (!random.chance(habits.oddDayChance)) return NONE
  return random.chance(0.6)
    ? { lateMinutes: random.between(60, 240), earlyToBedMinutes: 0 }
    : { lateMinutes: 0, earlyToBedMinutes: random.between(60, 210) }
}

function wakeMinute(seed: string, habits: Habits, index: number): number {
  const random = Random.of(seed, 'wake', index)
  const usual = random.normalWithin(habits.wakeMinute, habits.irregularityMinutes, 4 * 60, 10 * 60)
  return usual + oddityOf(seed, habits, index).lateMinutes
}

/** A night with family that begins on that day: when one leaves, and when one is back on the next. */
function nightAway(seed: string, habits: Habits, index: number): Span | null {
  const random = Random.of(seed, 'night away', index)
  if (!random.chance(habits.overnightChance)) return null
  return { from: random.between(14, 18.5) * 60, to: 1440 + random.between(8.5, 15) * 60 }
}

export function planDay(seed: string, habits: Habits, day: CivilDay): DayPlan {
  const random = Random.of(seed, 'plan', day.index)
  const weekend = day.weekday >= 6
  const wake = wakeMinute(seed, habits, day.index)
  const usualBed = random.normalWithin(
    habits.bedMinute,
    habits.irregularityMinutes,
    19.5 * 60,
    Math.max(24.5 * 60, habits.bedMinute),
  )
  const bed = Math.max(wake + 8 * 60, usualBed - oddityOf(seed, habits, day.index).earlyToBedMinutes)
  const out: Span[] = []
  const goOut = (earliest: number, latest: number, minutes: number) => {
    const from = random.between(earliest, latest)
    out.push({ from, to: from + Math.max(20, random.normal(minutes, minutes / 4)) })
  }
  if (random.chance(habits.dayOutChance * (weekend ? 2 : 1))) {
    goOut(Math.max(8 * 60, wake + 90), Math.max(10 * 60, wake + 120), 8.5 * 60)
  } else {
    if (random.chance(habits.morningOutChance * (weekend ? 0.8 : 1))) {
      goOut(wake + 60, wake + 150, habits.outMinutes)
    }
    if (random.chance(habits.afternoonOutChance)) goOut(14.5 * 60, 16 * 60, habits.outMinutes)
  }
  const [tonight, lastNight] = [day.index, day.index - 1].map((index) => nightAway(seed, habits, index))
  if (lastNight) out.push({ from: 0, to: lastNight.to - 1440 })
  if (tonight) out.push(tonight)
  const napFrom = random.normal(12.8 * 60, 15 + habits.irregularityMinutes / 4)
  const nap = random.chance(habits.napChance)
    ? { from: napFrom, to: napFrom + random.between(40, 110) }
    : null
  return {
    wake,
    bed,
    nextWake: 1440 + wakeMinute(seed, habits, day.index + 1),
    out,
    nap,
    nightAtHome: !tonight,
    liveliness: Math.exp(Random.of(seed, 'mood', day.index).normalWithin(0, habits.moodDeviation, -1.1, 0.7)),
  }
}

const within = (span: Span | null, minute: number) => span !== null && span.from <= minute && minute < span.to

const isOut = (plan: DayPlan, minute: number): boolean => plan.out.some((span) => within(span, minute))

/** At home and awake: able to open a tap or to switch something on. */
export const isUp = (plan: DayPlan, minute: number): boolean =>
  minute >= plan.wake && minute < plan.bed && !isOut(plan, minute) && !within(plan.nap, minute)
