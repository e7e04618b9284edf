import type { Aedes } from 'aedes'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import type { Arrival } from './arrival.ts'
import { InspectedConnection } from './inspection.ts'
import type { BrokerLimits } from './limits.ts'
import { HeldBytes, InFlightBytes } from './memory.ts'
import type { Peer, Peers } from './peers.ts'
import { TokenBuckets } from './rates.ts'

interface Parts {
  limits: BrokerLimits
  peers: Peers
  meters: Meters
  log: Log
  wall: Clock
}

/** Takes whoever arrives: inspected from the first byte, known to Aedes from a well-formed CONNECT on. */
export class Reception {
  readonly #aedes: Aedes
  readonly #peers: Peers
  readonly #meters: Meters
  readonly #log: Log
  readonly #shared: { limits: BrokerLimits; held: HeldBytes; inFlight: InFlightBytes }
  readonly #traffic: TokenBuckets
  #closed = false

  constructor(aedes: Aedes, parts: Parts) {
    const { limits } = parts
    this.#traffic = new TokenBuckets(limits.trafficRatePerPrincipal, parts.wall)
    this.#aedes = aedes
    this.#peers = parts.peers
    this.#meters = parts.meters
    this.#log = parts.log
    this.#shared = {
      limits,
      held: new HeldBytes(limits.heldTotalBytes),
      inFlight: new InFlightBytes(limits.inFlightTotalBytes, limits.inFlightReserveBytes),
    }
  }

  take(arrival: Arrival): void {
    if (this.#closed) {
      arrival.stream.destroy()
      return
    }
    const peers = this.#peers
    let peer: Peer | null = null
    const connection = new InspectedConnection(arrival.stream, {
      ...this.#shared,
      onConnect: () => {
        peer = peers.add(this.#aedes.handle(connection), connection, arrival)
      },
      charge: (bytes) => this.#charge(peer, bytes),
      onViolation: (reason) => {
        this.#meters.count('broker_faults_total', { reason })
        if (peer?.key) this.#log.info({ principal: peer.key, reason }, 'connection broke the rules: closed')
      },
    })
    peers.arrived(connection)
    // Until Aedes listens, nobody else would; what happened has been counted.
    connection.on('error', () => {})
    connection.once('close', () => {
      peers.departed(connection)
      if (peer !== null) peers.remove(peer)
    })
  }

  #charge(peer: Peer | null, bytes: number): number {
    const key = peer?.key
    return key ? this.#traffic.charge(key, bytes) : 0
  }

  close(): void {
    this.#closed = true
  }
}
