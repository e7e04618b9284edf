import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { DeviceId } from '../../contracts/ids.ts'
import type { HomeReading } from '../../contracts/reading.ts'
import { type Log, silentLog } from '../../contracts/telemetry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import {
  type SeriesBucket,
  type SeriesErasure,
  type SeriesPoint,
  type SeriesQuery,
  SeriesRejected,
  type SeriesStore,
  SeriesUnavailable,
} from '../series.ts'
import { type KeptReading, keptForm, qualityOf } from '../series-form.ts'
import { Dictionaries } from './dictionaries.ts'
import {
  DELETE_EMPTY_SOURCE,
  DELETE_POINTS,
  SCHEMA,
  SELECT_BUCKETS,
  SELECT_MOMENT,
  SELECT_POINTS,
  SELECT_SOURCES,
  UPDATE_MOMENT,
  UPSERT_POINT,
} from './schema.ts'

/** Readings in one transaction: some 10 ms, after which others get their turn on the event loop. */
const READINGS_A_COMMIT = 500

export interface EmbeddedSeriesOptions {
  /** Path of its own SQLite file. */
  file: string
  log?: Log
}

/** The series store for when no InfluxDB is configured: one SQLite file, nothing to install. */
export function openEmbeddedSeries(options: EmbeddedSeriesOptions): SeriesStore {
  return new EmbeddedSeries(options.file, options.log ?? silentLog)
}

class EmbeddedSeries implements SeriesStore {
  readonly name = 'embedded'
  readonly #db: DatabaseSync
  readonly #log: Log
  readonly #dictionaries: Dictionaries
  readonly #upsertPoint: StatementSync
  readonly #selectMoment: StatementSync
  readonly #updateMoment: StatementSync
  readonly #selectPoints: StatementSync
  readonly #selectBuckets: StatementSync

  constructor(file: string, log: Log) {
    this.#log = log
    this.#db = new DatabaseSync(file, { timeout: 1_000 })
    // NORMAL may lose the last commits in a power cut, never the file: the journal's cursor is behind them, and what
    // it replays changes nothing where it is still there. secure_delete, so that who is erased is gone from the pages.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
    // One round of a district's meters touches a page for each home: 32 MB of cache, and as much log before it is
    // written back, take a quarter off the CPU time.
    this.#db.exec('PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 8000')
    this.#db.exec(SCHEMA)
    this.#dictionaries = new Dictionaries(this.#db)
    this.#upsertPoint = this.#db.prepare(UPSERT_POINT)
    this.#selectMoment = this.#db.prepare(SELECT_MOMENT)
    this.#updateMoment = this.#db.prepare(UPDATE_MOMENT)
    this.#selectPoints = this.#db.prepare(SELECT_POINTS)
    this.#selectBuckets = this.#db.prepare(SELECT_BUCKETS)
  }

  async write(readings: readonly HomeReading[]): Promise<void> {
    let rejected = 0
    for (let start = 0; start < readings.length; start += READINGS_A_COMMIT) {
      if (start > 0) await yieldToOthers()
      rejected += this.#answering(() => this.#commit(readings.slice(start, start + READINGS_A_COMMIT)))
    }
    if (rejected > 0) throw new SeriesRejected(`${rejected} of ${readings.length} readings refused`, rejected)
  }

  async points(query: SeriesQuery, limit = 100_000): Promise<SeriesPoint[]> {
    const rows = this.#answering(() => this.#selectPoints.all({ ...chosen(query), limit: BigInt(limit) }))
    return rows.map((row) => ({
      deviceId: row['device'] as DeviceId,
      channel: (row['channel'] as string) || null,
      metric: row['metric'] as string,
      measuredAt: row['at'] as number,
      receivedAt: row['receivedAt'] as number,
      value: row['state'] === 1 ? row['value'] === 1 : (row['value'] as number),
      quality: qualityOf(row['flags'] as string | null),
    }))
  }

