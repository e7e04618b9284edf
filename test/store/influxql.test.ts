import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HomeId } from '../../contracts/ids.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { openInflux1Series } from '../../store/influx1/series.ts'
import { openInflux2Series } from '../../store/influx2/series.ts'
import { type Fault, isRefusal } from '../../store/influxql/faults.ts'
import { POINTS_A_REQUEST, writeReadings } from '../../store/influxql/write.ts'
import { SeriesRejected, type SeriesStore, SeriesUnavailable } from '../../store/series.ts'
import { seriesReading } from './series-model.ts'

const homeId = HomeId.parse('home-1')
const query = { homeId, metrics: ['power_w'], from: 0, to: 10 }
const readings = (count: number) =>
  Array.from({ length: count }, (_, n) => seriesReading(homeId, n, { power_w: n }))

const drivers: [string, (url: string, timeoutMs: number) => SeriesStore][] = [
  [
    'influx1',
    (url, timeoutMs) =>
      openInflux1Series({ url, database: 'd', username: 'u', password: 'p', timeoutMs, log: silentLog }),
  ],
  ['influx2', (url, timeoutMs) => openInflux2Series({ url, token: 't', org: 'o', bucket: 'b', timeoutMs })],
]

async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const tries = (store: SeriesStore) => [
  store.write(readings(2)),
  store.points(query),
  store.buckets(query, 1),
  store.ping(),
]

describe.each(drivers)('%s before a server that is not well', (_, open) => {
  it.each([429, 500, 502, 503, 401, 403, 404])('waits at status %i', async (status) => {
    const url = await serverThat((_request, response) => response.writeHead(status).end('{"error":"no"}'))
    for (const attempt of tries(open(url, 5_000))) {
      await expect(attempt).rejects.toBeInstanceOf(SeriesUnavailable)
    }
  })

  it('gives up on one that never answers', async () => {
    const url = await serverThat(() => {})
    for (const attempt of tries(open(url, 50)))
      await expect(attempt).rejects.toBeInstanceOf(SeriesUnavailable)
  })

  it('gives up on one that begins to answer and stops', async () => {
    const url = await serverThat((_request, response) => response.writeHead(200).write('{"results":'))
    const store = open(url, 50)
    await expect(store.points(query)).rejects.toBeInstanceOf(SeriesUnavailable)
    await expect(store.ping()).rejects.toBeInstanceOf(SeriesUnavailable)
  })

  it('gives up on one that hangs up in the middle', async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"results":', () => response.destroy())
    })
    const store = open(url, 200)
    await expect(store.points(query)).rejects.toBeInstanceOf(SeriesUnavailable)
  })

  it('does not take a web page for readings', async () => {
    const url = await serverThat((_request, response) => response.writeHead(200).end('<html>Welcome</html>'))
    const store = open(url, 5_000)
    await expect(store.points(query)).rejects.toBeInstanceOf(SeriesUnavailable)
    await expect(store.ping()).rejects.toBeInstanceOf(SeriesUnavailable)
  })

  it('keeps secrets and readings out of the address', async () => {
    const addresses: string[] = []
    const url = await serverThat((request, response) => {
      addresses.push(request.url ?? '')
      response.writeHead(200).end('{"results":[{}]}')
    })
    const store = open(url, 5_000)
    await store.points(query)
    await store.ping()
    expect(addresses.join(' ')).not.toMatch(/home|[?&][up]=/)
  })
})

const refusal = (status: number | null, message: string) => isRefusal({ status, message })

describe('writing in requests', () => {
  it('never sends more than a request may hold', async () => {
    const sizes: number[] = []
    await writeReadings(
      's',
      readings(12_001),
      async (points) => {
        sizes.push(points.length)
        return null
      },
      silentLog,
    )
    expect(sizes).toEqual([POINTS_A_REQUEST, POINTS_A_REQUEST, 2_001])
  })

  it('keeps all but the guilty, whichever they are and whatever the server keeps of a refused request', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.nat(299), { maxLength: 8 }),
        fc.boolean(),
        async (count, guilty, partly) => {
          const bad = new Set(guilty.filter((n) => n < count).map(String))
          const kept = new Set<string>()
          const refused: string[] = []
          const log = { ...silentLog, warn: (data: object) => refused.push(String(Object(data).measuredAt)) }
          const attempt = writeReadings(
            's',
            readings(count),
            async (points): Promise<Fault | null> => {
              const dropped = points.filter(({ timestamp }) => bad.has(timestamp)).length
              if (dropped === 0 || partly) {
                for (const { timestamp } of points) if (!bad.has(timestamp)) kept.add(timestamp)
              }
              if (dropped === 0) return null
              const told = partly ? ` dropped=${dropped}` : ''
              return { status: 400, message: `partial write: field type conflict${told}` }
            },
            log,
          )
          const refusal = await attempt.then(
            () => null,
            (error: unknown) => error,
          )
          if (bad.size === 0) expect(refusal).toBeNull()
          else expect((refusal as SeriesRejected).rejected).toBe(bad.size)
          expect(kept.size).toBe(count - bad.size)
          expect(new Set(refused)).toEqual(bad)
        },
      ),
    ))

  it('calls nothing refused while the server is away, so that the whole batch comes again', async () => {
    let requests = 0
    const attempt = writeReadings(
      's',
      readings(4),
      async () =>
        ++requests === 1 ? { status: 400, message: 'partial write' } : { status: 503, message: '' },
      silentLog,
    )
    await expect(attempt).rejects.toBeInstanceOf(SeriesUnavailable)
    expect(requests).toBe(2)
  })

  it('tells what the server will never take from what people can mend', () => {
    expect(refusal(400, 'partial write: points beyond retention policy dropped=1')).toBe(true)
    expect(refusal(422, 'failure writing points to database: partial write: field type conflict')).toBe(true)
    expect(refusal(413, 'Request Entity Too Large')).toBe(true)
    expect(refusal(400, 'unable to parse "readings,channel=database is required"')).toBe(true)
    expect(refusal(400, 'database is required')).toBe(false)
    expect(refusal(400, 'partial write: max-series-per-database limit exceeded: (2) dropped=1')).toBe(false)
    expect(refusal(401, 'authorization failed')).toBe(false)
    expect(refusal(null, 'ECONNREFUSED')).toBe(false)
  })
})
