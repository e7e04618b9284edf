import { SECOND_MS } from '../contracts/time.ts'

const KIB = 1_024
const MIB = 1_024 * KIB

/** What one client, or all of them together, may make the broker hold. Each bound is documented by its default. */
export interface BrokerLimits {
  /** Largest packet from somebody who has not been let in yet. */
  connectBytes: number
  /** Largest packet of a device: 1,000 samples fit. */
  devicePacketBytes: number
  /** Largest packet of a gateway: `zigbee2mqtt/bridge/devices` is 244 KB for 18 devices. */
  gatewayPacketBytes: number
  /** Bytes kept behind a CONNECT that is still being answered; the rest waits in the kernel. */
  heldBytes: number
  /** PUBLISH packets of one connection that may wait for `accept` at a time; the rest waits in the kernel. */
  inFlightPerClient: number
  /** Until a whole CONNECT has come, and for a TLS or WebSocket handshake. */
  connectMs: number
  /** Until `authenticate` has answered; then the client is told that the server is unavailable. */
  authenticateMs: number
  /** How long a client that does not read may hold up what is written to it. */
  drainMs: number
  /** How long `close` waits for accepted messages to settle. */
  closeMs: number
  connections: number
  /** Beyond these, the oldest connection of the same principal is closed. */
  connectionsPerPrincipal: number
  clientIdCharacters: number
  subscriptionsPerClient: number
  /** Retained messages under one root: `devices/{id}`, or the first level of a gateway's topics. */
  retainedPerRoot: number
  retainedTotal: number
  retainedTotalBytes: number
  /** QoS 2 messages of one session between PUBLISH and PUBREL; one more ends the connection. */
  receivingPerSession: number
  /** Messages kept for one persistent session, sent or not, until it acknowledges them; further ones are dropped. */
  queuedPerSession: number
  queuedTotal: number
  sessionsPerPrincipal: number
  sessionsTotal: number
  /** A persistent session whose client has stayed away this long is forgotten. */
  sessionExpiryMs: number
}

export const defaultLimits: BrokerLimits = {
  connectBytes: 4 * KIB,
  devicePacketBytes: 256 * KIB,
  gatewayPacketBytes: 2 * MIB,
  heldBytes: 64 * KIB,
  inFlightPerClient: 256,
  connectMs: 10 * SECOND_MS,
  authenticateMs: 10 * SECOND_MS,
  drainMs: SECOND_MS,
  closeMs: 10 * SECOND_MS,
  connections: 15_000,
  connectionsPerPrincipal: 8,
  clientIdCharacters: 256,
  subscriptionsPerClient: 64,
  retainedPerRoot: 2_000,
  retainedTotal: 50_000,
  retainedTotalBytes: 64 * MIB,
  receivingPerSession: 1_000,
  queuedPerSession: 100,
  queuedTotal: 50_000,
  sessionsPerPrincipal: 8,
  sessionsTotal: 20_000,
  sessionExpiryMs: 7 * 24 * 3_600 * SECOND_MS,
}
