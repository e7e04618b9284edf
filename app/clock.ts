import type { Clock, Clocks, EpochMs } from '../contracts/time.ts'

export const wallClock: Clock = { now: () => Date.now() }

/** Civil seconds in a real one while civil time waits for a wall clock that was put back. */
const WAITING_PACE = 0.5

/**
 * The real service: civil time is wall time, except that it never goes back, neither behind `lastAt` (what is written
 * down already) nor behind itself. Where the wall clock was put back it goes on at half the pace of the machine's own
 * monotonic time until the wall has caught up, so that no deadline waits for as long as the clock was put back.
 */
export function realClocks(
  lastAt: EpochMs | null,
  wall: Clock = wallClock,
  monotonic: Clock = { now: () => performance.now() },
): Clocks & { aheadMs(): number } {
  /** Where civil time last agreed with the wall, and when that was. */
  let parted = { civilAt: lastAt ?? wall.now(), at: monotonic.now() }
  const civil = {
    now() {
      const [wallAt, at] = [wall.now(), monotonic.now()]
      const waiting = Math.floor(parted.civilAt + (at - parted.at) * WAITING_PACE)
      if (wallAt < waiting) return waiting
      parted = { civilAt: wallAt, at }
      return wallAt
    },
  }
  return { civil, wall, factor: 1, aheadMs: () => Math.max(0, civil.now() - wall.now()) }
}

/** How long a wall clock takes to catch up with civil time that lies so far ahead, in ms. */
export const catchingUpMs = (aheadMs: number): number => aheadMs / (1 - WAITING_PACE)

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
