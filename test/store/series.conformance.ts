import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { Quality } from '../../contracts/reading.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type SeriesPoint, SeriesRejected, type SeriesStore, SeriesUnavailable } from '../../store/series.ts'
import { byKey, keptModel, naiveBuckets, seriesReading } from './series-model.ts'

export interface SeriesUnderTest {
  store: SeriesStore
  /** Absent where there is no server to stop. */
  server?: { stop(): Promise<void>; restart(): Promise<void> }
  close(): Promise<void>
}

const T0 = Date.UTC(2026, 10, 1)
const device = DeviceId.parse('w-1')

/** What every driver of `SeriesStore` must hold. */
export function seriesConformance(name: string, open: () => Promise<SeriesUnderTest>): void {
  describe(`series store: ${name}`, () => {
    let under: SeriesUnderTest
    let store: SeriesStore
    let homes = 0
    const newHome = () => HomeId.parse(`home-${++homes}`)
    const all = (homeId: HomeId, metrics: readonly string[] = ['water_total_m3']) =>
      store.points({ homeId, metrics, from: T0 - DAY_MS, to: T0 + 30 * DAY_MS })

    beforeAll(async () => {
      under = await open()
      store = under.store
    })
    afterAll(() => under?.close())

    it('answers a ping', () => expect(store.ping()).resolves.toBeUndefined())

    it('gives back what was written, arrival and doubts included', async () => {
      const homeId = newHome()
      const quality: Quality[] = ['clock_skew', 'historical']
      await store.write([
        seriesReading(
          homeId,
          T0,
          { water_total_m3: 345.678, battery_low: false, power_w: -0.5 },
          { quality },
        ),
        seriesReading(homeId, T0 + 1, { water_total_m3: 345 }, { channel: 'left', receivedAt: T0 + 9_876 }),
      ])
      const base = { deviceId: device, channel: null, measuredAt: T0, receivedAt: T0 + 1_000, quality }
      expect((await all(homeId, ['water_total_m3', 'battery_low', 'power_w', 'smoke'])).sort(byKey)).toEqual([
        { ...base, metric: 'battery_low', value: false },
        { ...base, metric: 'power_w', value: -0.5 },
        { ...base, metric: 'water_total_m3', value: 345.678 },
        {
          deviceId: device,
          channel: 'left',
          metric: 'water_total_m3',
          measuredAt: T0 + 1,
          receivedAt: T0 + 9_876,
          value: 345,
          quality: [],
        },
      ])
    })

    it('changes nothing when the same is written again', async () => {
      const homeId = newHome()
      const readings = [0, 1, 2].map((n) => seriesReading(homeId, T0 + n * HOUR_MS, { water_total_m3: n }))
      await store.write(readings)
      const before = await all(homeId)
      await store.write(readings)
      await store.write(readings.toReversed())
      expect(await all(homeId)).toEqual(before)
      expect(before).toHaveLength(3)
    })

    it('replaces the value under a kept key, and joins metrics of one moment', async () => {
      const homeId = newHome()
      await store.write([seriesReading(homeId, T0, { power_w: 1, smoke: false }, { quality: ['duplicate'] })])
      await store.write([
        seriesReading(homeId, T0, { power_w: 2, voltage_l1_v: 230.1 }, { receivedAt: T0 + 5 }),
      ])
      const kept = (await all(homeId, ['power_w', 'smoke', 'voltage_l1_v'])).sort(byKey)
      expect(kept.map(({ metric, value }) => [metric, value])).toEqual([
        ['power_w', 2],
        ['smoke', false],
        ['voltage_l1_v', 230.1],
      ])
      for (const point of kept) expect(point).toMatchObject({ receivedAt: T0 + 5, quality: ['duplicate'] })
    })

    it('keeps no null, and lets none take the place of a value', async () => {
      const homeId = newHome()
      await store.write([seriesReading(homeId, T0, { smoke: true })])
      await store.write([
        seriesReading(homeId, T0, { smoke: null }),
        seriesReading(homeId, T0 + 1, { smoke: null, muted: false }),
        seriesReading(homeId, T0 + 2, { smoke: null }),
        seriesReading(homeId, T0 + 3, {}),
      ])
      const kept = await all(homeId, ['smoke', 'muted'])
      expect(kept.map(({ metric, measuredAt, value }) => [metric, measuredAt - T0, value])).toEqual([
        ['smoke', 0, true],
        ['muted', 1, false],
      ])
    })

    it('answers ascending by time, whatever the order of arrival', async () => {
      const homeId = newHome()
      const minutes = [7, 3, 9, 1, 5, 2, 8]
      for (const n of minutes) {
        await store.write([seriesReading(homeId, T0 + n * MINUTE_MS, { water_total_m3: n })])
      }
      expect((await all(homeId)).map(({ value }) => value)).toEqual(minutes.toSorted((a, b) => a - b))
    })

    it('takes ranges as half open, for points and buckets', async () => {
      const homeId = newHome()
      await store.write([0, 1, 2, 3].map((n) => seriesReading(homeId, T0 + n, { water_total_m3: n })))
      const query = { homeId, metrics: ['water_total_m3'], from: T0 + 1, to: T0 + 3 }
      expect((await store.points(query)).map(({ value }) => value)).toEqual([1, 2])
      expect(await store.buckets(query, HOUR_MS)).toMatchObject([{ count: 2, first: 1, last: 2 }])
      expect(await store.points({ ...query, to: T0 + 1 })).toEqual([])
      expect(await store.points({ ...query, metrics: [] })).toEqual([])
    })

    it('tells devices, channels and homes apart', async () => {
      const [homeId, other] = [newHome(), newHome()]
      const second = DeviceId.parse('w-2')
      await store.write([
        seriesReading(homeId, T0, { power_w: 1 }),
        seriesReading(homeId, T0, { power_w: 2 }, { channel: '1' }),
        seriesReading(homeId, T0, { power_w: 3 }, { channel: '2' }),
        seriesReading(homeId, T0, { power_w: 4 }, { deviceId: second }),
        seriesReading(other, T0, { power_w: 5 }),
        seriesReading(null, T0, { power_w: 6 }),
      ])
      const values = async (query: { homeId: HomeId; deviceId?: DeviceId }) =>
        (await store.points({ ...query, metrics: ['power_w'], from: T0, to: T0 + 1 }))
          .sort(byKey)
          .map(({ deviceId, channel, value }) => [deviceId, channel, value])
      expect(await values({ homeId })).toEqual([
        ['w-1', null, 1],
        ['w-1', '1', 2],
        ['w-1', '2', 3],
        ['w-2', null, 4],
      ])
      expect(await values({ homeId, deviceId: second })).toEqual([['w-2', null, 4]])
      expect(await values({ homeId: other })).toEqual([['w-1', null, 5]])
      expect(await values({ homeId: '-' as HomeId })).toEqual([['w-1', null, 6]])
    })

    it('leaves out buckets in which nothing was heard', async () => {
      const homeId = newHome()
      await store.write([
        seriesReading(homeId, T0 + 5, { water_total_m3: 1 }),
        seriesReading(homeId, T0 + 3 * HOUR_MS, { water_total_m3: 2 }),
      ])
      const query = { homeId, metrics: ['water_total_m3'], from: T0, to: T0 + DAY_MS }
      expect((await store.buckets(query, HOUR_MS)).map(({ start }) => start)).toEqual([T0, T0 + 3 * HOUR_MS])
      // A civil day of Shanghai begins at 16:00 of the day before.
      expect((await store.buckets(query, DAY_MS, -8 * HOUR_MS)).map(({ start }) => start)).toEqual([
        T0 - 8 * HOUR_MS,
      ])
    })

    it('has points and buckets as a naive model has them', { timeout: 60_000 }, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(sample, { minLength: 1, maxLength: 60 }),
          fc.constantFrom(MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, DAY_MS, 7),
          fc.integer({ min: -DAY_MS, max: DAY_MS }),
          async (samples, resolutionMs, offsetMs) => {
            const homeId = newHome()
            const readings = samples.map(({ at, values, ...more }) =>
              seriesReading(homeId, T0 + at, values, more),
            )
            const split = Math.floor(readings.length / 2)
            await store.write(readings.slice(0, split))
            await store.write(readings.slice(split))
            const query = { homeId, metrics: METRICS, from: T0 + HOUR_MS, to: T0 + 20 * HOUR_MS }
            const model = keptModel(readings).filter(
              ({ measuredAt }) => measuredAt >= query.from && measuredAt < query.to,
            )
            expect((await store.points(query)).sort(byKey)).toEqual(model.toSorted(byKey))
            const buckets = await store.buckets(query, resolutionMs, offsetMs)
            expect(buckets.map(({ start }) => start)).toEqual(
              buckets.map(({ start }) => start).toSorted((a, b) => a - b),
            )
            const expected = naiveBuckets(model, resolutionMs, offsetMs)
            expect(buckets).toHaveLength(expected.size)
            for (const { mean, ...bucket } of buckets) {
              const naive = expected.get(
                JSON.stringify([bucket.deviceId, bucket.channel, bucket.metric, bucket.start]),
              )
              expect(bucket).toEqual({ ...naive, mean: undefined })
              expect(mean).toBeCloseTo(naive?.mean ?? Number.NaN, 4)
            }
          },
        ),
        { numRuns: 40 },
      ),
    )

    it('gives every number back to the last bit', () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyNumber, { minLength: 1, maxLength: 50 }), async (numbers) => {
          const homeId = newHome()
          await store.write(numbers.map((n, i) => seriesReading(homeId, T0 + i, { water_total_m3: n })))
          expect((await all(homeId)).map(({ value }) => value)).toEqual(numbers)
        }),
        { numRuns: 20 },
      ))

    it('takes any text for an id, and no text for a command', { timeout: 60_000 }, () =>
      fc.assert(
        fc.asyncProperty(nasty, nasty, nasty, async (home, deviceText, channel) => {
          const homeId = `${++homes}${home}` as HomeId
          const deviceId = deviceText as DeviceId
          const bystander = newHome()
          const metric = `m${channel}`
          await store.write([
            seriesReading(homeId, T0, { power_w: 7, [metric]: 8 }, { deviceId, channel }),
            seriesReading(bystander, T0, { power_w: 1 }),
          ])
          const range = { from: T0, to: T0 + 1 }
          const point = { deviceId, channel, measuredAt: T0, receivedAt: T0 + 1_000, quality: [] }
          const expected = [
            { ...point, metric: 'power_w', value: 7 },
            { ...point, metric, value: 8 },
          ].sort(byKey)
          const query = { homeId, deviceId, metrics: ['power_w', metric], ...range }
          expect((await store.points(query)).sort(byKey)).toEqual(expected)
          await store.erase({ homeId })
          expect(await store.points(query)).toEqual([])
          expect(await store.points({ homeId: bystander, metrics: ['power_w'], ...range })).toHaveLength(1)
        }),
        {
          numRuns: 40,
          examples: [
            [`x' OR '1'='1`, `d,home=evil smoke=true`, `c"; DROP MEASUREMENT "readings"; --`],
            ['\\', '\\', '\\'],
            ['\n', 'a\nreadings,home=x power_w=1', '\r\n'],
            ['100%0A', '%', '%%41'],
            [' ', ' lead', 'trail '],
            ['守望', '=,', `'`],
          ],
        },
      ),
    )

    it('tells metrics from the columns of the layout', async () => {
      const homeId = newHome()
      const values = {
        time: 1,
        home: 2,
        received_at: 3,
        source: 4,
        quality: 5,
        channel: 6,
        device: 7,
        kind: 8,
      }
      await store.write([seriesReading(homeId, T0, values)])
      const kept = await all(homeId, Object.keys(values))
      expect(Object.fromEntries(kept.map(({ metric, value }) => [metric, value]))).toEqual(values)
      expect(kept[0]).toMatchObject({ receivedAt: T0 + 1_000, quality: [] })
    })

    it('answers 100,000 points unless told otherwise', { timeout: 60_000 }, async () => {
      const homeId = newHome()
      const readings = Array.from({ length: 100_020 }, (_, n) =>
        seriesReading(homeId, T0 + n * MINUTE_MS, { water_total_m3: n }),
      )
      await store.write(readings)
      const query = { homeId, metrics: ['water_total_m3'], from: T0, to: Number.MAX_SAFE_INTEGER }
      const points = await store.points(query)
      expect(points).toHaveLength(100_000)
      expect(points.at(-1)?.value).toBe(99_999)
      expect((await store.points(query, 3)).map(({ value }) => value)).toEqual([0, 1, 2])
      expect(await store.points({ ...query, from: -Number.MAX_SAFE_INTEGER }, 12_345)).toHaveLength(12_345)
      const [bucket] = await store.buckets(query, 1_000 * DAY_MS)
      expect(bucket).toMatchObject({ count: 100_020, min: 0, max: 100_019 })
    })

    it('forgets all of a home and nothing of another', async () => {
      const [homeId, other] = [newHome(), newHome()]
      await store.write([...lifeOf(homeId), ...lifeOf(other)])
      await store.erase({ homeId })
      expect(await all(homeId, ['smoke', 'water_total_m3'])).toEqual([])
      expect(await all(other, ['smoke', 'water_total_m3'])).toHaveLength(2)
      await store.erase({ homeId })
      await store.write(lifeOf(homeId))
      expect(await all(homeId, ['smoke', 'water_total_m3'])).toHaveLength(2)
    })

    it('forgets what one device sent, and only what was measured before a time', async () => {
      const [homeId, other] = [newHome(), newHome()]
      const of = (home: HomeId, deviceId: string) =>
        [0, 1, 2].map((n) =>
          seriesReading(home, T0 + n * DAY_MS, { water_total_m3: n }, { deviceId: DeviceId.parse(deviceId) }),
        )
      await store.write([...of(homeId, 'w-1'), ...of(homeId, 'w-2'), ...of(other, 'w-1')])
      const kept = async (home: HomeId) =>
        (await all(home)).map(({ deviceId, value }) => `${deviceId} ${value}`).sort()
      await store.erase({ homeId, deviceId: device, before: T0 + DAY_MS })
      expect(await kept(homeId)).toEqual(['w-1 1', 'w-1 2', 'w-2 0', 'w-2 1', 'w-2 2'])
      await store.erase({ homeId, deviceId: device })
      expect(await kept(homeId)).toEqual(['w-2 0', 'w-2 1', 'w-2 2'])
      await store.erase({ homeId, before: T0 + 2 * DAY_MS })
      expect(await kept(homeId)).toEqual(['w-2 2'])
      expect(await kept(other)).toEqual(['w-1 0', 'w-1 1', 'w-1 2'])
      await store.write(of(homeId, 'w-2'))
      expect(await kept(homeId)).toEqual(['w-2 0', 'w-2 1', 'w-2 2'])
    })

    it('refuses only the guilty: a state where numbers are kept, and what no store can hold', async () => {
      const homeId = newHome()
      const metric = 'test_level'
      await store.write([seriesReading(homeId, T0, { [metric]: 1 })])
      const batch = Array.from({ length: 200 }, (_, n) =>
        seriesReading(homeId, T0 + n, { [metric]: [50, 51, 133].includes(n) ? true : n }),
      )
      batch.push(
        seriesReading(homeId, T0, { [metric]: Number.NaN }),
        seriesReading(homeId, T0, { [metric]: Number.POSITIVE_INFINITY }),
        seriesReading(homeId, Number.MAX_SAFE_INTEGER, { [metric]: 1 }),
      )
      const refusal = await store.write(batch).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(SeriesRejected)
      expect(refusal).toMatchObject({ rejected: 6 })
      const kept = await all(homeId, [metric])
      expect(kept).toHaveLength(197)
      expect(kept.every(({ value }, n) => value === n || n >= 50)).toBe(true)
    })

    it('is away while its server is, and works again after', { timeout: 60_000 }, async (test) => {
      test.skip(under.server === undefined, 'no server to stop')
      const homeId = newHome()
      const reading = seriesReading(homeId, T0, { water_total_m3: 1 })
      await store.write([reading])
      await under.server?.stop()
      for (const attempt of [
        store.write([reading]),
        store.ping(),
        all(homeId),
        store.buckets({ homeId, metrics: ['smoke'], from: 0, to: 1 }, 1),
        store.erase({ homeId }),
      ]) {
        await expect(attempt).rejects.toBeInstanceOf(SeriesUnavailable)
      }
      await under.server?.restart()
      await store.ping()
      await store.write([seriesReading(homeId, T0 + 1, { water_total_m3: 2 })])
      expect((await all(homeId)).map(({ value }: SeriesPoint) => value)).toEqual([1, 2])
    })
  })
}

