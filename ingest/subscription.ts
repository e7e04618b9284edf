import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import mqtt, { type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt'
import type { Message } from '../contracts/message.ts'
import type { MqttVia, SourceState } from '../contracts/source.ts'
import type { Clock } from '../contracts/time.ts'

const RECONNECT_MS = 2_000
const CONNECT_TIMEOUT_MS = 20_000
/** Packet ids are 16 bits, and a broker has at most so many on the way to us. */
const REMEMBERED = 2_000
/** A command that the other side has not taken by then waits for its device to be heard, and holds up no other. */
const ANSWER_MS = 10_000
/** The other side may have gone without a word: whoever leaves does not wait for it. */
const LEAVE_MS = 5_000

export interface SubscriptionOptions {
  via: MqttVia
  password: string | null
  key: string | null
  /** Settles when the message is durable; rejects when it could not be kept: then it is not acknowledged. */
  accept(message: Message): Promise<void>
  /** The filters that our session there already has; null when that is not known. */
  subscribed: readonly string[] | null
  onSubscribed(topics: readonly string[]): void
  onState(state: SourceState): void
  onError(message: string): void
  civil: Clock
  reconnectMs?: number
  answerMs?: number
  leaveMs?: number
}

export interface Subscription {
  /** Settles when the other side has taken it; rejects when it is not there or does not answer: then it is not sent again. */
  publish(topic: string, payload: string): Promise<void>
  /** Takes nothing more, lets what is being kept be acknowledged, and leaves. The session there stays. */
  stop(): Promise<void>
  /** The same, and has the other side keep nothing more for us. */
  leave(): Promise<void>
}

/**
 * A subscription to an outside broker, in a session that it keeps while we are away (clean=false, QoS 1). PUBACK goes
 * out when `accept` has settled, so what we have not kept comes again. mqtt.js hands out one message after the other and
 * waits for `handleMessage`: the other side is slowed to what our disk takes, and order is kept.
 */
export function subscribe(options: SubscriptionOptions): Subscription {
  const { via, civil, onError, onState, answerMs = ANSWER_MS, leaveMs = LEAVE_MS } = options
  const client = connect(options)
  const accepted = new Map<number, string>()
  let subscribed = options.subscribed
  let stopping = false
  let present: Promise<void> = Promise.resolve()

  client.handleMessage = (packet, acknowledge) => {
    // What arrives while we leave stays unacknowledged and comes again to the next session.
    if (stopping) return
    if (isKnown(accepted, packet)) return acknowledge()
    const { stream } = client
    present = options.accept(messageOf(packet, civil)).then(
      () => {
        remember(accepted, packet)
        // Under a new connection the same number may be another message, which is not kept yet.
        if (client.connected && client.stream === stream) acknowledge()
        else acknowledge(new Error('the connection is gone'))
      },
      (error: unknown) => {
        onError(`not kept: ${messageIn(error)}`)
        // Without an acknowledgement it comes again, but only to a new connection.
        client.stream.destroy()
        acknowledge(error instanceof Error ? error : new Error(String(error)))
      },
    )
  }
  const onConnect = async (packet: IConnackPacket) => {
    const missing = packet.sessionPresent && subscribed !== null ? changes(subscribed, via.topics) : null
    if (!packet.sessionPresent) accepted.clear()
    try {
      if (missing === null || missing.length > 0) await subscribeTo(client, via.topics)
      const gone = subscribed === null ? [] : changes(via.topics, subscribed)
      if (packet.sessionPresent && gone.length > 0) await client.unsubscribeAsync(gone)
      subscribed = via.topics
      options.onSubscribed(via.topics)
      onState('connected')
    } catch (error) {
      onError(messageIn(error))
      client.stream.destroy()
    }
  }
  client.on('connect', (packet) => void onConnect(packet))
  client.on('close', () => {
    if (!stopping) onState('lost')
  })
  client.on('error', (error) => onError(messageIn(error)))

  const end = async () => {
    const gone = setTimeout(() => client.stream.destroy(), leaveMs)
    // What is still unanswered would be waited for without end.
    await client.endAsync(Object.keys(client.outgoing).length > 0)
    clearTimeout(gone)
  }
  return {
    async stop() {
      stopping = true
      await present
      await end()
    },
    async publish(topic, payload) {
      // Kept here until it comes back, it would arrive when nobody wants it any more.
      if (!client.connected) throw new Error('the other side is not there')
      await publishOnce(client, topic, payload, answerMs)
    },
    async leave() {
      stopping = true
      await present
      const left = client.connected ? client.unsubscribeAsync([...via.topics]).catch(() => undefined) : null
      await Promise.race([left, pause(leaveMs, undefined, { ref: false })])
      await end()
    },
  }
}

/** Taken on this very connection, or given up: mqtt.js would send it again on the next one, whenever that is. */
function publishOnce(client: MqttClient, topic: string, payload: string, answerMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const before = client.getLastMessageId()
    const end = (error?: Error | null) => {
      clearTimeout(late)
      client.off('close', giveUp)
      if (error) reject(error)
      else resolve()
    }
    const giveUp = () => {
      end(new Error('the other side did not answer'))
      if (id !== before) client.removeOutgoingMessage(id)
    }
    const late = setTimeout(giveUp, answerMs)
    client.on('close', giveUp)
    client.publish(topic, payload, { qos: 1 }, end)
    const id = client.getLastMessageId()
  })
}

