import type { Clock, EpochMs } from '../../contracts/time.ts'

/** A clock that stands still until a test says that time passes. */
export interface ManualClock extends Clock {
  set(at: EpochMs): void
  pass(ms: number): void
}

export function manualClock(start: EpochMs): ManualClock {
  let at = start
  return {
    now: () => at,
    set(to) {
      if (to < at) throw new Error('a test turned its clock back')
      at = to
    },
    pass(ms) {
      at += ms
    },
  }
}
