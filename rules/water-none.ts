import { type EpochMs, SECOND_MS } from '../contracts/time.ts'
import { quietCompleteAt } from './circumstances.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { judge } from './quiet.ts'
import { trickleLength } from './trickle.ts'
import { type HomeWater, NO_METER, quietEvidence, type Run, usedEvidence } from './water-quiet.ts'

/** inactivity.water_none: no water for `hours`, but for a trickle that runs by itself. Returns when it may come due. */
export function settleWaterNone(turn: Turn, water: HomeWater | null): EpochMs | null {
  const rule = turn.context.settings['inactivity.water_none']
  const open = openFinding(turn.home, 'inactivity.water_none')
  if (!rule.enabled || water === null) {
    if (open !== undefined) clear(turn, open, rule.enabled ? NO_METER : SWITCHED_OFF)
    return null
  }
  const run = runWithoutUse(water)
  if (open !== undefined) {
    if (run.since <= open.since || !run.afterUse) return null
    turn.home.usedAt = { ...turn.home.usedAt, none: run.since }
    clear(turn, open, usedEvidence(turn, water, open.raisedAt))
  }
  const since = Math.max(run.since, turn.home.usedAt.none)
  const verdict = judge(turn, water.clock, quietCompleteAt(turn, since, rule.hours))
  if (!verdict.certain) return verdict.dueAt
  raise(turn, {
    kind: 'inactivity.water_none',
    severity: 'P2',
    since: run.since,
    evidence: quietEvidence(turn, water, run, verdict, { hours: rule.hours, litres: 0 }),
  })
  return null
}

/** The quiet since the last use that was more than a trickle. Several rules ask the same home for it in one step. */
export function runWithoutUse(water: HomeWater): Run {
  water.withoutUse ??= quietSinceUse(water)
  return water.withoutUse
}

function quietSinceUse(water: HomeWater): Run {
  const trickle = trickleLength(water.uses, water.startS)
  const last = water.uses[water.uses.length - 1 - trickle]
  const litres = trickle === 0 ? 0 : water.uses.slice(-trickle).reduce((sum, use) => sum + use[2], 0)
  const lastS = last?.[0] ?? 0
  // The oldest that is remembered may be a drip, too: what came before a trickle that outlasts memory is forgotten.
  const isKnown = trickle === 0 || trickle < water.uses.length - 1
  const afterUse = isKnown && lastS > water.startS
  return { since: Math.max(lastS, water.startS) * SECOND_MS, litres, afterUse }
}
