/**
 * Points written per second, and one home's 14 days read, for every driver in one run:
 * `node test/store/series-bench.ts [homes]`. 15-minute water readings of 2,000 homes, in the order of time, as the
 * series reader writes them.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import { openInflux1Series } from '../../store/influx1/series.ts'
import { openInflux2Series } from '../../store/influx2/series.ts'
import type { SeriesStore } from '../../store/series.ts'
import { serverBinary } from '../support/debian.ts'
import { influxQl, startInfluxd, startVictoriaMetrics } from '../support/series-servers.ts'
import { startInflux2StandIn } from './influx2-stand-in.ts'
import { seriesReading } from './series-model.ts'

const HOMES = Number(process.argv[2] ?? 2_000)
const READINGS_A_WRITE = 5_000
const T0 = Date.UTC(2026, 10, 1)
const ROUNDS = (14 * DAY_MS) / (15 * MINUTE_MS)

function* batches() {
  let batch = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let home = 0; home < HOMES; home++) {
      const at = T0 + round * 15 * MINUTE_MS + ((home * 37) % 1_000)
      const litres = 300_000 + home * 1_000 + Math.round(round * 3.7)
      batch.push(
        seriesReading(
          HomeId.parse(`home-${home}`),
          at,
          { water_total_m3: litres / 1_000 },
          {
            deviceId: DeviceId.parse(`water-${home}`),
            receivedAt: at + ((home * 7_919 + round * 31) % 3_000),
          },
        ),
      )
      if (batch.length === READINGS_A_WRITE) {
        yield batch
        batch = []
      }
    }
  }
  if (batch.length > 0) yield batch
}

async function writing(name: string, store: SeriesStore): Promise<void> {
  let spentMs = 0
  for (const batch of batches()) {
    const start = performance.now()
    await store.write(batch)
    spentMs += performance.now() - start
  }
  const points = HOMES * ROUNDS
  console.log(`${name}: ${Math.round(points / (spentMs / 1_000))} points/s in (${points} points)`)
}

const at = (list: number[], share: number) =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length * share)]?.toFixed(1)

async function reading(name: string, store: SeriesStore): Promise<void> {
  const times: Record<'points' | 'buckets', number[]> = { points: [], buckets: [] }
  for (let n = 0; n < 50; n++) {
    const homeId = HomeId.parse(`home-${(n * 31) % HOMES}`)
    const query = { homeId, metrics: ['water_total_m3'], from: T0, to: T0 + 15 * DAY_MS }
    let start = performance.now()
    const { length } = await store.points(query)
    times.points.push(performance.now() - start)
    if (length !== ROUNDS) throw new Error(`${name} gave ${length} points of ${ROUNDS}`)
    start = performance.now()
    await store.buckets(query, HOUR_MS)
    times.buckets.push(performance.now() - start)
  }
  for (const [what, list] of Object.entries(times)) {
    console.log(`${name}: one home's 14 days as ${what}: p50 ${at(list, 0.5)} ms, p95 ${at(list, 0.95)} ms`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'series-bench-'))
const file = join(folder, 'series.db')
const embedded = openEmbeddedSeries({ file })
await writing('embedded', embedded)
await reading('embedded', embedded)
await embedded.close()
console.log(`embedded: ${(statSync(file).size / HOMES / ROUNDS).toFixed(1)} bytes a point`)
rmSync(folder, { recursive: true })

const influxd = await serverBinary('influxd')
if (influxd !== null) {
  const server = await startInfluxd(influxd)
  const store = openInflux1Series({ url: server.url, database: 'one', username: '', password: '' })
  await writing('influx1', store)
  await reading('influx1', store)
  await influxQl(server.url, 'CREATE DATABASE two')
  const account = { token: 't', org: 'o', bucket: 'two' }
  const standIn = await startInflux2StandIn({ influxdUrl: server.url, ...account })
  const second = openInflux2Series({ url: standIn.url, ...account })
  await writing('influx2 (stand-in)', second)
  await reading('influx2 (stand-in)', second)
  await standIn.close()
  await server.remove()
}
const victoria = await serverBinary('victoria-metrics')
if (victoria !== null) {
  const server = await startVictoriaMetrics(victoria)
  await writing(
    'influx2 (VictoriaMetrics)',
    openInflux2Series({ url: server.url, token: 't', org: 'o', bucket: 'b' }),
  )
  await server.remove()
}
