import { execFile } from 'node:child_process'
import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withLock } from './lock.ts'

/**
 * Real servers for the tests, from Debian packages that are unpacked into the project and never installed: no root is
 * needed and nothing outside changes. Fetched once; later runs only look.
 */
export const CACHE = join(import.meta.dirname, '../../.servers')
const ROOT = join(CACHE, 'root')

const BINARIES = {
  influxd: { package: 'influxdb', path: 'usr/bin/influxd' },
  'victoria-metrics': { package: 'victoria-metrics', path: 'usr/bin/victoria-metrics' },
  mosquitto: { package: 'mosquitto', path: 'usr/sbin/mosquitto' },
  mosquitto_pub: { package: 'mosquitto-clients', path: 'usr/bin/mosquitto_pub' },
  mosquitto_sub: { package: 'mosquitto-clients', path: 'usr/bin/mosquitto_sub' },
  /** A folder for PYTHONPATH. */
  'python3-paho-mqtt': { package: 'python3-paho-mqtt', path: 'usr/lib/python3/dist-packages' },
} as const
export type ServerName = keyof typeof BINARIES

const run = promisify(execFile)
const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
export const isRoot = process.getuid?.() === 0

/** Path of the program; null, with one loud line, where it cannot be had (no Debian, no network). */
export async function serverBinary(name: ServerName): Promise<string | null> {
  const { package: wanted, path } = BINARIES[name]
  const binary = join(ROOT, path)
  const mark = join(CACHE, `${wanted}.done`)
  try {
    if (!(await exists(mark))) await withLock(join(CACHE, 'lock'), () => fetchOnce(wanted, mark))
    return binary
  } catch (error) {
    sayMissing(name, firstLine(error))
    return null
  }
}

/** What programs from the cache need in their environment to find their libraries. */
export function serverEnvironment(): Record<string, string> {
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[arch() as 'x64' | 'arm64'] ?? ''
  return { LD_LIBRARY_PATH: [join(ROOT, 'usr/lib', triplet), join(ROOT, 'lib', triplet)].join(':') }
}

export function sayMissing(what: string, why: string): void {
  process.stderr.write(`\n!!! SKIPPED, because ${what} is missing: ${why}\n`)
}

/** apt-get with whatever makes it work here: as it is, with fresh lists, or with lists of our own. */
export async function aptGet(args: readonly string[], cwd = CACHE): Promise<string> {
  const apt = async (more: readonly string[]) =>
    (await run('apt-get', [...more, ...args], { cwd, env: APT_ENV, maxBuffer: 64e6 })).stdout
  try {
    return await apt([])
  } catch {
    const own = isRoot ? [] : await ownLists()
    await run('apt-get', [...own, 'update'], { cwd, env: APT_ENV, maxBuffer: 64e6 })
    return await apt(own)
  }
}
const APT_ENV = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }

async function fetchOnce(wanted: string, mark: string): Promise<void> {
  if (await exists(mark)) return
  const folder = join(CACHE, 'packages', wanted)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await aptGet(['download', wanted, ...(await missingLibraries(wanted))], folder)
  for (const file of await readdir(folder)) await run('dpkg', ['-x', join(folder, file), ROOT])
  await rm(folder, { recursive: true })
  await writeFile(mark, '')
}

/** What an installation would bring new. Upgrades (marked by the old version in brackets) stay the machine's affair. */
async function missingLibraries(wanted: string): Promise<string[]> {
  const plan = await aptGet(['--simulate', 'install', '--no-install-recommends', wanted])
  return [...plan.matchAll(/^Inst (lib\S+) \(/gm)]
    .map(([, name]) => name as string)
    .filter((name) => name !== wanted)
}

/** Who is not root cannot refresh the machine's package lists, but can keep lists of their own. */
async function ownLists(): Promise<string[]> {
  const state = join(CACHE, 'apt')
  await mkdir(join(state, 'lists/partial'), { recursive: true })
  await mkdir(join(state, 'cache/archives/partial'), { recursive: true })
  const settings = [
    `Dir::State=${state}`,
    `Dir::State::lists=${join(state, 'lists')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(state, 'cache')}`,
  ]
  return settings.flatMap((setting) => ['-o', setting])
}

const firstLine = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message?: string }
  return (stderr || message || String(error)).trim().split('\n').at(-1) ?? ''
}
