import { InfluxDB, ResultError } from 'influx'
import { type Log, silentLog } from '../../contracts/telemetry.ts'
import { type Fault, serverWords, unavailable, within } from '../influxql/faults.ts'
import { type InfluxPoint, MEASUREMENT } from '../influxql/layout.ts'
import { ANY_ANSWER, deleteReadings } from '../influxql/query.ts'
import { readBuckets, readPoints, told } from '../influxql/read.ts'
import { writeReadings } from '../influxql/write.ts'
import type { SeriesStore } from '../series.ts'

const NAME = 'influx1'

export interface Influx1SeriesOptions {
  /** Of the server, such as http://influx.lan:8086. */
  url: string
  database: string
  username: string
  password: string
  log?: Log
  /** For one request. */
  timeoutMs?: number
}

/** What the package writes between status and body of a refusal. */
const BODY_MARK = 'error occurred: '

/** Repeating is the caller's, with its own waits: the package would otherwise refuse by itself for up to 10 s. */
const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff }

/** Series in InfluxDB 1.x. The database is made when it is missing and the user may. */
export function openInflux1Series(options: Influx1SeriesOptions): SeriesStore {
  const { database, log = silentLog, timeoutMs = 10_000 } = options
  const client = connect(options, timeoutMs)
  let databaseMade: Promise<void> | null = null

  const makeDatabase = async (): Promise<void> => {
    try {
      await within(timeoutMs, client.createDatabase(database))
    } catch (error) {
      const fault = faultOf(error)
      if (fault.status === null) throw error
      // A user without that right is the normal case of a well kept server: the database will be there.
      log.info({ store: NAME, status: fault.status }, 'database not made by us')
    }
  }
  const withDatabase = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      databaseMade ??= makeDatabase()
      await databaseMade
      return await within(timeoutMs, work())
    } catch (error) {
      // It was away, or the database was dropped under us: the next call tries again to make it.
      const { status } = faultOf(error)
      if (status === null || status === 404) databaseMade = null
      throw error
    }
  }
  const send = async (points: readonly InfluxPoint[]): Promise<Fault | null> => {
    const lines = points.map((point) => ({ measurement: MEASUREMENT, ...point }))
    try {
      await withDatabase(() => client.writePoints(lines, { precision: 'ms' }))
      return null
    } catch (error) {
      return faultOf(error)
    }
  }
  const ask = async (statement: string): Promise<unknown> => {
    try {
      return await withDatabase(() => client.queryRaw(statement, { method: 'POST', precision: 'ms' }))
    } catch (error) {
      throw unavailable(NAME, faultOf(error))
    }
  }

  return {
    name: NAME,
    write: (readings) => writeReadings(NAME, readings, send, log),
    points: (query, limit = 100_000) => readPoints(ask, query, limit),
    buckets: (query, resolutionMs, offsetMs = 0) => readBuckets(ask, query, resolutionMs, offsetMs),
    erase: (what) => told(ask(deleteReadings(what))),
    ping: () => told(ask(ANY_ANSWER)),
    close: async () => {},
  }
}

function connect(options: Influx1SeriesOptions, requestTimeout: number): InfluxDB {
  const url = new URL(options.url)
  const protocol = url.protocol === 'https:' ? 'https' : 'http'
  return new InfluxDB({
    hosts: [
      {
        protocol,
        host: url.hostname,
        port: Number(url.port) || (protocol === 'https' ? 443 : 80),
        path: url.pathname,
      },
    ],
    database: options.database,
    username: options.username,
    password: options.password,
    pool: { maxRetries: 0, requestTimeout, backoff: noBackoff },
  })
}

/** The package doesn't export the class of its refusals: they are known by the response that they carry. */
function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { status: null, message: String(error) }
  if (error instanceof ResultError) return { status: 200, message: error.message }
  const { res } = error as { res?: { statusCode?: number } }
  const body = error.message.slice(error.message.indexOf(BODY_MARK) + BODY_MARK.length)
  return res?.statusCode === undefined
    ? { status: null, message: error.message }
    : { status: res.statusCode, message: serverWords(body) }
}
