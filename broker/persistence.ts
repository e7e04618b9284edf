import { Readable } from 'node:stream'
import type { AedesPublishPacket, Client, PubrelPacket, Subscription } from 'aedes'
import type { Meters } from '../contracts/telemetry.ts'
import type { BrokerLimits } from './limits.ts'
import type { RetainedMessages } from './retained.ts'
import type { Sessions } from './sessions.ts'

/** The packet identifier is all that matters of those who ask for one. */
interface Identified {
  messageId?: number
}

/**
 * The memory that Aedes asks for, method by method as `aedes-persistence` specifies them. Its own one has no bounds,
 * passes over every retained message at each SUBSCRIBE, and is handed refused filters along with the granted ones.
 */
export class BoundedPersistence {
  readonly #sessions: Sessions
  readonly #retained: RetainedMessages
  readonly #limits: BrokerLimits
  readonly #meters: Meters
  readonly #granted: (client: Client, filter: string) => boolean

  constructor(parts: {
    sessions: Sessions
    retained: RetainedMessages
    limits: BrokerLimits
    meters: Meters
    granted: (client: Client, filter: string) => boolean
  }) {
    this.#sessions = parts.sessions
    this.#retained = parts.retained
    this.#limits = parts.limits
    this.#meters = parts.meters
    this.#granted = parts.granted
  }

  async setup(): Promise<void> {}

  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    if (!this.#retained.put(packet)) this.#meters.count('broker_dropped_total', { what: 'retained' })
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from([...this.#retained.matching(filters)])
  }

  async addSubscriptions(client: Client, subscriptions: readonly Subscription[]): Promise<void> {
    const session = this.#sessions.open(client.id)
    for (const { topic, qos } of subscriptions) {
      if (this.#granted(client, topic)) this.#sessions.subscribe(session, { topic, qos })
    }
  }

  async removeSubscriptions(client: Client, filters: readonly string[]): Promise<void> {
    const session = this.#sessions.get(client.id)
    if (session !== undefined) this.#sessions.unsubscribe(session, filters)
  }

  async subscriptionsByClient(client: { id: string }): Promise<Subscription[]> {
    return [...(this.#sessions.get(client.id)?.subscriptions.values() ?? [])].map((it) => ({ ...it }))
  }

  async subscriptionsByTopic(topic: string): Promise<{ clientId: string }[]> {
    return this.#sessions.subscribers(topic)
  }

  async cleanSubscriptions(client: Client): Promise<void> {
    this.#sessions.forget(client.id)
  }

  async outgoingEnqueue(subscriber: { clientId: string }, packet: AedesPublishPacket): Promise<void> {
    await this.outgoingEnqueueCombi([subscriber], packet)
  }

  async outgoingEnqueueCombi(
    subscribers: readonly { clientId: string }[],
    packet: AedesPublishPacket,
  ): Promise<void> {
    for (const { clientId } of subscribers) {
      const session = this.#sessions.get(clientId)
      if (session === undefined) continue
      const { brokerId, brokerCounter, topic, qos, retain } = packet
      const payload = Buffer.from(packet.payload)
      const kept = {
        cmd: 'publish',
        brokerId,
        brokerCounter,
        topic,
        payload,
        qos,
        retain,
        dup: false,
      } as const
      if (!this.#sessions.enqueue(session, kept)) {
        this.#meters.count('broker_dropped_total', { what: 'queued' })
      }
    }
  }

  /** Gives a queued message its packet identifier, or puts the PUBREL in its place. Rejects when it was dropped. */
  async outgoingUpdate(client: Client, packet: AedesPublishPacket | PubrelPacket): Promise<void> {
    const session = this.#sessions.get(client.id)
    for (const [i, queued] of session?.outgoing.entries() ?? []) {
      if ('brokerId' in packet && queued.brokerId === packet.brokerId) {
        if (queued.brokerCounter !== packet.brokerCounter) continue
        if (packet.messageId !== undefined) queued.messageId = packet.messageId
        return
      }
      if (session !== undefined && queued.messageId === packet.messageId) {
        this.#sessions.replace(session, i, packet as PubrelPacket)
        return
      }
    }
    // A PUBREC that comes again, or after its session was forgotten, is answered with PUBREL all the same.
    if (packet.cmd !== 'pubrel') throw new Error('no such packet')
  }

  async outgoingClearMessageId(client: Client, { messageId }: Identified) {
    // Aedes clears a second delivery of one message, to overlapping filters, before the first one got its identifier.
    if (messageId === undefined) return undefined
    const session = this.#sessions.get(client.id)
    return session && this.#sessions.dequeue(session, messageId)
  }

  outgoingStream(client: Client): Readable {
    return Readable.from([...(this.#sessions.get(client.id)?.outgoing ?? [])])
  }

  async incomingStorePacket(client: Client, { messageId }: Identified): Promise<void> {
    // A clean session ended with its connection: what settles afterwards must not bring it back.
    if (messageId === undefined || (client.closed && client.clean)) return
    const { received } = this.#sessions.open(client.id)
    if (received.size >= this.#limits.receivingPerSession) throw new Error('too many messages await PUBREL')
    received.add(messageId)
  }

  async incomingGetPacket(client: Client, { messageId }: Identified): Promise<Identified> {
    if (messageId === undefined || this.#sessions.get(client.id)?.received.has(messageId) !== true) {
      throw new Error('no such packet')
    }
    return { messageId }
  }

  async incomingDelPacket(client: Client, { messageId }: Identified): Promise<void> {
    const session = this.#sessions.get(client.id)
    if (messageId === undefined || session?.received.delete(messageId) !== true) {
      throw new Error('no such packet')
    }
    session.accepted.delete(messageId)
  }

  async cleanIncoming(client: Client): Promise<void> {
    this.#sessions.forget(client.id)
  }

  // A will lives and dies with its connection, and there is no other broker whose wills could be left over.
  async putWill(): Promise<void> {}
  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([])
  }
}
