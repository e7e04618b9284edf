import { describe, expect, it, onTestFinished } from 'vitest'
import { HomeId } from '../../contracts/ids.ts'
import { openInflux2Series } from '../../store/influx2/series.ts'
import { SeriesUnavailable } from '../../store/series.ts'
import { serverBinary } from '../support/debian.ts'
import { influxQl, startInfluxd, startVictoriaMetrics } from '../support/series-servers.ts'
import { startInflux2StandIn } from './influx2-stand-in.ts'
import { seriesConformance } from './series.conformance.ts'
import { seriesReading } from './series-model.ts'

const influxd = await serverBinary('influxd')
const victoria = await serverBinary('victoria-metrics')
const account = { token: 'a token', org: 'shou wang', bucket: 'read & ings' }
const homeId = HomeId.parse('home-1')
const T0 = Date.UTC(2026, 10, 1)

async function open() {
  const server = await startInfluxd(influxd ?? '')
  await influxQl(server.url, `CREATE DATABASE "${account.bucket}"`)
  const standIn = await startInflux2StandIn({ influxdUrl: server.url, ...account })
  const close = async () => {
    await standIn.close()
    await server.remove()
  }
  return { server, standIn, close }
}

describe.skipIf(influxd === null)('on a stand-in for InfluxDB 2 in front of a real 1.6.7', () => {
  seriesConformance('influx2 (stand-in)', async () => {
    const { server, standIn, close } = await open()
    const store = openInflux2Series({ url: standIn.url, ...account })
    return { store, server, close: () => store.close().then(close) }
  })

  it('waits for people to mend a wrong token or bucket', async () => {
    const { standIn, close } = await open()
    onTestFinished(close)
    const reading = seriesReading(homeId, T0, { smoke: true })
    for (const wrong of [{ token: 'no' }, { bucket: 'no' }, { org: 'no' }]) {
      const store = openInflux2Series({ url: standIn.url, ...account, ...wrong })
      await expect(store.write([reading])).rejects.toBeInstanceOf(SeriesUnavailable)
    }
    const store = openInflux2Series({ url: standIn.url, ...account, token: 'no' })
    await expect(store.ping()).rejects.toBeInstanceOf(SeriesUnavailable)
  })
})

describe.skipIf(victoria === null)('written to a real VictoriaMetrics by the 2.x API', () => {
  it('keeps every value, each under its home, device and channel, through an outage too', async () => {
    const server = await startVictoriaMetrics(victoria ?? '')
    onTestFinished(() => server.remove())
    const store = openInflux2Series({ url: server.url, ...account })
    const quality = ['historical' as const]
    await store.write([
      ...Array.from({ length: 12_000 }, (_, n) => seriesReading(homeId, T0 + n * 1_000, { power_w: n / 10 })),
      seriesReading(homeId, T0, { smoke: true, battery_low: false }, { channel: 'a, b="c"', quality }),
    ])

    await server.stop()
    const late = [seriesReading(homeId, T0 + 1, { water_total_m3: 345.678 })]
    await expect(store.write(late)).rejects.toBeInstanceOf(SeriesUnavailable)
    await server.restart()
    await store.write(late)

    const labels = { home: 'home-1', device: 'w-1', kind: 'water' }
    const [power] = await exported(server.url, 'power_w')
    expect(power?.metric).toMatchObject(labels)
    expect(power?.values).toHaveLength(12_000)
    expect(power?.values.every((value, n) => value === n / 10)).toBe(true)
    expect(power?.timestamps.at(-1)).toBe(T0 + 11_999_000)
    expect(await exported(server.url, 'smoke')).toMatchObject([
      { metric: { ...labels, channel: 'a, b="c"' }, values: [1], timestamps: [T0] },
    ])
    expect(await exported(server.url, 'battery_low')).toMatchObject([{ values: [0] }])
    expect(await exported(server.url, 'water_total_m3')).toMatchObject([
      { metric: labels, values: [345.678], timestamps: [T0 + 1] },
    ])
    expect((await exported(server.url, 'received_at')).flatMap(({ values }) => values)).toContain(T0 + 1_001)
  })
})

interface Exported {
  metric: Record<string, string>
  values: number[]
  timestamps: number[]
}

async function exported(url: string, metric: string): Promise<Exported[]> {
  await fetch(`${url}/internal/force_flush`)
  const query = new URLSearchParams({ 'match[]': `{__name__="readings_${metric}"}` })
  const text = await (await fetch(`${url}/api/v1/export?${query.toString()}`)).text()
  const rows = text.split('\n').filter((line) => line !== '')
  return rows.map((line) => JSON.parse(line) as Exported)
}
