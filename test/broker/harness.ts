import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { generate, type IConnackPacket, type IConnectPacket, type Packet, parser } from 'mqtt-packet'
import { onTestFinished } from 'vitest'
import { type Broker, type BrokerOptions, startBroker } from '../../broker/broker.ts'
import { DeviceId, GatewayId } from '../../contracts/ids.ts'
import type { Message, Principal } from '../../contracts/message.ts'
import { noMeters, silentLog } from '../../contracts/telemetry.ts'

export const SECRET = 'right'
export const CIVIL_NOW = Date.UTC(2026, 10, 21, 8)

export interface Received extends Message {
  principal: Principal
  text: string
}

export interface TestBroker {
  broker: Broker
  received: Received[]
  counts: Map<string, number>
  /** Settles when `count` messages have been taken. */
  arrived: (count: number) => Promise<void>
  port: number
}

const device = (id: string): Principal => ({ type: 'device', deviceId: DeviceId.parse(id) })

/** Everybody whose name starts with `gateway` is one with `zigbee2mqtt/#`; everybody else is a device. */
export function principalNamed(id: string): Principal {
  if (!id.startsWith('gateway')) return device(id)
  return { type: 'gateway', gatewayId: GatewayId.parse(id), topics: ['zigbee2mqtt/#'] }
}

export async function testBroker(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const received: Received[] = []
  const counts = new Map<string, number>()
  const waiting: { count: number; resolve: () => void }[] = []
  const accept = options.accept ?? (async () => {})
  const broker = await startBroker({
    tcp: { host: '127.0.0.1', port: 0 },
    tls: null,
    ws: null,
    authenticate: async (username, secret) => {
      if (username === 'disabled') return { ok: false, reason: 'disabled' }
      if (username === 'stranger') return { ok: false, reason: 'unknown' }
      if (Buffer.from(secret).toString() !== SECRET) return { ok: false, reason: 'wrong_secret' }
      return { ok: true, principal: principalNamed(username) }
    },
    civil: { now: () => CIVIL_NOW },
    log: silentLog,
    ...options,
    meters: {
      ...noMeters,
      count: (name, labels = {}) => {
        const key = [name, ...Object.values(labels)].join(' ')
        counts.set(key, (counts.get(key) ?? 0) + 1)
      },
    },
    accept: async (principal, message) => {
      received.push({ ...message, principal, text: Buffer.from(message.payload).toString() })
      for (const { count, resolve } of waiting) if (received.length >= count) resolve()
      await accept(principal, message)
    },
  })
  onTestFinished(() => broker.close())
  return {
    broker,
    received,
    counts,
    arrived: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    port: broker.addresses.tcp?.port ?? 0,
  }
}

/** A real mqtt.js client of one device; it does not reconnect. */
export async function mqttClient(
  url: string,
  username: string,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const client = await connectAsync(
    url,
    { username, password: SECRET, protocolVersion: 4, reconnectPeriod: 0, ...options },
    false,
  )
  client.on('error', () => {})
  onTestFinished(() => client.endAsync(true))
  return client
}

export const urlOf = (scheme: string, address: AddressInfo | null): string => {
  if (address === null) throw new Error('not listening')
  return `${scheme}://127.0.0.1:${address.port}`
}

/** A socket on which a test writes what it likes and reads packet by packet. */
export class RawClient {
  readonly socket: Socket
  readonly closed: Promise<unknown>
  readonly #packets: Packet[] = []
  readonly #parser = parser()
  #wake: () => void = () => {}
  #ended = false

  private constructor(socket: Socket) {
    this.socket = socket
    // Not `once` of events: a reset is an error to it, and to us a way to be closed.
    this.closed = new Promise((resolve) => socket.once('end', resolve).once('close', resolve))
    this.#parser.on('packet', (packet: Packet) => {
      this.#packets.push(packet)
      this.#wake()
    })
    socket.on('data', (chunk) => this.#parser.parse(chunk))
    socket.on('error', () => {})
    const ended = () => {
      this.#ended = true
      this.#wake()
    }
    socket.on('end', ended)
    socket.on('close', ended)
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    onTestFinished(() => {
      socket.destroy()
    })
    return new RawClient(socket)
  }

  /** Opens a connection and is let in. */
  static async connected(
    port: number,
    username: string,
    options: Partial<IConnectPacket> = {},
  ): Promise<RawClient> {
    const client = await RawClient.open(port)
    client.send(connectPacket(username, options))
    const connack = await client.next()
    if (connack?.cmd !== 'connack' || connack.returnCode !== 0) throw new Error('not let in')
    return client
  }

  send(...packets: Packet[]): void {
    this.socket.write(Buffer.concat(packets.map((packet) => generate(packet))))
  }

  /** The next packet from the broker; undefined once it has closed the connection. */
  async next(): Promise<Packet | undefined> {
    while (this.#packets.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#packets.shift()
  }

  /** What has come and not been asked for. */
  get unread(): readonly Packet[] {
    return this.#packets
  }
}

export const connectPacket = (username: string, options: Partial<IConnectPacket> = {}): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: 'client',
  keepalive: 0,
  username,
  password: Buffer.from(SECRET),
  ...options,
})

export const publishPacket = (
  topic: string,
  payload: string | Buffer,
  { qos = 1, messageId = 1, retain = false, dup = false } = {},
): Packet => ({
  cmd: 'publish',
  topic,
  payload,
  qos: qos as 0 | 1 | 2,
  retain,
  dup,
  ...(qos > 0 ? { messageId } : {}),
})

/** The return code with which a CONNECT is answered. */
export async function returnCodeFor(port: number, packet: Packet): Promise<number | undefined> {
  const client = await RawClient.open(port)
  client.send(packet)
  return ((await client.next()) as IConnackPacket | undefined)?.returnCode
}

/** A promise and the means to settle it. */
export const gate = (): PromiseWithResolvers<void> => Promise.withResolvers<void>()
