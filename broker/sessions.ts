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
    session.outgoing = []
    this.#sessions.delete(clientId)
    this.#absentSince.delete(clientId)
    removeFrom(this.#ofPrincipal, principalOfSession(clientId), session)
  }

  subscribe(session: Session, subscription: Subscription): void {
    session.subscriptions.set(subscription.topic, subscription)
    addTo(this.#byRoot, rootOf(subscription.topic), session)
  }

  unsubscribe(session: Session, filters: readonly string[]): void {
    for (const filter of filters) session.subscriptions.delete(filter)
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

  /** False when the session, or all of them together, hold as many messages as they may. */
  enqueue(session: Session, packet: AedesPublishPacket): boolean {
    const { queuedPerSession, queuedTotal } = this.#limits
    if (session.outgoing.length >= queuedPerSession || this.#queued >= queuedTotal) return false
    session.outgoing.push(packet)
    this.#queued += 1
    return true
  }

  dequeue(session: Session, messageId: number | undefined): Outgoing | undefined {
    const at = session.outgoing.findIndex((packet) => packet.messageId === messageId)
    if (at < 0) return undefined
    this.#queued -= 1
    return session.outgoing.splice(at, 1)[0]
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

function addTo<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([item]))
  else set.add(item)
}

function removeFrom<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key)
  if (set?.delete(item) === true && set.size === 0) sets.delete(key)
}
