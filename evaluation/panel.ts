import type { EpochMs } from '../contracts/time.ts'
import type { Report } from './watch.ts'

/** A stretch in which nobody was at home: what is said within it is no false alarm. */
export interface Absence {
  from: EpochMs
  to: EpochMs
}

/** From `at` on the resident no longer acts; `reports` are those that come then, up to 72 h on. */
export interface Incident {
  at: EpochMs
  kind: string
  reports(): Report[]
}

/** A home as it was, and as it would have been. */
export interface EvaluatedHome {
  id: string
  zone: string
  stepMs: number
  /** Ascending. */
  reports: Report[]
  /** What lies before only teaches. */
  scoreFrom: EpochMs
  absences: Absence[]
  /** Ascending by `at`. */
  incidents: Incident[]
}

export interface Panel {
  name: string
  what: string
  homes: EvaluatedHome[]
}
