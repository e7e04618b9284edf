import { z } from 'zod'
import { Actor } from './alert.ts'
import { Page } from './duty.ts'
import { AlertId, HomeId, JurisdictionId } from './ids.ts'
import { Severity } from './severity.ts'

/** A case that a person opens: an emergency found by other means, or a drill. It stands so in the journal. */
export const Report = z.strictObject({
  alertId: AlertId,
  /** Null: a drill of a place. */
  homeId: HomeId.nullable(),
  jurisdictionId: JurisdictionId,
  severity: Severity,
  /** When it happened, as far as anybody knows. */
  since: z.int(),
  drill: z.boolean(),
  /** A drill that is planned begins then; null: now. */
  startsAt: z.int().nullable(),
  by: Actor,
  noteId: z.string().nullable(),
})
export type Report = z.infer<typeof Report>

/** Somebody who was told in a drill. */
export const DrillPage = Page.pick({
  recipient: true,
  purpose: true,
  step: true,
  dueAt: true,
  createdAt: true,
  sentAt: true,
  channelId: true,
  state: true,
  reason: true,
}).extend({ answeredAt: z.int().nullable() })
export type DrillPage = z.infer<typeof DrillPage>

/** What a drill showed. Times are milliseconds after its start; null: that did not happen (yet). */
export const DrillReport = z.strictObject({
  alertId: AlertId,
  homeId: HomeId.nullable(),
  jurisdictionId: JurisdictionId,
  severity: Severity,
  /** When it begins or began: until then nobody is told. */
  startsAt: z.int(),
  isOver: z.boolean(),
  /** In the order in which they were told. */
  told: z.array(DrillPage),
  firstToldMs: z.int().nullable(),
  firstArrivedMs: z.int().nullable(),
  firstAnsweredMs: z.int().nullable(),
  acknowledgedMs: z.int().nullable(),
  offeredMs: z.int().nullable(),
  acceptedMs: z.int().nullable(),
  onSceneMs: z.int().nullable(),
  resolvedMs: z.int().nullable(),
  closedMs: z.int().nullable(),
  /** Steps that found nobody, and pages that did not arrive. */
  nobodyOnDuty: z.int(),
  pagesFailed: z.int(),
})
export type DrillReport = z.infer<typeof DrillReport>
