import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SERIES_READER, SeriesReader } from '../../app/series-reader.ts'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { Reading, Values } from '../../contracts/reading.ts'
import { noMeters, silentLog } from '../../contracts/telemetry.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import { SeriesRejected, type SeriesStore, SeriesUnavailable } from '../../store/series.ts'
import { openJournal } from '../../store/sqlite/journal.ts'
import { temporaryFolder } from '../support/folder.ts'

const T0 = Date.parse('2026-03-01T00:00:00Z')
const deviceId = DeviceId.parse('meter-1')
const homeId = HomeId.parse('home-1')

const reading = (at: number, values: Values): Reading => ({
  deviceId,
  kind: 'water',
  measuredAt: at,
  measuredAtSource: 'device',
  receivedAt: at,
  values,
  quality: [],
})

/** A journal, an embedded store that `fail` can put out of order, and a reader between them. */
function bench() {
  const folder = temporaryFolder()
  const journal = openJournal({ file: join(folder, 'journal.db') })
  const store = openEmbeddedSeries({ file: join(folder, 'series.db') })
  const counts = new Map<string, number>()
  let failure: Error | null = null
  const series: SeriesStore = {
    ...boundMethods(store),
    write: (readings) => (failure ? Promise.reject(failure) : store.write(readings)),
  }
  const waits: number[] = []
  let letGo: () => void = () => {}
  const start = () => {
    const reader = new SeriesReader({
      journal,
      series,
      log: silentLog,
      meters: { ...noMeters, count: (name, _, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by) },
      wait: (ms) =>
        new Promise((resolve) => {
          waits.push(ms)
          letGo = resolve
        }),
    })
    onTestFinished(async () => {
      const stopped = reader.stop()
      letGo()
      await stopped
    })
    return reader
  }
  return {
    journal,
    store,
    counts,
    waits,
    start,
    fail: (error: Error | null) => {
      failure = error
    },
    retry: () => letGo(),
    send: (...readings: Reading[]) => journal.append([{ type: 'readings', deviceId, homeId, readings }], T0),
    values: async () =>
      (await store.points({ homeId, metrics: ['water_total_m3', 'smoke'], from: 0, to: T0 * 2 })).map(
        (p) => p.value,
      ),
  }
}

function boundMethods(store: SeriesStore): SeriesStore {
  return {
    name: store.name,
    write: (readings) => store.write(readings),
    points: (query, limit) => store.points(query, limit),
    buckets: (query, resolutionMs, offsetMs) => store.buckets(query, resolutionMs, offsetMs),
    erase: (what) => store.erase(what),
    ping: () => store.ping(),
    close: () => store.close(),
  }
}

describe('the reader that keeps series', () => {
  it('waits while the store is away, longer each time, and then catches up with nothing lost', async () => {
    const { send, fail, retry, waits, start, values, journal } = bench()
    fail(new SeriesUnavailable('away'))
    const reader = start()
    for (let n = 0; n < 5; n++) await send(reading(T0 + n, { water_total_m3: n }))
    await vi.waitFor(() => expect(waits).toHaveLength(1))
    expect(reader.lag()).toBe(5)
    expect(reader.failing()).toBe(true)
    retry()
    await vi.waitFor(() => expect(waits).toHaveLength(2))
    expect(waits[1]).toBe(2 * (waits[0] ?? 0))
    fail(null)
    retry()
    await vi.waitFor(() => expect(reader.lag()).toBe(0))
    expect(await values()).toEqual([0, 1, 2, 3, 4])
    expect(journal.cursor(SERIES_READER)).toBe(5)
  })

  it('takes in at once what one device kept for itself through a long outage', async () => {
    const { journal, start, counts } = bench()
    const SAMPLES = 1_000
    for (let n = 0; n < 130; n++) {
      const sample = (i: number) => reading(T0 + n * SAMPLES + i, { water_total_m3: 1 })
      const readings = Array.from({ length: SAMPLES }, (_, i) => sample(i))
      await journal.append([{ type: 'readings', deviceId, homeId, readings }], T0)
    }
    const reader = start()
    await vi.waitFor(() => expect(reader.lag()).toBe(0), 20_000)
    expect(counts.get('series_readings_total')).toBe(130 * SAMPLES)
  })

  it('is asked to settle while more keeps coming, and settles with what there was', async () => {
    const { journal, store, send, start } = bench()
    let sent = 1
    await send(reading(T0, { water_total_m3: 0 }))
    const write = store.write.bind(store)
    store.write = async (readings) => {
      // Before this batch is kept the next one is there.
      if (sent < 500) await send(reading(T0 + sent++, { water_total_m3: sent }))
      return write(readings)
    }
    const reader = start()
    await reader.settled()
    expect(reader.lag()).toBeGreaterThan(0)
    await vi.waitFor(() => expect(reader.lag()).toBe(0), 10_000)
    expect(journal.head()).toBe(500)
  })

  it('goes on behind readings that the store will never take, and counts them', async () => {
    const { send, fail, start, counts, values } = bench()
    const reader = start()
    fail(new SeriesRejected('field type conflict'))
    await send(reading(T0, { water_total_m3: 1 }))
    await vi.waitFor(() => expect(reader.lag()).toBe(0))
    fail(null)
    await send(reading(T0 + 1, { water_total_m3: 2 }))
    await vi.waitFor(() => expect(reader.lag()).toBe(0))
    expect(counts.get('series_rejected_total')).toBe(1)
    expect(await values()).toEqual([2])
  })

  it('keeps the first of two different numbers, and true of two different states', async () => {
    const { send, start, values, counts } = bench()
    const reader = start()
    await send(reading(T0, { water_total_m3: 1, smoke: false }))
    await send(reading(T0 + 1, { smoke: true }))
    await vi.waitFor(() => expect(reader.lag()).toBe(0))
    await send(reading(T0, { water_total_m3: 9, smoke: true }))
    await send(reading(T0 + 1, { smoke: false }))
    await vi.waitFor(() => expect(reader.lag()).toBe(0))
    expect(new Set(await values())).toEqual(new Set([1, true]))
    expect(counts.get('series_conflicts_total')).toBe(2)
  })

  it('keeps the first also when the conflict comes right after a restart, or in one batch', async () => {
    const { send, start, values } = bench()
    await send(reading(T0, { water_total_m3: 1 }), reading(T0, { water_total_m3: 2 }))
    const first = start()
    await vi.waitFor(() => expect(first.lag()).toBe(0))
    await first.stop()
    await send(reading(T0, { water_total_m3: 3 }))
    const second = start()
    await vi.waitFor(() => expect(second.lag()).toBe(0))
    expect(await values()).toEqual([1])
  })
})
