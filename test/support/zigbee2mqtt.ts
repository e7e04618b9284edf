import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CACHE, sayMissing } from './debian.ts'
import { temporaryFolder } from './folder.ts'
import { withLock } from './lock.ts'
import type { ZigbeeOrder, ZigbeeSaying } from './zigbee-radio.ts'

const VERSION = '2.14.1'
const run = promisify(execFile)

/** Folder of the real zigbee2mqtt from npm, outside of our own packages; null, with one loud line, where it cannot be had. */
export async function zigbee2mqttPackage(): Promise<string | null> {
  const folder = join(CACHE, 'npm', `zigbee2mqtt-${VERSION}`)
  try {
    await withLock(join(CACHE, 'npm', 'lock'), () => fetchOnce(folder))
    return folder
  } catch (error) {
    sayMissing('zigbee2mqtt', error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
    return null
  }
}

async function fetchOnce(folder: string): Promise<void> {
  const there = await access(join(folder, 'node_modules/zigbee2mqtt')).then(
    () => true,
    () => false,
  )
  if (there) return
  const fresh = `${folder}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true })
  await writeFile(join(fresh, 'package.json'), '{"private": true}')
  // No script of it is run: its radio is never opened.
  const how = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--no-save']
  await run('npm', ['install', ...how, `zigbee2mqtt@${VERSION}`], { cwd: fresh, maxBuffer: 64e6 })
  await rm(folder, { recursive: true, force: true })
  await rename(fresh, folder)
}

export interface Zigbee2mqtt {
  /** What a device sends by radio. */
  say(saying: ZigbeeSaying): void
  /** What devices were told by radio, in order. */
  readonly orders: ZigbeeOrder[]
  stop(): Promise<void>
}

/** The real zigbee2mqtt over the stand-in for a radio of `zigbee-radio.ts`, signed in at `server`; settles when it speaks. */
export async function startZigbee2mqtt(
  folder: string,
  mqtt: { server: string; user: string; password: string; ca?: string },
  names: Record<string, string>,
): Promise<Zigbee2mqtt> {
  const data = temporaryFolder()
  const configuration = {
    version: 5,
    mqtt: { ...mqtt, base_topic: 'zigbee2mqtt' },
    serial: { port: '/dev/null', adapter: 'zstack' },
    frontend: { enabled: false },
    homeassistant: { enabled: false },
    availability: { enabled: true },
    advanced: {
      log_output: ['console'],
      log_level: 'error',
      last_seen: 'ISO_8601',
      network_key: Array.from({ length: 16 }, (_, at) => at),
      pan_id: 1,
      ext_pan_id: [1, 2, 3, 4, 5, 6, 7, 8],
    },
    devices: Object.fromEntries(Object.entries(names).map(([id, name]) => [id, { friendly_name: name }])),
  }
  // JSON is YAML.
  await writeFile(join(data, 'configuration.yaml'), JSON.stringify(configuration))
  const child = fork(join(import.meta.dirname, 'zigbee-radio.ts'), [folder], {
    env: { ...process.env, ZIGBEE2MQTT_DATA: data },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const orders: ZigbeeOrder[] = []
  await started(child, orders)
  return {
    orders,
    say: (saying) => void child.send(saying),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

function started(child: ChildProcess, orders: ZigbeeOrder[]): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`zigbee2mqtt ended with ${code}`)))
    child.on('message', (message) => {
      if (message === 'started') resolve()
      else orders.push(message as ZigbeeOrder)
    })
  })
}
