import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import mqtt from 'mqtt'
import { type Member, registerHomes } from '../endurance/community.ts'
import { endProcess, startServiceProcess } from '../endurance/service-process.ts'
import { freePort } from '../support/server-process.ts'

const ALARMS = 200
const HOMES = 50
const LOAD_PER_SECOND = 5_000
const LOAD_S = 45
const SIMULATE = fileURLToPath(new URL('../../simulators/main.ts', import.meta.url))

/** Milliseconds from a detector's publish to the console's event, idle and under load, beside a TCP echo. */
export async function benchLatency(print: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'latency-'))
  const ports = { mqtt: await freePort(), http: await freePort() }
  const environment = {
    DATA_DIR: folder,
    MQTT_PORT: String(ports.mqtt),
    HTTP_PORT: String(ports.http),
    LOG_LEVEL: 'info',
  }
  const { members, token } = await registerHomes(environment, HOMES)
  const service = await startServiceProcess(environment)
  const echo = await startEcho()
  print(`publish → SSE, ${ALARMS} alarms, ms: p50 / p99 / max`)
  const measureBoth = async (when: string) => {
    print(`${when.padEnd(28)} TCP echo       ${quantiles(await echoTimes(echo.port))}`)
    print(`${when.padEnd(28)} publish → SSE  ${quantiles(await alarmTimes(ports, token, members))}`)
  }
  await measureBoth('idle')
  const load = await startLoad(ports.mqtt, members, folder)
  await sleep(5_000)
  await measureBoth(`${LOAD_PER_SECOND} readings/s`)
  await once(load, 'exit')
  echo.close()
  await endProcess(service, 'SIGTERM')
  await rm(folder, { recursive: true })
}

async function alarmTimes(
  ports: { mqtt: number; http: number },
  token: string,
  members: readonly Member[],
): Promise<number[]> {
  const stop = new AbortController()
  const response = await fetch(`http://127.0.0.1:${ports.http}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: stop.signal,
  })
  if (!response.body) throw new Error(`events: ${response.status}`)
  let heard: (homeId: string) => void = () => {}
  const reading = (async () => {
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const home = /^event: alert$/m.test(event) ? /"homeId":"([^"]+)"/.exec(event)?.[1] : undefined
        if (home !== undefined) heard(home)
      }
    }
  })().catch(() => {})
  const clients = await Promise.all(
    members.map(({ smoke }) =>
      mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, { username: smoke.id, password: smoke.secret }),
    ),
  )
  const times: number[] = []
  for (let n = 0; n < ALARMS; n++) {
    const member = members[n % members.length] as Member
    const arrived = new Promise<void>((resolve) => {
      heard = (homeId) => homeId === member.homeId && resolve()
    })
    const began = performance.now()
    clients[n % members.length]?.publish(`devices/${member.smoke.id}/readings`, '{"smoke":true}', { qos: 1 })
    await arrived
    times.push(performance.now() - began)
    await sleep(20)
  }
  await Promise.all(clients.map((client) => client.endAsync()))
  stop.abort()
  await reading
  return times
}

async function startLoad(port: number, members: readonly Member[], folder: string): Promise<ChildProcess> {
  const file = join(folder, 'credentials.csv')
  await writeFile(file, members.map(({ water }) => `${water.id},${water.secret}\n`).join(''))
  const options = ['--url', `mqtt://127.0.0.1:${port}`, '--credentials', file]
  const load = ['--connections', HOMES, '--rate', LOAD_PER_SECOND / HOMES, '--seconds', LOAD_S].map(String)
  return spawn(process.execPath, [SIMULATE, 'load', ...options, ...load], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** An echo in a process of its own, as the service is. */
async function startEcho(): Promise<{ port: number; close(): void }> {
  const port = await freePort()
  const code = `require('net').createServer((s)=>s.setNoDelay().pipe(s)).listen(${port},'127.0.0.1',()=>console.log('up'))`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return { port, close: () => child.kill() }
}

async function echoTimes(port: number): Promise<number[]> {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
  const times: number[] = []
  for (let n = 0; n < ALARMS; n++) {
    const began = performance.now()
    socket.write('{"smoke":true}')
    await once(socket, 'data')
    times.push(performance.now() - began)
    await sleep(20)
  }
  socket.destroy()
  return times
}

function quantiles(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (q: number) => (sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN).toFixed(1)
  return `${at(0.5).padStart(6)} / ${at(0.99).padStart(6)} / ${at(1).padStart(6)}`
}