const lifeOf = (home: HomeId) => [
  seriesReading(home, T0, { smoke: true }, { channel: 'a' }),
  seriesReading(home, T0 + 20 * DAY_MS, { water_total_m3: 1 }),
]

const METRICS = ['water_total_m3', 'power_w', 'smoke']
const sample = fc.record(
  {
    at: fc.oneof(
      fc.integer({ min: 0, max: DAY_MS }),
      fc.integer({ min: 0, max: 96 }).map((n) => n * 900_000),
    ),
    deviceId: fc.constantFrom(device, DeviceId.parse('w-2')),
    channel: fc.constantFrom('left', 'right'),
    values: fc.record(
      {
        water_total_m3: fc.integer({ min: 0, max: 1e8 }).map((n) => n / 1_000),
        power_w: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((n) => n || 0),
        smoke: fc.option(fc.boolean()),
      },
      { requiredKeys: [] },
    ),
    quality: fc.subarray<Quality>(['clock_missing', 'retained', 'sentinel']),
  },
  { requiredKeys: ['at', 'values', 'deviceId', 'quality'] },
)

/** All that is finite; the sign of zero is nobody's. */
const anyNumber = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.integer().map((n) => n / 1_000),
  )
  .map((n) => n || 0)

const AWKWARD = ['\\', "'", '"', ',', '=', ' ', '\n', '\r', '\t', '%', ';', '(', '/', '#', '\0', 'é', '守']
const nasty = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...AWKWARD), minLength: 1, maxLength: 12 }),
)
