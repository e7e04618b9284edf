import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Alert } from '../contracts/alert.ts'
import type { CaseCount, Erasure, Kept } from '../contracts/retention.ts'
import type { Log } from '../contracts/telemetry.ts'
import { type Clocks, DAY_MS, type EpochMs, HOUR_MS, iso, MINUTE_MS } from '../contracts/time.ts'
import type { Visit } from '../contracts/visit.ts'
import { type SeriesStore, SeriesUnavailable } from '../store/series.ts'
import { NO_HOME } from '../store/series-form.ts'
import type { StateStore, StateTables } from '../store/state.ts'

/** How long each is kept, in civil time. */
export interface RetentionPeriods {
  /** Readings of devices that stand in no home: those that wait for a consent, or left with one. */
  noHomeMs: number
  accessLogMs: number
  findingsMs: number
  /** Closed cases and visits, with all that hangs on them. */
  casesMs: number
}

export interface RetentionOptions {
  state: StateStore
  series: SeriesStore
  /** Entries of the journal that the series store has not been given yet. */
  seriesLag(): number
  periods: RetentionPeriods
  clocks: Clocks
  log: Log
}

/** Rows in one transaction: others get their turn between two of them. */
const ROWS_A_COMMIT = 500
/** Deleting by time is dear to an InfluxDB. */
const EVERY_MS = 6 * HOUR_MS
/** Readings come up to 35 days late, with the home of their own time. */
const LATE_MS = 36 * DAY_MS
/** How far ahead of its arrival a reading may say that it was measured. */
const AHEAD_MS = 10 * MINUTE_MS

/** What was kept long enough is let go, and what was erased stays away. */
export class Retention {
  readonly #options: RetentionOptions
  #letGoAt: EpochMs | null = null
  #settling: Promise<void> = Promise.resolve()

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  async tidy(): Promise<void> {
    const { clocks } = this.#options
    await this.settleErasures()
    const wall = clocks.wall.now()
    if (this.#letGoAt !== null && wall - this.#letGoAt < EVERY_MS) return
    await this.letGo()
    this.#letGoAt = wall
  }

  /** Takes the curves of whoever was erased; while the store is away they stay due. */
  settleErasures(): Promise<void> {
    const mine = this.#settling.then(() => this.#settle())
    this.#settling = mine.catch(() => {})
    return mine
  }

  async #settle(): Promise<void> {
    const { state, clocks, log } = this.#options
    const now = clocks.civil.now()
    for (const erasure of await state.erasures.due(now)) {
      try {
        const seriesDueAt = await this.#eraseSeries(erasure, now)
        await state.erasures.put({ ...erasure, seriesDueAt })
      } catch (error) {
        if (!(error instanceof SeriesUnavailable)) throw error
        log.warn({ homeId: erasure.homeId, err: error }, 'the curves of an erased resident are still to go')
        return
      }
    }
  }

  /** Returns when it is due again; null: nothing of before can come any more. */
  async #eraseSeries({ homeId, deviceIds, at }: Erasure, now: EpochMs): Promise<EpochMs | null> {
    const { series, seriesLag } = this.#options
    // Asked before: what is written meanwhile may have been read from the journal before the erasure.
    const lags = seriesLag() > 0
    const before = at + AHEAD_MS
    await series.erase({ homeId, before })
    for (const deviceId of deviceIds) await series.erase({ homeId: NO_HOME, deviceId, before })
    if (lags) return now
    return now < at + LATE_MS ? now + DAY_MS : null
  }

  /** Everything whose time is over. */
  async letGo(): Promise<void> {
    const { series, periods, clocks, log } = this.#options
    const now = clocks.civil.now()
    await this.#forget('access_log', now - periods.accessLogMs, async ({ retention }, before) => {
      return { count: await retention.forgetLooks(before, ROWS_A_COMMIT), counts: [] }
    })
    await this.#forget('findings', now - periods.findingsMs, async ({ retention }, before) => {
      return { count: await retention.forgetFindings(before, ROWS_A_COMMIT), counts: [] }
    })
    await this.#forget('cases', now - periods.casesMs, async ({ retention }, before) => {
      const cases = await retention.forgetCases(before, ROWS_A_COMMIT)
      return { count: cases.length, counts: counted(cases.map(caseForm)) }
    })
    await this.#forget('visits', now - periods.casesMs, async ({ retention }, before) => {
      const visits = await retention.forgetVisits(before, ROWS_A_COMMIT)
      return { count: visits.length, counts: counted(visits.map(visitForm)) }
    })
    try {
      await series.erase({ homeId: NO_HOME, before: now - periods.noHomeMs })
    } catch (error) {
      if (!(error instanceof SeriesUnavailable)) throw error
      log.warn({ err: error }, 'readings without a home could not be let go yet')
    }
  }

  /** What goes and the note that it went are one transaction. */
  async #forget(
    what: Kept,
    before: EpochMs,
    some: (tables: StateTables, before: EpochMs) => Promise<{ count: number; counts: CaseCount[] }>,
  ): Promise<void> {
    const { state, clocks, log } = this.#options
    for (let isMore = true; isMore; ) {
      const { count, counts } = await state.transaction(async (tables) => {
        const gone = await some(tables, before)
        if (gone.count > 0) await tables.retention.note({ at: clocks.civil.now(), what, before, ...gone })
        return gone
      })
      if (count > 0) log.info({ what, before: iso(before), count, kinds: counts.length }, 'kept long enough')
      isMore = count === ROWS_A_COMMIT
      await yieldToOthers()
    }
  }
}

type Form = Omit<CaseCount, 'count'>

const caseForm = ({ openedAt, jurisdictionId, kind, severity, outcome, drill }: Alert): Form => ({
  month: monthOf(openedAt),
  jurisdictionId,
  kind,
  severity,
  verdict: outcome?.verdict ?? null,
  drill,
})

const visitForm = ({ createdAt, jurisdictionId, kind, outcome, drill }: Visit): Form => ({
  month: monthOf(createdAt),
  jurisdictionId,
  kind: `visit.${kind}`,
  severity: null,
  verdict: outcome?.verdict ?? null,
  drill,
})

const monthOf = (at: EpochMs): string => iso(at).slice(0, 7)

const counted = (forms: readonly Form[]): CaseCount[] =>
  [...Map.groupBy(forms, (form) => JSON.stringify(form)).values()].flatMap((alike) =>
    alike.slice(0, 1).map((form) => ({ ...form, count: alike.length })),
  )
