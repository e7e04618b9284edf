import type { Reading } from '../contracts/reading.ts'
import type { EpochMs } from '../contracts/time.ts'

/** What reached us from a home at one instant. */
export interface Report {
  at: EpochMs
  readings: Reading[]
}

/** A page to the desk. `clearedAt` null: it still holds. */
export interface Alarm {
  raisedAt: EpochMs
  clearedAt: EpochMs | null
}

/** A rule that watches one home. It is told reports as they arrive, and asked what it would have said by then. */
export interface Watch {
  hear(report: Report): void
  /** Time passes and nothing is heard. */
  passTo(at: EpochMs): void
  readonly alarms: readonly Alarm[]
  /** The same watch, going on by itself: with the alarms that hold now, and no older ones. */
  fork(): Watch
}

/** A rule under evaluation: `curve` joins its settings to one line of the plot. */
export interface Candidate {
  name: string
  curve: string
  watch(home: { id: string; zone: string; start: EpochMs }): Watch
}
