import type { Log, Meters } from '../contracts/telemetry.ts'
import { type Clocks, DAY_MS, type EpochMs, HOUR_MS, iso, MINUTE_MS } from '../contracts/time.ts'
import type { Journal } from '../store/journal.ts'
import { catchingUpMs } from './clock.ts'

/** Less is set right within minutes, and no shift or deadline is missed by it. */
const TOLD_MS = 5 * MINUTE_MS
/** Put back by so much more, it is said again. */
const AGAIN_MS = HOUR_MS
/** Nobody switches a service off for so long without knowing it; a clock without a battery comes up years away. */
const LONG_AWAY_MS = 30 * DAY_MS

export interface ClockWatchOptions {
  clocks: Clocks
  journal: Pick<Journal, 'append'>
  /** The journal's last instant at the start; null: none yet. */
  lastAt: EpochMs | null
  log: Log
  meters: Meters
}

/** Notices that the machine's clock was put back, also while the service was away, and tells people so. */
export class ClockWatch {
  readonly #options: ClockWatchOptions
  /** What the journal says of it; null: not known since the start. */
  #toldMs: number | null = null

  constructor(options: ClockWatchOptions) {
    this.#options = options
    const { clocks, lastAt, log } = options
    if (clocks.aheadMs === undefined || lastAt === null) return
    const awayMs = clocks.wall.now() - lastAt
    if (awayMs > LONG_AWAY_MS)
      log.warn(
        { lastAt: iso(lastAt), clock: iso(clocks.wall.now()) },
        'the clock is weeks after what was last written down: if the service was not switched off for so long, the clock is wrong',
      )
  }

  /** To be called often; journals only what is new. */
  async look(): Promise<void> {
    const { clocks, journal, log, meters } = this.#options
    if (clocks.aheadMs === undefined) return
    const aheadMs = clocks.aheadMs()
    meters.gauge('clock_ahead_seconds', aheadMs / 1_000)
    const told = this.#toldMs
    const isNews = aheadMs >= TOLD_MS ? !told || aheadMs >= told + AGAIN_MS : aheadMs === 0 && told !== 0
    if (!isNews) return
    if (aheadMs > 0)
      log.error(
        { aheadMs, agreesAt: iso(clocks.wall.now() + catchingUpMs(aheadMs)) },
        'the clock was put back behind what is written down; the service goes on at half pace until it has caught up',
      )
    const state = { type: 'clock_state', aheadMs } as const
    // Who was told of less is told anew.
    await journal.append(
      told && aheadMs > 0 ? [{ ...state, aheadMs: 0 }, state] : [state],
      clocks.civil.now(),
    )
    this.#toldMs = aheadMs
  }
}
