import type { Evidence, Json } from '../contracts/finding.ts'
import { iso, SECOND_MS } from '../contracts/time.ts'
import { circumstances, quietCompleteAt } from './circumstances.ts'
import { clockTime, lengthOfTime, meterHeard, sentenceOf } from './explanation.ts'
import type { Turn } from './findings.ts'
import type { Verdict } from './quiet.ts'
import { signOfLifeInWords } from './sign-of-life.ts'
import { type HomeWater, lateAfterMs, type Run, SEEN_LATE, saidLate } from './water-quiet.ts'

/** Why a home counts as quiet of which only electricity tells, and how little that is. */
export function aloneEvidence(
  turn: Turn,
  power: HomeWater,
  run: Run,
  verdict: Verdict,
  hours: number,
): Evidence {
  const { now, home } = turn
  const countsFrom = Math.max(run.since, home.signOfLifeAt ?? 0)
  const delayMs = now - quietCompleteAt(turn, countsFrom, hours)
  const late = delayMs > lateAfterMs(power.clock)
  const around = circumstances(turn, run.since)
  const time = clockTime(home.zone, run.since, now)
  const length = lengthOfTime(now - run.since)
  const data: Record<string, Json> = {
    since: iso(run.since),
    quietMs: now - run.since,
    hours,
    byElectricityAlone: true,
    meterKnownUntil: iso(power.clock.knownUntil),
    settingsVersion: turn.context.settings.version,
    ...around.data,
    ...(verdict.seenLate ? { seenLate: true } : {}),
    ...(late ? { delayMs } : {}),
  }
  return {
    data,
    sentence: sentenceOf(
      {
        zh: `${time.zh}起用电未见有人活动，已${length.zh}`,
        en: `Electricity shows nobody since ${time.en}, ${length.en}`,
      },
      {
        zh: '该户无水表，仅凭用电判断，把握较小',
        en: 'no water meter: judged by electricity alone, which is less certain',
      },
      meterHeard({ zh: '电表', en: 'meter' }, now - power.clock.knownUntil),
      ...around.clauses,
      signOfLifeInWords(turn, run.since),
      verdict.seenLate ? SEEN_LATE : null,
      late ? saidLate(delayMs) : null,
    ),
  }
}

/** Said when somebody switched something again, or is now known to have done. */
export function actedEvidence(turn: Turn, power: HomeWater, raisedAt: number): Evidence {
  const last = power.uses.at(-1)
  const usedAt = last === undefined ? power.clock.knownUntil : last[0] * SECOND_MS
  const late = usedAt <= raisedAt
  const time = clockTime(turn.home.zone, usedAt, turn.now)
  return {
    data: { usedAt: iso(usedAt), disprovedByLateReadings: late },
    sentence: late
      ? {
          zh: `迟到的用电读数显示${time.zh}已有人活动，告警不成立`,
          en: `Late readings disprove it: somebody used electricity at ${time.en}`,
        }
      : { zh: `${time.zh}起用电又见有人活动`, en: `Electricity shows somebody again at ${time.en}` },
  }
}
