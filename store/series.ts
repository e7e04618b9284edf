import type { DeviceId, HomeId } from '../contracts/ids.ts'
import type { HomeReading, Quality, Value } from '../contracts/reading.ts'
import type { EpochMs } from '../contracts/time.ts'

/**
 * One value of one metric, as kept. `receivedAt` and `quality` belong to the moment (home, device, channel, measuredAt):
 * the last write's arrival holds for all metrics of it, and so do its doubts, unless it says none: then earlier ones stay.
 * `quality` comes back in the order of the `Quality` enum; an empty channel is none.
 */
export interface SeriesPoint {
  deviceId: DeviceId
  channel: string | null
  metric: string
  measuredAt: EpochMs
  receivedAt: EpochMs
  value: Value
  quality: Quality[]
}

/** `from` inclusive, `to` exclusive, both on `measuredAt`. */
export interface SeriesQuery {
  homeId: HomeId
  deviceId?: DeviceId
  metrics: readonly string[]
  from: EpochMs
  to: EpochMs
}

/**
 * What is known of one metric of one device (and channel) in [start, start + resolution).
 * A bucket in which nothing was heard is absent: missing is not zero.
 */
export interface SeriesBucket {
  deviceId: DeviceId
  channel: string | null
  metric: string
  start: EpochMs
  count: number
  /** First, last and extremes; for states 1 stands for true and 0 for false, and null values do not count. */
  first: number
  last: number
  min: number
  max: number
  mean: number
  firstAt: EpochMs
  lastAt: EpochMs
}

/** Of a home all, or what one device sent there, or what was measured before `before`. */
export interface SeriesErasure {
  homeId: HomeId
  deviceId?: DeviceId
  before?: EpochMs
}

/**
 * Where time series live. Writing the same readings again changes nothing (the key is home, device, channel, metric and
 * measuredAt); writing another value under a kept key replaces it, so who must keep the first reads before it writes.
 * A null value ("not said") is not kept: `points` lacks it, and a value already kept under its key stays.
 * A metric is numeric or a state (true, false) for good, as its first value was.
 * A store that is away rejects with `SeriesUnavailable`. One that will never take some of the readings (a state where
 * a number is kept, a number that is not finite, a time it cannot hold) keeps all others and rejects with `SeriesRejected`.
 * Drivers: `embedded/`, `influx1/`, `influx2/`. Held by `test/store/series.conformance.ts`.
 */
export interface SeriesStore {
  readonly name: string
  /** Settles when the store says that all are kept. Readings without a home are kept under home id `NO_HOME`. */
  write(readings: readonly HomeReading[]): Promise<void>
  /** Points ascending by measuredAt, at most `limit` (default 100,000). */
  points(query: SeriesQuery, limit?: number): Promise<SeriesPoint[]>
  /** Buckets aligned to the epoch plus `offset` ms, ascending by start. */
  buckets(query: SeriesQuery, resolutionMs: number, offsetMs?: number): Promise<SeriesBucket[]>
  /** Forgets it for good. */
  erase(what: SeriesErasure): Promise<void>
  /** Settles when the store answers; rejects with `SeriesUnavailable`. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The store is away, slow or refusing for now: try the same again later. */
export class SeriesUnavailable extends Error {
  override name = 'SeriesUnavailable'
}

/** The store understood and will never take `rejected` of the readings; the others of the batch are kept. Don't try again. */
export class SeriesRejected extends Error {
  override name = 'SeriesRejected'
  readonly rejected: number

  constructor(message: string, rejected = 1) {
    super(message)
    this.rejected = rejected
  }
}
