import { type EpochMs, HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import { ABSENCE_HOURS } from './baseline/baseline.ts'
import { plan } from './baseline/plan.ts'
import { budgetOf } from './baseline/price.ts'
import { isLearning } from './baseline/record.ts'
import { evenLength } from './even-flow.ts'
import type { Turn } from './findings.ts'
import { dayOf, type PersonalState, startOf } from './habits.ts'
import type { OpenFinding } from './state.ts'
import type { HomeWater, Run } from './water-quiet.ts'

/** The quiets of a home beside water that runs evenly by itself: a tap that drips, a cistern that leaks. */
export interface EvenQuiets {
  /** The last use that was no part of the flow (epoch seconds); from then on it may have run. */
  usedS: number
  /** The longest that ended with a use, as of that day. */
  longestHours: number
  longestDay: number
  present: EvenQuiet | null
}

interface EvenQuiet {
  since: EpochMs
  /** It may last so long: decided once. */
  hours: number
  settingsVersion: number
}

/** A quiet beside an even flow, and whether the flow has shown enough steps of the register to speak of it. */
export type EvenRun = Run & { isSure: boolean }

/** A person's few small uses of a night may lie on a line, too: so many of them are remembered as a flow. */
const LEARNED_STEPS = 5
/** And so many spoken of; a register that shows less than a litre must show as many litres, too. */
const SURE_STEPS = 8
/** Habits learned beside a flow are partly the flow's: a quiet must be this much longer than those before it. */
const LONGER_THAN_EVER = 1.5
/** A flow that is known for a day: at a larger budget of false alarms it need not be so long; beyond 0.5, to this power. */
const BUDGET_EXPONENT = 0.4
/** The longest counts for half as much. */
const HALF_LIFE_DAYS = 60
/** Nobody is waited for longer than so much beyond the cap. */
const HOURS_BEYOND_CAP = 6

const NONE: EvenQuiets = { usedS: 0, longestHours: 0, longestDay: 0, present: null }

/** The quiet since the last use that was no part of an even flow; null where nothing flows so. Remembers it on the way. */
export function followEven(turn: Turn, personal: PersonalState, water: HomeWater): EvenRun | null {
  const { home } = turn
  const { uses, clock } = water
  const before = home.even ?? NONE
  const length = evenLength(uses, clock.knownUntil / SECOND_MS, before.usedS)
  if (home.even === undefined && length < LEARNED_STEPS) return null
  const usedS = length < uses.length - 1 ? (uses[uses.length - 1 - length]?.[0] ?? 0) : before.usedS
  const quiets = usedS > before.usedS ? { ...before, usedS } : before
  const run = length < LEARNED_STEPS ? null : runOf(water, length, before.present)
  home.even = withPresent(turn, personal, water, quiets, run)
  return run
}

/** Since the use before the last `length`; where the flow outlasts what is remembered, since when it was first seen. */
function runOf({ uses, startS }: HomeWater, length: number, present: EvenQuiet | null): EvenRun {
  const lastS = uses[uses.length - 1 - length]?.[0] ?? 0
  const isRemembered = length < uses.length - 1 && lastS > startS
  const from = Math.max(lastS, startS) * SECOND_MS
  const since = isRemembered ? from : Math.min(from, present?.since ?? from)
  const litres = uses.slice(-length).reduce((sum, use) => sum + use[2], 0)
  return { since, litres, afterUse: isRemembered, isSure: Math.min(length, litres) >= SURE_STEPS }
}

function withPresent(
  turn: Turn,
  personal: PersonalState,
  water: HomeWater,
  quiets: EvenQuiets,
  run: EvenRun | null,
): EvenQuiets {
  const { present } = quiets
  const { version } = turn.context.settings
  const since = run === null ? null : Math.max(run.since, personal.usedAt)
  const isSame = present?.since === since
  if (present !== null && isSame && present.settingsVersion === version) return quiets
  const ended = present === null || isSame ? quiets : learned(quiets, present, water.clock.knownUntil)
  if (since === null) return ended.present === null ? ended : { ...ended, present: null }
  const hours = decidedHours(turn, personal, water, ended, since)
  return { ...ended, present: { since, hours, settingsVersion: version } }
}

/** As habits have it, but longer than ever beside such a flow; while they are learned nobody knows how long that is. */
function decidedHours(
  turn: Turn,
  personal: PersonalState,
  water: HomeWater,
  quiets: EvenQuiets,
  since: EpochMs,
): number {
  const rule = turn.context.settings['inactivity.personal']
  const start = startOf(turn, personal, water, since)
  if (isLearning(personal.baseline, start.day)) return mostHours(turn)
  const { hours } = plan(personal.baseline, start, {
    budgetPer30Days: budgetOf(personal.baseline, start.day, rule),
    capHours: Math.max(1, Math.floor(rule.capHours)),
    shownHours: Math.max(0, water.clock.knownUntil - since) / HOUR_MS,
  }).plan
  return Math.max(hours, longerThanEver(turn, quiets, LONGER_THAN_EVER))
}

/** Takes a quiet of which it shows only now that it has ended. Of an absence nothing is learned. */
function learned(quiets: EvenQuiets, { since }: EvenQuiet, now: EpochMs): EvenQuiets {
  const hours = Math.round((now - since) / HOUR_MS)
  const day = dayOf(now)
  if (hours > ABSENCE_HOURS || hours <= longestHours(quiets, day)) return quiets
  return { ...quiets, longestHours: hours, longestDay: day }
}

const longestHours = (quiets: EvenQuiets, day: number): number =>
  quiets.longestHours * 0.5 ** ((day - quiets.longestDay) / HALF_LIFE_DAYS)

const longerThanEver = (turn: Turn, quiets: EvenQuiets, factor: number): number =>
  Math.min(mostHours(turn), Math.ceil(factor * longestHours(quiets, dayOf(turn.now))))

const mostHours = (turn: Turn): number =>
  turn.context.settings['inactivity.personal'].capHours + HOURS_BEYOND_CAP

/**
 * What a quiet must last at the least, in hours, where all that flowed since was a trickle known for a day: longer than
 * others beside an even flow. A trickle that is not even gives no reason to wait: habits learned beside it know of it.
 */
export function leastHoursBeside(turn: Turn, run: Run, even: EvenRun | null): number {
  if (run.litres === 0 || even === null || even.since > run.since) return 0
  const { budgetPer30Days } = turn.context.settings['inactivity.personal']
  const factor = LONGER_THAN_EVER * Math.min(1, 0.5 / budgetPer30Days) ** BUDGET_EXPONENT
  return longerThanEver(turn, turn.home.even ?? NONE, factor)
}

/** Whether a finding still stands, as nothing but an even flow was seen since it was raised. */
export const standsBeside = (open: OpenFinding, even: EvenRun | null): boolean =>
  even !== null && (!even.afterUse || even.since <= open.raisedAt)
