import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { serverBinary, serverEnvironment } from '../support/debian.ts'
import { freePort } from '../support/server-process.ts'
import { benchClients } from './broker-clients.ts'
import type { LoadPlan, LoadReport } from './broker-load.ts'
import { median, spread, thousands } from './spread.ts'

/**
 * Acknowledged QoS 1 messages a second, and for each second of the server's processor time, of several servers under
 * the same load in one run. Rounds alternate between the servers, so that a busy minute of the machine meets them all.
 */
export interface BrokerTarget {
  name: string
  clients: LoadPlan['clients']
  /** How to start it on 127.0.0.1 at `port`, with `folder` for its data. Its end is SIGTERM. */
  launch(
    port: number,
    folder: string,
  ): Promise<{ command: string; args: string[]; env: Record<string, string> }>
}

export interface Cell {
  connections: number
  inFlight: number
  /** An ordinary client codec, which is as busy as a small broker; or a generator that costs next to nothing. */
  ordinary: boolean
}

interface Measured {
  perSecond: number
  perCpuSecond: number
}

export const cells: readonly Cell[] = [
  { connections: 1_000, inFlight: 10, ordinary: true },
  { connections: 1_000, inFlight: 10, ordinary: false },
  { connections: 20, inFlight: 200, ordinary: false },
]
const ROUNDS = 3
const WARM_UP_MS = 2_000
const MEASURE_MS = 8_000
const START_MS = 20_000
const PAYLOAD_BYTES = 200
const TOPIC = 'devices/{username}/readings'
/** USER_HZ, in which /proc counts, is 100 on every Linux that Node runs on. */
const CPU_TICKS_PER_SECOND = 100

/** A mosquitto that keeps nothing and asks nobody who they are; null where it cannot be had. */
export async function mosquittoTarget(): Promise<BrokerTarget | null> {
  const binary = await serverBinary('mosquitto')
  if (binary === null) return null
  return {
    name: 'mosquitto, nothing kept',
    clients: null,
    launch: async (port, folder) => {
      const file = join(folder, 'mosquitto.conf')
      const lines = [
        `listener ${port} 127.0.0.1`,
        'allow_anonymous true',
        'persistence false',
        'log_dest none',
      ]
      if (process.getuid?.() === 0) lines.push('user root')
      await writeFile(file, `${lines.join('\n')}\n`)
      return { command: binary, args: ['-c', file], env: serverEnvironment() }
    },
  }
}

/** A program of ours that takes `MQTT_PORT` and `DATA_DIR` and knows `clients`. */
export const programTarget = (
  name: string,
  file: string,
  clients: LoadPlan['clients'] = benchClients,
): BrokerTarget => ({
  name,
  clients,
  launch: async (port, folder) => ({
    command: process.execPath,
    args: [file],
    env: { MQTT_PORT: `${port}`, DATA_DIR: folder },
  }),
})

export const brokerAlone = programTarget(
  'shouwang: credentials, validation, journal',
  join(import.meta.dirname, 'broker-server.ts'),
)

/** Prints one line for each server and cell, and its ratio to the first server of the same run. */
export async function benchBroker(
  targets: readonly BrokerTarget[],
  print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Promise<void> {
  for (const cell of cells) {
    print(
      `QoS 1, ${PAYLOAD_BYTES} bytes of JSON, ${cell.connections} connections × ${cell.inFlight} in flight, ${cell.ordinary ? 'ordinary client codec' : 'generator that costs next to nothing'}`,
    )
    const measured = new Map(targets.map((target) => [target, [] as Measured[]]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const target of targets) measured.get(target)?.push(await measure(target, cell))
    }
    const base = targets[0] && measured.get(targets[0])
    for (const [target, rounds] of measured) print(line(target.name, rounds, base ?? rounds))
  }
}

async function measure(target: BrokerTarget, cell: Cell): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const port = await freePort()
  const { command, args, env } = await target.launch(port, folder)
  const server = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000)
  })
  try {
    await accepting(port, server)
    return await load(server.pid ?? 0, { ...cell, host: '127.0.0.1', port, clients: target.clients })
  } catch (error) {
    throw new Error(`${target.name}: ${String(error)} ${said}`, { cause: error })
  } finally {
    server.kill()
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}

async function load(pid: number, aim: Cell & Pick<LoadPlan, 'host' | 'port' | 'clients'>): Promise<Measured> {
  const generator = fork(join(import.meta.dirname, 'broker-load.ts'))
  const plan: LoadPlan = {
    ...aim,
    topic: TOPIC,
    payload: payload(Date.now()),
    warmUpMs: WARM_UP_MS,
    measureMs: MEASURE_MS,
  }
  try {
    generator.send(plan)
    await next(generator, 'began')
    const cpuBefore = await cpuSeconds(pid)
    const { acknowledged, elapsedMs } = await next(generator, 'ended')
    const cpu = (await cpuSeconds(pid)) - cpuBefore
    return { perSecond: (acknowledged / elapsedMs) * 1_000, perCpuSecond: acknowledged / cpu }
  } finally {
    generator.kill()
  }
}

async function next<Event extends LoadReport['event']>(
  generator: ChildProcess,
  event: Event,
): Promise<Extract<LoadReport, { event: Event }>> {
  const [report] = (await once(generator, 'message')) as [LoadReport]
  if (report.event !== event)
    throw new Error(report.event === 'failed' ? report.message : `got ${report.event}`)
  return report as Extract<LoadReport, { event: Event }>
}

async function accepting(port: number, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      if (Date.now() > deadline || server.exitCode !== null) throw new Error('the server did not come up')
      await delay(50)
    } finally {
      socket.destroy()
    }
  }
}

/** Of all threads of the process, in user and kernel mode (proc(5), fields 14 and 15 of stat). */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / CPU_TICKS_PER_SECOND
}

/** What a three-phase meter says, filled up with spaces to the size at which others are measured. */
function payload(at: number): string {
  const sample = {
    ts: at,
    seq: 1,
    values: {
      energy_import_kwh: 1234.567,
      power_w: 412.5,
      voltage_l1_v: 229.8,
      current_l1_a: 1.82,
      signal_dbm: -71,
      battery_low: false,
    },
  }
  return JSON.stringify(sample).padEnd(PAYLOAD_BYTES)
}

function line(name: string, rounds: readonly Measured[], base: readonly Measured[]): string {
  const perSecond = rounds.map((round) => round.perSecond)
  const perCpuSecond = rounds.map((round) => round.perCpuSecond)
  const ratio = median(perSecond) / median(base.map((round) => round.perSecond))
  const cpuRatio = median(perCpuSecond) / median(base.map((round) => round.perCpuSecond))
  const numbers = [
    `${spread(perSecond, thousands)} /s`,
    `${spread(perCpuSecond, thousands)} /CPU s`,
    `ratio ${ratio.toFixed(2)}, by CPU ${cpuRatio.toFixed(2)}`,
  ]
  return `  ${name.padEnd(44)} ${numbers.join(' · ')}`
}

if (import.meta.main) {
  const mosquitto = await mosquittoTarget()
  await benchBroker([...(mosquitto === null ? [] : [mosquitto]), brokerAlone])
}
