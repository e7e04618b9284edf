import { z } from 'zod'
import type { DeviceId } from '../../contracts/ids.ts'
import { type SeriesBucket, type SeriesPoint, type SeriesQuery, SeriesUnavailable } from '../series.ts'
import { qualityOf } from '../series-form.ts'
import { tagTextRead } from './layout.ts'
import { selectReadings } from './query.ts'

/** Sends one InfluxQL statement (times in ms) and returns the JSON answer. */
export type Ask = (statement: string) => Promise<unknown>

/** Rows in one answer: at most some 1 MB; at least some, because not every row holds one of the metrics asked for. */
const ROWS_A_PAGE = { least: 500, most: 10_000 }

const Value = z.union([z.number(), z.boolean(), z.null()])
const Row = z
  .tuple([z.number(), z.string(), z.string().nullable(), z.number().nullable(), z.string().nullable()])
  .rest(Value)
const Answer = z.object({
  results: z.tuple([
    z.object({
      error: z.string().optional(),
      series: z.tuple([z.object({ values: z.array(Row) })]).optional(),
    }),
  ]),
})
type Row = z.infer<typeof Row>
const Told = z.object({ results: z.array(z.object({ error: z.string().optional() })) })

/** For statements whose rows nobody wants: throws `SeriesUnavailable` where the answer is an error. */
export async function told(answer: Promise<unknown>): Promise<void> {
  const parsed = Told.safeParse(await answer)
  if (!parsed.success) throw new SeriesUnavailable('what answers the query is no InfluxDB')
  const error = parsed.data.results.find((result) => result.error !== undefined)?.error
  if (error !== undefined) throw new SeriesUnavailable(`InfluxDB refused the statement: ${error}`)
}

/** Points ascending by time, at most `limit`. */
export async function readPoints(ask: Ask, query: SeriesQuery, limit: number): Promise<SeriesPoint[]> {
  if (limit <= 0) return []
  const points: SeriesPoint[] = []
  for await (const page of pages(ask, query, limit)) {
    for (const point of page) points.push(point)
    if (points.length >= limit) break
  }
  return points.slice(0, limit)
}

/**
 * Buckets from the points, page by page. Not by the server's GROUP BY time: InfluxQL has neither minimum nor mean of
 * booleans, and forgets when in a bucket the first and last values were.
 */
export async function readBuckets(
  ask: Ask,
  query: SeriesQuery,
  resolutionMs: number,
  offsetMs: number,
): Promise<SeriesBucket[]> {
  const buckets = new Map<string, SeriesBucket>()
  for await (const page of pages(ask, query, ROWS_A_PAGE.most)) {
    for (const point of page) {
      const start = Math.floor((point.measuredAt - offsetMs) / resolutionMs) * resolutionMs + offsetMs
      const key = JSON.stringify([point.deviceId, point.channel, point.metric, start])
      const bucket = buckets.get(key)
      if (bucket === undefined) buckets.set(key, opened(point, start))
      else add(bucket, point)
    }
  }
  const all = [...buckets.values()].sort((a, b) => a.start - b.start)
  return all.map((bucket) => ({ ...bucket, mean: bucket.mean / bucket.count }))
}

/** Until the last point is in, `mean` is the sum. */
function opened(point: SeriesPoint, start: number): SeriesBucket {
  const value = Number(point.value)
  return {
    deviceId: point.deviceId,
    channel: point.channel,
    metric: point.metric,
    start,
    count: 1,
    first: value,
    last: value,
    min: value,
    max: value,
    mean: value,
    firstAt: point.measuredAt,
    lastAt: point.measuredAt,
  }
}

function add(bucket: SeriesBucket, point: SeriesPoint): void {
  const value = Number(point.value)
  bucket.count += 1
  bucket.last = value
  bucket.lastAt = point.measuredAt
  bucket.min = Math.min(bucket.min, value)
  bucket.max = Math.max(bucket.max, value)
  bucket.mean += value
}

/** Pages by time and not by OFFSET alone, so that what is written meanwhile neither doubles nor hides a row. */
async function* pages(ask: Ask, query: SeriesQuery, wanted: number): AsyncGenerator<SeriesPoint[]> {
  const metrics = [...new Set(query.metrics)]
  if (metrics.length === 0) return
  const rows = Math.min(Math.max(wanted, ROWS_A_PAGE.least), ROWS_A_PAGE.most)
  let from = query.from
  let skip = 0
  while (from < query.to) {
    const page = rowsOf(await ask(selectReadings(query, metrics, { from, skip, rows })))
    yield page.flatMap((row) => pointsOf(row, metrics))
    const lastTime = page.at(-1)?.[0]
    if (page.length < rows || lastTime === undefined) return
    const atLastTime = page.length - page.findIndex((row) => row[0] === lastTime)
    skip = lastTime === from ? skip + atLastTime : atLastTime
    from = lastTime
  }
}

function rowsOf(answer: unknown): Row[] {
  const parsed = Answer.safeParse(answer)
  if (!parsed.success) throw new SeriesUnavailable('what answers the query is no InfluxDB')
  const [result] = parsed.data.results
  if (result.error !== undefined) throw new SeriesUnavailable(`InfluxDB refused the query: ${result.error}`)
  return result.series?.[0].values ?? []
}

function pointsOf(row: Row, metrics: readonly string[]): SeriesPoint[] {
  const [measuredAt, device, channel, receivedAt, flags, ...values] = row
  return metrics.flatMap((metric, column) => {
    const value = values[column] ?? null
    if (value === null) return []
    const quality = qualityOf(flags)
    return [
      {
        deviceId: tagTextRead(device) as DeviceId,
        channel: channel ? tagTextRead(channel) : null,
        metric,
        measuredAt,
        // Absent only where somebody else wrote the point: then the best that is known.
        receivedAt: receivedAt ?? measuredAt,
        value,
        quality,
      },
    ]
  })
}
