import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { SeriesUnavailable } from '../../store/series.ts'
import { ask, openDistrict } from './district.ts'

const isErrorShape = (body: { error: { code: unknown; message: unknown } }): void => {
  expect(Object.keys(body)).toEqual(['error'])
  expect(typeof body.error.code).toBe('string')
  expect(typeof body.error.message).toBe('string')
  expect(Object.keys(body.error).filter((key) => !['code', 'message', 'details'].includes(key))).toEqual([])
}

describe('every failure has one shape', () => {
  it('whatever was asked wrongly', async () => {
    const district = await openDistrict()
    const authorization = `Bearer ${district.tokenOf('root')}`
    const json = { authorization, 'content-type': 'application/json' }
    const tries = [
      [404, 'not_found', { method: 'GET', url: '/api/v1/nothing', headers: { authorization } }],
      [404, 'not_found', { method: 'GET', url: '/nothing' }],
      [404, 'not_found', { method: 'DELETE', url: '/api/v1/homes/a1', headers: { authorization } }],
      [400, 'bad_request', { method: 'GET', url: '/api/v1/%zz', headers: { authorization } }],
      [400, 'bad_request', { method: 'GET', url: '/api/v1/homes?colour=red', headers: { authorization } }],
      [400, 'bad_request', { method: 'GET', url: '/api/v1/homes?limit=501', headers: { authorization } }],
      [
        400,
        'bad_request',
        { method: 'GET', url: '/api/v1/homes?after=nonsense', headers: { authorization } },
      ],
      [
        400,
        'bad_request',
        { method: 'GET', url: '/api/v1/alerts?state=open,gone', headers: { authorization } },
      ],
      [400, 'bad_request', { method: 'POST', url: '/api/v1/homes', headers: json, payload: '{"half' }],
      [400, 'bad_request', { method: 'POST', url: '/api/v1/homes', headers: json, payload: '' }],
      [400, 'bad_request', { method: 'POST', url: '/api/v1/homes', headers: json, payload: '{"x":1}' }],
      [
        400,
        'bad_request',
        {
          method: 'POST',
          url: '/api/v1/homes',
          payload: 'jurisdictionId=a',
          headers: { authorization, 'content-type': 'text/plain' },
        },
      ],
      [
        413,
        'too_large',
        { method: 'POST', url: '/api/v1/homes', headers: json, payload: `{"a":"${'x'.repeat(262_144)}"}` },
      ],
    ] as [number, string, object][]
    for (const [status, code, request] of tries) {
      const answer = await ask(district.api, request)
      const name = JSON.stringify(request).slice(0, 120)
      isErrorShape(answer.body)
      expect([answer.status, answer.body.error.code], name).toEqual([status, code])
    }
  })

  it('and says which part did not fit, without repeating it', async () => {
    const district = await openDistrict()
    const answer = await district.as('root', 'POST', '/homes', { jurisdictionId: '', zone: 'Mars/Olympus' })
    expect(
      answer.body.error.details.map((issue: { in: string; at: string }) => [issue.in, issue.at]),
    ).toEqual([
      ['body', '/jurisdictionId'],
      ['body', '/zone'],
    ])
    expect(JSON.stringify(answer.body)).not.toContain('Olympus')
  })

  it('a fault of ours says nothing of itself, and stands in the log without the request', async () => {
    const district = await openDistrict()
    district.state.residents.list = () => Promise.reject(new Error('disk I/O error'))
    const answer = await district.as('root', 'GET', encodeURI('/residents?search=王秀英'))
    expect([answer.status, answer.body]).toEqual([
      500,
      { error: { code: 'internal', message: 'Something went wrong on our side. It is in the log.' } },
    ])
    const log = district.log.join('')
    expect(log).toContain('disk I/O error')
    expect(decodeURIComponent(log.replaceAll('%', '%25'))).not.toMatch(/王秀英|%E7%8E%8B/)
  })

  it('a series store that is away is not ready, not broken', async () => {
    const district = await openDistrict()
    district.series.buckets = () => Promise.reject(new SeriesUnavailable('connect ECONNREFUSED'))
    const answer = await district.as('root', 'GET', '/homes/a1/readings?metrics=power_w')
    expect([answer.status, answer.body.error.code]).toEqual([503, 'not_ready'])
  })

  it('even for what is no HTTP', async () => {
    const { api } = await openDistrict()
    const { port } = new URL(await api.listen({ host: '127.0.0.1', port: 0 }))
    const text = await new Promise<string>((resolve, reject) => {
      const socket = createConnection({ host: '127.0.0.1', port: Number(port) }, () =>
        socket.write('HELO\r\n\r\n'),
      )
      let heard = ''
      socket.on('data', (chunk) => (heard += String(chunk)))
      socket.on('end', () => resolve(heard))
      socket.on('error', reject)
    })
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    isErrorShape(JSON.parse(text.split('\r\n\r\n')[1] ?? ''))
  })
})

describe('what the log holds', () => {
  it('is the pattern of the route and who asked: no address, query, name or secret', async () => {
    const district = await openDistrict()
    await district.as('workerOfA', 'GET', encodeURI('/homes?search=老人'))
    await district.as('workerOfA', 'GET', '/homes/a1')
    await ask(district.api, { method: 'GET', url: '/someone@example.com?token=geheim' })
    const lines = district.log.map((line) => JSON.parse(line)).filter((line) => line.msg === 'answered')
    expect(lines.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['GET', '/api/v1/homes', 200],
      ['GET', '/api/v1/homes/:id', 200],
      ['GET', 'unknown', 404],
    ])
    expect(lines[0].actor).toMatch(/^token:/)
    expect(district.log.join('')).not.toMatch(/老人|%E8|geheim|example\.com|search/)
    for (const person of ['workerOfA', 'root'] as const) {
      expect(district.log.join('')).not.toContain(district.tokenOf(person))
    }
  })
})
