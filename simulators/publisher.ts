import { setTimeout as sleepMs } from 'node:timers/promises'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { DeviceId } from '../contracts/ids.ts'
import type { Clock, EpochMs } from '../contracts/time.ts'
import type { SimMessage } from './report.ts'

export interface Credential {
  username: string
  password: string
}

export interface PublisherOptions {
  /** mqtt://, mqtts://, ws:// or wss:// */
  url: string
  /** Each device connects by itself with its own credential, or all go through one gateway. */
  credentials: { device(id: DeviceId): Credential | null } | { gateway: Credential }
  clock: Clock
  /** Civil seconds in a wall second. */
  factor: number
  /** Unacknowledged messages at most; the next waits for a PUBACK. */
  maxInFlight?: number
  /** Connections at most; beyond it the one that was idle longest is closed. */
  maxConnections?: number
  reconnectMs?: number
  mqtt?: Pick<IClientOptions, 'ca' | 'rejectUnauthorized'>
  sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>
}

export interface PublisherCounts {
  sent: number
  acked: number
  /** Messages of devices without a credential, or whose credential the broker refused. */
  refused: number
  disconnects: number
}

interface Connection {
  client: MqttClient
  inFlight: number
  refused: boolean
}

/** Refused for good: wrong protocol, id, name or password, or not allowed. Anything else is worth another try. */
const REFUSED_CODES: ReadonlySet<number> = new Set([1, 2, 4, 5])

/**
 * Sends messages at their civil time over real MQTT, QoS 1. mqtt.js keeps what is not acknowledged and sends it again
 * after a reconnect, so a broker that goes away costs time and no message.
 */
export class Publisher {
  readonly counts: PublisherCounts = { sent: 0, acked: 0, refused: 0, disconnects: 0 }
  private readonly options: PublisherOptions
  /** In the order of last use. */
  private readonly connections = new Map<string, Connection>()
  private readonly refusedNames = new Set<string>()
  private inFlight = 0
  private wakeUp: (() => void) | null = null

  constructor(options: PublisherOptions) {
    this.options = options
  }

  /** Settles when the last message has been acknowledged, or the signal aborted. */
  async run(messages: Iterable<SimMessage> | AsyncIterable<SimMessage>, signal?: AbortSignal): Promise<void> {
    const maxInFlight = this.options.maxInFlight ?? 500
    for await (const message of messages) {
      await this.untilDue(message.at, signal)
      await this.untilInFlight(maxInFlight - 1, signal)
      if (signal?.aborted) return
      this.send(message)
    }
    await this.untilInFlight(0, signal)
  }

  /** Closes every connection; what is not yet acknowledged is given up only with `force`. */
  async close(force = false): Promise<void> {
    const open = [...this.connections.values()]
    this.connections.clear()
    await Promise.all(open.map(({ client }) => client.endAsync(force)))
  }

  private async untilDue(at: EpochMs, signal?: AbortSignal): Promise<void> {
    const { clock, factor, sleep = rest } = this.options
    // The civil clock may be stepped while we sleep, so look again at least every wall minute.
    const early = () => (signal?.aborted ? 0 : at - clock.now())
    for (let left = early(); left > 0; left = early()) {
      await sleep(Math.min(60_000, Math.ceil(left / factor)), signal)
    }
  }

  private async untilInFlight(most: number, signal?: AbortSignal): Promise<void> {
    const tooMany = () => this.inFlight > most && !signal?.aborted
    while (tooMany()) await this.nextAck(signal)
  }

  private nextAck(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake)
        this.wakeUp = null
        resolve()
      }
      this.wakeUp = wake
      signal?.addEventListener('abort', wake)
    })
  }

  private send(message: SimMessage): void {
    const connection = this.connectionOf(message.deviceId)
    if (!connection) {
      this.counts.refused += 1
      return
    }
    this.counts.sent += 1
    this.inFlight += 1
    connection.inFlight += 1
    connection.client.publish(message.topic, message.payload, { qos: 1 }, (error) => {
      if (connection.refused) return
      connection.inFlight -= 1
      this.settled(error ? 'refused' : 'acked', 1)
    })
  }

  private settled(how: 'acked' | 'refused', messages: number): void {
    this.inFlight -= messages
    this.counts[how] += messages
    this.wakeUp?.()
  }

  private connectionOf(deviceId: DeviceId): Connection | null {
    const { credentials } = this.options
    const credential = 'gateway' in credentials ? credentials.gateway : credentials.device(deviceId)
    if (!credential || this.refusedNames.has(credential.username)) return null
    const known = this.connections.get(credential.username)
    if (known) {
      this.connections.delete(credential.username)
      this.connections.set(credential.username, known)
      return known
    }
    this.makeRoom()
    const connection = this.connect(credential)
    this.connections.set(credential.username, connection)
    return connection
  }

  private connect(credential: Credential): Connection {
    const client = mqtt.connect(this.options.url, {
      ...this.options.mqtt,
      ...credential,
      clientId: credential.username,
      clean: true,
      reconnectPeriod: this.options.reconnectMs ?? 1_000,
    })
    const connection = { client, inFlight: 0, refused: false }
    client.on('close', () => {
      if (!client.disconnecting) this.counts.disconnects += 1
    })
    client.on('error', (error) => {
      const code = 'code' in error ? error.code : undefined
      if (typeof code !== 'number' || !REFUSED_CODES.has(code)) return
      this.refusedNames.add(credential.username)
      this.connections.delete(credential.username)
      // Whatever waited for this connection will never be asked for: mqtt.js would keep trying the same credential.
      connection.refused = true
      this.settled('refused', connection.inFlight)
      client.end(true)
    })
    return connection
  }

  private makeRoom(): void {
    if (this.connections.size < (this.options.maxConnections ?? 5_000)) return
    for (const [name, { client, inFlight }] of this.connections) {
      if (inFlight > 0) continue
      this.connections.delete(name)
      client.end()
      return
    }
  }
}

/** An abort ends the sleep, it does not fail it. */
const rest = (ms: number, signal?: AbortSignal): Promise<void> =>
  sleepMs(ms, undefined, signal ? { signal } : {}).catch((reason: unknown) => {
    if (!signal?.aborted) throw reason
  })
