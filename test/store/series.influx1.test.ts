import { describe, expect, it, onTestFinished } from 'vitest'
import { HomeId } from '../../contracts/ids.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { openInflux1Series } from '../../store/influx1/series.ts'
import { SeriesUnavailable } from '../../store/series.ts'
import { serverBinary } from '../support/debian.ts'
import { influxQl, startInfluxd } from '../support/series-servers.ts'
import { seriesConformance } from './series.conformance.ts'
import { seriesReading } from './series-model.ts'

const binary = await serverBinary('influxd')
const nobody = { username: '', password: '' }

async function server(settings: Record<string, string> = {}) {
  const started = await startInfluxd(binary ?? '', settings)
  onTestFinished(() => started.remove())
  return started
}

describe.skipIf(binary === null)('on a real InfluxDB 1.6.7', () => {
  seriesConformance('influx1', async () => {
    const server = await startInfluxd(binary ?? '')
    const store = openInflux1Series({ url: server.url, database: 'shouwang "q"', ...nobody })
    return {
      store,
      server,
      close: async () => {
        await store.close()
        await server.remove()
      },
    }
  })

  const homeId = HomeId.parse('home-1')

  it('waits for people to mend a wrong password, and then needs no restart', async () => {
    const { url } = await server({ INFLUXDB_HTTP_AUTH_ENABLED: 'true' })
    const admin = 'root:root-secret'
    await influxQl(url, `CREATE USER root WITH PASSWORD 'root-secret' WITH ALL PRIVILEGES`)
    await influxQl(url, `CREATE DATABASE kept`, admin)
    const store = openInflux1Series({ url, database: 'kept', username: 'shouwang', password: 's3cret' })
    const write = () => store.write([seriesReading(homeId, 1, { smoke: true })])
    await expect(write()).rejects.toBeInstanceOf(SeriesUnavailable)
    await expect(store.ping()).rejects.not.toThrow('s3cret')

    await influxQl(url, `CREATE USER shouwang WITH PASSWORD 's3cret'`, admin)
    await expect(write(), 'known, but without rights').rejects.toBeInstanceOf(SeriesUnavailable)
    await expect(store.ping()).rejects.toBeInstanceOf(SeriesUnavailable)

    // May write and read, but not make databases: enough.
    await influxQl(url, `GRANT ALL ON kept TO shouwang`, admin)
    await write()
    await store.ping()
    expect(await store.points({ homeId, metrics: ['smoke'], from: 0, to: 2 })).toHaveLength(1)
  })

  it('makes its database again when somebody dropped it', async () => {
    const { url } = await server()
    const store = openInflux1Series({ url, database: 'kept', ...nobody })
    const write = () => store.write([seriesReading(homeId, 1, { smoke: true })])
    await write()
    await influxQl(url, 'DROP DATABASE kept')
    await expect(write()).rejects.toBeInstanceOf(SeriesUnavailable)
    await write()
    expect(await store.points({ homeId, metrics: ['smoke'], from: 0, to: 2 })).toHaveLength(1)
  })

  it('refuses what lies beyond the retention of the database, and keeps the rest', async () => {
    const { url } = await server()
    await influxQl(url, 'CREATE DATABASE kept WITH DURATION 35d')
    const store = openInflux1Series({ url, database: 'kept', ...nobody })
    const now = Date.now()
    const batch = [0, 1, 40, 2, 60].map((days) =>
      seriesReading(homeId, now - days * DAY_MS, { power_w: days }),
    )
    await expect(store.write(batch)).rejects.toMatchObject({ name: 'SeriesRejected', rejected: 2 })
    const kept = await store.points({ homeId, metrics: ['power_w'], from: 0, to: now + 1 })
    expect(kept.map(({ value }) => value)).toEqual([2, 1, 0])
  })

  it('takes a full server for one that people will mend', async () => {
    const { url } = await server({ INFLUXDB_DATA_MAX_SERIES_PER_DATABASE: '2' })
    const store = openInflux1Series({ url, database: 'kept', ...nobody })
    const readings = [1, 2, 3].map((n) => seriesReading(homeId, 1, { smoke: true }, { channel: `${n}` }))
    await expect(store.write(readings)).rejects.toBeInstanceOf(SeriesUnavailable)
  })
})
