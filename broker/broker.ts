import type { EventEmitter } from 'node:events'
import { Aedes, type Client } from 'aedes'
import type { Message, Principal } from '../contracts/message.ts'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import type { Authentication } from './admission.ts'
import { Entrance } from './entrance.ts'
import { hooksFor } from './hooks.ts'
import { type BrokerLimits, defaultLimits } from './limits.ts'
import { type Addresses, type ListenerOptions, openListeners } from './listeners.ts'
import { Peers } from './peers.ts'
import type { PrincipalKey } from './permissions.ts'
import { BoundedPersistence } from './persistence.ts'
import { quietLog } from './quiet-log.ts'
import { TokenBuckets } from './rates.ts'
import { Reception } from './reception.ts'
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
  /** Somebody listens anew: what waits for it may be sent. */
  onListening?(principal: PrincipalKey): void
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
  /**
   * TLS handshakes from now on use these; throws, and changes nothing, when they are no pair. Whoever is there stays.
   * `clientCa` takes the place of the one before, where client certificates are asked for.
   */
  reloadTls(cert: Buffer, key: Buffer, clientCa?: Buffer): void
  /** Connections that have been let in. */
  connected(): number
  /** Whether somebody of this principal is there who has subscribed to this topic. */
  listens(principal: PrincipalKey, topic: string): boolean
  /** Takes nothing more in, lets accepted messages settle and be acknowledged, then closes. Wills lapse. */
  close(): Promise<void>
}

const systemClock: Clock = { now: () => Date.now() }
const nobody: Authentication = { ok: false, reason: 'unknown' }

/** Settles when all configured listeners are open. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { meters, wall = systemClock } = options
  if ((options.tls?.clientCa ?? options.ws?.clientCa) !== undefined && options.identify === undefined) {
    throw new Error('client certificates need `identify`')
  }
  const limits: BrokerLimits = { ...defaultLimits, ...options.limits }
  const log = quietLog(options.log, new TokenBuckets(limits.logRate, wall))
  const peers = new Peers(limits)
  const entrance = new Entrance(limits, wall, meters)
  const parts = { ...options, wall, log, limits, peers, entrance }
  const aedes = await openAedes(parts)
  const closeAedes = () => new Promise<void>((resolve) => aedes.close(resolve))
  const reception = new Reception(aedes, parts)
  const listeners = await openListeners(
    { ...options, wall },
    limits,
    (socket) => entrance.enter(socket),
    (arrival) => reception.take(arrival),
  ).catch(async (error: unknown) => {
    await closeAedes()
    throw error
  })
  log.info({ ...listeners.addresses }, 'broker listens')

  return {
    addresses: listeners.addresses,
    connected: () => peers.connected(),
    listens: (principal, topic) => peers.listens(principal, topic),
    reloadTls: (cert, key, clientCa) => listeners.reloadTls(cert, key, clientCa),
    disconnect: (principal) => peers.disconnect(principal),
    publish: (topic, payload, { retain = false, qos = 1 } = {}) =>
      new Promise((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        )
      }),
    close: async () => {
      reception.close()
      listeners.stop()
      peers.stopIntake()
      await peers.settled(limits.closeMs)
      peers.dropWills()
      await closeAedes()
      peers.destroyAll()
    },
  }
}

type Parts = BrokerOptions & { wall: Clock; limits: BrokerLimits; peers: Peers; entrance: Entrance }

async function openAedes(parts: Parts): Promise<Aedes> {
  const { limits, meters, peers, entrance, wall } = parts
  const sessions = new Sessions(limits, () => performance.now())
  const retained = new RetainedMessages(limits)
  const persistence = new BoundedPersistence({
    sessions,
    retained,
    limits,
    meters,
    granted: (client, filter) => peers.of(client)?.filters.has(filter) === true,
  })
  const hooks = hooksFor({
    ...parts,
    sessions,
    identification: {
      authenticate: (username, secret) => parts.authenticate(username, secret),
      identify: async (id) => parts.identify?.(id) ?? nobody,
    },
    admissions: new TokenBuckets(limits.admissionRatePerPrincipal, wall),
    failures: new TokenBuckets(limits.failureRate, wall),
  })
  const aedes = await Aedes.createBroker({
    ...hooks,
    persistence,
    // Nobody waits for another's slow reader: each delivery holds up its own publisher only, and not for long.
    concurrency: 0,
    drainTimeout: limits.drainMs,
    // Checked at admission, before the principal's name is put in front.
    maxClientsIdLength: Number.POSITIVE_INFINITY,
  })
  aedes.on('clientReady', (client) => {
    const peer = peers.of(client)
    if (peer === undefined) return
    entrance.admitted(peer.arrival.socket)
    peer.ready()
    // With the subscriptions of a session that was kept for it.
    if (peer.filters.size > 0 && peer.key !== null) parts.onListening?.(peer.key)
  })
  aedes.on('subscribe', (subscriptions, client) => {
    const peer = peers.of(client)
    if (peer === undefined) return
    const filters = subscriptions.map(({ topic }) => topic)
    const granted = filters.filter((filter) => peer.filters.has(filter))
    peer.connection.subscribed(retained.costBytes(granted) + filters.length * limits.packetCostBytes)
    if (peer.key !== null) parts.onListening?.(peer.key)
  })
  aedes.on('unsubscribe', (filters, client) => {
    const peer = peers.of(client)
    if (peer !== undefined) peers.unsubscribe(peer, filters)
  })
  followSessions(aedes, sessions, peers)
  watchFaults(aedes, parts)
  return aedes
}

/**
 * Says which sessions have their client there. Aedes cannot be asked: a connection that is still closing when its
 * successor registers strikes the successor off its list when it is done.
 */
function followSessions(aedes: Aedes, sessions: Sessions, peers: Peers): void {
  const holders = new Map<string, Client>()
  aedes.on('client', (client) => {
    const before = holders.get(client.id)
    holders.set(client.id, client)
    sessions.present(client.id)
    before?.close()
  })
  peers.onLeft((client) => {
    if (holders.get(client.id) !== client) return
    holders.delete(client.id)
    sessions.absent(client.id)
  })
}

function watchFaults(aedes: Aedes, { peers, log, meters }: Parts): void {
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
