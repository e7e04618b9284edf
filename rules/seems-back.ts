import type { Away } from '../contracts/home.ts'
import { type EpochMs, iso } from '../contracts/time.ts'
import { hasActedIn } from './circumstances.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { runWithoutUse } from './water-none.ts'
import type { HomeWater } from './water-quiet.ts'

const KIND = 'away.seems_back'

/**
 * away.seems_back: somebody acts in a home that is said to be away. The quiet counts again from then on; the period
 * itself is ended by a person, who knows whether it is the resident or somebody who waters the plants.
 */
export function settleSeemsBack(turn: Turn, water: HomeWater | null): EpochMs | null {
  const open = openFinding(turn.home, KIND)
  const { away = [], settings } = turn.context
  if (open === undefined && away.length === 0) return null
  const present = away.find((one) => one.source === 'planned' && one.from <= turn.now && turn.now < one.to)
  if (!settings[KIND].enabled || present === undefined) {
    if (open !== undefined) clear(turn, open, settings[KIND].enabled ? OVER : SWITCHED_OFF)
    return null
  }
  if (open !== undefined) return present.to
  if (water === null) return null
  const { since, afterUse } = runWithoutUse(water)
  if (!afterUse || !hasActedIn(present, since)) return null
  raise(turn, { kind: KIND, severity: 'P4', since, evidence: evidence(turn, present, since) })
  return present.to
}

const OVER = {
  data: { reason: 'away_over' },
  sentence: { zh: '报备外出已结束', en: 'The absence that was told of is over' },
}

function evidence(turn: Turn, away: Away, since: EpochMs) {
  const { zone } = turn.home
  const [used, to] = [clockTime(zone, since, turn.now), clockTime(zone, away.to, turn.now)]
  return {
    data: { usedAt: iso(since), awayFrom: iso(away.from), awayTo: iso(away.to) },
    sentence: {
      zh: `报备外出至${to.zh}，但${used.zh}前有用水，似已返家；请确认后结束外出`,
      en: `Said to be away until ${to.en}, but water was used by ${used.en}: seems to be back. Ask, then end the absence`,
    },
  }
}