function connect({ via, password, key, reconnectMs = RECONNECT_MS }: SubscriptionOptions): MqttClient {
  return mqtt.connect(via.url, {
    clientId: via.clientId,
    clean: false,
    // An acknowledgement that missed its connection must not go out on the next one.
    queueQoSZero: false,
    protocolVersion: 4,
    // Filters are ours to renew: only when the session does not have them, because each time brings what is retained again.
    resubscribe: false,
    reconnectOnConnackError: true,
    reconnectPeriod: reconnectMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...(via.username === null ? {} : { username: via.username }),
    // MQTT 3.1.1 knows no password without a name: mqtt.js would give up without a word.
    ...(password === null || via.username === null ? {} : { password }),
    ...(via.ca === null ? {} : { ca: via.ca }),
    ...(via.cert === null ? {} : { cert: via.cert }),
    ...(key === null ? {} : { key }),
    rejectUnauthorized: true,
  })
}

async function subscribeTo(client: MqttClient, topics: readonly string[]): Promise<void> {
  const granted = await client.subscribeAsync([...topics], { qos: 1 })
  const refused = granted.filter(({ qos }) => qos === 128).map(({ topic }) => topic)
  if (refused.length > 0) throw new Error(`the other side refuses us ${refused.join(', ')}`)
}

const changes = (from: readonly string[], to: readonly string[]): string[] =>
  to.filter((topic) => !from.includes(topic))

const messageOf = (packet: IPublishPacket, civil: Clock): Message => ({
  topic: packet.topic,
  payload: bytesOf(packet),
  receivedAt: civil.now(),
  retained: packet.retain,
})

const bytesOf = ({ payload }: IPublishPacket): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : payload

const digest = (packet: IPublishPacket): string =>
  createHash('sha256').update(packet.topic).update('\0').update(bytesOf(packet)).digest('base64')

/** Kept already, and only our acknowledgement was lost on the way. */
const isKnown = (accepted: ReadonlyMap<number, string>, packet: IPublishPacket): boolean =>
  packet.dup && packet.messageId !== undefined && accepted.get(packet.messageId) === digest(packet)

function remember(accepted: Map<number, string>, packet: IPublishPacket): void {
  if (packet.qos === 0 || packet.messageId === undefined) return
  accepted.delete(packet.messageId)
  accepted.set(packet.messageId, digest(packet))
  for (const oldest of accepted.keys()) {
    if (accepted.size <= REMEMBERED) return
    accepted.delete(oldest)
  }
}

const messageIn = (error: unknown): string => {
  const said = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return (said === '' ? code : said).slice(0, 300)
}
