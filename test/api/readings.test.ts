import { describe, expect, it } from 'vitest'
import { defaultResolutionS, usesOf } from '../../api/readings.ts'
import { DeviceId } from '../../contracts/ids.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { SeriesBucket } from '../../store/series.ts'
import { NOW, openDistrict, waterReading } from './district.ts'

const bucket = (start: number, firstAt: number, ...values: number[]): SeriesBucket => ({
  deviceId: DeviceId.parse('w'),
  channel: null,
  metric: 'water_total_m3',
  start,
  count: values.length,
  first: values[0] ?? 0,
  last: values.at(-1) ?? 0,
  min: Math.min(...values),
  max: Math.max(...values),
  mean: 0,
  firstAt,
  lastAt: firstAt,
})

const iso = (at: number) => new Date(at).toISOString()

const range = (from: number, to: number) => `from=${iso(from)}&to=${iso(to)}`

const gap = (ms: number) => usesOf([bucket(0, 0, 5), bucket(ms, ms, 6)], HOUR_MS, 15 * MINUTE_MS)[1]

describe('what flowed in a bucket', () => {
  it('is told while reports come as often as they should', () => {
    const buckets = [bucket(0, 0, 5), bucket(HOUR_MS, HOUR_MS, 6), bucket(2 * HOUR_MS, 2 * HOUR_MS, 6)]
    expect(usesOf(buckets, HOUR_MS, 15 * MINUTE_MS)).toEqual([null, 1, 0])
  })

  it('is unknown when the report before is further away than a bucket and an interval', () => {
    expect(gap(HOUR_MS + 15 * MINUTE_MS)).toBe(1)
    expect(gap(HOUR_MS + 15 * MINUTE_MS + 1)).toBeNull()
  })

  it('is unknown when the register went backwards, between buckets or within one', () => {
    expect(usesOf([bucket(0, 0, 5), bucket(1, 1, 4)], HOUR_MS, 0)).toEqual([null, null])
    expect(usesOf([bucket(0, 0, 5), bucket(1, 1, 6, 0, 7)], HOUR_MS, 0)).toEqual([null, null])
  })

  it('is free of the rounding of sums', () => {
    expect(usesOf([bucket(0, 0, 0.1), bucket(1, 1, 0.3)], HOUR_MS, 0)[1]).toBe(0.2)
  })
})

describe('the resolution', () => {
  it('is the finest that draws in 1,500 buckets', () => {
    expect(defaultResolutionS(DAY_MS)).toBe(60)
    expect(defaultResolutionS(7 * DAY_MS)).toBe(900)
    expect(defaultResolutionS(400 * DAY_MS)).toBe(43_200)
  })
})

const measured = async () => {
  const district = await openDistrict()
  const from = NOW - 6 * HOUR_MS
  const quarters = [0, 1, 2, 3, 12, 13]
  await district.series.write(
    quarters.map((n) => waterReading('a1', from + n * 15 * MINUTE_MS, 20 + n / 100)),
  )
  const get = (query: string) => district.as('workerOfA', 'GET', `/homes/a1/readings?${query}`)
  return { district, from, get }
}

describe('readings of a home', () => {
  it('come in buckets, and one in which nobody reported is absent', async () => {
    const { from, get } = await measured()
    const { body } = await get(`metrics=water_total_m3&resolution=900&${range(from, NOW)}`)
    expect(body).toMatchObject({ from: iso(from), to: iso(NOW), resolutionS: 900 })
    expect(body.series).toHaveLength(1)
    const [series] = body.series
    expect(series).toMatchObject({ deviceId: 'water-a1', channel: null, unit: 'm³', form: 'register' })
    const minutes = series.buckets.map(
      (each: { start: string }) => (Date.parse(each.start) - from) / MINUTE_MS,
    )
    expect(minutes).toEqual([0, 15, 30, 45, 180, 195])
    expect(series.buckets.map((each: { use: number | null }) => each.use)).toEqual([
      null,
      0.01,
      0.01,
      0.01,
      null,
      0.01,
    ])
  })

  it('know what was before the range', async () => {
    const { from, get } = await measured()
    const { body } = await get(`metrics=water_total_m3&resolution=900&${range(from + 15 * MINUTE_MS, NOW)}`)
    expect(body.series[0].buckets[0]).toMatchObject({ start: iso(from + 15 * MINUTE_MS), use: 0.01 })
  })

  it('by the day begin at the midnight of the home', async () => {
    const { get } = await measured()
    const { body } = await get(`metrics=water_total_m3&resolution=86400&${range(NOW - DAY_MS, NOW)}`)
    expect(body.from).toBe('2026-11-18T16:00:00.000Z')
    expect(body.series[0].buckets[0].start).toBe('2026-11-19T16:00:00.000Z')
  })

  it('come raw, with their quality', async () => {
    const { from, get } = await measured()
    const { body } = await get(`metrics=water_total_m3,power_w&resolution=raw&${range(from, from + HOUR_MS)}`)
    expect(body.resolutionS).toBeNull()
    expect(body.series[0].points).toHaveLength(4)
    expect(body.series[0].points[1]).toEqual({ at: iso(from + 15 * MINUTE_MS), value: 20.01, quality: [] })
  })

  it('of the last day come when nothing is said, and of one device when asked', async () => {
    const { get } = await measured()
    const { body } = await get('metrics=water_total_m3')
    expect(Date.parse(body.to) - Date.parse(body.from)).toBe(DAY_MS)
    expect(body.series[0].buckets).toHaveLength(6)
    expect((await get('metrics=water_total_m3&deviceId=other')).body.series).toEqual([])
  })

  it('are refused when too much is asked for, or nonsense', async () => {
    const { get } = await measured()
    const codes = async (query: string) => {
      const { status, body } = await get(query)
      return [status, body.error.code]
    }
    const metrics = 'metrics=power_w'
    expect(await codes(`${metrics}&${range(NOW - 401 * DAY_MS, NOW)}`)).toEqual([400, 'range_too_long'])
    expect(await codes(`${metrics}&resolution=1&${range(NOW - DAY_MS, NOW)}`)).toEqual([
      400,
      'range_too_long',
    ])
    expect(await codes(`${metrics}&${range(NOW, NOW)}`)).toEqual([400, 'bad_request'])
    expect(await codes('metrics=heartbeat')).toEqual([400, 'bad_request'])
    expect(await codes('')).toEqual([400, 'bad_request'])
    expect(await codes(`${metrics}&resolution=fine`)).toEqual([400, 'bad_request'])
  })
})
