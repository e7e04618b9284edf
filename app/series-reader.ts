import type { DeviceId } from '../contracts/ids.ts'
import type { JournalEntry } from '../contracts/journal.ts'
import type { HomeReading, Value, Values } from '../contracts/reading.ts'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { EpochMs } from '../contracts/time.ts'
import { type Journal, UnreadableEntry } from '../store/journal.ts'
import { type SeriesPoint, SeriesRejected, type SeriesStore } from '../store/series.ts'
import { NO_HOME } from '../store/series-form.ts'

export const SERIES_READER = 'series'
const BATCH_ENTRIES = 1_000
const RETRY_FIRST_MS = 500
const RETRY_MOST_MS = 30_000

export interface SeriesReaderOptions {
  journal: Journal
  series: SeriesStore
  log: Log
  meters: Meters
  /** Waits before trying again, in wall time, or until `signal`; given from outside so that tests need not wait. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * The reader that keeps time series. While the store is away, slow or refusing, it waits with the same batch and the
 * journal keeps what comes: memory holds one batch, however long that takes. What is kept under a key stays: of two
 * different numbers the first, of two different states true.
 */
export class SeriesReader {
  readonly #options: SeriesReaderOptions
  /** Latest measuredAt written for a device; absent: not known since start, so the store is asked. */
  readonly #writtenUntil = new Map<DeviceId, EpochMs>()
  #seq: number
  #wake: (() => void) | null = null
  #unlisten: () => void
  readonly #done: Promise<void>
  #failing = false
  #followers: (() => void)[] = []
  readonly #stopping = new AbortController()

  constructor(options: SeriesReaderOptions) {
    this.#options = options
    this.#seq = options.journal.cursor(SERIES_READER)
    this.#unlisten = options.journal.onCommit(() => this.#wake?.())
    this.#done = this.#run()
  }

  lag(): number {
    return this.#options.journal.head() - this.#seq
  }

