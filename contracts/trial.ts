import { z } from 'zod'
import { Actor } from './alert.ts'
import { FindingKind, Sentence } from './finding.ts'
import { HomeId } from './ids.ts'
import type { RuleSettings } from './settings.ts'
import { Severity } from './severity.ts'

/** An alert as it would have been: findings of one home and family (of `device.*` one device) that overlap are one. */
export const TrialAlert = z.strictObject({
  homeId: HomeId,
  kind: FindingKind,
  severity: Severity,
  raisedAt: z.int(),
  /** Null: it still held at the end. */
  endedAt: z.int().nullable(),
  sentence: Sentence,
})
export type TrialAlert = z.infer<typeof TrialAlert>

/**
 * Hours from an injected incident to the first inactivity alert. Incidents at which one was open already are `open`
 * and say nothing; `never`: not within 72 h. Quantiles count what was never noticed as the longest; null: that long.
 */
export const TrialDelay = z.strictObject({
  incidents: z.int(),
  open: z.int(),
  never: z.int(),
  medianHours: z.number().nullable(),
  p90Hours: z.number().nullable(),
  maxHours: z.number().nullable(),
  within24Share: z.number().nullable(),
})
export type TrialDelay = z.infer<typeof TrialDelay>

export const TrialSide = z.strictObject({
  settingsVersion: z.int(),
  alerts: z.int(),
  /** Alerts of P1 and P2: somebody goes to look. */
  visitsPerWeek: z.number(),
  delay: TrialDelay,
})
export type TrialSide = z.infer<typeof TrialSide>

export const TrialHome = z.strictObject({
  homeId: HomeId,
  present: TrialSide,
  proposed: TrialSide,
  added: z.int(),
  removed: z.int(),
  /** Mean over the incidents that both sides noticed; positive: sooner under the proposed settings. */
  wonHours: z.number().nullable(),
})
export type TrialHome = z.infer<typeof TrialHome>

export const TrialResult = z.strictObject({
  from: z.int(),
  to: z.int(),
  homes: z.int(),
  /** Those of which nothing was kept in the period. */
  homesWithoutReadings: z.int(),
  present: TrialSide,
  proposed: TrialSide,
  wonHours: z.number().nullable(),
  addedCount: z.int(),
  removedCount: z.int(),
  /** Alerts raised under both settings, but at another time. */
  soonerCount: z.int(),
  laterCount: z.int(),
  /** Earliest first, at most 500 of each. */
  added: z.array(TrialAlert),
  removed: z.array(TrialAlert),
  /** Those in which most changes first, at most 500. */
  perHome: z.array(TrialHome),
})
export type TrialResult = z.infer<typeof TrialResult>

export const Trial = z.strictObject({
  id: z.string(),
  by: Actor,
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  createdAt: z.int(),
  days: z.int(),
  homes: z.int(),
  homesDone: z.int(),
  /** Present once it is done. */
  result: TrialResult.nullable(),
})
export type Trial = z.infer<typeof Trial>

/** What the rules would have said under other settings, found out from the kept readings; nobody is alerted by it. */
export interface Trials {
  /** Settles when the trial is queued. Refused with `too_many_requests` when several wait already. */
  start(request: { settings: RuleSettings; homeIds: HomeId[]; days: number; by: Actor }): Promise<Trial>
  /** Null when unknown, or so old that it was let go. */
  get(id: string): Trial | null
}
