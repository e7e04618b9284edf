import { z } from 'zod'
import { Ladder } from './duty.ts'
import { Evidence, FindingKind } from './finding.ts'
import { AlertId, DeviceId, FindingId, HomeId, JurisdictionId, VisitId } from './ids.ts'
import { Severity } from './severity.ts'
import { Outcome } from './visit.ts'

/**
 * The lifecycle of docs/response. `suspected`: the resident is being asked first; `merged`: explained by an incident of
 * the neighbourhood; `suppressed`: by a planned cut; `shelved`: put aside by somebody, and always comes back. None of
 * these rings. From `resolved` on the case is over for whoever went; `closed` ends it for good.
 */
export const AlertState = z.enum([
  'suspected',
  'open',
  'acknowledged',
  'verifying',
  'dispatched',
  'accepted',
  'on_scene',
  'recovered',
  'transferred',
  'merged',
  'suppressed',
  'shelved',
  'resolved',
  'reviewed',
  'closed',
])
export type AlertState = z.infer<typeof AlertState>

/** The case is over: what is found now is a new one, or reopens it. */
export const OVER_STATES: readonly AlertState[] = ['resolved', 'reviewed', 'closed']

/** Who did it: somebody at the desk by account id, an integration by token id, whoever was sent by person id, or the service itself. */
export const Actor = z.string().regex(/^(system|(account|token|person):[A-Za-z0-9._:-]{1,64})$/)
export type Actor = z.infer<typeof Actor>

/** A finding that a person must deal with. `version` grows with every change and guards against lost updates. */
export const Alert = z.strictObject({
  id: AlertId,
  /** Null: it concerns the whole place, not one home. */
  homeId: HomeId.nullable(),
  jurisdictionId: JurisdictionId,
  family: z.string(),
  kind: FindingKind,
  severity: Severity,
  state: AlertState,
  deviceId: DeviceId.nullable(),
  /** Findings that hold now under this alert; empty once all have cleared. */
  findings: z.array(FindingId),
  since: z.int(),
  openedAt: z.int(),
  updatedAt: z.int(),
  acknowledgedAt: z.int().nullable(),
  acknowledgedBy: Actor.nullable(),
  recoveredAt: z.int().nullable(),
  resolvedAt: z.int().nullable(),
  resolvedBy: Actor.nullable(),
  /** Set when it was resolved while a finding still holds: until then the finding stays quiet, afterwards it reopens. */
  quietUntil: z.int().nullable(),
  /**
   * While suspected: when it opens without an answer. While merged or suppressed: when it opens although the cause goes
   * on. While shelved: when it comes back.
   */
  waitUntil: z.int().nullable(),
  /** The neighbourhood's alert that explains this one, while it is merged. */
  mergedInto: AlertId.nullable(),
  /** How many alerts of homes are merged into this one now. */
  members: z.int(),
  /** The planned cut that explains it, while it is suppressed. */
  suppressedBy: z.string().nullable(),
  /** Null: none runs, because it waits or is over, or its severity has none. */
  ladder: Ladder.nullable(),
  /** By when whoever has it must show progress; then it returns to open. */
  progressUntil: z.int().nullable(),
  /** The visit under way for it. */
  visitId: VisitId.nullable(),
  transferredTo: z.enum(['110', '119', '120']).nullable(),
  outcome: Outcome.nullable(),
  reviewedAt: z.int().nullable(),
  reviewedBy: Actor.nullable(),
  closedAt: z.int().nullable(),
  closedBy: Actor.nullable(),
  /** An exercise: through the whole chain, outside the measures. */
  drill: z.boolean(),
  count: z.int(),
  evidence: Evidence,
  settingsVersion: z.int(),
  version: z.int(),
  /** The version at which it last changed for whoever decides: that somebody was told of it does not count. */
  decidedVersion: z.int(),
})
export type Alert = z.infer<typeof Alert>

export const TimelineEvent = z.enum([
  'opened',
  'updated',
  'severity_raised',
  'recovered',
  'relapsed',
  'acknowledged',
  'noted',
  'resolved',
  'reopened',
  'fact',
  /** Of a home: explained by an incident. Of an incident: one more home is. */
  'merged',
  /** Was open before an incident began that may explain it. */
  'linked',
  /** Of an incident: a home's alert no longer is a part of it. */
  'released',
  /** Check-in with the resident: asked, answered, not answered in time, could not be asked. */
  'asked',
  'answered',
  'unanswered',
  'ask_failed',
  /** Somebody was told, or could not be: whom, through what, whether it arrived, and when it was due. */
  'paged',
  'page_delivered',
  'page_failed',
  'page_answered',
  /** A step of the ladder found nobody, or somebody who is not reachable or has had too many pages. */
  'nobody_on_duty',
  'passed_over',
  /** Nothing was heard from whoever had it. */
  'progress_overdue',
  'verifying',
  /** The visit: offered, accepted, declined, not answered, on the way, there, reported; nobody left to ask. */
  'visit_offered',
  'visit_accepted',
  'visit_declined',
  'visit_timeout',
  'visit_en_route',
  'visit_on_scene',
  'visit_submitted',
  'visit_unfilled',
  'visit_cancelled',
  'suppressed',
  'shelved',
  'unshelved',
  'transferred',
  'reviewed',
  'closed',
])
export type TimelineEvent = z.infer<typeof TimelineEvent>

/** One appended line of an alert's history; nothing in it is ever overwritten. `noteId` points at erasable free text. */
export const TimelineEntry = z.strictObject({
  alertId: AlertId,
  n: z.int(),
  at: z.int(),
  actor: Actor,
  event: TimelineEvent,
  from: AlertState.nullable(),
  to: AlertState,
  noteId: z.string().nullable(),
  evidence: Evidence.nullable(),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>
