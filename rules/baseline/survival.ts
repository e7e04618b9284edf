import { type Baseline, type DayKind, worthOn } from './baseline.ts'
import { unpack } from './packed.ts'
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
  const share = useShares(unpack(baseline.hours), worth, start.kind)
  const ended = unpack(baseline.gaps, worth)
  const lasted = lastedOf(ended)
  const shift = ACTIVITY_GAIN * activity(baseline, start.uses24)
  const quiet = new Float64Array(25)
  quiet[0] = 1
  for (let age = 1; age <= 24; age++) {
    const prior = share[(start.hour + age) % 24] ?? 0
    const evidence =
      (byHour(ended, lasted, start.hour, age, prior) + byStart(ended, lasted, start.hour, age, prior)) / 2
    quiet[age] = (quiet[age - 1] ?? 0) / (1 + Math.exp(evidence + shift))
  }
  return quiet
}

/** Stretches begun at an hour of day that lasted into their n-th hour. */
export function lastedOf(ended: Float64Array): Float64Array {
  const lasted = new Float64Array(ended.length)
  for (let hour = 0; hour < 24; hour++) {
    let sum = 0
    for (let age = 24; age >= 1; age--) {
      sum += ended[hour * 24 + age - 1] ?? 0
      lasted[hour * 24 + age - 1] = sum
    }
  }
  return lasted
}

const CELLS = 24 * 24

function byHour(
  ended: Float64Array,
  lasted: Float64Array,
  start: number,
  age: number,
  prior: number,
): number {
  let known = HAZARD_PRIOR
  let used = HAZARD_PRIOR * prior
  for (let hour = start + age - 1; hour <= start + age + 1; hour++) {
    const first = Math.max(1, Math.ceil(0.75 * age - 1))
    let cell = ((hour - first + 48) % 24) * 24 + first - 1
    for (let other = first; other <= 24; other++) {
      known += lasted[cell] ?? 0
      used += ended[cell] ?? 0
      // One hour longer, begun one hour earlier.
      cell += cell < 24 ? CELLS - 23 : -23
    }
  }
  return logit(used / known)
}

function byStart(
  ended: Float64Array,
  lasted: Float64Array,
  start: number,
  age: number,
  prior: number,
): number {
  let known = HAZARD_PRIOR
  let used = HAZARD_PRIOR * prior
  for (let k = -4; k <= 4; k++) {
    const cell = ((start + k + 24) % 24) * 24 + age - 1
    const weight = START_KERNEL[k + 4] ?? 0
    known += weight * (lasted[cell] ?? 0)
    used += weight * (ended[cell] ?? 0)
  }
  return logit(used / known)
}

/** P(use in the hour that ends at each hour of such a day). */
function useShares(hours: Float64Array, worth: number, kind: DayKind): Float64Array {
  let used = 0
  let known = 0
  for (let i = 0; i < 48; i++) {
    used += worth * (hours[i] ?? 0)
    known += worth * (hours[48 + i] ?? 0)
  }
  const level = (used + 24 * POPULATION_SHARE) / (known + 24) / POPULATION_SHARE
  const shares = new Float64Array(24)
  for (let hour = 0; hour < 24; hour++) {
    let knownHere = HOUR_PRIOR
    let usedHere = HOUR_PRIOR * Math.min(0.9, level * (POPULATION.useShare[hour] ?? 0))
    for (let k = -2; k <= 2; k++) {
      const other = (hour + k + 24) % 24
      const weight = worth * (HOUR_KERNEL[k + 2] ?? 0)
      const [own, cross] = [kind * 24 + other, (1 - kind) * 24 + other]
      usedHere += weight * ((hours[own] ?? 0) + OTHER_KIND * (hours[cross] ?? 0))
      knownHere += weight * ((hours[48 + own] ?? 0) + OTHER_KIND * (hours[48 + cross] ?? 0))
    }
    shares[hour] = usedHere / knownHere
  }
  return shares
}

const POPULATION_SHARE = POPULATION.useShare.reduce((sum, share) => sum + share, 0) / 24

/** Above 0 after a busier day than usual. */
function activity(baseline: Baseline, uses24: number): number {
  const usual = (baseline.uses + USES_PRIOR_DAYS * POPULATION.usesPerDay) / (baseline.days + USES_PRIOR_DAYS)
  return Math.log((uses24 + ACTIVITY_PRIOR) / (usual + ACTIVITY_PRIOR))
}

const logit = (share: number): number => Math.log(Math.max(LEAST, share) / Math.max(LEAST, 1 - share))
