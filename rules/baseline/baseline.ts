import { PRICES } from './ladder.ts'
import { addTo, type Packed, pack, packedZeros, unpack } from './packed.ts'

/** Workdays (0) and days off (1) are told apart. */
export type DayKind = 0 | 1

/**
 * The habits of one home, learned from its own past and forgetting slowly: plain JSON of a fixed size under 2 KB.
 * Every weight counts as of `epochDay`; newer days weigh more, which is the same as older ones fading.
 */
export interface Baseline {
  version: 2
  epochDay: number
  /** How many quiet stretches began at this hour of day and ended after so many hours: 24 × 24. */
  gaps: Packed
  /** Hours with use, then hours known, each by kind of day and hour of day: 2 × 2 × 24. */
  hours: Packed
  /** Days lived at home and seen, uses in them, absences of a day and more, and the days of these. */
  days: number
  uses: number
  absences: number
  daysAway: number
  /** False alarms at each price: as the habits foretold them, and as they would have been. */
  foretold: readonly number[]
  counted: readonly number[]
}

/** A quiet stretch between two uses. */
export interface Gap {
  /** Hour of day at which it began, to the nearest. */
  startHour: number
  kind: DayKind
  /** Hours from the report that showed the one use to that of the other. */
  hours: number
  /** The last of these, in which the use was: one reporting interval, or more where reports were lost. */
  flowHours: number
  /** Days since 1970. */
  day: number
}

/** Older days weigh half as much. */
const HALF_LIFE_DAYS = 60
/** A use that may have flowed for longer than this flowed at an unknown time. */
const UNSEEN_HOURS = 1.5
/** Reports come a little before or after their time. */
const CLOCK_SLACK_HOURS = 0.1
/** From here on nobody was at home: an absence says nothing of life at home. */
export const ABSENCE_HOURS = 24

export const newBaseline = (day: number): Baseline => ({
  version: 2,
  epochDay: day,
  gaps: packedZeros(24 * 24),
  hours: packedZeros(2 * 2 * 24),
  days: 0,
  uses: 0,
  absences: 0,
  daysAway: 0,
  foretold: PRICES.map(() => 0),
  counted: PRICES.map(() => 0),
})

/** What a weight of that baseline is worth on `day`. */
export const worthOn = (baseline: Baseline, day: number): number =>
  0.5 ** ((day - baseline.epochDay) / HALF_LIFE_DAYS)

/**
 * Takes a stretch that has ended. A use that flowed at an unknown time counts for the first hour that was not seen:
 * there an alarm would have met it. `deadlines`: the hours after which each price would have rung.
 */
export function learnGap(before: Baseline, gap: Gap, deadlines: readonly number[]): Baseline {
  const baseline = renewed(before, gap.day)
  const weight = 1 / worthOn(baseline, gap.day)
  const knownDays = (weight * Math.min(gap.hours, quietHoursOf(gap) + 1)) / 24
  if (gap.hours > ABSENCE_HOURS)
    return {
      ...baseline,
      absences: round(baseline.absences + weight),
      daysAway: round(baseline.daysAway + knownDays),
    }
  const length = lengthOf(gap)
  const unseen = isUnseen(gap)
  const countedHours = falseWithinHours(gap)
  return {
    ...baseline,
    gaps: addTo(baseline.gaps, gap.startHour * 24 + length - 1, weight),
    hours: withHours(baseline.hours, gap, { length, unseen, weight }),
    days: round(baseline.days + knownDays),
    uses: round(baseline.uses + weight),
    counted: baseline.counted.map((count, i) =>
      (deadlines[i] ?? Number.POSITIVE_INFINITY) <= countedHours ? round(count + weight) : count,
    ),
  }
}

/** An alarm after so many hours of such a stretch, or fewer, would have been a false one; of an absence none is counted. */
export function falseWithinHours(gap: Gap): number {
  if (gap.hours > ABSENCE_HOURS) return 0
  return isUnseen(gap) ? lengthOf(gap) : lengthOf(gap) - 1
}

const quietHoursOf = ({ hours, flowHours }: Gap): number => Math.max(0, hours - flowHours)

/** In whole hours, the one that ended with the use counted. */
function lengthOf(gap: Gap): number {
  const untilUse = quietHoursOf(gap) + Math.min(gap.flowHours, 1) - CLOCK_SLACK_HOURS
  return Math.min(ABSENCE_HOURS, Math.max(1, Math.ceil(untilUse)))
}

const isUnseen = ({ flowHours }: Gap): boolean => flowHours > UNSEEN_HOURS

function withHours(
  before: Packed,
  { startHour, kind }: Gap,
  { length, unseen, weight }: { length: number; unseen: boolean; weight: number },
): Packed {
  let hours = before
  for (let age = 1; age <= length; age++) {
    const hour = kind * 24 + ((startHour + age) % 24)
    if (age < length || !unseen) hours = addTo(hours, 48 + hour, weight)
    if (age === length && !unseen) hours = addTo(hours, hour, weight)
  }
  return hours
}

/** Adds what the habits foretell of the stretch that begins on `day`: the chance of a false alarm at each price. */
export function foretell(before: Baseline, day: number, chances: readonly number[]): Baseline {
  const baseline = renewed(before, day)
  const weight = 1 / worthOn(baseline, day)
  return { ...baseline, foretold: baseline.foretold.map((sum, i) => round(sum + weight * (chances[i] ?? 0))) }
}

function renewed(baseline: Baseline, day: number): Baseline {
  if (day - baseline.epochDay < HALF_LIFE_DAYS) return baseline
  const halvings = Math.floor((day - baseline.epochDay) / HALF_LIFE_DAYS)
  const share = 0.5 ** halvings
  return {
    ...baseline,
    epochDay: baseline.epochDay + halvings * HALF_LIFE_DAYS,
    gaps: pack(unpack(baseline.gaps).map((value) => value * share)),
    hours: pack(unpack(baseline.hours).map((value) => value * share)),
    days: round(baseline.days * share),
    uses: round(baseline.uses * share),
    absences: round(baseline.absences * share),
    daysAway: round(baseline.daysAway * share),
    foretold: baseline.foretold.map((sum) => round(sum * share)),
    counted: baseline.counted.map((sum) => round(sum * share)),
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
