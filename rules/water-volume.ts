import { type EpochMs, HOUR_MS } from '../contracts/time.ts'
import { quietCompleteAt } from './circumstances.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { judge } from './quiet.ts'
import { type HomeWater, NO_METER, quietEvidence, runBelow, usedEvidence } from './water-quiet.ts'

/** inactivity.water_volume, the district rule: less than `litres` in the last `hours`. Returns when it may come due. */
export function settleWaterVolume(turn: Turn, water: HomeWater | null): EpochMs | null {
  const rule = turn.context.settings['inactivity.water_volume']
  const open = openFinding(turn.home, 'inactivity.water_volume')
  if (!rule.enabled || water === null) {
    if (open !== undefined) clear(turn, open, rule.enabled ? NO_METER : SWITCHED_OFF)
    return null
  }
  const run = runBelow(water, rule.litres)
  if (open !== undefined) {
    const holds = run.since <= open.since || run.since + rule.hours * HOUR_MS <= water.clock.knownUntil
    if (holds || !run.afterUse) return null
    turn.home.usedAt = { ...turn.home.usedAt, volume: water.clock.knownUntil }
    clear(turn, open, usedEvidence(turn, water, open.raisedAt))
  }
  const since = Math.max(run.since, turn.home.usedAt.volume)
  const verdict = judge(turn, water.clock, quietCompleteAt(turn, since, rule.hours))
  if (!verdict.certain) return verdict.dueAt
  raise(turn, {
    kind: 'inactivity.water_volume',
    severity: 'P2',
    since: run.since,
    evidence: quietEvidence(turn, water, run, verdict, rule),
  })
  return null
}
