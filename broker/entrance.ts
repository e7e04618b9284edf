import type { Socket } from 'node:net'
import { networkOf } from '../contracts/network.ts'
import type { Meters } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import type { BrokerLimits } from './limits.ts'
import { TokenBuckets } from './rates.ts'

/**
 * Who may come in at all, before a byte is read. Those that have not been let in yet have places of their own, so that
 * a flood of them takes none from devices; among them the one that has waited longest makes room, which is never one
 * that says who it is and is let in at once.
 */
export class Entrance {
  readonly #limits: BrokerLimits
  readonly #meters: Meters
  readonly #rates: TokenBuckets
  /** Sockets that have not been let in: by address, oldest first. */
  readonly #pending = new Map<string, Set<Socket>>()
  /** By the name that they share with what wraps them. */
  readonly #byName = new Map<string, Socket>()
  #pendingCount = 0
  #open = 0

  constructor(limits: BrokerLimits, clock: Clock, meters: Meters) {
    this.#limits = limits
    this.#meters = meters
    this.#rates = new TokenBuckets(limits.connectionRatePerAddress, clock)
  }

  /** False: it has been closed. */
  enter(socket: Socket): boolean {
    const address = addressOf(socket)
    const reason = this.#refusal(address)
    if (reason !== null) {
      this.#meters.count('broker_refused_total', { reason })
      socket.destroy()
      return false
    }
    this.#open += 1
    this.#add(address, socket)
    const name = nameOf(socket)
    this.#byName.set(name, socket)
    socket.once('close', () => {
      this.#open -= 1
      this.#remove(address, socket)
      if (this.#byName.get(name) === socket) this.#byName.delete(name)
    })
    this.#makeRoom(address)
    return true
  }

  /** Its sender is known and was let in: it gives up its place among those that wait. */
  admitted(socket: Socket): void {
    const entered = this.#byName.get(nameOf(socket))
    if (entered !== undefined) this.#remove(addressOf(socket), entered)
  }

  #refusal(address: string): string | null {
    if (this.#open >= this.#limits.connections) return 'full'
    return this.#rates.take(address) ? null : 'connection_rate'
  }

  #makeRoom(address: string): void {
    const { pendingConnections, pendingPerAddress } = this.#limits
    if ((this.#pending.get(address)?.size ?? 0) > pendingPerAddress) this.#closeOldest(address)
    if (this.#pendingCount <= pendingConnections) return
    let busiest = address
    let most = 0
    for (const [candidate, { size }] of this.#pending) {
      if (size <= most) continue
      busiest = candidate
      most = size
    }
    this.#closeOldest(busiest)
  }

  #closeOldest(address: string): void {
    const [oldest] = this.#pending.get(address) ?? []
    if (oldest === undefined) return
    this.#meters.count('broker_refused_total', { reason: 'pending' })
    this.#remove(address, oldest)
    oldest.destroy()
  }

  #add(address: string, socket: Socket): void {
    const sockets = this.#pending.get(address) ?? new Set<Socket>()
    this.#pending.set(address, sockets.add(socket))
    this.#pendingCount += 1
  }

  #remove(address: string, socket: Socket): void {
    const sockets = this.#pending.get(address)
    if (sockets?.delete(socket) !== true) return
    this.#pendingCount -= 1
    if (sockets.size === 0) this.#pending.delete(address)
  }
}

/** The same for a socket and for the TLS that is spoken on it, and for no two that are open at a time. */
const nameOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`

/** Where it comes from, as far as one customer of a network provider goes: an IPv6 network of 64 bits is one address. */
export const addressOf = (socket: Socket): string => networkOf(socket.remoteAddress ?? 'unknown')
