import { type Baseline, type DayKind, worthOn } from './baseline.ts'
import { STEPS, unpackSteps } from './packed.ts'
import { POPULATION } from './population.ts'

/** How a quiet stretch begins. */
export interface Start {
  hour: number
  kind: DayKind
  day: number
  /** Uses in the 24 hours before. */
  uses24: number
}

/** How much the other kind of day tells. */
const OTHER_KIND = 0.35
/** Neighbouring hours tell of each other: a normal curve of 0.75 h. */
const HOUR_KERNEL = [0.029, 0.411, 1, 0.411, 0.029]
/** The same for the hour at which stretches began, of 1.5 h. */
const START_KERNEL = [0.029, 0.135, 0.411, 0.801, 1, 0.801, 0.411, 0.135, 0.029]
const HOUR_PRIOR = 2
const HAZARD_PRIOR = 3
/** A day of little use foretells longer quiet: fitted on all homes. */
const ACTIVITY_GAIN = 0.6
const ACTIVITY_PRIOR = 2
const USES_PRIOR_DAYS = 7
const LEAST = 1e-4

/**
 * S[j]: the chance that a stretch begun so is still quiet after j hours, j = 0…24, given that somebody comes home
 * within a day. Two readings of the same past are joined, each leaning on how often water is used at that hour of the
 * day: what happened at this hour after at least as long a quiet, and what happened to stretches begun at about the
 * same hour.
 */
export function survival(baseline: Baseline, start: Start): Float64Array {
  const worth = worthOn(baseline, start.day)
  const shares = useShares(unpackSteps(baseline.hours, hoursUnpacked), worth / STEPS, start.kind)
  const past = pastOf(unpackSteps(baseline.gaps, gapsUnpacked), start.hour)
  const busier = activity(baseline, start.uses24) ** ACTIVITY_GAIN
  const quiet = new Float64Array(25)
  quiet[0] = 1
  for (let age = 1; age <= 24; age++) {
    const prior = HAZARD_PRIOR * (shares[(start.hour + age) % 24] ?? 0)
    const byHour = odds(past.usedByHour[age] ?? 0, past.knownByHour[age] ?? 0, worth / STEPS, prior)
    const byStart = odds(past.usedByStart[age] ?? 0, past.knownByStart[age] ?? 0, worth / STEPS, prior)
    quiet[age] = (quiet[age - 1] ?? 0) / (1 + Math.sqrt(byHour * byStart) * busier)
  }
  return quiet
}

/**
 * Filled anew for each quiet that begins, as are the other tables of this file: memory for new ones would cost more than
 * all that is worked out with them.
 */
const gapsUnpacked = new Float64Array(24 * 24)
const hoursUnpacked = new Float64Array(2 * 2 * 24)

/** The odds that a quiet ends in an hour, between those counted and the prior. */
function odds(used: number, known: number, worth: number, prior: number): number {
  const share = (worth * used + prior) / (worth * known + HAZARD_PRIOR)
  return Math.max(LEAST, share) / Math.max(LEAST, 1 - share)
}

/** Of a quiet's n-th hour, n = 1…24: stretches that ended in it, and those that lasted into it, in both readings. */
interface Past {
  usedByHour: Float64Array
  knownByHour: Float64Array
  usedByStart: Float64Array
  knownByStart: Float64Array
}

const past: Past = {
  usedByHour: new Float64Array(25),
  knownByHour: new Float64Array(25),
  usedByStart: new Float64Array(25),
  knownByStart: new Float64Array(25),
}
const lasted = new Float64Array(24)
const usedAt = new Float64Array(24)
const knownAt = new Float64Array(24)
const RUNNING_SUMS = [past.usedByHour, past.knownByHour, lasted, usedAt, knownAt]

/**
 * Goes through stretches from the longest to the shortest once, as each quiet that begins asks for it: so what lasted
 * at least so long is a running sum, by the hour of day at which it began and by that of its present end.
 */
function pastOf(ended: Float64Array, start: number): Past {
  for (const sums of RUNNING_SUMS) sums.fill(0)
  let age = 24
  for (let length = 24; length >= 1; length--) {
    for (let hour = 0, end = length % 24; hour < 24; hour++, end = end === 23 ? 0 : end + 1) {
      const here = ended[hour * 24 + length - 1] ?? 0
      const lastedHere = (lasted[hour] ?? 0) + here
      lasted[hour] = lastedHere
      usedAt[end] = (usedAt[end] ?? 0) + here
      knownAt[end] = (knownAt[end] ?? 0) + lastedHere
    }
    let used = 0
    let known = 0
    for (let k = 0, hour = (start + 20) % 24; k < 9; k++, hour = hour === 23 ? 0 : hour + 1) {
      const weight = START_KERNEL[k] ?? 0
      used += weight * (ended[hour * 24 + length - 1] ?? 0)
      known += weight * (lasted[hour] ?? 0)
    }
    past.usedByStart[length] = used
    past.knownByStart[length] = known
    for (; age >= 1 && leastLike(age) === length; age--) {
      for (let k = -1; k <= 1; k++) {
        const end = (start + age + k) % 24
        past.usedByHour[age] = (past.usedByHour[age] ?? 0) + (usedAt[end] ?? 0)
        past.knownByHour[age] = (past.knownByHour[age] ?? 0) + (knownAt[end] ?? 0)
      }
    }
  }
  return past
}

/** From this length on, stretches are like one of `age` hours. */
const leastLike = (age: number): number => Math.max(1, Math.ceil(0.75 * age - 1))

const usedIn = new Float64Array(24)
const knownIn = new Float64Array(24)
const shares = new Float64Array(24)

/** P(use in the hour that ends at each hour of such a day). */
function useShares(hours: Float64Array, worth: number, kind: DayKind): Float64Array {
  let usedInAll = 0
  let knownInAll = 0
  for (let hour = 0, own = kind * 24, cross = 24 - own; hour < 24; hour++, own++, cross++) {
    const usedOwn = hours[own] ?? 0
    const usedCross = hours[cross] ?? 0
    const knownOwn = hours[48 + own] ?? 0
    const knownCross = hours[48 + cross] ?? 0
    usedInAll += usedOwn + usedCross
    knownInAll += knownOwn + knownCross
    usedIn[hour] = worth * (usedOwn + OTHER_KIND * usedCross)
    knownIn[hour] = worth * (knownOwn + OTHER_KIND * knownCross)
  }
  const level = (worth * usedInAll + 24 * POPULATION_SHARE) / (worth * knownInAll + 24) / POPULATION_SHARE
  for (let hour = 0; hour < 24; hour++) {
    let knownHere = HOUR_PRIOR
    let usedHere = HOUR_PRIOR * Math.min(0.9, level * (POPULATION.useShare[hour] ?? 0))
    for (let k = 0, other = (hour + 22) % 24; k < 5; k++, other = other === 23 ? 0 : other + 1) {
      const weight = HOUR_KERNEL[k] ?? 0
      usedHere += weight * (usedIn[other] ?? 0)
      knownHere += weight * (knownIn[other] ?? 0)
    }
    shares[hour] = usedHere / knownHere
  }
  return shares
}

const POPULATION_SHARE = POPULATION.useShare.reduce((sum, share) => sum + share, 0) / 24

/** Above 1 after a busier day than usual. */
function activity(baseline: Baseline, uses24: number): number {
  const usual = (baseline.uses + USES_PRIOR_DAYS * POPULATION.usesPerDay) / (baseline.days + USES_PRIOR_DAYS)
  return (uses24 + ACTIVITY_PRIOR) / (usual + ACTIVITY_PRIOR)
}
