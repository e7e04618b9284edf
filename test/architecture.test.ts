import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Which room may import what of the project: the table of docs/architecture.md, held here. */
const ROOMS: Record<string, readonly string[]> = {
  contracts: [],
  broker: ['contracts'],
  ingest: ['contracts'],
  rules: ['contracts'],
  dispatch: ['contracts'],
  channels: ['contracts'],
  store: ['contracts'],
  api: ['contracts', 'store'],
  app: ['contracts', 'broker', 'ingest', 'rules', 'dispatch', 'channels', 'store', 'api'],
  console: [],
  simulators: ['contracts'],
  evaluation: ['contracts', 'rules', 'simulators', 'app'],
  test: [
    'contracts',
    'broker',
    'ingest',
    'rules',
    'dispatch',
    'channels',
    'store',
    'api',
    'app',
    'console',
    'simulators',
    'evaluation',
  ],
}
/** The demo alone starts the service and has its people act in it; everything else in its room speaks to it from outside. */
const EXCEPTIONS: Record<string, readonly string[]> = {
  'simulators/demo.ts': ['app'],
  'simulators/demo-community.ts': ['app'],
  'simulators/demo-desk.ts': ['app'],
  // Its policy is the default one with longer patience.
  'simulators/demo-duty.ts': ['app', 'dispatch'],
  'simulators/demo-staff-phones.ts': ['app'],
  'simulators/demo-visits.ts': ['app'],
}
/** `api/` is given drivers through the ports; it must not know any. */
const PORTS = /^store\/(?:journal|series|state|state\/[a-z-]+)\.ts$/
/** `evaluation/` drives homes as a replay does, and knows nothing of the service behind it. */
const REPLAY = ['app/past/recording.ts', 'app/past/shadow.ts']
/** Packages that only one room knows: whoever replaces the broker or a driver changes that room alone. */
const PACKAGES: Record<string, readonly string[]> = {
  aedes: ['broker', 'test'],
  influx: ['store', 'test'],
  '@influxdata/influxdb-client': ['store', 'test'],
  fastify: ['api', 'test'],
  'node:sqlite': ['store', 'test'],
  'prom-client': ['app', 'test'],
  nodemailer: ['channels', 'test'],
  'web-push': ['channels', 'test'],
}

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => Object.hasOwn(ROOMS, file.split('/')[0] ?? ''))

const roomOf = (file: string): string => file.split('/')[0] ?? ''

function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

const code = (file: string): string =>
  readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')

describe('the table of rooms', () => {
  it('reads files', () => {
    expect(files.length).toBeGreaterThan(50)
  })

  it('lets no room import another that the table does not name', () => {
    const faults = files.flatMap((file) =>
      imports(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => normalize(join(dirname(file), name)))
        .filter((target) => {
          const room = roomOf(file)
          const allowed = [room, ...(ROOMS[room] ?? []), ...(EXCEPTIONS[file] ?? [])]
          if (!Object.hasOwn(ROOMS, roomOf(target))) return false
          if (room === 'api' && roomOf(target) === 'store') return !PORTS.test(target)
          if (room === 'evaluation' && roomOf(target) === 'app') return !REPLAY.includes(target)
          return !allowed.includes(roomOf(target))
        })
        .map((target) => `${file} imports ${target}`),
    )
    expect(faults).toEqual([])
  })

  it('keeps each outside part behind the room that owns it', () => {
    const faults = files.flatMap((file) =>
      imports(file)
        .filter((name) => Object.hasOwn(PACKAGES, name) && !PACKAGES[name]?.includes(roomOf(file)))
        .map((name) => `${file} imports ${name}`),
    )
    expect(faults).toEqual([])
  })

  it('keeps clocks, chance and I/O out of the pure rooms', () => {
    const impure = /Date\.now\(|new Date\(\)|Math\.random|setTimeout|setInterval|performance\.now|from 'node:/
    const faults = files.filter(
      (file) => ['rules', 'dispatch', 'contracts'].includes(roomOf(file)) && impure.test(code(file)),
    )
    expect(faults).toEqual([])
  })

  it('hushes the checker nowhere', () => {
    const hush =
      /@ts-(?:ignore|nocheck|expect-error)|oxlint-disable|eslint-disable|biome-ignore|\bas any\b|:\s*any\b/
    expect(
      files.filter((file) => file !== 'test/architecture.test.ts' && hush.test(readFileSync(file, 'utf8'))),
    ).toEqual([])
  })
})
