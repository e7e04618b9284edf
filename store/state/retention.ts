import type { Alert } from '../../contracts/alert.ts'
import type { Erasure, Removal } from '../../contracts/retention.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Visit } from '../../contracts/visit.ts'
import type { Page, PageRequest } from './lists.ts'

/** Who was erased. */
export interface ErasureTable {
  put(erasure: Erasure): Promise<void>
  /** Those of which the series store is to be asked by `at`, the longest due first. */
  due(at: EpochMs): Promise<Erasure[]>
  /** The newest first. */
  list(page: PageRequest): Promise<Page<Erasure>>
}

/** Lets go of what is older than it may be, at most `limit` at once, the oldest first; nothing that is under way. */
export interface RetentionTable {
  /** Looks written down before `before`: returns how many. */
  forgetLooks(before: EpochMs, limit: number): Promise<number>
  /** Findings that ended before, or were raised before and hold no case that is open: returns how many. */
  forgetFindings(before: EpochMs, limit: number): Promise<number>
  /** Cases closed before, each with its timeline, words, pages, visits, pictures and what was learned of it. */
  forgetCases(before: EpochMs, limit: number): Promise<Alert[]>
  /** Visits and calls without a case that ended before, with their words and pictures. */
  forgetVisits(before: EpochMs, limit: number): Promise<Visit[]>
  note(removal: Removal): Promise<void>
  /** The newest first. */
  removals(page: PageRequest): Promise<Page<Removal>>
}
