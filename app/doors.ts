import type { Server as HttpsServer } from 'node:https'
import { type Broker, type BrokerOptions, startBroker } from '../broker/broker.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { watchCertificates } from './certificates.ts'
import type { Downward } from './devices/downward.ts'
import type { House } from './house.ts'
import type { Credentials } from './secrets.ts'
import { SourceDesk, type SourceDeskOptions } from './sources/sources.ts'

/** 96 MB of payloads in all; of one source what comes in five days every quarter of an hour. */
const QUARANTINE_BOUNDS = { items: 10_000, itemsPerSource: 500, payloadBytes: 128 * 1024 * 1024 }

/** The way of every packet: decoded, and kept in the journal or in quarantine before it is acknowledged. */
export function keeping({ stores }: House, ingest: Ingest, downward: Downward): SourceDeskOptions['keep'] {
  const { journal, state } = stores
  return async (principal, message, sourceId) => {
    const taken = ingest.take(principal, message)
    const { readings, quarantined } = taken
    const bodies = readings.map((group) => ({ type: 'readings' as const, ...group }))
    await Promise.all([
      bodies.length > 0 ? journal.append(bodies, message.receivedAt) : null,
      quarantined.length > 0 ? state.quarantine.add(quarantined, QUARANTINE_BOUNDS) : null,
    ])
    downward.heard(principal, message, taken, sourceId)
    return taken
  }
}

/** Brokers and platforms of others, as the registry names them. */
export const sourcesOf = (
  { stores, readers, metrics, now, log }: House,
  keep: SourceDeskOptions['keep'],
  downward: Downward,
): SourceDesk =>
  new SourceDesk({
    directory: readers.directory,
    facts: stores.state.facts,
    secrets: stores.secrets,
    keep,
    onConnected: ({ gatewayId, id }) => downward.listening(gatewayId, id),
    clocks: now,
    metrics,
    log: log.child({ part: 'sources' }),
  })

export async function openBroker(
  { config, metrics, now, log }: House,
  credentials: Credentials,
  accept: BrokerOptions['accept'],
  downward: Downward,
): Promise<Broker> {
  const { host, port, tlsPort, wsPort } = config.mqtt
  const { clientCertificates } = config
  const certificate = config.tls && {
    ...config.tls,
    ...(clientCertificates && {
      clientCa: clientCertificates.ca,
      clientIdFrom: clientCertificates.idFrom,
    }),
  }
  const broker = await startBroker({
    tcp: { host, port },
    tls: certificate && { host, port: tlsPort ?? 8883, ...certificate },
    ws: wsPort === null ? null : { host, port: wsPort, ...certificate },
    authenticate: async (username, secret) => credentials.authenticate(username, secret),
    identify: async (id) => credentials.identify(id),
    accept,
    onListening: (who) => downward.listening(who.slice(who.indexOf(':') + 1)),
    civil: now.civil,
    log: log.child({ part: 'broker' }),
    meters: metrics,
  })
  metrics.onExport(() => metrics.gauge('broker_connections', broker.connected()))
  return broker
}

/** A renewed certificate is taken up by MQTT and HTTPS without a restart, and without cutting anybody off. */
export function keepCertificates(
  { config, certificatesEveryMs, log }: House,
  broker: Broker,
  api: { server: object },
): { stop(): void } {
  if (!config.tls) return { stop() {} }
  return watchCertificates(
    { ...config.tls, caFile: config.clientCertificates?.caFile ?? null },
    ({ cert, key, clientCa }) => {
      broker.reloadTls(cert, key, clientCa)
      if ('setSecureContext' in api.server) (api.server as HttpsServer).setSecureContext({ cert, key })
    },
    log.child({ part: 'certificates' }),
    certificatesEveryMs,
  )
}