  async buckets(query: SeriesQuery, resolutionMs: number, offsetMs = 0): Promise<SeriesBucket[]> {
    const rows = this.#answering(() =>
      this.#selectBuckets.all({
        ...chosen(query),
        resolution: BigInt(resolutionMs),
        offset: BigInt(offsetMs),
      }),
    )
    return rows.map((row) => {
      // The statement names its columns as the bucket does.
      const bucket = row as unknown as SeriesBucket
      return { ...bucket, channel: bucket.channel || null }
    })
  }

  /** Source by source, with turns for others between: what stood nowhere may be a whole district's. */
  async erase({ homeId, deviceId, before }: SeriesErasure): Promise<void> {
    const sources = this.#answering(() =>
      this.#db.prepare(SELECT_SOURCES).all({ home: homeId, device: deviceId ?? null }),
    )
    let erased = 0
    for (const { id } of sources) {
      erased += this.#answering(() => this.#eraseSource(Number(id), before ?? null))
      await yieldToOthers()
    }
    // The write-ahead log still holds the old pages until it is written back and cut.
    if (erased > 0) this.#answering(() => this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
  }

  async ping(): Promise<void> {
    this.#answering(() => this.#db.exec('SELECT 1 FROM point LIMIT 1'))
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close()
  }

  /** Returns how many were refused. */
  #commit(readings: readonly HomeReading[]): number {
    let rejected = 0
    this.#transaction(() => {
      for (const reading of readings) {
        const kept = keptForm(reading)
        if (kept === 'nothing') continue
        if (kept !== 'rejected' && this.#fits(kept)) {
          this.#keep(kept)
        } else {
          rejected += 1
          this.#log.warn({ deviceId: reading.deviceId, measuredAt: reading.measuredAt }, 'reading refused')
        }
      }
    })
    return rejected
  }

  /** A metric that holds numbers takes no state and the other way round, as in InfluxDB. */
  #fits(kept: KeptReading): boolean {
    return kept.values.every(([metric, value]) => {
      const known = this.#dictionaries.knownMetric(metric)
      return known === undefined || known.isState === (typeof value === 'boolean')
    })
  }

  #keep(kept: KeptReading): void {
    const source = this.#dictionaries.source(kept.home, kept.device, kept.channel)
    const received = kept.receivedAt - kept.measuredAt
    const known = this.#selectMoment.get(source, kept.measuredAt)
    const quality =
      this.#dictionaries.quality(kept.flags) ?? (known?.['quality'] as number | undefined) ?? null
    if (known !== undefined) this.#updateMoment.run(received, quality, source, kept.measuredAt)
    for (const [name, value] of kept.values) {
      const metric = this.#dictionaries.metric(name, typeof value === 'boolean')
      this.#upsertPoint.run(source, kept.measuredAt, metric.id, stored(value), received, quality)
    }
  }

  /** Returns how many points went. */
  #eraseSource(source: number, before: EpochMs | null): number {
    let erased = 0
    this.#transaction(() => {
      erased = Number(this.#db.prepare(DELETE_POINTS).run({ source, before }).changes)
      this.#db.prepare(DELETE_EMPTY_SOURCE).run({ source })
    })
    this.#dictionaries.forget()
    return erased
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#dictionaries.forget()
      throw error
    }
  }

  /** A full disk or a file gone is mended by people: until then the store is away. */
  #answering<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw new SeriesUnavailable(`the embedded series store does not answer: ${String(error)}`, {
        cause: error,
      })
    }
  }
}

const chosen = (query: SeriesQuery) => ({
  home: query.homeId,
  device: query.deviceId ?? null,
  metrics: JSON.stringify(query.metrics),
  from: query.from,
  to: query.to,
})

/** Thousandths as INTEGER where that gives the very same number back, otherwise the REAL; states are 0 and 1. */
function stored(value: number | boolean): number | bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n
  const thousandths = Math.round(value * 1_000)
  return Number.isSafeInteger(thousandths) && thousandths / 1_000 === value ? BigInt(thousandths) : value
}