  /** Settles when everything up to this entry is kept, or the reader was stopped. */
  async reached(seq: number): Promise<void> {
    while (this.#seq < seq && !this.#stopping.signal.aborted) await this.#nextStep()
  }

  /** Settles when everything journaled until now is kept, or the store does not take it. */
  async settled(): Promise<void> {
    // By its number: while readings keep coming there may never be nothing to do.
    const seq = this.#options.journal.head()
    while (this.#seq < seq && !this.#failing && !this.#stopping.signal.aborted) await this.#nextStep()
  }

  #nextStep(): Promise<void> {
    return new Promise((resolve) => this.#followers.push(resolve))
  }

  #releaseFollowers(): void {
    for (const follower of this.#followers.splice(0)) follower()
  }

  /** True while the store does not take what it is given. */
  failing(): boolean {
    return this.#failing
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#unlisten()
    this.#wake?.()
    await this.#done
    this.#releaseFollowers()
  }

  async #run(): Promise<void> {
    const { journal, log, meters } = this.#options
    let retryMs = RETRY_FIRST_MS
    while (!this.#stopping.signal.aborted) {
      if (this.lag() === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = null
        continue
      }
      try {
        const entries = await journal.read(this.#seq, BATCH_ENTRIES)
        await this.#write(entries)
        const last = entries.at(-1)
        if (last) this.#seq = last.seq
        await journal.setCursor(SERIES_READER, this.#seq)
        if (this.#failing) log.info({ lag: this.lag() }, 'the series store takes readings again')
        this.#failing = false
        retryMs = RETRY_FIRST_MS
        this.#releaseFollowers()
        await new Promise((resolve) => setImmediate(resolve))
      } catch (error) {
        if (error instanceof UnreadableEntry) {
          log.error({ err: error, seq: error.seq }, 'a journal entry cannot be read and is passed')
          meters.count('journal_unreadable_total', { reader: SERIES_READER })
          this.#seq = error.seq
          this.#releaseFollowers()
          continue
        }
        meters.count('series_retries_total')
        if (!this.#failing)
          log.warn({ err: error, lag: this.lag() }, 'the series store is away; readings wait in the journal')
        this.#failing = true
        this.#releaseFollowers()
        await this.#options.wait(retryMs, this.#stopping.signal)
        retryMs = Math.min(RETRY_MOST_MS, retryMs * 2)
      }
    }
  }

  async #write(entries: readonly JournalEntry[]): Promise<void> {
    const { series, log, meters } = this.#options
    const readings = merged(entries)
    const kept: HomeReading[] = []
    for (const [deviceId, own] of byDevice(readings))
      kept.push(...(await this.#withoutConflicts(deviceId, own)))
    if (kept.length > 0) {
      try {
        await series.write(kept)
      } catch (error) {
        if (!(error instanceof SeriesRejected)) throw error
        // Waiting would not help: these stay in the journal's reserve and are counted, the rest goes on.
        meters.count('series_rejected_total', {}, error.rejected)
        log.error({ err: error }, 'the series store refuses readings for good')
      }
    }
    for (const reading of kept)
      this.#writtenUntil.set(
        reading.deviceId,
        Math.max(this.#writtenUntil.get(reading.deviceId) ?? 0, reading.measuredAt),
      )
    meters.count('series_readings_total', {}, kept.length)
  }

  /** In-order readings cannot meet a kept one; for late ones, and after a start, the store is asked what it has. */
  async #withoutConflicts(deviceId: DeviceId, readings: HomeReading[]): Promise<HomeReading[]> {
    const until = this.#writtenUntil.get(deviceId)
    const late = until === undefined ? readings : readings.filter((reading) => reading.measuredAt <= until)
    if (late.length === 0) return readings
    const known = new Map<string, SeriesPoint>()
    for (const [homeId, own] of byHome(late)) {
      const metrics = [...new Set(own.flatMap((reading) => Object.keys(reading.values)))]
      const query = { homeId, deviceId, metrics, ...spanOf(own) }
      for (const point of await this.#options.series.points(query))
        known.set(key(point.channel, point.metric, point.measuredAt), point)
    }
    return readings.flatMap((reading) => {
      const values: Values = {}
      for (const [metric, value] of Object.entries(reading.values)) {
        const first = known.get(key(reading.channel ?? null, metric, reading.measuredAt))
        if (first === undefined) values[metric] = value
        else if (prevails(value, first.value)) values[metric] = value
        else if (value !== first.value) this.#options.meters.count('series_conflicts_total')
      }
      return Object.keys(values).length > 0 ? [{ ...reading, values }] : []
    })
  }
}

/** `to` exclusive. A device that was away long brings more readings at once than a call takes arguments. */
function spanOf(readings: readonly HomeReading[]): { from: EpochMs; to: EpochMs } {
  const span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
  for (const { measuredAt } of readings) {
    span.from = Math.min(span.from, measuredAt)
    span.to = Math.max(span.to, measuredAt + 1)
  }
  return span
}

const key = (channel: string | null, metric: string, at: EpochMs): string =>
  `${channel ?? ''}\n${metric}\n${at}`

/** Of conflicting states true wins; of conflicting numbers the first is kept. */
const prevails = (later: Value, first: Value): boolean =>
  first === null ? later !== null : first === false && later === true

/** The readings of a batch, one for each key: later ones under the same key follow the rule of conflicts at once. */
function merged(entries: readonly JournalEntry[]): HomeReading[] {
  const byKey = new Map<string, HomeReading>()
  for (const entry of entries) {
    if (entry.type !== 'readings') continue
    for (const reading of entry.readings) {
      const id = `${reading.deviceId}\n${reading.channel ?? ''}\n${reading.measuredAt}`
      const first = byKey.get(id)
      if (!first) {
        byKey.set(id, { ...reading, homeId: entry.homeId })
        continue
      }
      for (const [metric, value] of Object.entries(reading.values)) {
        const before = first.values[metric]
        if (before === undefined || prevails(value, before))
          first.values = { ...first.values, [metric]: value }
      }
    }
  }
  return [...byKey.values()]
}

const byDevice = (readings: readonly HomeReading[]) => Map.groupBy(readings, (reading) => reading.deviceId)
const byHome = (readings: readonly HomeReading[]) =>
  Map.groupBy(readings, (reading) => reading.homeId ?? NO_HOME)
