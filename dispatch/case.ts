import type { Actor, Alert, AlertState, TimelineEntry } from '../contracts/alert.ts'
import type { AlertCommand } from '../contracts/command.ts'
import type { ErrorCode } from '../contracts/errors.ts'
import { type Finding, familyOf } from '../contracts/finding.ts'
import type { AlertId, HomeId, JurisdictionId } from '../contracts/ids.ts'
import type { EpochMs } from '../contracts/time.ts'

/** What can happen to the alerts of a home: the rules concluded something, a person acted, or a time has come. */
export type CaseEvent =
  | { type: 'finding'; finding: Finding }
  | { type: 'command'; command: AlertCommand }
  | { type: 'deadline' }

export interface CaseContext {
  homeId: HomeId
  jurisdictionId: JurisdictionId
  quietHoursAfterResolve: number
  /** A fresh id for each call; given from outside so that this room stays pure. */
  newAlertId(): AlertId
}

export interface CaseRefusal {
  code: Extract<ErrorCode, 'not_found' | 'version_conflict' | 'already_resolved'>
  message: string
}

/**
 * `alerts`: those that changed, whole, to be put; `timeline`: lines to be appended; `deadline`: when to ask again.
 * A refused command changes nothing. `subject` is the alert that a command was about, as it is now.
 */
export interface CaseResult {
  alerts: Alert[]
  timeline: TimelineEntry[]
  deadline: EpochMs | null
  refused: CaseRefusal | null
  subject: Alert | null
}

/**
 * The case book of one home during one step: it holds the alerts that are active, and collects what changes. Every
 * change goes through `change`, which gives it a version and exactly one line in the timeline (n = version).
 */
export class CaseBook {
  readonly #alerts = new Map<AlertId, Alert>()
  readonly #changed = new Set<AlertId>()
  readonly #timeline: TimelineEntry[] = []
  readonly now: EpochMs
  readonly context: CaseContext

  constructor(active: readonly Alert[], now: EpochMs, context: CaseContext) {
    for (const alert of active) this.#alerts.set(alert.id, alert)
    this.now = now
    this.context = context
  }

  get(id: AlertId): Alert | undefined {
    return this.#alerts.get(id)
  }

  all(): Alert[] {
    return [...this.#alerts.values()]
  }

  /** The active alert that a finding belongs to: by family, and for devices by the device as well. */
  activeFor(finding: Finding): Alert | undefined {
    const family = familyOf(finding.kind)
    return this.all().find(
      (alert) =>
        isActive(alert) &&
        alert.family === family &&
        (family !== 'device' || alert.deviceId === (finding.deviceId ?? null)),
    )
  }

  open(finding: Finding): void {
    const alert: Alert = {
      id: this.context.newAlertId(),
      homeId: this.context.homeId,
      jurisdictionId: this.context.jurisdictionId,
      family: familyOf(finding.kind),
      kind: finding.kind,
      severity: finding.severity,
      state: 'open',
      deviceId: finding.deviceId ?? null,
      findings: [finding.id],
      since: finding.since,
      openedAt: this.now,
      updatedAt: this.now,
      acknowledgedAt: null,
      acknowledgedBy: null,
      recoveredAt: null,
      resolvedAt: null,
      resolvedBy: null,
      quietUntil: null,
      count: 1,
      evidence: finding.evidence,
      settingsVersion: finding.settingsVersion,
      version: 0,
    }
    this.change(alert, {}, { event: 'opened', actor: 'system', from: null, evidence: finding.evidence })
  }

  change(
    alert: Alert,
    update: Partial<Alert>,
    line: { event: TimelineEntry['event']; actor: Actor; from?: AlertState | null } & Partial<
      Pick<TimelineEntry, 'noteId' | 'evidence'>
    >,
  ): Alert {
    const next: Alert = { ...alert, ...update, updatedAt: this.now, version: alert.version + 1 }
    this.#alerts.set(next.id, next)
    this.#changed.add(next.id)
    this.#timeline.push({
      alertId: next.id,
      n: next.version,
      at: this.now,
      actor: line.actor,
      event: line.event,
      from: line.from === undefined ? alert.state : line.from,
      to: next.state,
      noteId: line.noteId ?? null,
      evidence: line.evidence ?? null,
    })
    return next
  }

  result(refused: CaseRefusal | null, subject: AlertId | null): CaseResult {
    const waits = this.all()
      .map((alert) => alert.quietUntil)
      .filter((at) => at !== null)
    return {
      alerts: [...this.#changed].flatMap((id) => this.#alerts.get(id) ?? []),
      timeline: this.#timeline,
      deadline: waits.length > 0 ? Math.min(...waits) : null,
      refused,
      subject: subject === null ? null : (this.#alerts.get(subject) ?? null),
    }
  }
}

/** Not yet resolved, or resolved but only kept quiet for a while. */
export const isActive = (alert: Alert): boolean => alert.state !== 'resolved' || alert.quietUntil !== null
