import { type Evidence, familyOf, type Json, type Sentence } from '../contracts/finding.ts'
import type { Severity } from '../contracts/severity.ts'
import { type EpochMs, iso, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { circumstances } from './circumstances.ts'
import { clockTime, meterHeard, sentenceOf } from './explanation.ts'
import type { Turn } from './findings.ts'
import type { Verdict } from './quiet.ts'
import { homePower } from './standby.ts'
import type { Use } from './water.ts'
import { type HomeWater, lateAfterMs, type Run, SEEN_LATE, saidLate } from './water-quiet.ts'

const STEP_MS = 20 * MINUTE_MS
/** No use within so many steps counts as none in this part of the day. */
export const NONE = 35
const REMEMBERED = 28

/** How many steps after the beginning of a part of the day its first use was seen. */
export function firstUseStep(uses: readonly Use[], from: EpochMs): number {
  const first = uses.find(([at]) => at * SECOND_MS > from)
  return first === undefined ? NONE : Math.min(NONE, Math.ceil((first[0] * SECOND_MS - from) / STEP_MS))
}

/** The last 28 like days, oldest first, one character each: its step in base 36. */
export const withRank = (ranks: string, step: number): string =>
  (ranks + step.toString(36)).slice(-REMEMBERED)

export interface UsualBy {
  /** After the beginning of the part of the day. */
  ms: number
  /** On so many of `days` it had been used by then. */
  by: number
  days: number
}

/** By when it had been used on `share` of the remembered days; null while too few, or where that says nothing. */
export function usualBy(ranks: string, share: number, minDays: number): UsualBy | null {
  if (ranks.length < minDays) return null
  const days = ranks.length
  const by = Math.ceil(share * days)
  // Asked with nearly every report: counting is many times quicker than sorting.
  const counts = new Uint8Array(NONE + 1)
  for (let i = 0; i < days; i++) {
    const day = stepOf(ranks.charCodeAt(i))
    counts[day] = (counts[day] ?? 0) + 1
  }
  let step = NONE
  let after = days - by
  for (; step > 0 && after >= (counts[step] ?? 0); step--) after -= counts[step] ?? 0
  return step >= NONE ? null : { ms: step * STEP_MS, by, days }
}

/** The digit in base 36 that this is the character of. */
const stepOf = (code: number): number => (code < LETTER_A ? code - DIGIT_0 : code - LETTER_A + 10)
const DIGIT_0 = '0'.charCodeAt(0)
const LETTER_A = 'a'.charCodeAt(0)

/** A part of a day in which nothing was used, against the home's own days. */
export interface DayPart {
  from: EpochMs
  usual: UsualBy
  run: Run
}

/** A quiet that is graver is told of already: one alert is enough. */
export const isToldOf = ({ home }: Turn): boolean =>
  home.open.some(({ kind }) => familyOf(kind) === 'inactivity')

export const TOLD_OF: Evidence = {
  data: { reason: 'graver_finding' },
  sentence: { zh: '同一静默已有更严重的告警', en: 'A graver finding tells of the same quiet' },
}

/** P4; P3 where electricity too has been at standby all through this part of the day. */
export function dayPartSeverity(turn: Turn, part: DayPart): Severity {
  const standbySince = homePower(turn.home)?.standbySince
  return standbySince !== undefined && standbySince <= part.from ? 'P3' : 'P4'
}

export function dayPartEvidence(
  turn: Turn,
  water: HomeWater,
  part: DayPart & { completeAt: EpochMs },
  verdict: Verdict,
): Evidence {
  const { now, home } = turn
  const { usual, run, from } = part
  const dueAt = from + usual.ms
  const usualTime = clockTime(home.zone, dueAt, now)
  const since = clockTime(home.zone, run.since, now)
  const power = homePower(home)
  const around = circumstances(turn, run.since)
  const data: Record<string, Json> = {
    since: iso(run.since),
    usuallyBy: iso(dueAt),
    usualOnDays: usual.by,
    ofDays: usual.days,
    meterKnownUntil: iso(water.clock.knownUntil),
    ...around.data,
  }
  if (power !== null) data.standbySince = iso(power.standbySince)
  const delayMs = now - part.completeAt
  if (verdict.seenLate) data.seenLate = true
  if (delayMs > lateAfterMs(water.clock)) data['delayMs'] = delayMs
  return {
    data,
    sentence: sentenceOf(
      {
        zh: `${since.zh}起未用水；近${usual.days}天中有${usual.by}天在${usualTime.zh}前已用水`,
        en: `No water since ${since.en}; on ${usual.by} of the last ${usual.days} like days it had been used by ${usualTime.en}`,
      },
      power === null ? null : electricity(turn, power.standbySince, from),
      ...around.clauses,
      meterHeard({ zh: '水表', en: 'meter' }, now - water.clock.knownUntil),
      verdict.seenLate ? SEEN_LATE : null,
      data['delayMs'] === undefined ? null : saidLate(delayMs),
    ),
  }
}

function electricity(turn: Turn, standbySince: EpochMs, from: EpochMs): Sentence {
  const time = clockTime(turn.home.zone, standbySince, turn.now)
  return standbySince <= from
    ? { zh: `${time.zh}起用电处于待机`, en: `electricity at standby since ${time.en}` }
    : { zh: `${time.zh}前后有用电`, en: `electricity was in use until ${time.en}` }
}
