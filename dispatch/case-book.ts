import type { Actor, Alert, AlertState, TimelineEntry } from '../contracts/alert.ts'
import type { PlannedCut } from '../contracts/circumstance.ts'
import type { Page } from '../contracts/duty.ts'
import { familyOf } from '../contracts/finding.ts'
import type { AlertId, JurisdictionId, VisitId } from '../contracts/ids.ts'
import { moreSevere } from '../contracts/severity.ts'
import type { EpochMs } from '../contracts/time.ts'
import type { Visit } from '../contracts/visit.ts'
import {
  type CaseContext,
  type CaseFinding,
  type CaseRefusal,
  type CaseResult,
  isActive,
  isInHand,
  isRinging,
  REOPENED,
} from './case.ts'
import { holdLadder, ladderDue, progressDue, startLadder } from './ladder.ts'
import { cutOf, type Inhibitor, inhibitorOf, isAskedAbout } from './waiting.ts'

/**
 * The case book of one home during one step: it holds the alerts that are active, and collects what changes. Every
 * change goes through `change`, which gives it a version and exactly one line in the timeline (n = version).
 */
export class CaseBook {
  readonly #alerts = new Map<AlertId, Alert>()
  readonly #changed = new Set<AlertId>()
  readonly #timeline: TimelineEntry[] = []
  readonly #asks: AlertId[] = []
  readonly #pages: Page[] = []
  readonly #visits = new Map<VisitId, Visit>()
  readonly #changedVisits = new Set<VisitId>()
  readonly #gaps = new Set<JurisdictionId>()
  readonly now: EpochMs
  readonly context: CaseContext

  constructor(active: readonly Alert[], now: EpochMs, context: CaseContext) {
    for (const alert of active) this.#alerts.set(alert.id, alert)
    for (const visit of context.visits) this.#visits.set(visit.id, visit)
    this.now = now
    this.context = context
  }

  get(id: AlertId): Alert | undefined {
    return this.#alerts.get(id)
  }

