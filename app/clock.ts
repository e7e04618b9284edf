import type { Clock, Clocks, EpochMs } from '../contracts/time.ts'

export const wallClock: Clock = { now: () => Date.now() }

/** The real service: civil time is wall time. */
export const realClocks: Clocks = { civil: wallClock, wall: wallClock, factor: 1 }

/** Civil time that starts at `start` and runs `factor` times as fast as wall time from the moment `run` is called. */
export interface AcceleratedClock extends Clock {
  /** Before `run`, civil time stands where it is put; it never goes backwards. */
  set(at: EpochMs): void
  run(): void
}

export function acceleratedClock(start: EpochMs, factor: number, wall: Clock = wallClock): AcceleratedClock {
  let civilBase = start
  let wallBase: EpochMs | null = null
  let latest = start
  return {
    now() {
      const at = wallBase === null ? civilBase : Math.floor(civilBase + (wall.now() - wallBase) * factor)
      latest = Math.max(latest, at)
      return latest
    },
    set(at) {
      civilBase = Math.max(latest, at)
    },
    run() {
      civilBase = Math.max(latest, civilBase)
      wallBase = wall.now()
    },
  }
}
