import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Influx2StandIn {
  url: string
  close(): Promise<void>
}

/**
 * NOT an InfluxDB 2: there is none to be had for tests. It takes the requests of 2.x with their token, and has a real
 * InfluxDB 1.6.7 answer them, which knows the same line protocol and InfluxQL. What it shows is that our requests are
 * formed as 2.x documents them and that both directions agree with each other; how 2.x answers it only imitates.
 */
export async function startInflux2StandIn(options: {
  influxdUrl: string
  token: string
  org: string
  bucket: string
}): Promise<Influx2StandIn> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      refuse(response, 503, 'unavailable', String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray())
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
    if (request.headers.authorization !== `Token ${options.token}`) {
      return refuse(response, 401, 'unauthorized', 'unauthorized access')
    }
    if (request.method === 'POST' && pathname === '/api/v2/write') {
      if (searchParams.get('org') !== options.org)
        return refuse(response, 404, 'not found', 'organization not found')
      if (searchParams.get('bucket') !== options.bucket)
        return refuse(response, 404, 'not found', 'bucket not found')
      return write(request, response, searchParams.get('precision') ?? 'ns', body)
    }
    if (request.method === 'POST' && pathname === '/query') return query(request, response, body)
    return refuse(response, 404, 'not found', 'path not found')
  }

  async function write(
    request: IncomingMessage,
    response: ServerResponse,
    precision: string,
    body: Buffer<ArrayBuffer>,
  ): Promise<void> {
    const query = new URLSearchParams({ db: options.bucket, precision })
    const encoding = request.headers['content-encoding']
    const answer = await fetch(`${options.influxdUrl}/write?${query.toString()}`, {
      method: 'POST',
      headers: encoding === undefined ? {} : { 'content-encoding': encoding },
      body,
    })
    if (answer.ok) return void response.writeHead(204).end()
    const { error } = (await answer.json()) as { error: string }
    if (answer.status !== 400) return refuse(response, answer.status, 'internal error', error)
    // 2.x tells what it could not read (400) from what it read and will not keep (422).
    if (error.includes('unable to parse')) return refuse(response, 400, 'invalid', error)
    refuse(response, 422, 'unprocessable entity', `failure writing points to database: ${error}`)
  }

  async function query(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer<ArrayBuffer>,
  ): Promise<void> {
    const type = request.headers['content-type'] ?? ''
    const answer = await fetch(`${options.influxdUrl}/query`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message }))
}
