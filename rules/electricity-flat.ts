import { type EpochMs, iso } from '../contracts/time.ts'
import { circumstances, quietCompleteAt } from './circumstances.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, lengthOfTime, meterHeard, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { judge, type Verdict } from './quiet.ts'
import { type HomePower, homePower } from './standby.ts'

/** inactivity.electricity_flat: never out of the home's own standby for `hours`. Returns when it may come due. */
export function settleElectricityFlat(turn: Turn): EpochMs | null {
  const rule = turn.context.settings['inactivity.electricity_flat']
  const open = openFinding(turn.home, 'inactivity.electricity_flat')
  const power = homePower(turn.home)
  if (!rule.enabled || power === null) {
    if (open !== undefined) clear(turn, open, rule.enabled ? NO_STANDBY : SWITCHED_OFF)
    return null
  }
  if (open !== undefined) {
    if (power.standbySince <= open.since) return null
    clear(turn, open, leftStandby(turn, power))
  }
  const verdict = judge(turn, power.clock, quietCompleteAt(turn, power.standbySince, rule.hours))
  if (!verdict.certain) return verdict.dueAt
  raise(turn, {
    kind: 'inactivity.electricity_flat',
    severity: 'P2',
    since: power.standbySince,
    evidence: flatEvidence(turn, power, verdict, rule.hours),
  })
  return null
}

function flatEvidence(turn: Turn, power: HomePower, verdict: Verdict, hours: number) {
  const time = clockTime(turn.home.zone, power.standbySince, turn.now)
  const length = lengthOfTime(turn.now - power.standbySince)
  const around = circumstances(turn, power.standbySince)
  return {
    data: {
      since: iso(power.standbySince),
      hours,
      standbyWatts: power.levelWatts,
      bandUpperWatts: power.upperWatts,
      meterKnownUntil: iso(power.clock.knownUntil),
      ...(verdict.seenLate ? { seenLate: true } : {}),
      ...around.data,
    },
    sentence: sentenceOf(
      {
        zh: `${time.zh}起用电处于待机（不超过${power.upperWatts}瓦），已${length.zh}`,
        en: `Electricity at standby (up to ${power.upperWatts} W) since ${time.en}, ${length.en}`,
      },
      meterHeard({ zh: '电表', en: 'meter' }, turn.now - power.clock.knownUntil),
      ...around.clauses,
      verdict.seenLate
        ? { zh: '本系统曾中断，发现较晚', en: 'seen late, because this service was away' }
        : null,
    ),
  }
}

function leftStandby(turn: Turn, power: HomePower) {
  const time = clockTime(turn.home.zone, power.standbySince, turn.now)
  return {
    data: { usedAt: iso(power.standbySince) },
    sentence: { zh: `${time.zh}有用电活动`, en: `Electricity in use again at ${time.en}` },
  }
}

const NO_STANDBY = {
  data: { reason: 'standby_unknown' },
  sentence: { zh: '待机水平未知，无法判断', en: 'The standby level is not known any more' },
}
