import type { Client } from 'aedes'
import type { Principal } from '../contracts/message.ts'
import { ArrivalOrder } from './acceptance.ts'
import type { Admission } from './admission.ts'
import type { InspectedConnection } from './inspection.ts'
import type { BrokerLimits } from './limits.ts'
import { keyOf, type PrincipalKey } from './permissions.ts'

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
  readonly #limits: BrokerLimits

  constructor(client: Client, connection: InspectedConnection, limits: BrokerLimits) {
    this.client = client
    this.connection = connection
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
    this.connection.admit(this.principal?.type === 'gateway' ? gatewayPacketBytes : devicePacketBytes)
  }

  /** False when the client has as many subscriptions as it may have. */
  subscribe(filter: string): boolean {
    if (!this.filters.has(filter) && this.filters.size >= this.#limits.subscriptionsPerClient) return false
    this.filters.add(filter)
    return true
  }

  unsubscribed(filters: readonly string[]): void {
    for (const filter of filters) this.filters.delete(filter)
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
  readonly #byPrincipal = new Map<PrincipalKey, Set<Peer>>()
  readonly #limits: BrokerLimits
  #connected = 0
  #pending = 0
  #whenIdle: (() => void) | null = null

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  add(client: Client, connection: InspectedConnection): Peer {
    const peer = new Peer(client, connection, this.#limits)
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

  remove(peer: Peer): void {
    this.#open.delete(peer)
    const { key } = peer
    const peers = key && this.#byPrincipal.get(key)
    if (!key || !peers?.delete(peer)) return
    this.#connected -= 1
    if (peers.size === 0) this.#byPrincipal.delete(key)
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
  began(): void {
    this.#pending += 1
  }

  ended(): void {
    this.#pending -= 1
    if (this.#pending === 0) this.#whenIdle?.()
  }

  stopIntake(): void {
    for (const peer of this.#open) peer.connection.stop()
  }

  /** Settles when no message is on its way any more and the last acknowledgements are out, or after `timeoutMs`. */
  async settled(timeoutMs: number): Promise<void> {
    if (this.#pending > 0) {
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
    for (const peer of this.#open) peer.connection.destroy()
  }
}
