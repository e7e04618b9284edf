import type { EscalationPolicy, Ladder, SeverityPolicy } from '../contracts/duty.ts'
import { PolicyId } from '../contracts/ids.ts'
import type { Severity } from '../contracts/severity.ts'

const DAY_MINUTES = 1_440

/** Life at risk now: everybody within five minutes, and the fire service beside them. */
const P1: SeverityPolicy = {
  steps: [
    { afterMinutes: 0, tell: ['primary', 'resident'] },
    { afterMinutes: 1, tell: ['backup', 'contacts'] },
    { afterMinutes: 3, tell: ['street'] },
    { afterMinutes: 5, tell: ['district'] },
  ],
  repeatMinutes: 5,
  progressMinutes: 5,
  sceneMinutes: 15,
  workingHoursOnly: false,
  tellFireService: true,
}
/** By night the clocks are the same. */
const P2: SeverityPolicy = {
  steps: [
    { afterMinutes: 0, tell: ['primary', 'resident'] },
    { afterMinutes: 5, tell: ['backup', 'contacts'] },
    { afterMinutes: 15, tell: ['street'] },
    { afterMinutes: 30, tell: ['district'] },
  ],
  repeatMinutes: 15,
  progressMinutes: 15,
  sceneMinutes: 45,
  workingHoursOnly: false,
  tellFireService: false,
}
const P3: SeverityPolicy = {
  steps: [
    { afterMinutes: 0, tell: ['primary', 'resident'] },
    { afterMinutes: 240, tell: ['backup', 'contacts'] },
    { afterMinutes: DAY_MINUTES, tell: ['street'] },
    { afterMinutes: 2 * DAY_MINUTES, tell: ['district'] },
  ],
  repeatMinutes: DAY_MINUTES,
  progressMinutes: DAY_MINUTES,
  sceneMinutes: 3 * DAY_MINUTES,
  workingHoursOnly: true,
  tellFireService: false,
}

/** In force wherever a district has written none of its own: the table of docs/response. */
export const defaultPolicy: EscalationPolicy = {
  id: PolicyId.parse('default'),
  version: 1,
  jurisdictionId: null,
  name: '通用',
  ladders: { P1, P2, P3 },
  workingHours: { fromMinute: 8 * 60 + 30, toMinute: 17 * 60 + 30, weekdays: [1, 2, 3, 4, 5] },
  offerMinutes: 5,
  reachMinutes: 10,
  pagesPerShift: 20,
  pagesPerDay: 40,
  reviewByAnother: true,
}

/**
 * What an alert was opened under. A version that is lost cannot be gone by: then what is in force serves, because an
 * alert without a ladder would be worse than one with another.
 */
export const policyOf = (
  ladder: Ladder,
  policies: readonly EscalationPolicy[],
  inForce: EscalationPolicy,
): EscalationPolicy =>
  [...policies, defaultPolicy].find(
    (one) => one.id === ladder.policyId && one.version === ladder.policyVersion,
  ) ?? inForce

/** The ladder that a severity climbs; null: it stands in the queue and calls nobody. */
export const ladderFor = (policy: EscalationPolicy, severity: Severity): SeverityPolicy | null =>
  policy.ladders[severity] ?? null
