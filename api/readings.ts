import type { z } from 'zod'
import { Refusal } from '../contracts/errors.ts'
import type { DeviceId } from '../contracts/ids.ts'
import { METRICS, type MetricForm } from '../contracts/metric.ts'
import type { Home } from '../contracts/registry.ts'
import { DAY_MS, type EpochMs, SECOND_MS } from '../contracts/time.ts'
import type { SeriesBucket, SeriesPoint, SeriesQuery, SeriesStore } from '../store/series.ts'
import type { StateStore } from '../store/state.ts'
import { zoneOffsetMs } from './civil-days.ts'
import { useBetween } from './registers.ts'
import type * as forms from './schemas/readings.ts'

export type Readings = z.output<typeof forms.Readings>
type Series = Readings['series'][number]
type Query = z.output<typeof forms.ReadingsQuery>

const LONGEST_MS = 400 * DAY_MS
const MOST_BUCKETS = 10_000
const DEFAULT_BUCKETS = 1_500
const MOST_POINTS = 50_000
/** Steps that people can read off an axis. */
const RESOLUTIONS_S = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400] as const
/** A cadence longer than a week is none that a query should look back for. */
const LONGEST_CADENCE_S = 7 * 86_400

const tooLong = (message: string) => new Refusal('range_too_long', message)

/** The finest resolution in seconds that gives at most 1,500 buckets. */
export const defaultResolutionS = (rangeMs: number): number =>
  RESOLUTIONS_S.find((seconds) => rangeMs / (seconds * SECOND_MS) <= DEFAULT_BUCKETS) ?? 86_400

/**
 * What flowed in each bucket of one register, ascending by start. The previous report may lie one bucket and one cadence
 * before the first of this one; further away it is not known when it flowed, and null says so.
 */
export const usesOf = (
  buckets: readonly SeriesBucket[],
  resolutionMs: number,
  cadenceMs: number,
): (number | null)[] =>
  buckets.map((bucket, index) => {
    const before = buckets[index - 1]
    if (before === undefined || bucket.firstAt - before.lastAt > resolutionMs + cadenceMs) return null
    return useBetween(before, bucket)
  })

const seriesKey = (row: { deviceId: string; channel: string | null; metric: string }): string =>
  JSON.stringify([row.deviceId, row.channel, row.metric])

const headOf = (row: SeriesBucket | SeriesPoint): Omit<Series, 'points' | 'buckets'> => {
  const known: { form: MetricForm; unit: string } = METRICS.get(row.metric) ?? { form: 'gauge', unit: '' }
  return { deviceId: row.deviceId, channel: row.channel, metric: row.metric, ...known }
}

interface Stores {
  state: Pick<StateStore, 'devices' | 'health'>
  series: Pick<SeriesStore, 'buckets' | 'points'>
}

/** Readings of a home; without a range, those of the last day. Refused when the range asks for too much. */
export const readReadings = async (
  stores: Stores,
  home: Home,
  query: Query,
  now: EpochMs,
): Promise<Readings> => {
  const to = query.to ?? now
  const from = query.from ?? to - DAY_MS
  if (from >= to) throw new Refusal('bad_request', '`from` must lie before `to`.')
  if (to - from > LONGEST_MS) throw tooLong('At most 400 days at once.')
  const asked: SeriesQuery = {
    homeId: home.id,
    metrics: query.metrics,
    from,
    to,
    ...(query.deviceId === undefined ? {} : { deviceId: query.deviceId }),
  }
  if (query.resolution === 'raw') return readRaw(stores, asked)
  const resolutionS = query.resolution ?? defaultResolutionS(to - from)
  if ((to - from) / (resolutionS * SECOND_MS) > MOST_BUCKETS)
    throw tooLong('At most 10,000 buckets: ask coarser.')
  return readBuckets(stores, home, asked, resolutionS)
}

const readRaw = async ({ series }: Stores, asked: SeriesQuery): Promise<Readings> => {
  const points = await series.points(asked, MOST_POINTS + 1)
  if (points.length > MOST_POINTS)
    throw tooLong('At most 50,000 points at once: ask for less, or for buckets.')
  const groups = Map.groupBy(points, seriesKey)
  return {
    from: asked.from,
    to: asked.to,
    resolutionS: null,
    series: [...groups.values()].flatMap((group) => {
      const [head] = group
      if (head === undefined) return []
      const shown = group.map(({ measuredAt, value, quality }) => ({ at: measuredAt, value, quality }))
      return { ...headOf(head), points: shown }
    }),
  }
}

/** Buckets begin where the home's days and hours begin, as they stood at the start of the range. */
const readBuckets = async (
  stores: Stores,
  home: Home,
  asked: SeriesQuery,
  resolutionS: number,
): Promise<Readings> => {
  const resolutionMs = resolutionS * SECOND_MS
  const offsetMs = ((-zoneOffsetMs(home.zone, asked.from) % resolutionMs) + resolutionMs) % resolutionMs
  const floor = (at: EpochMs) => Math.floor((at - offsetMs) / resolutionMs) * resolutionMs + offsetMs
  const from = floor(asked.from)
  const to = floor(asked.to - 1) + resolutionMs
  const cadenceMs = await cadencesOf(stores, home)
  const longest = Math.max(0, ...cadenceMs.values())
  const lookBack = Math.ceil((resolutionMs + longest) / resolutionMs) * resolutionMs
  const buckets = await stores.series.buckets({ ...asked, from: from - lookBack, to }, resolutionMs, offsetMs)
  const series = [...Map.groupBy(buckets, seriesKey).values()].flatMap((group) => {
    const [head] = group
    if (head === undefined) return []
    const uses = usesOf(group, resolutionMs, cadenceMs.get(head.deviceId) ?? 0)
    const shown = group
      .map((bucket, index) =>
        shownBucket(bucket, headOf(head).form === 'register' ? (uses[index] ?? null) : null),
      )
      .filter((bucket) => bucket.start >= from)
    return shown.length === 0 ? [] : { ...headOf(head), buckets: shown }
  })
  return { from, to, resolutionS, series }
}

const shownBucket = ({ start, count, first, last, min, max, mean }: SeriesBucket, use: number | null) => ({
  start,
  count,
  first,
  last,
  min,
  max,
  mean,
  use,
})

/** Every device that ever stood in the home: said cadence, else the learned one. */
const cadencesOf = async ({ state }: Stores, home: Home): Promise<Map<DeviceId, number>> => {
  const ids = [...new Set((await state.devices.assignmentsOfHome(home.id)).map((each) => each.deviceId))]
  const learned = new Map((await state.health.of(ids)).map((health) => [health.deviceId, health.cadenceS]))
  return new Map(
    (await state.devices.of(ids)).map((device) => {
      const cadenceS = device.cadenceS ?? learned.get(device.id) ?? 0
      return [device.id, Math.min(cadenceS, LONGEST_CADENCE_S) * SECOND_MS]
    }),
  )
}
