import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import type { Message, Principal } from '../contracts/message.ts'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { Clock } from '../contracts/time.ts'
import type { Authentication } from './admission.ts'
import { hooksFor } from './hooks.ts'
import { InspectedConnection } from './inspection.ts'
import { type BrokerLimits, defaultLimits } from './limits.ts'
import { type Addresses, type ListenerOptions, openListeners } from './listeners.ts'
import { Peers } from './peers.ts'
import type { PrincipalKey } from './permissions.ts'
import { BoundedPersistence } from './persistence.ts'
import { RetainedMessages } from './retained.ts'
import { Sessions } from './sessions.ts'

export type { Authentication } from './admission.ts'
export type { BrokerLimits } from './limits.ts'

export interface BrokerOptions extends ListenerOptions {
  /** `username` is the id of a device or gateway. An answer that takes too long counts as `unavailable`. */
  authenticate(username: string, secret: Uint8Array): Promise<Authentication>
  /**
   * Settles when the message is durable or quarantined; the acknowledgement follows. Rejects only when it could not be
   * kept: then there is no acknowledgement, and the connection is closed.
   */
  accept(principal: Principal, message: Message): Promise<void>
  civil: Clock
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
  /** Connections that have been let in. */
  connected(): number
  /** Takes nothing more in, lets accepted messages settle and be acknowledged, then closes. Wills lapse. */
  close(): Promise<void>
}

/** Settles when all configured listeners are open. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { log, meters } = options
  const limits: BrokerLimits = { ...defaultLimits, ...options.limits }
  const peers = new Peers(limits)
  const sessions = new Sessions(limits, () => performance.now())
  const persistence = new BoundedPersistence({
    sessions,
    retained: new RetainedMessages(limits),
    limits,
    meters,
    granted: (client, filter) => peers.of(client)?.filters.has(filter) === true,
  })
  const aedes = await Aedes.createBroker({
    ...hooksFor({ ...options, limits, peers, sessions }),
    persistence,
    // Nobody waits for another's slow reader: each delivery holds up its own publisher only, and not for long.
    concurrency: 0,
    drainTimeout: limits.drainMs,
    connectTimeout: limits.connectMs,
    // Checked at admission, before the principal's name is put in front.
    maxClientsIdLength: Number.POSITIVE_INFINITY,
  })
  const left = followSessions(aedes, sessions)
  aedes.on('clientReady', (client) => peers.of(client)?.ready())
  aedes.on('unsubscribe', (filters, client) => peers.of(client)?.unsubscribed(filters))
  watchFaults(aedes, peers, log, meters)
  const closeAedes = () => new Promise<void>((resolve) => aedes.close(resolve))

  let closing = false
  const take = (stream: Duplex) => {
    if (closing) {
      stream.destroy()
      return
    }
    const connection = new InspectedConnection(stream, limits)
    const peer = peers.add(aedes.handle(connection), connection)
    connection.once('close', () => {
      peers.remove(peer)
      left(peer.client)
    })
  }
  const listeners = await openListeners(options, limits, take).catch(async (error: unknown) => {
    await closeAedes()
    throw error
  })
  log.info({ ...listeners.addresses }, 'broker listens')

  return {
    addresses: listeners.addresses,
    connected: () => peers.connected(),
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
  if (error.message === 'connect did not arrive in time') return 'connect_timeout'
  if (error.message === 'connection closed') return 'gone'
  if (error.message === 'drain timeout') return 'not_reading'
  return 'protocol'
}
