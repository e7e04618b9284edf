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
}

function wakeMinute(seed: string, habits: Habits, index: number): number {
  const random = Random.of(seed, 'wake', index)
  return random.normalWithin(habits.wakeMinute, habits.irregularityMinutes, 4 * 60, 9.5 * 60)
}

export function planDay(seed: string, habits: Habits, day: CivilDay): DayPlan {
  const random = Random.of(seed, 'plan', day.index)
  const weekend = day.weekday >= 6
  const wake = wakeMinute(seed, habits, day.index)
  const bed = random.normalWithin(habits.bedMinute, habits.irregularityMinutes, 19.5 * 60, 24.5 * 60)
  const out: Span[] = []
  const goOut = (earliest: number, latest: number, minutes: number) => {
    const from = random.between(earliest, latest)
    out.push({ from, to: from + Math.max(20, random.normal(minutes, minutes / 4)) })
  }
  if (random.chance(habits.dayOutChance * (weekend ? 2 : 1))) {
    goOut(Math.max(8 * 60, wake + 90), 10 * 60, 8.5 * 60)
  } else {
    if (random.chance(habits.morningOutChance * (weekend ? 0.8 : 1))) {
      goOut(wake + 60, wake + 150, habits.outMinutes)
    }
    if (random.chance(habits.afternoonOutChance)) goOut(14.5 * 60, 16 * 60, habits.outMinutes)
  }
  const napFrom = random.normal(12.8 * 60, 15)
  const nap = random.chance(habits.napChance)
    ? { from: napFrom, to: napFrom + random.between(40, 110) }
    : null
  return { wake, bed, nextWake: 1440 + wakeMinute(seed, habits, day.index + 1), out, nap }
}

const within = (span: Span | null, minute: number) => span !== null && span.from <= minute && minute < span.to

export const isOut = (plan: DayPlan, minute: number): boolean => plan.out.some((span) => within(span, minute))

/** At home and awake: able to open a tap or to switch something on. */
export const isUp = (plan: DayPlan, minute: number): boolean =>
  minute >= plan.wake && minute < plan.bed && !isOut(plan, minute) && !within(plan.nap, minute)
