import type { Alert, AlertState, TimelineEntry } from '../../contracts/alert.ts'
import type { Finding, FindingKind } from '../../contracts/finding.ts'
import type { AlertId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { Severity } from '../../contracts/severity.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Page, PageRequest, Scope } from './lists.ts'

export interface AlertFilter {
  scope: Scope
  states: readonly AlertState[] | null
  severities: readonly Severity[] | null
  kinds: readonly FindingKind[] | null
  homeId: HomeId | null
  /** Bounds on openedAt. */
  from: EpochMs | null
  to: EpochMs | null
  /** Drills alone, or what is real alone; left out: both. */
  drill?: boolean
}

export interface AlertTable {
  get(id: AlertId): Promise<Alert | null>
  /** Those of a home that are not resolved, and those resolved but kept quiet. */
  activeOf(homeId: HomeId): Promise<Alert[]>
  /** Those of the place itself, not of its homes, that are active in the same sense. */
  activeAt(jurisdictionId: JurisdictionId): Promise<Alert[]>
  /** Those of homes that are merged into this one now. */
  mergedInto(id: AlertId): Promise<Alert[]>
  /** By urgency (severity, then openedAt ascending) or newest first. */
  list(filter: AlertFilter, order: 'urgency' | 'newest', page: PageRequest): Promise<Page<Alert>>
  put(alert: Alert): Promise<void>
  append(entry: TimelineEntry): Promise<void>
  /** All of it, in order. It grows for as long as nobody takes the alert. */
  timeline(id: AlertId): Promise<TimelineEntry[]>
  /** Newest first. */
  timelinePage(id: AlertId, page: PageRequest): Promise<Page<TimelineEntry>>
  /** The first so many lines, in order. */
  beginning(id: AlertId, limit: number): Promise<TimelineEntry[]>
  /** Drills left out. */
  countByState(scope: Scope): Promise<Record<AlertState, number>>
}

/** What the rules concluded, whole, in its latest phase: also the facts that open no alert, such as a detector's test. */
export interface FindingTable {
  /** By id: the newest phase replaces the earlier. */
  put(finding: Finding): Promise<void>
  /** Newest `raisedAt` first; `from` and `to` bound raisedAt, null: unbounded. */
  list(
    filter: {
      homeId: HomeId
      kinds: readonly FindingKind[] | null
      from: EpochMs | null
      to: EpochMs | null
    },
    page: PageRequest,
  ): Promise<Page<Finding>>
}

/** Free text that people wrote: erasable, so kept out of the journal and the timeline. */
export interface NoteTable {
  /** `homeId` null: about a place. */
  put(id: string, homeId: HomeId | null, text: string): Promise<void>
  of(ids: readonly string[]): Promise<Map<string, string>>
}
