import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCommand, UsageError } from '../../simulators/command-line.ts'
import { districtSecrets, loadSecrets } from '../../simulators/credentials.ts'
import { makeDistrict } from '../../simulators/district.ts'
import { QUARTER_HOURLY } from '../../simulators/meter.ts'
import { SmallBroker } from './small-broker.ts'

const run = promisify(execFile)
const MAIN = new URL('../../simulators/main.ts', import.meta.url).pathname
const simulate = (...args: string[]) =>
  run(process.execPath, [MAIN, ...args], { maxBuffer: 64 * 1024 * 1024 })
const START = '2026-01-05T00:00:00+08:00'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('--help names every command, incident and fault', async () => {
  const { stdout } = await simulate('--help')
  const words = ['home', 'compound', 'district', 'load', 'tap_left_on', 'battery_dying', '--dry-run', '--csv']
  for (const word of words) expect(stdout).toContain(word)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('--dry-run prints the same messages for the same seed, in order, and needs no network', async () => {
  const args = ['home', '--dry-run', '--start', START, '--for', '6h', '--incident', 'fire@2h+10m']
  const { stdout } = await simulate(...args)
  expect((await simulate(...args)).stdout).toBe(stdout)
  expect((await simulate(...args, '--seed', '2')).stdout).not.toBe(stdout)
  const messages = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { topic: string; payload: string; at: string })
  expect(messages.length).toBeGreaterThan(48)
  expect(messages.map(({ at }) => at)).toEqual(messages.map(({ at }) => at).toSorted())
  expect(messages.filter(({ payload }) => payload.includes('"smoke":true')).length).toBeGreaterThanOrEqual(10)
  expect(messages[0]?.topic).toMatch(/^devices\/sim-0001-(water|electricity|smoke)\/readings$/)
})

test('--csv writes a recording home by home, ascending, and what befell whom', async () => {
  const file = join(folder, 'homes.csv.gz')
  const incident = ['--incident', 'fall:2@12h+6h', '--fault', 'doubled/water=0.5@0h']
  await simulate('home', '--homes', '3', '--csv', file, '--start', START, '--for', '2d', ...incident)
  const [header, ...rows] = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n')
  expect(header).toBe('home,device,ts,metric,value,quality')
  const fields = rows.map((row) => row.split(','))
  expect(new Set(fields.map(([home]) => home))).toEqual(new Set(['sim-0001', 'sim-0002', 'sim-0003']))
  expect(new Set(rows).size).toBe(rows.length)
  for (const [n, [home, , ts = '', , value]] of fields.entries()) {
    expect(Number.isFinite(Number(value))).toBe(true)
    const [homeBefore, , before = ''] = fields[n - 1] ?? []
    if (home === homeBefore) expect(ts >= before).toBe(true)
  }
  expect(await readFile(join(folder, 'homes.incidents.csv'), 'utf8')).toBe(
    'home,kind,start,end\nsim-0002,fall,2026-01-05T04:00:00.000Z,2026-01-05T10:00:00.000Z\n',
  )
})

test('over real MQTT: what --dry-run shows is what the broker hears, history first', async () => {
  const broker = new SmallBroker()
  await broker.start()
  try {
    const credentials = join(folder, 'home.csv')
    const roles = ['water', 'electricity', 'smoke']
    await writeFile(credentials, roles.map((role) => `sim-0001-${role},secret\n`).join(''))
    const window = ['--start', START, '--history', '12h', '--for', '0h']
    const shown = await simulate('home', '--dry-run', ...window)
    const url = `mqtt://127.0.0.1:${broker.port}`
    const { stderr } = await simulate('home', '--url', url, '--credentials', credentials, ...window)
    const lines = shown.stdout.trimEnd().split('\n')
    const sent = lines.map((line) => JSON.parse(line) as { topic: string; payload: string })
    expect(broker.heard.toSorted()).toEqual(
      sent.map(({ topic, payload }) => `${topic} ${payload}`).toSorted(),
    )
    expect(stderr).toContain(`sent ${sent.length}, acknowledged ${sent.length}, refused 0`)

    const load = ['--credentials', credentials, '--connections', '3', '--seconds', '0.3']
    expect((await simulate('load', '--url', url, ...load)).stdout).toMatch(
      /^3 connections, .* failed 0; PUBACK p50/,
    )
  } finally {
    await broker.stop()
  }
})

test.each([
  [['nothing'], 'one command'],
  [['home', '--dry-run', '--incident', 'flood@2h'], 'one of fall'],
  [['home', '--dry-run', '--fault', 'lost=2@2h'], 'from 0 to 1'],
  [['home', '--dry-run', '--start', 'yesterday'], 'instant'],
  [['home', '--dry-run', '--for', '12'], 'length'],
  [['home', '--dry-run', '--zone', 'Mars'], 'time zone'],
  [['home', '--dry-run', '--csv', 'x'], 'not both'],
  [['home', '--wrong'], '--wrong'],
  [['home'], 'need secrets'],
  [['home', '--api', 'http://127.0.0.1:1'], 'token'],
])('a wrong command line is refused in words: %j', (argv, words) => {
  expect(() => readCommand(argv, 0, {})).toThrow(UsageError)
  expect(() => readCommand(argv, 0, {})).toThrow(words)
})

test('a wrong command line ends with 2', async () => {
  await expect(simulate('home', '--report', '5m')).rejects.toMatchObject({ code: 2 })
})

/** Stands in for the service's routes; remembers what was made. */
class SmallService {
  readonly places: { id: string; parentId: string | null; level: string; name: string }[] = [
    { id: 'root', parentId: null, level: 'district', name: '本区' },
  ]
  readonly homes = new Map<string, { resident: unknown }>()
  readonly devices = new Map<string, { homeId: string | null; secret: number }>()
  private secrets = 0

  answer(method: string, path: string, body: Record<string, unknown>): [number, unknown] {
    const [, first = '', id = '', last = ''] = path.replace(/\?.*$/, '').split('/')
    if (method === 'GET' && first === 'jurisdictions') return [200, { items: this.places, next: null }]
    if (method === 'POST' && first === 'jurisdictions') {
      const place = { ...body, id: `place-${this.places.length}` } as (typeof this.places)[number]
      this.places.push(place)
      return [201, place]
    }
    if (method === 'POST' && first === 'homes') {
      const home = `home-${this.homes.size}`
      this.homes.set(home, { resident: null })
      return [201, { id: home }]
    }
    if (method === 'PUT' && last === 'resident') {
      this.homes.set(id, { resident: body })
      return [200, body]
    }
    const device = this.devices.get(first === 'devices' && method === 'POST' && !id ? '' : id)
    if (method === 'GET')
      return device ? [200, device] : [404, { error: { code: 'not_found', message: 'no' } }]
    this.secrets += 1
    if (last === 'secret' && device) device.secret = this.secrets
    else this.devices.set(String(body['id']), { homeId: body['homeId'] as string, secret: this.secrets })
    return [200, { secret: `s${this.secrets}` }]
  }
}

test('through the API the community is built once, and found again by the next run', async () => {
  const service = new SmallService()
  const handle = async (request: IncomingMessage): Promise<[number, unknown]> => {
    if (request.headers.authorization !== 'Bearer the-token') {
      return [401, { error: { code: 'not_signed_in', message: 'no token' } }]
    }
    const said = await text(request)
    const body = said ? (JSON.parse(said) as Record<string, unknown>) : {}
    return service.answer(request.method ?? '', request.url?.replace('/api/v1', '') ?? '', body)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [status, body] = await handle(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const url = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}/`
  const saved = join(folder, 'secrets.csv')
  const access = (token: string) => ({
    api: { url, token, place: null, saveSecrets: saved },
    credentialsFile: null,
    gateway: null,
  })
  try {
    const district = makeDistrict('1', { homes: 4, compounds: 2 })
    const first = await districtSecrets(access('the-token'), district, 'Asia/Shanghai', QUARTER_HOURLY)
    expect(first.size).toBe(12)
    const below = district.jurisdictions.slice(1).map(({ name }) => name)
    expect(service.places.map(({ name }) => name)).toEqual(['本区', ...below])
    expect(service.places[1]?.parentId).toBe('root')
    expect([...service.homes.values()].map(({ resident }) => resident)).toEqual(
      district.homes.map(({ resident }) => resident),
    )
    const again = await districtSecrets(access('the-token'), district, 'Asia/Shanghai', QUARTER_HOURLY)
    expect([service.places.length, service.homes.size, service.devices.size]).toEqual([5, 4, 12])
    for (const [id, { secret }] of service.devices) expect(again.get(id)).toBe(`s${secret}`)

    const fromFile = await loadSecrets({ api: null, credentialsFile: saved, gateway: null }, 'sim', 3)
    expect(fromFile).toEqual(again)
    await expect(districtSecrets(access('wrong'), district, 'Asia/Shanghai', QUARTER_HOURLY)).rejects.toThrow(
      'no token',
    )
  } finally {
    server.close()
  }
})
