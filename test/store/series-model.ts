import { DeviceId, type HomeId } from '../../contracts/ids.ts'
import { type HomeReading, Quality, type Values } from '../../contracts/reading.ts'
import type { SeriesBucket, SeriesPoint } from '../../store/series.ts'

export const seriesReading = (
  homeId: HomeId | null,
  measuredAt: number,
  values: Values,
  more: Partial<HomeReading> = {},
): HomeReading => ({
  homeId,
  deviceId: DeviceId.parse('w-1'),
  kind: 'water',
  measuredAt,
  measuredAtSource: 'device',
  receivedAt: measuredAt + 1_000,
  values,
  quality: [],
  ...more,
})

const key = ({ measuredAt, deviceId, channel, metric }: SeriesPoint): string =>
  JSON.stringify([measuredAt, deviceId, channel ?? '', metric])

/** Drivers promise the order of times only: this one makes answers comparable. */
export const byKey = (a: SeriesPoint, b: SeriesPoint): number =>
  a.measuredAt - b.measuredAt || (key(a) < key(b) ? -1 : 1)

const moment = (of: { deviceId: string; channel?: string | null; measuredAt: number }): string =>
  JSON.stringify([of.deviceId, of.channel ?? null, of.measuredAt])

/** What a store holds after these writes to one home, said as plainly as can be. */
export function keptModel(readings: readonly HomeReading[]): SeriesPoint[] {
  const values = new Map<string, SeriesPoint>()
  const moments = new Map<string, { receivedAt: number; quality: Quality[] }>()
  for (const reading of readings) {
    const { deviceId, channel = null, measuredAt, receivedAt } = reading
    const said = Object.entries(reading.values).filter(([, value]) => value !== null)
    if (said.length === 0) continue
    const quality = Quality.options.filter((flag) => reading.quality.includes(flag))
    const earlier = moments.get(moment(reading))
    moments.set(moment(reading), {
      receivedAt,
      quality: quality.length > 0 ? quality : (earlier?.quality ?? []),
    })
    for (const [metric, value] of said) {
      const point = { deviceId, channel, metric, measuredAt, receivedAt, value, quality }
      values.set(key(point), point)
    }
  }
  return [...values.values()].map((point) => ({ ...point, ...moments.get(moment(point)) }))
}

export function naiveBuckets(
  points: readonly SeriesPoint[],
  resolutionMs: number,
  offsetMs: number,
): Map<string, SeriesBucket> {
  const groups = Map.groupBy(points, ({ deviceId, channel, metric, measuredAt }) => {
    const start = Math.floor((measuredAt - offsetMs) / resolutionMs) * resolutionMs + offsetMs
    return JSON.stringify([deviceId, channel, metric, start])
  })
  const buckets = new Map<string, SeriesBucket>()
  for (const [group, unsorted] of groups) {
    const [deviceId, channel, metric, start] = JSON.parse(group) as [DeviceId, string | null, string, number]
    const members = unsorted.toSorted((a, b) => a.measuredAt - b.measuredAt)
    const numbers = members.map(({ value }) => Number(value))
    buckets.set(group, {
      deviceId,
      channel,
      metric,
      start,
      count: members.length,
      first: numbers[0] as number,
      last: numbers.at(-1) as number,
      min: Math.min(...numbers),
      max: Math.max(...numbers),
      mean: numbers.reduce((sum, n) => sum + n, 0) / numbers.length,
      firstAt: (members[0] as SeriesPoint).measuredAt,
      lastAt: (members.at(-1) as SeriesPoint).measuredAt,
    })
  }
  return buckets
}
