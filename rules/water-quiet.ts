import type { Evidence, Json, Sentence } from '../contracts/finding.ts'
import { type EpochMs, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { circumstances, quietCompleteAt } from './circumstances.ts'
import { clockTime, lengthOfTime, litresInWords, meterHeard, sentenceOf } from './explanation.ts'
import type { Turn } from './findings.ts'
import { type QuietClock, quietClock, type Verdict } from './quiet.ts'
import { signOfLifeInWords } from './sign-of-life.ts'
import { homePower } from './standby.ts'
import type { DeviceState, HomeState } from './state.ts'
import type { Use, WaterTrack } from './water.ts'

/** All water registers of a home, seen as one. */
export interface HomeWater {
  clock: QuietClock
  tracks: readonly WaterTrack[]
  /** Ascending. */
  uses: readonly Use[]
  /** From here on all registers are known. */
  startS: number
  /** What `runWithoutUse` found, once it was asked. */
  withoutUse?: Run
}

export interface Run {
  since: EpochMs
  /** What was used after `since`. */
  litres: number
  /** False where it begins with what we know, not with a use. */
  afterUse: boolean
  /** What flowed since was drawn by a clock. */
  byClock?: true
}

/** Null while no water register was ever heard. */
export function homeWater(home: HomeState): HomeWater | null {
  const clock = quietClock(home.devices, waterKnownUntil)
  if (clock === null) return null
  const tracks = waterTracks(home.devices)
  const first = tracks[0]
  if (first !== undefined && tracks.length === 1)
    return { clock, tracks, uses: first.uses, startS: first.startS }
  const uses = tracks.flatMap((track) => track.uses).sort((a, b) => a[0] - b[0])
  return { clock, tracks, uses, startS: Math.max(...tracks.map((track) => track.startS)) }
}

/** Asked with every reading, and nearly every home has one: then its own list serves. */
function waterTracks(devices: readonly DeviceState[]): readonly WaterTrack[] {
  let tracks: readonly WaterTrack[] = []
  for (const { water } of devices)
    if (water.length > 0) tracks = tracks.length === 0 ? water : [...tracks, ...water]
  return tracks
}

/** For the quiet clock: the registers of a device have all told until here. */
export function waterKnownUntil({ water }: DeviceState): EpochMs | null {
  let until: EpochMs | null = null
  for (const { register } of water) until = until === null ? register.at : Math.min(until, register.at)
  return until
}

/**
 * The longest stretch up to now in which less than `litres` were used. A use counts as of the report that showed it,
 * so a litre that flowed at an unknown time within a gap is never taken for an early one.
 */
export function runBelow(water: HomeWater, litres: number): Run {
  let sum = 0
  for (let i = water.uses.length - 1; i >= 0; i--) {
    const use = water.uses[i]
    if (use === undefined || use[0] <= water.startS) break
    if (sum + use[2] >= litres) return { since: use[0] * SECOND_MS, litres: sum, afterUse: true }
    sum += use[2]
  }
  return { since: water.startS * SECOND_MS, litres: sum, afterUse: false }
}

/** Why a home counts as quiet: what was used, what is alive, what is not known. */
export function quietEvidence(
  turn: Turn,
  water: HomeWater,
  run: Run,
  verdict: Verdict,
  expected: { hours: number; litres: number },
): Evidence {
  const { now, home } = turn
  const heardMs = now - water.clock.knownUntil
  const countsFrom = Math.max(run.since, home.signOfLifeAt ?? 0)
  const delayMs = now - quietCompleteAt(turn, countsFrom, expected.hours)
  const around = circumstances(turn, run.since)
  const gap = unknownUse(water)
  const broken = water.tracks.find((track) => track.broken !== null && track.broken.at >= run.since)?.broken
  const standbySince = homePower(home)?.standbySince ?? null
  const data: Record<string, Json> = {
    since: iso(run.since),
    quietMs: now - run.since,
    usedLitres: run.litres,
    hours: expected.hours,
    litres: expected.litres,
    meterKnownUntil: iso(water.clock.knownUntil),
    settingsVersion: turn.context.settings.version,
    ...around.data,
  }
  if (standbySince !== null) data.standbySince = iso(standbySince)
  if (gap !== null) data.unknownUse = { from: iso(gap.from), to: iso(gap.to), litres: gap.litres }
  if (broken) data.register = { cause: broken.cause, at: iso(broken.at) }
  if (verdict.seenLate) data.seenLate = true
  if (delayMs > lateAfterMs(water.clock)) data.delayMs = delayMs
  return {
    data,
    sentence: sentenceOf(
      expected.litres === 0 ? noneSince(turn, run) : usedSince(turn, run),
      standbySince === null ? null : standby(turn, standbySince),
      meterHeard({ zh: '水表', en: 'meter' }, heardMs),
      ...around.clauses,
      signOfLifeInWords(turn, run.since),
      gap === null ? null : useInGap(turn, gap),
      broken ? REGISTER_ANEW : null,
      verdict.seenLate ? SEEN_LATE : null,
      data.delayMs === undefined ? null : saidLate(delayMs),
    ),
  }
}

/** Said when an open finding turns out, or comes, to an end by use. */
export function usedEvidence(turn: Turn, water: HomeWater, raisedAt: EpochMs): Evidence {
  const last = water.uses.at(-1)
  const usedAt = last === undefined ? water.clock.knownUntil : last[0] * SECOND_MS
  const late = usedAt <= raisedAt
  const time = clockTime(turn.home.zone, usedAt, turn.now)
  return {
    data: { usedAt: iso(usedAt), disprovedByLateReadings: late },
    sentence: late
      ? {
          zh: `迟到的读数显示${time.zh}已用水，告警不成立`,
          en: `Late readings disprove it: water was used at ${time.en}`,
        }
      : { zh: `${time.zh}恢复用水`, en: `Water used again at ${time.en}` },
  }
}

export const NO_METER: Evidence = {
  data: { reason: 'no_meter' },
  sentence: { zh: '住户已无水表，无法判断', en: 'The home has no water meter any more' },
}

function usedSince(turn: Turn, run: Run): Sentence {
  const time = clockTime(turn.home.zone, run.since, turn.now)
  const length = lengthOfTime(turn.now - run.since)
  if (run.litres === 0)
    return { zh: `${time.zh}起未用水，已${length.zh}`, en: `No water since ${time.en}, ${length.en}` }
  const litres = litresInWords(run.litres)
  return {
    zh: `${time.zh}起仅用水${litres}升，已${length.zh}`,
    en: `Only ${litres} L of water since ${time.en}, ${length.en}`,
  }
}

/** What has flowed since the last real use, if anything, was a trickle that runs by itself. */
function noneSince(turn: Turn, run: Run): Sentence {
  if (run.litres === 0) return usedSince(turn, run)
  if (run.byClock) return clockSince(turn, run)
  const time = clockTime(turn.home.zone, run.since, turn.now)
  const length = lengthOfTime(turn.now - run.since)
  const litres = litresInWords(run.litres)
  return {
    zh: `${time.zh}起只有滴漏（${litres}升），已${length.zh}`,
    en: `Nothing but a trickle (${litres} L) since ${time.en}, ${length.en}`,
  }
}

/** What has flowed since somebody last used water comes at the same hours of every day. */
function clockSince(turn: Turn, run: Run): Sentence {
  const time = clockTime(turn.home.zone, run.since, turn.now)
  const length = lengthOfTime(turn.now - run.since)
  const litres = litresInWords(run.litres)
  return {
    zh: `${time.zh}起只有每日定时的自动用水（${litres}升），已${length.zh}`,
    en: `Nothing since ${time.en} but water that runs by the clock every day (${litres} L), ${length.en}`,
  }
}

function standby(turn: Turn, since: EpochMs): Sentence {
  const time = clockTime(turn.home.zone, since, turn.now)
  return { zh: `${time.zh}起用电处于待机`, en: `electricity at standby since ${time.en}` }
}

interface UnknownUse {
  from: EpochMs
  to: EpochMs
  litres: number
}

/** The last use, where reports were missing while it flowed: nobody can say when within the gap. */
function unknownUse(water: HomeWater): UnknownUse | null {
  const last = water.uses.at(-1)
  const usualS = Math.max(...water.tracks.map((track) => track.samples?.medianS ?? Number.POSITIVE_INFINITY))
  if (last === undefined || last[1] <= 1.5 * usualS) return null
  return { from: (last[0] - last[1]) * SECOND_MS, to: last[0] * SECOND_MS, litres: last[2] }
}

function useInGap(turn: Turn, gap: UnknownUse): Sentence {
  const from = clockTime(turn.home.zone, gap.from, turn.now)
  const to = clockTime(turn.home.zone, gap.to, turn.now)
  const litres = litresInWords(gap.litres)
  return {
    zh: `${from.zh}至${to.zh}无上报，其间某时用水${litres}升`,
    en: `no reports from ${from.en} to ${to.en}, ${litres} L used at some time in between`,
  }
}

const REGISTER_ANEW: Sentence = { zh: '水表读数重新起算', en: 'the register began anew' }
export const SEEN_LATE: Sentence = {
  zh: '本系统曾中断，发现较晚',
  en: 'seen late, because this service was away',
}

export function saidLate(ms: number): Sentence {
  const length = lengthOfTime(ms)
  return { zh: `读数迟到，晚${length.zh}才得知`, en: `readings came late, known ${length.en} after the fact` }
}

export const lateAfterMs = (clock: QuietClock): number =>
  Math.max(clock.intervalMs ?? HOUR_MS, 15 * MINUTE_MS)
