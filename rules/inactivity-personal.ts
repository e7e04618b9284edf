import type { Evidence, Json, Sentence } from '../contracts/finding.ts'
import { type EpochMs, earlier, HOUR_MS, iso, SECOND_MS } from '../contracts/time.ts'
import { budgetOf } from './baseline/price.ts'
import { isLearning, learnedDays, likeStarts } from './baseline/record.ts'
import { quietCompleteAt } from './circumstances.ts'
import {
  clockworkData,
  clockworkInWords,
  followClockwork,
  standsBesideClock,
  sureDraws,
} from './clockwork.ts'
import { coarseData, coarseInWords, coarseStep, leastHoursFor } from './coarse-register.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { electricAlone, isTrusted } from './electric-alone.ts'
import { actedEvidence, aloneEvidence } from './electric-alone-words.ts'
import { hasLate, hoursOfPlan, weigh, weighingAt } from './electric-weighing.ts'
import { disprovedByElectricity, electricEvidence } from './electric-words.ts'
import { type EvenRun, followEven, leastHoursBeside, standsBeside } from './even-quiet.ts'
import { clockTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { dayOf, decide, followHome, momentOf, type PersonalState } from './habits.ts'
import { judge, type Verdict } from './quiet.ts'
import type { HomeState, OpenFinding } from './state.ts'
import { type HomeWater, homeWater, NO_METER, quietEvidence, type Run, usedEvidence } from './water-quiet.ts'

/**
 * inactivity.personal: the home is quiet for longer than its own habits allow at the budget of false alarms. While a
 * home is quiet nothing new is learned but that it still is, so the instant at which to speak is fixed when the quiet
 * begins. Returns when it may come due.
 */
export function settleInactivityPersonal(turn: Turn, meters: HomeWater | null): EpochMs | null {
  const { home } = turn
  const rule = turn.context.settings['inactivity.personal']
  const water = meters ?? (rule.enabled ? electricAlone(turn) : null)
  const byWater = meters !== null
  const open = openFinding(home, 'inactivity.personal')
  if (!rule.enabled || water === null) {
    if (open !== undefined) clear(turn, open, rule.enabled ? NO_METER : SWITCHED_OFF)
    if (home.personal !== null)
      home.personal = { ...home.personal, learned: null, quietSince: null, plan: null }
    return null
  }
  const { state, run } = followHome(turn, water)
  home.personal = state
  const even = byWater ? followEven(turn, state, water) : null
  const clocked = byWater ? followClockwork(home, water) : null
  if (open !== undefined) {
    if (standsBeside(open, even) || standsBesideClock(open, clocked)) return null
    if (run.since > open.since) {
      home.personal = { ...state, usedAt: run.since }
      const used = byWater ? usedEvidence : actedEvidence
      clear(turn, open, used(turn, water, open.raisedAt))
    } else if (!retracted(turn, state, open)) return null
  }
  const present = even?.isSure ? home.even?.present : undefined
  const evenDue = even && present ? settleBeside(turn, home.personal, water, even, present) : null
  if (evenDue === 'raised') return null
  // What a clock draws is no use: the cap counts from the last one before it.
  const clockDue =
    clocked === null
      ? null
      : settleBeside(turn, home.personal, water, clocked, {
          since: Math.max(clocked.since, home.personal.usedAt),
          hours: rule.capHours,
        })
  if (clockDue === 'raised') return null
  const due = settleQuiet(turn, home.personal, water, { run, even, byWater })
  return earlier(evenDue, earlier(clockDue, due))
}

/** The quiet since the last use: when it may come due. */
function settleQuiet(
  turn: Turn,
  state: PersonalState,
  water: HomeWater,
  { run, even, byWater }: { run: Run; even: EvenRun | null; byWater: boolean },
): EpochMs | null {
  const { home } = turn
  if (water.clock.knownUntil <= run.since) return null
  const decided = decide(turn, state, water, run)
  home.personal = decided.state
  const notBefore = weighingAt(turn, decided.plan)
  if (notBefore !== null) return notBefore
  const standing = weigh(home, decided.state, decided.plan)
  if (standing !== decided.plan) home.personal = { ...decided.state, plan: standing }
  const { since } = standing
  const waited = leastHoursFor(coarseStep(water.tracks))
  const least = byWater ? leastHoursBeside(turn, run, even) : 0
  const hours = Math.max(hoursOfPlan(standing), least, waited)
  const verdict = judgeQuiet(turn, water, since, { hours, waited })
  if (!verdict.certain) return verdict.dueAt
  const { budgetPer30Days } = turn.context.settings['inactivity.personal']
  if (!byWater && !isTrusted(decided.state, dayOf(since), budgetPer30Days)) return null
  const quiet = byWater
    ? quietEvidence(turn, water, run, verdict, { hours, litres: 0 })
    : aloneEvidence(turn, water, run, verdict, hours)
  say(turn, home.personal, quiet, { run, since, hours })
  return null
}

/** The quiet beside water that runs by itself, which the clock of uses takes for uses. */
function settleBeside(
  turn: Turn,
  state: PersonalState,
  water: HomeWater,
  run: Run,
  { since, hours }: { since: EpochMs; hours: number },
): EpochMs | null | 'raised' {
  const verdict = judge(turn, water.clock, quietCompleteAt(turn, since, hours))
  if (!verdict.certain) return verdict.dueAt
  const quiet = quietEvidence(turn, water, run, verdict, { hours, litres: 0 })
  say(turn, state, quiet, { run, since, hours })
  return 'raised'
}

function say(
  turn: Turn,
  state: PersonalState,
  quiet: Evidence,
  { run, since, hours }: { run: Run; since: EpochMs; hours: number },
): void {
  raise(turn, {
    kind: 'inactivity.personal',
    severity: 'P2',
    since: run.since,
    evidence: personalEvidence(turn, state, quiet, { since, hours }),
  })
}

/** At the cap, reports that were lost for so long do not put it off. */
const CAP_PATIENCE_MS = 4 * HOUR_MS

/** Before the cap the clock waits where nothing is known; at the cap it has waited long enough. */
function judgeQuiet(
  turn: Turn,
  { clock }: HomeWater,
  since: EpochMs,
  { hours, waited }: { hours: number; waited: number },
): Verdict {
  const planned = judge(turn, clock, quietCompleteAt(turn, since, hours))
  if (planned.certain || planned.dueAt !== null) return planned
  const capHours = Math.max(turn.context.settings['inactivity.personal'].capHours, waited)
  return judge(turn, clock, quietCompleteAt(turn, since, capHours), CAP_PATIENCE_MS)
}

/** What was decided of the present quiet is decided anew, under whatever holds now. */
export function reconsider(home: HomeState): void {
  const { personal } = home
  if (personal?.plan) home.personal = { ...personal, plan: { ...personal.plan, settingsVersion: 0 } }
}

/** Whether hours of electricity that came late take back what was said without them. */
function retracted(turn: Turn, state: PersonalState, open: OpenFinding): boolean {
  if (state.plan === null || !hasLate(turn.home, state.plan)) return false
  const plan = weigh(turn.home, state, state.plan)
  turn.home.personal = { ...state, plan }
  if (quietCompleteAt(turn, plan.since, hoursOfPlan(plan)) <= turn.now) return false
  clear(turn, open, disprovedByElectricity(turn, state, plan))
  return true
}

/** So few like stretches prove nothing. */
const FEWEST_STARTS = 5

/**
 * What stands behind the deadline of the present quiet, for whoever asks before it has passed; null until that quiet
 * has begun to show, for the plan is still that of the one before.
 */
export function personalGrounds(
  turn: Turn,
): { data: Record<string, Json>; sentence: Sentence | null } | null {
  const { personal } = turn.home
  if (!personal?.plan || personal.plan.since < (personal.quietSince ?? 0)) return null
  const plan = weigh(turn.home, personal, personal.plan)
  const { since, hours } = plan
  const { data, clauses } = grounds(turn, { ...personal, plan }, { since, hours })
  const sentence = sentenceOf(...clauses)
  return { data, sentence: sentence.zh === '' ? null : sentence }
}

function personalEvidence(
  turn: Turn,
  state: PersonalState,
  quiet: Evidence,
  span: { since: EpochMs; hours: number },
): Evidence {
  const { data, clauses } = grounds(turn, state, span)
  return { data: { ...quiet.data, ...data }, sentence: sentenceOf(quiet.sentence, ...clauses) }
}

function grounds(
  turn: Turn,
  state: PersonalState,
  { since, hours }: { since: EpochMs; hours: number },
): { data: Record<string, Json>; clauses: (Sentence | null)[] } {
  const { baseline, plan } = state
  const electric = plan === null ? null : electricEvidence(turn, state, plan)
  const day = dayOf(since)
  const deadline = since + hours * HOUR_MS
  const startHour = momentOf(turn, since / SECOND_MS).hour
  const record = likeStarts(baseline, day, startHour, hours)
  const learning = isLearning(baseline, day)
  const step = coarseStep(homeWater(turn.home)?.tracks ?? [])
  const isCoarse = step !== null && leastHoursFor(step) >= hours
  const draws = sureDraws(turn.home)
  const days = Math.round(learnedDays(baseline, day))
  return {
    data: {
      deadline: iso(deadline),
      likeStarts: record.starts,
      likeStartsOver: record.over,
      budgetPer30Days: budgetOf(baseline, day, turn.context.settings['inactivity.personal']),
      learning,
      learnedDays: days,
      ...electric?.data,
      ...(isCoarse ? coarseData(step) : {}),
      ...(draws.length > 0 ? clockworkData(draws) : {}),
    },
    clauses: [
      isCoarse ? coarseInWords(step) : null,
      draws.length > 0 ? clockworkInWords(draws) : null,
      record.starts < FEWEST_STARTS ? null : habit(turn, record, deadline),
      electric === null || electric.sentence.zh === '' ? null : electric.sentence,
      learning ? stillLearning(days) : null,
    ],
  }
}

function habit(turn: Turn, record: { starts: number; over: number }, deadline: EpochMs): Sentence {
  const time = clockTime(turn.home.zone, deadline, turn.now)
  return {
    zh: `此时段开始的静默约${record.starts}次中有${record.over}次在${time.zh}前恢复用水`,
    en: `of about ${record.starts} such starts ${record.over} were over by ${time.en}`,
  }
}

const stillLearning = (days: number): Sentence => ({
  zh: `仍在学习该户习惯（${days}天），暂参照一般住户`,
  en: `still learning this home's habits (${days} d), other homes stand in`,
})
