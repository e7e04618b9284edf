import { z } from 'zod'
import { Evidence, FindingKind } from './finding.ts'
import { AlertId, HomeId } from './ids.ts'

/** What one rule would have said about an emergency that was found by other means. */
export const MissedRule = z.strictObject({
  kind: FindingKind,
  /** Whether it was switched on then. */
  enabled: z.boolean(),
  /** It held already when it happened, and so says nothing new. */
  heldBefore: z.boolean(),
  /** When it would have spoken first after it happened; null: not within the time looked at. */
  at: z.int().nullable(),
  /** That is after it was found: had nobody looked, and nobody acted any more. */
  afterFound: z.boolean(),
  evidence: Evidence.nullable(),
})
export type MissedRule = z.infer<typeof MissedRule>

/** For an emergency found by other means: when each rule would have spoken, by the home's own past. */
export const MissedAlarmReview = z.strictObject({
  alertId: AlertId,
  homeId: HomeId,
  state: z.enum(['done', 'failed']),
  reviewedAt: z.int(),
  happenedAt: z.int(),
  foundAt: z.int(),
  /** Until when it was asked what the rules would have said. */
  until: z.int(),
  /** The settings that held then. */
  settingsVersion: z.int(),
  /** Those that would have spoken, the first first; then the others by their names. */
  rules: z.array(MissedRule),
})
export type MissedAlarmReview = z.infer<typeof MissedAlarmReview>
