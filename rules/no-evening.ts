import { type EpochMs, HOUR_MS } from '../contracts/time.ts'
import { isHeldBack } from './circumstances.ts'
import { type DayPart, dayPartEvidence, dayPartSeverity, isToldOf, TOLD_OF, usualBy } from './day-part.ts'
import { EVENING_HOUR, MORNING_HOUR } from './days.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { judge } from './quiet.ts'
import { runWithoutUse } from './water-none.ts'
import { type HomeWater, NO_METER, usedEvidence } from './water-quiet.ts'

const KIND = 'routine.no_evening'
const EVENING_AFTER_MS = (EVENING_HOUR - MORNING_HOUR) * HOUR_MS
/** A call after this does more harm than good. */
const LATEST_AFTER_MS = 6 * HOUR_MS

/**
 * routine.no_evening: was there by day and has not begun the evening, against the home's own evenings. It looks at the
 * first use of the evening rather than the last before bed, so that there is still time for a call.
 */
export function settleNoEvening(turn: Turn, water: HomeWater | null): EpochMs | null {
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
  const part = missedEvening(turn, water)
  if (part === null) return null
  const afterMs = part.usual.ms + rule.marginHours * HOUR_MS
  const completeAt = part.from + afterMs
  if (afterMs > LATEST_AFTER_MS || isHeldBack(turn, part.run.since, completeAt)) return null
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

/** Null where the home has been used since 17:00, nobody was seen by day, or its evenings are not known. */
function missedEvening(turn: Turn, water: HomeWater): DayPart | null {
  const { days } = turn.home
  if (days === undefined) return null
  const run = runWithoutUse(water)
  const from = days.from + EVENING_AFTER_MS
  if (run.since > from || run.since <= days.from || !run.afterUse) return null
  if ((turn.home.signOfLifeAt ?? 0) > from) return null
  const { share, minDays } = turn.context.settings[KIND]
  const usual = usualBy(days.evenings, share, minDays)
  return usual === null ? null : { from, usual, run }
}
