import type { Log } from '../contracts/telemetry.ts'
import { type Clocks, DAY_MS } from '../contracts/time.ts'
import type { Journal } from '../store/journal.ts'
import type { StateStore } from '../store/state.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import type { Retention } from './retention.ts'

/** How often the service looks whether something is due: what is due rings at most this late. */
const DUE_EVERY_MS = 200
/** How often it writes down that it is alive: an outage is known to this precision. */
const ALIVE_EVERY_MS = 10_000
const TIDY_EVERY_MS = 60_000
const EXPIRE_EVERY_MS = 1_000
const LIVE_EVENTS_KEPT = 20_000
const OUTBOX_KEPT = 10_000
const TEST_PAGES_KEPT_MS = 40 * DAY_MS

export interface PulseOptions {
  clocks: Clocks
  journal: Journal
  state: StateStore
  pipeline: Pipeline
  journalReserveEntries: number
  /** Says it when the clock was put back. */
  lookAtClock(): Promise<void>
  /** Gives up what nobody has answered in its time. */
  expire(): Promise<void>
  retention: Pick<Retention, 'tidy'>
  log: Log
}

/** The service's own pulse: what is due comes due, being alive is written down, and old entries are let go. */
export function startPulse(options: PulseOptions): { stop(): Promise<void> } {
  const { clocks, journal, state, pipeline, journalReserveEntries, log } = options
  let aliveAt = 0
  const beat = async () => {
    await options.lookAtClock()
    const now = clocks.civil.now()
    const dueAt = await pipeline.nextDueAt()
    const wall = clocks.wall.now()
    // While entries wait to be read they bring the time along themselves.
    const isDue = dueAt !== null && dueAt <= now && pipeline.lag() === 0
    // Either way: a clock that was put back must not keep us silent until it is where it was.
    if (!isDue && Math.abs(wall - aliveAt) < ALIVE_EVERY_MS) return
    aliveAt = wall
    await journal.append([{ type: 'tick' }], now)
  }
  const tidy = async () => {
    await journal.trim(journalReserveEntries)
    await state.live.trim(LIVE_EVENTS_KEPT)
    await state.outbox.trim(OUTBOX_KEPT)
    await state.pages.trimTests(clocks.civil.now() - TEST_PAGES_KEPT_MS)
  }
  const works = [
    every(DUE_EVERY_MS, beat, log),
    every(EXPIRE_EVERY_MS, () => options.expire(), log),
    every(TIDY_EVERY_MS, tidy, log),
    every(TIDY_EVERY_MS, () => options.retention.tidy(), log),
  ]
  return {
    stop: async () => {
      await Promise.all(works.map((work) => work.stop()))
    },
  }
}

/** Never twice at once, and one that failed is tried again. `stop` settles when nothing of it runs any more. */
function every(ms: number, work: () => Promise<void>, log: Log): { stop(): Promise<void> } {
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= work()
      .catch((error: unknown) => log.error({ err: error }, 'a timer failed; it is tried again'))
      .finally(() => {
        running = null
      })
  }, ms)
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
