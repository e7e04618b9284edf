import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { serverEnvironment } from './debian.ts'

/** A real server on a free port of 127.0.0.1, with its data in a folder of its own. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Ends it politely; its data stay for `restart`. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Stops it if it still runs, and starts it on the same port with the same data. */
  restart(): Promise<void>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

export interface ServerPlan {
  name: string
  binary: string
  scheme: string
  /** May write into `folder`, such as a configuration. */
  launch(port: number, folder: string): { args: string[]; env?: Record<string, string> }
  /** True when it answers. */
  ready(port: number): Promise<boolean>
}

const START_MS = 30_000
const STOP_MS = 10_000

export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), `${plan.name}-`))
  let port = await freePort()
  let child: ChildProcess
  try {
    child = await launch(plan, port, folder)
  } catch {
    // Between looking and listening somebody else may have taken the port.
    port = await freePort()
    child = await launch(plan, port, folder)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    const stubborn = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(stubborn)
  }
  const cleanUp = () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', cleanUp)
  return {
    url: `${plan.scheme}://127.0.0.1:${port}`,
    port,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM')
      child = await launch(plan, port, folder)
    },
    remove: async () => {
      await end('SIGTERM')
      process.off('exit', cleanUp)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function launch(plan: ServerPlan, port: number, folder: string): Promise<ChildProcess> {
  const { args, env } = plan.launch(port, folder)
  const child = spawn(plan.binary, args, {
    cwd: folder,
    env: { ...process.env, ...serverEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const listen = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000))
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  let failure: Error | null = null
  child.once('error', (error) => (failure = error))
  const deadline = Date.now() + START_MS
  while (!(await plan.ready(port))) {
    if (failure !== null || child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${plan.name} did not come up: ${failure ?? said}`)
    }
    await delay(20)
  }
  // Somebody else's server on that port would answer as well.
  if (child.exitCode !== null) throw new Error(`${plan.name} ended at once: ${said}`)
  return child
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
