import { z } from 'zod'
import { Evidence, FindingKind } from './finding.ts'
import { AlertId, DeviceId, FindingId, HomeId, JurisdictionId } from './ids.ts'
import { Severity } from './severity.ts'

/**
 * The lifecycle of docs/response: the states in use today; duty and dispatch add theirs between. `suspected`: the
 * resident is being asked first; `merged`: explained by an incident of the neighbourhood. Neither rings.
 */
export const AlertState = z.enum(['suspected', 'open', 'acknowledged', 'recovered', 'merged', 'resolved'])
export type AlertState = z.infer<typeof AlertState>

/** Who did it: a person by account id, an integration by token id, or the service itself. */
export const Actor = z.string().regex(/^(system|(account|token):[A-Za-z0-9._:-]{1,64})$/)
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
  /** While suspected: when it opens without an answer. While merged: when it opens although the incident goes on. */
  waitUntil: z.int().nullable(),
  /** The neighbourhood's alert that explains this one, while it is merged. */
  mergedInto: AlertId.nullable(),
  /** How many alerts of homes are merged into this one now. */
  members: z.int(),
  count: z.int(),
  evidence: Evidence,
  settingsVersion: z.int(),
  version: z.int(),
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
