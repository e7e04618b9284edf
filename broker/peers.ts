import type { Client } from 'aedes'
import type { Principal } from '../contracts/message.ts'
import { ArrivalOrder } from './acceptance.ts'
import type { Admission } from './admission.ts'
import type { Arrival } from './arrival.ts'
import type { InspectedConnection } from './inspection.ts'
import type { BrokerLimits } from './limits.ts'
import { keyOf, type PrincipalKey } from './permissions.ts'
import { filterMatches } from './topics.ts'

/** What Aedes keeps on a client and does not put in its types. */
type ClientWithWill = Client & { will: object | null }

/** One connection, and what has been decided about it. */
export class Peer {
  readonly client: Client
  readonly connection: InspectedConnection
  readonly order = new ArrivalOrder()
  admission: Admission | null = null
  /** The will as it came with CONNECT: when Aedes publishes it, it is recognised by identity. */
  will: object | null = null
  readonly filters = new Set<string>()
  readonly arrival: Arrival
  readonly #limits: BrokerLimits
  #accepting = 0
  #gone = false

  constructor(client: Client, connection: InspectedConnection, arrival: Arrival, limits: BrokerLimits) {
    this.client = client
    this.connection = connection
    this.arrival = arrival
    this.#limits = limits
  }

  get principal(): Principal | null {
    return this.admission?.ok === true ? this.admission.principal : null
  }

  get key(): PrincipalKey | null {
    return this.principal && keyOf(this.principal)
  }

  get prefixes(): readonly string[] {
    return this.admission?.ok === true ? this.admission.prefixes : []
  }

  /** CONNACK has been sent: what came behind CONNECT may follow. */
  ready(): void {
    const { devicePacketBytes, gatewayPacketBytes } = this.#limits
    const packetBytes = this.principal?.type === 'gateway' ? gatewayPacketBytes : devicePacketBytes
    this.arrival.admitted(packetBytes)
    this.connection.admit(packetBytes)
  }

  /** A message of this connection is on its way through `accept`. */
  began(): void {
    this.#accepting += 1
  }

  ended(): void {
    this.#accepting -= 1
    if (this.#gone) this.left()
  }

  /** The connection is gone; its messages may still be on their way, and count until they are not. */
  left(): void {
    this.#gone = true
    if (this.#accepting === 0) this.connection.releaseInFlight()
  }

  dropWill(): void {
    ;(this.client as ClientWithWill).will = null
  }
}

/** All connections, and which of them belong to whom. */
export class Peers {
  /** By client for as long as Aedes holds it: a will comes after its connection is gone. */
  readonly #byClient = new WeakMap<Client, Peer>()
  readonly #open = new Set<Peer>()
  /** Everybody who is there, also those whose CONNECT has not come. */
  readonly #connections = new Set<InspectedConnection>()
  readonly #byPrincipal = new Map<PrincipalKey, Set<Peer>>()
  readonly #limits: BrokerLimits
  #connected = 0
  #left: (client: Client) => void = () => {}
  #subscriptions = 0
  #accepting = 0
  #whenIdle: (() => void) | null = null

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  /** `left` is called when a connection is gone. */
  onLeft(left: (client: Client) => void): void {
    this.#left = left
  }

  arrived(connection: InspectedConnection): void {
    this.#connections.add(connection)
  }

  departed(connection: InspectedConnection): void {
    this.#connections.delete(connection)
  }

  add(client: Client, connection: InspectedConnection, arrival: Arrival): Peer {
    const peer = new Peer(client, connection, arrival, this.#limits)
    this.#byClient.set(client, peer)
    this.#open.add(peer)
    return peer
  }

  of(client: Client | null): Peer | undefined {
    return client === null ? undefined : this.#byClient.get(client)
  }

  /** The peer has been let in. The oldest of its connections makes room when there are too many. */
  admitted(peer: Peer, key: PrincipalKey): void {
    const peers = this.#byPrincipal.get(key) ?? new Set()
    this.#byPrincipal.set(key, peers.add(peer))
    this.#connected += 1
    if (peers.size <= this.#limits.connectionsPerPrincipal) return
    const [oldest] = peers
    oldest?.client.close()
  }

  /** False when the client, or all together, have as many subscriptions as they may have. */
  subscribe(peer: Peer, filter: string): boolean {
    const { subscriptionsPerClient, subscriptionsTotal } = this.#limits
    if (peer.filters.has(filter)) return true
    if (peer.filters.size >= subscriptionsPerClient || this.#subscriptions >= subscriptionsTotal) return false
    // What is settled after a connection's end is not counted any more.
    if (!this.#open.has(peer)) return false
    peer.filters.add(filter)
    this.#subscriptions += 1
    return true
  }

  unsubscribe(peer: Peer, filters: Iterable<string>): void {
    for (const filter of filters) if (peer.filters.delete(filter)) this.#subscriptions -= 1
  }

  remove(peer: Peer): void {
    this.#open.delete(peer)
    this.#left(peer.client)
    peer.left()
    this.unsubscribe(peer, [...peer.filters])
    const { key } = peer
    const peers = key && this.#byPrincipal.get(key)
    if (!key || !peers?.delete(peer)) return
    this.#connected -= 1
    if (peers.size === 0) this.#byPrincipal.delete(key)
  }

  listens(key: PrincipalKey, topic: string): boolean {
    return [...(this.#byPrincipal.get(key) ?? [])].some(({ filters }) =>
      [...filters].some((filter) => filterMatches(filter, topic)),
    )
  }

  connected(): number {
    return this.#connected
  }

  disconnect(key: PrincipalKey): void {
    for (const peer of this.#byPrincipal.get(key) ?? []) {
      peer.dropWill()
      peer.client.close()
    }
  }

  /** A message is on its way through `accept`. */
  began(peer: Peer): void {
    this.#accepting += 1
    peer.began()
  }

  ended(peer: Peer): void {
    this.#accepting -= 1
    peer.ended()
    if (this.#accepting === 0) this.#whenIdle?.()
  }

  stopIntake(): void {
    for (const connection of this.#connections) connection.stop()
  }

  /** Settles when no message is on its way any more and the last acknowledgements are out, or after `timeoutMs`. */
  async settled(timeoutMs: number): Promise<void> {
    if (this.#accepting > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        this.#whenIdle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }

  dropWills(): void {
    for (const peer of this.#open) peer.dropWill()
  }

  destroyAll(): void {
    for (const connection of this.#connections) connection.destroy()
  }
}
