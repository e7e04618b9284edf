import type { Actor, Alert } from './alert.ts'
import type { DeviceId, HomeId, JurisdictionId, ResidentId } from './ids.ts'
import type { Verdict } from './visit.ts'

/** That somebody was erased, by ids alone: kept for good, because nothing else says that it was done. */
export interface Erasure {
  residentId: ResidentId
  homeId: HomeId
  at: number
  by: Actor
  /** Whatever stood in the home or waited for its consent: what they sent without a home goes as well. */
  deviceIds: DeviceId[]
  /** When the series store is to be asked (again), because readings come up to 35 days late; null: never more. */
  seriesDueAt: number | null
}

/** What is let go when its time is over. */
export type Kept = 'access_log' | 'findings' | 'cases' | 'visits'

/** How many cases, or visits without a case, were alike: what a report still needs of them when they are gone. */
export interface CaseCount {
  /** Of its opening, in UTC: `2026-11`. */
  month: string
  jurisdictionId: JurisdictionId
  kind: Alert['kind'] | 'visit.routine' | 'visit.call' | 'visit.emergency'
  severity: Alert['severity'] | null
  verdict: Verdict | null
  drill: boolean
  count: number
}

/** That something was let go: how much of it, and what it was counted as. */
export interface Removal {
  at: number
  what: Kept
  /** What ended, or was written down, before this. */
  before: number
  count: number
  counts: CaseCount[]
}
