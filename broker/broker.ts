import type { EventEmitter } from 'node:events'
import { Aedes, type Client } from 'aedes'
import type { Message, Principal } from '../contracts/message.ts'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import type { Authentication, Identification } from './admission.ts'
import type { Arrival } from './arrival.ts'
import { Entrance } from './entrance.ts'
import { hooksFor } from './hooks.ts'
import { InspectedConnection } from './inspection.ts'
import { type BrokerLimits, defaultLimits } from './limits.ts'
import { type Addresses, type ListenerOptions, openListeners } from './listeners.ts'
import { HeldBytes, InFlightBytes } from './memory.ts'
import { type Peer, Peers } from './peers.ts'
import type { PrincipalKey } from './permissions.ts'
import { BoundedPersistence } from './persistence.ts'
import { quietLog } from './quiet-log.ts'
import { TokenBuckets } from './rates.ts'
import { RetainedMessages } from './retained.ts'
import { Sessions } from './sessions.ts'
import { Violation } from './violations.ts'

export type { Authentication } from './admission.ts'
export type { BrokerLimits } from './limits.ts'

export interface BrokerOptions extends ListenerOptions {
  /** `username` is the id of a device or gateway. An answer that takes too long counts as `unavailable`. */
  authenticate(username: string, secret: Uint8Array): Promise<Authentication>
  /**
   * Who is registered under an id that a client certificate has proved; what goes with `clientCa`. Without it nobody
   * is known by a certificate.
   */
  identify?(id: string): Promise<Authentication>
  /**
   * Settles when the message is durable or quarantined; the acknowledgement follows. Rejects only when it could not be
   * kept: then there is no acknowledgement, and the connection is closed.
   */
  accept(principal: Principal, message: Message): Promise<void>
  civil: Clock
  /** For rates: how often somebody may come. */
  wall?: Clock
  log: Log
  meters: Meters
  limits?: Partial<BrokerLimits>
}

export interface Broker {
  addresses: Addresses
  /** A message of the service itself, such as a command downward. QoS 1 unless said otherwise. */
  publish(topic: string, payload: string | Buffer, options?: { retain?: boolean; qos?: 0 | 1 }): Promise<void>
  /** Ends every connection of a principal that was disabled or whose secret or topics have changed; its wills lapse. */
  disconnect(principal: PrincipalKey): void
  /** TLS handshakes from now on use these; throws, and changes nothing, when they are no pair. */
  reloadTls(cert: Buffer, key: Buffer): void
  /** Connections that have been let in. */
  connected(): number
  /** Takes nothing more in, lets accepted messages settle and be acknowledged, then closes. Wills lapse. */
  close(): Promise<void>
}

const systemClock: Clock = { now: () => Date.now() }
const nobody: Authentication = { ok: false, reason: 'unknown' }