  all(): Alert[] {
    return [...this.#alerts.values()]
  }

  visit(id: VisitId): Visit | undefined {
    return this.#visits.get(id)
  }

  visits(): Visit[] {
    return [...this.#visits.values()]
  }

  putVisit(visit: Visit): Visit {
    const next = { ...visit, updatedAt: this.now, version: visit.version + 1 }
    this.#visits.set(next.id, next)
    this.#changedVisits.add(next.id)
    return next
  }

  /** The active alert that a finding belongs to: by family, for devices by the device and for places by the kind. */
  activeFor(finding: CaseFinding): Alert | undefined {
    const { kind, deviceId = null } = finding
    // What is real joins no drill.
    const sought = { family: familyOf(kind), kind, deviceId, drill: false }
    return this.all().find((alert) => isActive(alert) && this.isSameCase(alert, sought))
  }

  /** One of the two at a time is active. */
  isSameCase(
    alert: Alert,
    { family, kind, deviceId, drill }: Pick<Alert, 'family' | 'kind' | 'deviceId' | 'drill'>,
  ): boolean {
    return (
      alert.family === family &&
      alert.drill === drill &&
      (family !== 'device' || alert.deviceId === deviceId) &&
      ((family !== 'neighbourhood' && family !== 'duty') || alert.kind === kind)
    )
  }

  /** Opens an alert for a finding, or lets it wait: within an incident that explains it, or for the resident's answer. */
  open(finding: CaseFinding): void {
    const { inhibitors, cuts, answerMs } = this.context
    const inhibitor = inhibitorOf(finding, inhibitors)
    const cut = cutOf(finding, cuts)
    const alert = this.newAlert(finding)
    const line = { actor: 'system', from: null, evidence: finding.evidence } as const
    if (inhibitor) {
      this.change(alert, this.mergedInto(alert.family, inhibitor), { ...line, event: 'merged' })
    } else if (cut) {
      this.change(alert, this.suppressedBy(alert.family, cut), { ...line, event: 'suppressed' })
    } else if (answerMs !== null && isAskedAbout(finding)) {
      this.#asks.push(alert.id)
      this.change(alert, { state: 'suspected', waitUntil: this.now + answerMs }, { ...line, event: 'asked' })
    } else this.change(alert, {}, { ...line, event: 'opened' })
  }

  mergedInto(family: string, { alertId }: Inhibitor): Partial<Alert> {
    const waitUntil = family === 'inactivity' ? this.now + this.context.holdMs : null
    return { state: 'merged', mergedInto: alertId, waitUntil }
  }

  suppressedBy(family: string, { id, to }: PlannedCut): Partial<Alert> {
    const heldUntil = family === 'inactivity' ? this.now + this.context.holdMs : to
    return { state: 'suppressed', mergedInto: null, suppressedBy: id, waitUntil: Math.min(to, heldUntil) }
  }

  newAlert(finding: CaseFinding): Alert {
    return newAlert(finding, this.now, this.context)
  }

  change(
    alert: Alert,
    update: Partial<Alert>,
    line: { event: TimelineEntry['event']; actor: Actor; from?: AlertState | null } & Partial<
      Pick<TimelineEntry, 'noteId' | 'evidence'>
    >,
  ): Alert {
    const version = alert.version + 1
    const decidedVersion = TELLINGS.has(line.event) ? alert.decidedVersion : version
    const changed: Alert = { ...alert, ...update, updatedAt: this.now, version, decidedVersion }
    const next = { ...changed, ...this.#climbing(alert, changed, update, line.actor) }
    this.put(next, {})
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

  /** Every way in which an alert comes to ring, is taken on or comes to rest starts or holds its ladder here. */
  #climbing(before: Alert, next: Alert, update: Partial<Alert>, actor: Actor): Partial<Alert> {
    if (isRinging(next)) {
      const anew =
        before.version === 0 ||
        !isRinging(before) ||
        (before.state === 'recovered' && next.state === 'open') ||
        moreSevere(next.severity, before.severity)
      return anew ? { ladder: startLadder(this, next), progressUntil: null } : {}
    }
    const ladder =
      next.ladder === null || next.ladder.dueAt === null ? {} : { ladder: holdLadder(next.ladder) }
    if (!isInHand(next)) return { ...ladder, progressUntil: null }
    const progress = actor !== 'system' || before.state !== next.state
    if (!progress || update.progressUntil !== undefined) return ladder
    return { ...ladder, progressUntil: progressDue(this, next) }
  }

  /** Keeps what needs no line of its own, because another line says it. */
  put(alert: Alert, update: Partial<Pick<Alert, 'ladder'>>): void {
    this.#alerts.set(alert.id, { ...alert, ...update })
    this.#changed.add(alert.id)
  }

  page(page: Page): void {
    this.#pages.push(page)
  }

  gap(nodeId: JurisdictionId): void {
    this.#gaps.add(nodeId)
  }

  result(refused: CaseRefusal | null, subject: AlertId | null): CaseResult {
    if (refused === null) ladderDue(this)
    const waits = this.all()
      .flatMap((alert) => [
        alert.quietUntil,
        alert.waitUntil,
        alert.ladder?.dueAt ?? null,
        alert.progressUntil,
      ])
      .concat(this.visits().flatMap(offersExpireAt))
      .filter((at) => at !== null)
    return {
      alerts: [...this.#changed].flatMap((id) => this.#alerts.get(id) ?? []),
      timeline: this.#timeline,
      asks: this.#asks,
      pages: this.#pages,
      visits: [...this.#changedVisits].flatMap((id) => this.#visits.get(id) ?? []),
      gaps: [...this.#gaps],
      deadline: waits.length > 0 ? Math.min(...waits) : null,
      refused,
      subject: subject === null ? null : (this.#alerts.get(subject) ?? null),
    }
  }
}

/** As a finding opens it, before anything is decided about it. */
export function newAlert(finding: CaseFinding, now: EpochMs, context: CaseContext): Alert {
  return {
    id: context.newAlertId(),
    homeId: context.homeId,
    jurisdictionId: context.jurisdictionId,
    family: familyOf(finding.kind),
    kind: finding.kind,
    severity: finding.severity,
    ...REOPENED,
    deviceId: finding.deviceId ?? null,
    findings: [finding.id],
    since: finding.since,
    openedAt: now,
    updatedAt: now,
    members: 0,
    ladder: null,
    visitId: null,
    transferredTo: null,
    drill: false,
    count: 1,
    evidence: finding.evidence,
    settingsVersion: finding.settingsVersion,
    version: 0,
    decidedVersion: 0,
  }
}

/** Lines of the ladder's own doing: who looked at the alert before them may still act on what they saw. */
const TELLINGS: ReadonlySet<TimelineEntry['event']> = new Set([
  'paged',
  'page_delivered',
  'page_failed',
  'page_answered',
  'nobody_on_duty',
  'passed_over',
])

const offersExpireAt = ({ offers }: Visit): EpochMs[] =>
  offers.filter(({ answer }) => answer === null).map(({ expiresAt }) => expiresAt)
