import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { generate, type Packet, parser } from 'mqtt-packet'

/**
 * The load generator, a process of its own: it costs so little for each message that the server is what is measured.
 * The frames of one connection are laid out once, one for each packet identifier. Acknowledgements come in order, so
 * the next messages are a slice of the same bytes, and a run of PUBACKs is counted by its length.
 */
export interface LoadPlan {
  host: string
  port: number
  connections: number
  inFlight: number
  payload: string
  /** `{username}` in it becomes the name of the connection's client. */
  topic: string
  /** Shared out among the connections; null: nobody needs to say who it is. */
  clients: { username: string; password: string }[] | null
  warmUpMs: number
  measureMs: number
  /** Messages made and answers read one by one with mqtt-packet, as ordinary clients do; otherwise laid out beforehand. */
  ordinary: boolean
}

export type LoadReport =
  | { event: 'began' }
  | { event: 'ended'; acknowledged: number; elapsedMs: number }
  | { event: 'failed'; message: string }

const PUBACK_BYTES = 4
const CONNACK_BYTES = 4
const CONNECTS_AT_ONCE = 50

const counter = { acknowledged: 0 }
const report = (message: LoadReport) => process.send?.(message)

async function open(plan: LoadPlan, index: number): Promise<() => void> {
  const client = plan.clients?.[index % plan.clients.length]
  const username = client?.username ?? `client-${index}`
  const socket = connect({ host: plan.host, port: plan.port, noDelay: true })
  await once(socket, 'connect')
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: `load-${index}`,
      keepalive: 0,
      ...(client && { username, password: Buffer.from(client.password) }),
    }),
  )
  const [connack] = (await once(socket, 'data')) as [Buffer]
  if (connack.length !== CONNACK_BYTES || connack[3] !== 0)
    throw new Error(`not let in: ${connack.toString('hex')}`)
  const publish = plan.ordinary ? publishOneByOne : publishForEver
  return () => publish(socket, plan, plan.topic.replace('{username}', username))
}

/** What a client library does for each message: a packet made, a packet written, an answer parsed. */
function publishOneByOne(socket: Socket, { inFlight, payload }: LoadPlan, topic: string): void {
  const send = (messageId: number) =>
    socket.write(generate({ cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false }))
  const answers = parser()
  answers.on('packet', (packet: Packet) => {
    if (packet.cmd !== 'puback') return
    counter.acknowledged++
    send(packet.messageId ?? 1)
  })
  socket.on('data', (chunk) => answers.parse(chunk))
  socket.on('close', () => report({ event: 'failed', message: 'the server closed a connection' }))
  for (let id = 1; id <= inFlight; id++) send(id)
}

function publishForEver(socket: Socket, { inFlight, payload }: LoadPlan, topic: string): void {
  const frames = Buffer.concat(
    Array.from({ length: inFlight }, (_, i) =>
      generate({ cmd: 'publish', topic, payload, qos: 1, messageId: i + 1, dup: false, retain: false }),
    ),
  )
  const frameBytes = frames.length / inFlight
  let next = 0
  let partial = 0
  socket.on('data', (chunk) => {
    const bytes = partial + chunk.length
    partial = bytes % PUBACK_BYTES
    let free = (bytes - partial) / PUBACK_BYTES
    counter.acknowledged += free
    while (free > 0) {
      const count = Math.min(free, inFlight - next)
      socket.write(frames.subarray(next * frameBytes, (next + count) * frameBytes))
      next = (next + count) % inFlight
      free -= count
    }
  })
  socket.on('close', () => report({ event: 'failed', message: 'the server closed a connection' }))
  socket.write(frames)
}

async function run(plan: LoadPlan): Promise<void> {
  const starts: (() => void)[] = []
  for (let at = 0; at < plan.connections; at += CONNECTS_AT_ONCE) {
    const count = Math.min(CONNECTS_AT_ONCE, plan.connections - at)
    starts.push(...(await Promise.all(Array.from({ length: count }, (_, i) => open(plan, at + i)))))
  }
  for (const start of starts) start()
  await delay(plan.warmUpMs)
  const before = counter.acknowledged
  const beganAt = performance.now()
  report({ event: 'began' })
  await delay(plan.measureMs)
  const elapsedMs = performance.now() - beganAt
  report({ event: 'ended', acknowledged: counter.acknowledged - before, elapsedMs })
}

// Whoever started it is gone, and with it the reason to go on.
process.once('disconnect', () => process.exit())
process.once('message', (plan: LoadPlan) => {
  run(plan).catch((error: unknown) => report({ event: 'failed', message: String(error) }))
})