/** Settles when all configured listeners are open. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { meters, wall = systemClock } = options
  const limits: BrokerLimits = { ...defaultLimits, ...options.limits }
  const log = quietLog(options.log, new TokenBuckets(limits.logRate, wall))
  const peers = new Peers(limits)
  const sessions = new Sessions(limits, () => performance.now())
  const persistence = new BoundedPersistence({
    sessions,
    retained: new RetainedMessages(limits),
    limits,
    meters,
    granted: (client, filter) => peers.of(client)?.filters.has(filter) === true,
  })
  const identification: Identification = {
    authenticate: (username, secret) => options.authenticate(username, secret),
    identify: async (id) => options.identify?.(id) ?? nobody,
  }
  const admissions = new TokenBuckets(limits.admissionRatePerPrincipal, wall)
  const failures = new TokenBuckets(limits.failureRate, wall)
  const entrance = new Entrance(limits, wall, meters)
  const aedes = await Aedes.createBroker({
    ...hooksFor({ ...options, log, limits, peers, sessions, identification, admissions, failures }),
    persistence,
    // Nobody waits for another's slow reader: each delivery holds up its own publisher only, and not for long.
    concurrency: 0,
    drainTimeout: limits.drainMs,
    // Checked at admission, before the principal's name is put in front.
    maxClientsIdLength: Number.POSITIVE_INFINITY,
  })
  const left = followSessions(aedes, sessions)
  aedes.on('clientReady', (client) => {
    const peer = peers.of(client)
    if (peer === undefined) return
    entrance.admitted(peer.arrival.socket)
    peer.ready()
  })
  aedes.on('unsubscribe', (filters, client) => {
    const peer = peers.of(client)
    if (peer !== undefined) peers.unsubscribe(peer, filters)
  })
  watchFaults(aedes, peers, log, meters)
  const closeAedes = () => new Promise<void>((resolve) => aedes.close(resolve))

  let closing = false
  const take = receptionOf({ aedes, limits, peers, meters, log, left })
  const listeners = await openListeners(
    options,
    limits,
    (socket) => !closing && entrance.enter(socket),
    (arrival) => {
      if (closing) arrival.stream.destroy()
      else take(arrival)
    },
  ).catch(async (error: unknown) => {
    await closeAedes()
    throw error
  })
  log.info({ ...listeners.addresses }, 'broker listens')

  return {
    addresses: listeners.addresses,
    connected: () => peers.connected(),
    reloadTls: (cert, key) => listeners.reloadTls(cert, key),
    disconnect: (principal) => peers.disconnect(principal),
    publish: (topic, payload, { retain = false, qos = 1 } = {}) =>
      new Promise((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        )
      }),
    close: async () => {
      closing = true
      listeners.stop()
      peers.stopIntake()
      await peers.settled(limits.closeMs)
      peers.dropWills()
      await closeAedes()
      peers.destroyAll()
    },
  }
}

/** Takes whoever arrives: inspected from the first byte, known to Aedes from a well-formed CONNECT on. */
function receptionOf(parts: {
  aedes: Aedes
  limits: BrokerLimits
  peers: Peers
  meters: Meters
  log: Log
  left: (client: Client) => void
}): (arrival: Arrival) => void {
  const { aedes, limits, peers, meters, log, left } = parts
  const shared = {
    limits,
    held: new HeldBytes(limits.heldTotalBytes),
    inFlight: new InFlightBytes(limits.inFlightTotalBytes, limits.inFlightReserveBytes),
  }
  return (arrival) => {
    let peer: Peer | null = null
    const connection = new InspectedConnection(arrival.stream, {
      ...shared,
      onConnect: () => {
        peer = peers.add(aedes.handle(connection), connection, arrival)
      },
      onViolation: (reason) => {
        meters.count('broker_faults_total', { reason })
        if (peer?.key) log.info({ principal: peer.key, reason }, 'connection broke the rules: closed')
      },
    })
    peers.arrived(connection)
    // Until Aedes listens, nobody else would; what happened has been counted.
    connection.on('error', () => {})
    connection.once('close', () => {
      peers.departed(connection)
      if (peer === null) return
      peers.remove(peer)
      left(peer.client)
    })
  }
}

/**
 * Says which sessions have their client there; call what comes back when a connection is gone. Aedes cannot be asked: a
 * connection that is still closing when its successor registers strikes the successor off its list when it is done.
 */
function followSessions(aedes: Aedes, sessions: Sessions): (client: Client) => void {
  const holders = new Map<string, Client>()
  aedes.on('client', (client) => {
    const before = holders.get(client.id)
    holders.set(client.id, client)
    sessions.present(client.id)
    before?.close()
  })
  return (client) => {
    if (holders.get(client.id) !== client) return
    holders.delete(client.id)
    sessions.absent(client.id)
  }
}

function watchFaults(aedes: Aedes, peers: Peers, log: Log, meters: Meters): void {
  const emitter: EventEmitter = aedes
  emitter.on('error', (error: Error) => log.error({ error: error.message }, 'broker failed to deliver'))
  const onFault = (client: Client, error: Error) => {
    if (error instanceof Violation) return
    const reason = faultReason(error)
    meters.count('broker_faults_total', { reason })
    const principal = peers.of(client)?.key ?? null
    log.debug({ principal, reason, error: error.message }, 'connection faulted')
  }
  aedes.on('clientError', onFault)
  aedes.on('connectionError', onFault)
}

function faultReason(error: Error): string {
  if ('reason' in error && typeof error.reason === 'string') return error.reason
  if ('errorCode' in error) return 'refused'
  if (error.message === 'keep alive timeout') return 'keep_alive'
  if (error.message === 'connection closed') return 'gone'
  if (error.message === 'drain timeout') return 'not_reading'
  return 'protocol'
}
