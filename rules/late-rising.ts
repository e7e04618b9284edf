import { type EpochMs, HOUR_MS } from '../contracts/time.ts'
import { isHeldBack } from './circumstances.ts'
import { type DayPart, dayPartEvidence, dayPartSeverity, isToldOf, TOLD_OF, usualBy } from './day-part.ts'
import { EVENING_HOUR, MORNING_HOUR } from './days.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { judge } from './quiet.ts'
import { runWithoutUse } from './water-none.ts'
import { type HomeWater, NO_METER, usedEvidence } from './water-quiet.ts'

const KIND = 'routine.late_rising'
/** From the beginning of the evening until the morning. */
const EVENING_BEFORE_MS = (24 - EVENING_HOUR + MORNING_HOUR) * HOUR_MS

/** routine.late_rising: was there last evening and is not up yet, against the home's own mornings. An early, weak sign. */
export function settleLateRising(turn: Turn, water: HomeWater | null): EpochMs | null {
  const rule = turn.context.settings[KIND]
  const open = openFinding(turn.home, KIND)
  if (!rule.enabled || water === null) {
    if (open !== undefined) clear(turn, open, rule.enabled ? NO_METER : SWITCHED_OFF)
    return null
  }
  if (isToldOf(turn)) {
    if (open !== undefined) clear(turn, open, TOLD_OF)
    return null
  }
  if (open !== undefined) {
    if (runWithoutUse(water).since <= open.since) return null
    clear(turn, open, usedEvidence(turn, water, open.raisedAt))
  }
  const part = missedMorning(turn, water)
  if (part === null) return null
  const completeAt = part.from + part.usual.ms + rule.marginHours * HOUR_MS
  if (isHeldBack(turn, part.run.since, completeAt)) return null
  const verdict = judge(turn, water.clock, completeAt)
  if (!verdict.certain) return verdict.dueAt
  raise(turn, {
    kind: KIND,
    severity: dayPartSeverity(turn, part),
    since: part.run.since,
    evidence: dayPartEvidence(turn, water, { ...part, completeAt }, verdict),
  })
  return null
}

/** Null where the home has been used since 04:00, nobody was seen the evening before, or its mornings are not known. */
function missedMorning(turn: Turn, water: HomeWater): DayPart | null {
  const { days } = turn.home
  if (days === undefined) return null
  const run = runWithoutUse(water)
  if (run.since > days.from || run.since <= days.from - EVENING_BEFORE_MS || !run.afterUse) return null
  if ((turn.home.signOfLifeAt ?? 0) > days.from) return null
  const { share, minDays } = turn.context.settings[KIND]
  const usual = usualBy(days.mornings, share, minDays)
  return usual === null ? null : { from: days.from, usual, run }
}
