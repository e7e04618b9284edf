import type { AedesPublishPacket, PubrelPacket, Subscription } from 'aedes'
import { principalOfSession } from './admission.ts'
import type { BrokerLimits } from './limits.ts'
import { filterMatches, rootOf } from './topics.ts'

/** What waits for its acknowledgement: a message, or the PUBREL that follows one of QoS 2. */
export type Outgoing = AedesPublishPacket | (PubrelPacket & { brokerId?: never; brokerCounter?: never })

/** What the broker remembers of a client between its connections, or within one for QoS 2. */
export interface Session {
  clientId: string
  subscriptions: Map<string, Subscription>
  outgoing: Outgoing[]
  outgoingBytes: number
  /** QoS 2 messages that `accept` has seen and whose PUBREL has not come: one that is sent again is not kept again. */
  accepted: Map<number, Promise<void>>
  /** Those of them that Aedes has answered with PUBREC. */
  received: Set<number>
}

/**
 * All sessions, bounded. Subscriptions are found by the root of their filter. A session whose client has stayed away
 * too long, or that is one too many, is forgotten, the one that was left first before the others.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #byRoot = new Map<string, Set<Session>>()
  /** When each absent client left, in that order. */
  readonly #absentSince = new Map<string, number>()
  readonly #ofPrincipal = new Map<string, Set<Session>>()
  readonly #limits: BrokerLimits
  readonly #monotonicMs: () => number
  #queued = 0
  #queuedBytes = 0
  #subscriptions = 0

  constructor(limits: BrokerLimits, monotonicMs: () => number) {
    this.#limits = limits
    this.#monotonicMs = monotonicMs
  }

  get(clientId: string): Session | undefined {
    return this.#sessions.get(clientId)
  }

  open(clientId: string): Session {
    const known = this.#sessions.get(clientId)
    if (known !== undefined) return known
    const session: Session = {
      clientId,
      subscriptions: new Map(),
      outgoing: [],
      outgoingBytes: 0,
      accepted: new Map(),
      received: new Set(),
    }
    this.#sessions.set(clientId, session)
    addTo(this.#ofPrincipal, principalOfSession(clientId), session)
    this.#makeRoom(clientId)
    return session
  }

  present(clientId: string): void {
    this.#absentSince.delete(clientId)
  }

  absent(clientId: string): void {
    if (!this.#sessions.has(clientId)) return
    this.#absentSince.delete(clientId)
    this.#absentSince.set(clientId, this.#monotonicMs())
    this.#makeRoom(clientId)
  }

  forget(clientId: string): void {
    const session = this.#sessions.get(clientId)
    if (session === undefined) return
    this.unsubscribe(session, [...session.subscriptions.keys()])
    this.#queued -= session.outgoing.length
    this.#queuedBytes -= session.outgoingBytes
    session.outgoing = []
    session.outgoingBytes = 0
    this.#sessions.delete(clientId)
    this.#absentSince.delete(clientId)
    removeFrom(this.#ofPrincipal, principalOfSession(clientId), session)
  }

  /** Whether one more subscription may be kept. */
  hasRoom(): boolean {
    return this.#subscriptions < this.#limits.subscriptionsTotal
  }

  subscribe(session: Session, subscription: Subscription): void {
    if (!session.subscriptions.has(subscription.topic)) this.#subscriptions += 1
    session.subscriptions.set(subscription.topic, subscription)
    addTo(this.#byRoot, rootOf(subscription.topic), session)
  }

  unsubscribe(session: Session, filters: readonly string[]): void {
    for (const filter of filters) if (session.subscriptions.delete(filter)) this.#subscriptions -= 1
    const left = new Set([...session.subscriptions.keys()].map(rootOf))
    for (const root of new Set(filters.map(rootOf))) {
      if (!left.has(root)) removeFrom(this.#byRoot, root, session)
    }
  }

  /** The sessions that have subscribed to a topic with QoS 1 or 2. */
  subscribers(topic: string): Session[] {
    const sessions = this.#byRoot.get(rootOf(topic))
    if (sessions === undefined) return []
    return [...sessions].filter((session) =>
      [...session.subscriptions.values()].some(
        ({ topic: filter, qos }) => qos > 0 && filterMatches(filter, topic),
      ),
    )
  }

  /** False when the session, or all of them together, hold as much as they may, in number or in bytes. */
  enqueue(session: Session, packet: AedesPublishPacket): boolean {
    const { queuedPerSession, queuedTotal, queuedPerSessionBytes, queuedTotalBytes } = this.#limits
    const bytes = queuedBytes(packet)
    if (session.outgoing.length >= queuedPerSession || this.#queued >= queuedTotal) return false
    if (session.outgoingBytes + bytes > queuedPerSessionBytes) return false
    if (this.#queuedBytes + bytes > queuedTotalBytes) return false
    session.outgoing.push(packet)
    this.#count(session, 1, bytes)
    return true
  }

  /** PUBREL takes the place of the message that it follows. */
  replace(session: Session, at: number, packet: PubrelPacket): void {
    const before = session.outgoing[at]
    if (before === undefined) return
    session.outgoing[at] = packet as Outgoing
    this.#count(session, 0, queuedBytes(packet) - queuedBytes(before))
  }

  dequeue(session: Session, messageId: number | undefined): Outgoing | undefined {
    const at = session.outgoing.findIndex((packet) => packet.messageId === messageId)
    const packet = session.outgoing[at]
    if (packet === undefined) return undefined
    this.#count(session, -1, -queuedBytes(packet))
    return session.outgoing.splice(at, 1)[0]
  }

  #count(session: Session, messages: number, bytes: number): void {
    this.#queued += messages
    this.#queuedBytes += bytes
    session.outgoingBytes += bytes
  }

  #makeRoom(clientId: string): void {
    const { sessionExpiryMs, sessionsTotal, sessionsPerPrincipal } = this.#limits
    const now = this.#monotonicMs()
    for (const [absent, since] of this.#absentSince) {
      if (now - since < sessionExpiryMs && this.#sessions.size <= sessionsTotal) break
      this.forget(absent)
    }
    const siblings = this.#ofPrincipal.get(principalOfSession(clientId)) ?? new Set()
    for (const { clientId: sibling } of [...siblings].toSorted((a, b) => this.#left(a) - this.#left(b))) {
      if (siblings.size <= sessionsPerPrincipal) break
      if (this.#absentSince.has(sibling)) this.forget(sibling)
    }
  }

  #left(session: Session): number {
    return this.#absentSince.get(session.clientId) ?? Number.POSITIVE_INFINITY
  }
}

const queuedBytes = (packet: Outgoing | PubrelPacket): number =>
  'topic' in packet ? packet.payload.length + packet.topic.length : 0

function addTo<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([item]))
  else set.add(item)
}

function removeFrom<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key)
  if (set?.delete(item) === true && set.size === 0) sets.delete(key)
}
