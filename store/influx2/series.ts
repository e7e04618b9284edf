import { HttpError, InfluxDB, Point } from '@influxdata/influxdb-client'
import { type Log, silentLog } from '../../contracts/telemetry.ts'
import { type Fault, serverWords, unavailable, within } from '../influxql/faults.ts'
import { type InfluxPoint, MEASUREMENT } from '../influxql/layout.ts'
import { ANY_ANSWER, deleteReadings } from '../influxql/query.ts'
import { readBuckets, readPoints, told } from '../influxql/read.ts'
import { POINTS_A_REQUEST, writeReadings } from '../influxql/write.ts'
import type { SeriesStore } from '../series.ts'

const NAME = 'influx2'

export interface Influx2SeriesOptions {
  /** Of the server, such as https://influx.lan:8086. */
  url: string
  token: string
  org: string
  bucket: string
  log?: Log
  /** For one request. */
  timeoutMs?: number
}

/**
 * Series in InfluxDB 2.x or 3.x: written by its client library, read by InfluxQL at the `/query` of 1.x, which both still
 * answer. On 2.x a bucket that was not made by an upgrade needs a mapping (`influx v1 dbrp create`) to be read so.
 */
export function openInflux2Series(options: Influx2SeriesOptions): SeriesStore {
  const { url, token, org, bucket, log = silentLog, timeoutMs = 10_000 } = options
  const writer = new InfluxDB({ url, token, timeout: timeoutMs }).getWriteApi(org, bucket, 'ms', {
    // Batch in, promise out: no sending by itself, neither by number nor by time, and no repeats.
    batchSize: POINTS_A_REQUEST + 1,
    flushInterval: 0,
    maxRetries: 0,
    // Given its own promise, the library leaves the failure to us instead of printing it.
    writeFailed: async (error) => {
      throw error
    },
  })

  const send = async (points: readonly InfluxPoint[]): Promise<Fault | null> => {
    try {
      writer.writePoints(points.map(libraryPoint))
      await within(timeoutMs, writer.flush())
      return null
    } catch (error) {
      return error instanceof HttpError
        ? { status: error.statusCode, message: serverWords(error.body ?? error.message) }
        : { status: null, message: String(error) }
    }
  }
  const ask = async (statement: string): Promise<unknown> => {
    const answer = await askInfluxQl({ url, token, bucket, timeoutMs }, statement)
    if ('fault' in answer) throw unavailable(NAME, answer.fault)
    return answer.json
  }

  return {
    name: NAME,
    write: (readings) => writeReadings(NAME, readings, send, log),
    points: (query, limit = 100_000) => readPoints(ask, query, limit),
    buckets: (query, resolutionMs, offsetMs = 0) => readBuckets(ask, query, resolutionMs, offsetMs),
    erase: (what) => told(ask(deleteReadings(what))),
    ping: () => told(ask(ANY_ANSWER)),
    close: () => writer.close(),
  }
}

function libraryPoint({ tags, fields, timestamp }: InfluxPoint): Point {
  const point = new Point(MEASUREMENT).timestamp(timestamp)
  for (const [name, value] of Object.entries(tags)) point.tag(name, value)
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'number') point.floatField(name, value)
    else if (typeof value === 'boolean') point.booleanField(name, value)
    else point.stringField(name, value)
  }
  return point
}

/** The client library speaks Flux only; this is the query of 1.x with the token of 2.x. */
async function askInfluxQl(
  server: { url: string; token: string; bucket: string; timeoutMs: number },
  statement: string,
): Promise<{ json: unknown } | { fault: Fault }> {
  try {
    const response = await fetch(`${server.url.replace(/\/$/, '')}/query`, {
      method: 'POST',
      headers: { authorization: `Token ${server.token}` },
      body: new URLSearchParams({ db: server.bucket, epoch: 'ms', q: statement }),
      signal: AbortSignal.timeout(server.timeoutMs),
    })
    if (response.ok) return { json: await response.json() }
    return { fault: { status: response.status, message: serverWords(await response.text()) } }
  } catch (error) {
    return { fault: { status: null, message: String(error) } }
  }
}
