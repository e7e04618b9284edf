import type { Evidence } from '../contracts/finding.ts'
import { type EpochMs, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { gravityOf, standbySince } from './continuous-flow.ts'
import { litresUntil, ownPeakLitres, PEAK_MS } from './days.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, lengthOfTime, litresInWords, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn, update } from './findings.ts'
import { type HomeWater, NO_METER, saidLate } from './water-quiet.ts'

const KIND = 'water.flood'
/** Before the home's own days are known: what a bath, a washing machine and a shower together never take. */
const UNKNOWN_HOME_LITRES = 1_000
const LATE_AFTER_MS = HOUR_MS + 15 * MINUTE_MS

/** water.flood: within two hours far more than ever on the home's own days. Comes and goes with reports alone. */
export function settleFlood(turn: Turn, water: HomeWater | null): null {
  const rule = turn.context.settings[KIND]
  const open = openFinding(turn.home, KIND)
  if (!rule.enabled || water === null) {
    if (open !== undefined) clear(turn, open, rule.enabled ? NO_METER : SWITCHED_OFF)
    return null
  }
  const last = water.uses.at(-1)
  const until = latestReport(water)
  const isPast = last === undefined || last[0] * SECOND_MS <= until - PEAK_MS
  if (isPast && open === undefined) return null
  const litres = isPast ? 0 : litresUntil(water.uses, Math.ceil(until / SECOND_MS))
  const own = ownPeakLitres(turn.home)
  const limit =
    own === null ? Math.max(UNKNOWN_HOME_LITRES, rule.litres) : Math.max(rule.litres, rule.factor * own)
  if (open !== undefined) {
    if (litres < limit / 2) clear(turn, open, stopped(turn, until))
    else if (open.severity === 'P3' && gravityOf(turn) === 'P2') {
      open.severity = 'P2'
      update(turn, open, floodEvidence(turn, { litres, limit, own, until }))
    }
    return null
  }
  if (litres <= limit) return null
  raise(turn, {
    kind: KIND,
    severity: gravityOf(turn),
    since: Math.min(turn.now, firstUseWithin(water, until)),
    ...deviceOf(turn, until),
    evidence: floodEvidence(turn, { litres, limit, own, until }),
  })
  return null
}

function latestReport(water: HomeWater): EpochMs {
  let latest = 0
  for (const { register } of water.tracks) latest = Math.max(latest, register.at)
  return latest
}

function firstUseWithin(water: HomeWater, until: EpochMs): EpochMs {
  const fromS = (until - PEAK_MS) / SECOND_MS
  const first = water.uses.find(([at]) => at > fromS)
  return first === undefined ? until : Math.max(fromS, first[0] - first[1]) * SECOND_MS
}

function deviceOf(turn: Turn, at: EpochMs): { deviceId?: string } {
  const device = turn.home.devices.find((one) => one.water.some((track) => track.register.at === at))
  return device === undefined ? {} : { deviceId: device.id }
}

function floodEvidence(
  turn: Turn,
  { litres, limit, own, until }: { litres: number; limit: number; own: number | null; until: EpochMs },
): Evidence {
  const quietSince = standbySince(turn)
  const within = lengthOfTime(PEAK_MS)
  const quiet = quietSince === null ? null : clockTime(turn.home.zone, quietSince, turn.now)
  const delayMs = turn.now - until
  return {
    data: {
      litres: Math.round(litres),
      limitLitres: Math.round(limit),
      ownPeakLitres: own,
      withinMs: PEAK_MS,
      until: iso(until),
      ...(quietSince === null ? {} : { standbySince: iso(quietSince) }),
      ...(delayMs > LATE_AFTER_MS ? { delayMs } : {}),
    },
    sentence: sentenceOf(
      {
        zh: `${within.zh}内用水${litresInWords(Math.round(litres))}升，疑似爆管或忘关水`,
        en: `${litresInWords(Math.round(litres))} L of water within ${within.en}: a burst pipe or an open tap`,
      },
      own === null
        ? null
        : { zh: `该户以往最多${Math.round(own)}升`, en: `never more than ${Math.round(own)} L before` },
      quiet === null
        ? null
        : { zh: `${quiet.zh}起用电处于待机`, en: `electricity at standby since ${quiet.en}` },
      delayMs > LATE_AFTER_MS ? saidLate(delayMs) : null,
    ),
  }
}

function stopped(turn: Turn, at: EpochMs): Evidence {
  const time = clockTime(turn.home.zone, at, turn.now)
  return {
    data: { stoppedAt: iso(at) },
    sentence: { zh: `${time.zh}水流已恢复正常`, en: `The flow was ordinary again by ${time.en}` },
  }
}
