import { type Alert, type AlertState, OVER_STATES, type TimelineEntry } from '../contracts/alert.ts'
import type { PlannedCut } from '../contracts/circumstance.ts'
import type { AlertCommand } from '../contracts/command.ts'
import type { Page } from '../contracts/duty.ts'
import type { ErrorCode } from '../contracts/errors.ts'
import type { Evidence, Finding } from '../contracts/finding.ts'
import type { AlertId, CircumstanceId, HomeId, JurisdictionId, PersonId, VisitId } from '../contracts/ids.ts'
import type { Report } from '../contracts/report.ts'
import type { EpochMs } from '../contracts/time.ts'
import type { Visit, VisitCommand } from '../contracts/visit.ts'
import type { CandidateFacts, HomeToVisit } from './candidates.ts'
import type { DutyView } from './duty.ts'
import { UNDER_WAY_STATES } from './states.ts'
import type { Inhibitor } from './waiting.ts'

/** A finding of a home, or of a place. */
export type CaseFinding = Omit<Finding, 'homeId'>

/** What can happen to the alerts of a home or a place: a rule concluded, somebody acted or answered, a time has come. */
export type CaseEvent =
  | { type: 'finding'; finding: CaseFinding }
  | { type: 'command'; command: AlertCommand }
  | { type: 'act'; act: VisitCommand }
  /** A person opens a case: what was found by other means, or a drill. */
  | { type: 'report'; report: Report }
  | { type: 'answer'; alertId: AlertId; answer: 'well' | 'help' }
  | { type: 'ask_failed'; alertId: AlertId; reason: string }
  /** What became of a page about an alert: sent or failed by its state; or whoever was paged has answered. */
  | { type: 'page_result' | 'page_answered'; page: Page }
  /** To a home: an incident of its place has begun, or is over. */
  | { type: 'incident_began'; incident: Inhibitor; evidence: Evidence }
  | { type: 'incident_over'; incident: AlertId }
  /** To a home: a cut was announced, changed or ended, or those of `began` have begun; the context says which hold. */
  | { type: 'cuts'; began: readonly CircumstanceId[] }
  /** To a place: so many alerts of homes are merged into its incident now. */
  | { type: 'members'; incident: AlertId; members: number }
  /** The rota planned a visit or call, or whoever had one was not heard of again. */
  | { type: 'routine'; visit: { id: VisitId; kind: Visit['kind']; candidates: PersonId[] } }
  | { type: 'routine_lapsed'; visitId: VisitId }
  /** It was made to ring at the desk alone, because of a fault of ours that is over: it climbs its ladder at last. */
  | { type: 'rung_bare'; alertId: AlertId }
  | { type: 'deadline' }

export interface CaseContext {
  /** Null: the alerts of the place itself. */
  homeId: HomeId | null
  jurisdictionId: JurisdictionId
  /** Incidents of the place that hold now. */
  inhibitors: readonly Inhibitor[]
  /** Announced cuts that hold now. */
  cuts: readonly PlannedCut[]
  /** Visits that are under way here, and all those of the alert that a person acts on. */
  visits: readonly Visit[]
  /** Who might be sent, and where to; empty and null unless somebody is being sent. */
  candidates: readonly CandidateFacts[]
  homeToVisit: HomeToVisit | null
  /** An inactive home waits within an incident no longer than this. */
  holdMs: number
  /** How long a resident has to answer; null: nobody can be asked. */
  answerMs: number | null
  quietHoursAfterResolve: number
  /** Null: no duty is set up anywhere, and the console alone rings. */
  duty: DutyView | null
  /** A fresh id for each call; given from outside so that this room stays pure. */
  newAlertId(): AlertId
}

export interface CaseRefusal {
  code: Extract<
    ErrorCode,
    | 'not_found'
    | 'bad_request'
    | 'version_conflict'
    | 'already_resolved'
    | 'illegal_transition'
    | 'outcome_missing'
    | 'outcome_incomplete'
    | 'same_person'
    | 'nobody_to_send'
    | 'offer_over'
    | 'visit_over'
    /** A fault of ours; only where the step is guarded. */
    | 'not_ready'
  >
  message: string
}

/**
 * `alerts`: those that changed, whole, to be put; `timeline`: lines to be appended; `deadline`: when to ask again.
 * `asks`: alerts about which the resident is to be asked; `pages`: who is told; `visits`: those that changed, whole; `gaps`: nodes that should have had somebody on duty and had nobody. A refused command changes nothing. `subject` is the alert that a command was about, as it is now.
 */
export interface CaseResult {
  alerts: Alert[]
  timeline: TimelineEntry[]
  asks: AlertId[]
  pages: Page[]
  visits: Visit[]
  gaps: JurisdictionId[]
  deadline: EpochMs | null
  refused: CaseRefusal | null
  subject: Alert | null
}

/** How an alert stands that nobody has touched yet, or that rings again. */
export const REOPENED = {
  state: 'open',
  acknowledgedAt: null,
  acknowledgedBy: null,
  recoveredAt: null,
  resolvedAt: null,
  resolvedBy: null,
  quietUntil: null,
  waitUntil: null,
  mergedInto: null,
  suppressedBy: null,
  progressUntil: null,
  outcome: null,
  reviewedAt: null,
  reviewedBy: null,
  closedAt: null,
  closedBy: null,
} as const satisfies Partial<Alert>

/** Not yet resolved, or resolved but only kept quiet for a while. */
export const isActive = (alert: Alert): boolean =>
  !OVER_STATES.includes(alert.state) || alert.quietUntil !== null

/** Calls for somebody, and nobody has it yet: also when the signal came back, because a person still confirms. */
export const isRinging = (alert: Alert): boolean =>
  alert.state === 'open' || (alert.state === 'recovered' && alert.acknowledgedAt === null)

const IN_HAND: readonly AlertState[] = ['acknowledged', 'verifying', 'recovered', ...UNDER_WAY_STATES]

/** Somebody has it, and must show progress. */
export const isInHand = (alert: Alert): boolean => IN_HAND.includes(alert.state) && !isRinging(alert)
