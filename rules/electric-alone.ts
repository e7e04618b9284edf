import { type EpochMs, SECOND_MS } from '../contracts/time.ts'
import type { Act } from './baseline/electric.ts'
import { falseAlarmRates } from './baseline/price.ts'
import { isLearning } from './baseline/record.ts'
import { type Counts, countsOf, tally } from './baseline/tally.ts'
import type { ElectricHour } from './electric-trace.ts'
import { actsOf, type ElectricAct, mainTrack, suppliedHours } from './electric-use.ts'
import { openFinding, type Turn } from './findings.ts'
import type { PersonalState } from './habits.ts'
import { hourOfDay } from './local-time.ts'
import { quietClock } from './quiet.ts'
import type { DeviceState } from './state.ts'
import type { Use } from './water.ts'
import type { HomeWater } from './water-quiet.ts'

/**
 * A home of which no water meter tells. There only the clock tells people from machines: what happens in the dead of
 * night as well, or at the same hour on nearly every day, is taken for a machine.
 */
export interface ElectricAlone {
  /** By hour of day: hours seen, then those with each of `HEARD`, a character each. */
  counts: string
  /** Hours were counted until here; so many of the trace had come late by then. */
  seenS: number
  late: number
  /** What was taken for somebody lately, and the last of it however long ago. */
  uses: readonly Use[]
  /** From here on it is known, without a cut or lost reports so long that somebody may have acted unseen. */
  startS: number
}

/** Something is switched on, small or heavy, or off. */
const HEARD: readonly Act[] = ['rise', 'leap', 'fall']
const CELLS = 1 + HEARD.length
const NIGHT_HOURS = [1, 2, 3, 4]
const MOST_BY_NIGHT = 0.03
const MOST_ON_DAYS = 0.8
const LEARNED_HOURS = 14 * 24
/** A home in which less is seen of its people in a day is not judged. */
const LEAST_SIGNS_A_DAY = 4
/** Electricity alone may overrun the budget so many times, for want of anything better. */
const MOST_OVER_BUDGET = 3
const KEPT_S = 30 * 3_600
/** A day's signs are about so far apart: in less that is not known, a quiet goes on. */
const LONGEST_UNKNOWN_S = 4 * 3_600
/** Trickles are told from people by litres; a sign stands for none. */
const SIGN_LITRES = 100

/**
 * Whether the home's own past lets electricity alone be trusted: it is known, and at the highest price it would not have
 * rung much more often than it may.
 */
export function isTrusted({ baseline }: PersonalState, day: number, budgetPer30Days: number): boolean {
  const least = falseAlarmRates(baseline, day).at(-1) ?? 0
  return !isLearning(baseline, day) && least <= MOST_OVER_BUDGET * budgetPer30Days
}

/** What electricity shows of people, in the place of water; null while it is not known well enough to judge by. */
export function electricAlone(turn: Turn): HomeWater | null {
  const { home } = turn
  const track = mainTrack(home)
  const clock = track === null ? null : quietClock(home.devices, endsOfTraces)
  if (track?.trace === undefined || clock === null) return null
  const { late, points } = track.trace
  const seenS = points.at(-1)?.[0] ?? 0
  const before = home.alone ?? newAlone(points[0]?.[0] ?? 0)
  const supplied = suppliedHours(track)
  if (before.seenS !== seenS || before.late !== late) {
    const acts = actsOf(track, 0, Number.POSITIVE_INFINITY)
    const next = follow(before, acts, { zone: home.zone, seenS, late })
    // What is not known clears no alert.
    const isOpen = openFinding(home, 'inactivity.personal') !== undefined
    const knownS = isOpen ? 0 : knownAgainS(supplied, Math.min(before.seenS, points[0]?.[0] ?? 0))
    home.alone = { ...next, startS: Math.max(next.startS, knownS) }
  }
  const { counts, uses, startS } = home.alone ?? before
  if (!isKnown(countsOf(counts, 24 * CELLS))) return null
  const knownUntil = Math.min(clock.knownUntil, (supplied.at(-1)?.toS ?? startS) * SECOND_MS)
  return { clock: { ...clock, knownUntil }, tracks: [], uses, startS }
}

/** When electricity told again after the last long stretch, since `fromS`, in which it did not; 0 where there is none. */
function knownAgainS(supplied: readonly ElectricHour[], fromS: number): number {
  let [toldS, againS] = [fromS, 0]
  for (const { fromS: from, toS } of supplied) {
    if (from - toldS >= LONGEST_UNKNOWN_S) againS = from
    toldS = toS
  }
  return againS
}

/** All its meters have told until here; null where there is none. */
function endsOfTraces({ power }: DeviceState): EpochMs | null {
  const ends = power.flatMap(({ trace }) => trace?.points.at(-1)?.[0] ?? [])
  return ends.length === 0 ? null : Math.min(...ends) * SECOND_MS
}

const newAlone = (startS: number): ElectricAlone => ({ counts: '', seenS: 0, late: 0, uses: [], startS })

function follow(
  before: ElectricAlone,
  acts: readonly ElectricAct[],
  { zone, seenS, late }: { zone: string; seenS: number; late: number },
): ElectricAlone {
  let { counts, startS } = before
  const lastS = before.uses.at(-1)?.[0]
  const kept = before.uses.filter(([toS]) => toS > seenS - KEPT_S || toS === lastS)
  const uses = new Map(kept.map((use) => [use[0], use]))
  for (const { act, fromS, toS } of acts) {
    const isNew = toS > before.seenS
    if (!isNew && late === before.late) continue
    const hour = Math.floor(hourOfDay(zone, ((fromS + toS) / 2) * SECOND_MS))
    const heard = HEARD.indexOf(act)
    const known = countsOf(counts, 24 * CELLS)
    if (heard >= 0 && isSomebody(known, hour, heard)) uses.set(toS, [toS, toS - fromS, SIGN_LITRES])
    if (!isNew) continue
    const wasKnown = isKnown(known)
    counts = tally(counts, 24 * CELLS, hour * CELLS, hour * CELLS, CELLS)
    if (heard >= 0) counts = tally(counts, 24 * CELLS, hour * CELLS + 1 + heard, hour * CELLS, CELLS)
    if (!wasKnown) startS = fromS
  }
  return { counts, seenS, late, uses: [...uses.values()].sort((a, b) => a[0] - b[0]), startS }
}

const shareOf = (counts: Counts, hour: number, heard: number): number =>
  (counts[hour * CELLS + 1 + heard] ?? 0) / Math.max(1, counts[hour * CELLS] ?? 0)

function isSomebody(counts: Counts, hour: number, heard: number): boolean {
  const byNight = NIGHT_HOURS.reduce((sum, night) => sum + shareOf(counts, night, heard), 0)
  return byNight / NIGHT_HOURS.length <= MOST_BY_NIGHT && shareOf(counts, hour, heard) <= MOST_ON_DAYS
}

function isKnown(counts: Counts): boolean {
  let [hours, signs] = [0, 0]
  for (let hour = 0; hour < 24; hour++) {
    hours += counts[hour * CELLS] ?? 0
    for (const heard of HEARD.keys())
      if (isSomebody(counts, hour, heard)) signs += shareOf(counts, hour, heard)
  }
  return hours >= LEARNED_HOURS && signs >= LEAST_SIGNS_A_DAY
}
