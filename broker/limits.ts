import { SECOND_MS } from '../contracts/time.ts'
import type { Rate } from './rates.ts'

const KIB = 1_024
const MIB = 1_024 * KIB

/** What one client, or all of them together, may make the broker hold or do. docs/broker.md gives the reasons. */
export interface BrokerLimits {
  /** Largest packet from somebody who has not been let in yet. */
  connectBytes: number
  /** Largest packet of a device: 1,000 samples fit. */
  devicePacketBytes: number
  /** Largest packet of a gateway: `zigbee2mqtt/bridge/devices` is 244 KB for 18 devices. */
  gatewayPacketBytes: number
  /** Bytes kept of a connection whose packets may not pass yet; the rest waits in the kernel. */
  heldBytes: number
  /** Bytes kept of all packets that are not whole or may not pass yet; beyond, whoever holds most is cut. */
  heldTotalBytes: number
  /** PUBLISH packets of one connection that may wait for `accept` at a time; the rest waits in the kernel. */
  inFlightPerClient: number
  /** Bytes of them; one packet always passes, however large. */
  inFlightBytesPerClient: number
  /** Bytes of all of them; beyond, each connection waits but for `inFlightReserveBytes` of its own. */
  inFlightTotalBytes: number
  inFlightReserveBytes: number
  /** Longest topic or filter. */
  topicBytes: number
  /** Filters in one SUBSCRIBE or UNSUBSCRIBE. */
  filtersPerPacket: number
  /** Until a whole CONNECT has come, and for a TLS or WebSocket handshake. */
  connectMs: number
  /** Until a packet that has begun is whole: 256 KB over a slow radio link take 100 s. */
  packetMs: number
  /** Until `authenticate` has answered; then the client is told that the server is unavailable. */
  authenticateMs: number
  /** How long a client that does not read may hold up what is written to it. */
  drainMs: number
  /** How long `close` waits for accepted messages to settle. */
  closeMs: number
  /** Over all listeners. */
  connections: number
  /** Of them, those that have not been let in yet; beyond, the one that has waited longest makes room. */
  pendingConnections: number
  pendingPerAddress: number
  /** New connections from one address (an IPv6 /64 is one); those beyond are closed before a byte is read. */
  connectionRatePerAddress: Rate
  /** Admissions of one credential, which includes takeovers of its own sessions. */
  admissionRatePerPrincipal: Rate
  /** Bytes of one principal, over all its connections; what is above waits in the kernel. */
  trafficRatePerPrincipal: Rate
  /** What a packet costs in that account besides its length: small ones are work too. */
  packetCostBytes: number
  /** What each read from the network costs besides: a packet in WebSocket frames of one byte is as many reads. */
  readCostBytes: number
  /** What it costs to compare one retained message with one filter. */
  comparisonCostBytes: number
  /** Frames of one WebSocket that carry nothing: ping, pong and empty ones. */
  idleFrameRate: Rate
  /** Refused credentials from one address, and for one registered id: further ones wait `refusalMs` for their answer. */
  failureRate: Rate
  refusalMs: number
  /** Lines in the log about one and the same thing. */
  logRate: Rate
  /** Beyond these, the oldest connection of the same principal is closed. */
  connectionsPerPrincipal: number
  clientIdCharacters: number
  subscriptionsPerClient: number
  /** Of connected clients; and as many again in the sessions that are kept. */
  subscriptionsTotal: number
  /** Retained messages under one root: `devices/{id}`, or the first level of a gateway's topics. */
  retainedPerRoot: number
  retainedPerRootBytes: number
  retainedTotal: number
  retainedTotalBytes: number
  /** QoS 2 messages of one session between PUBLISH and PUBREL; one more ends the connection. */
  receivingPerSession: number
  /** Messages kept for one persistent session, sent or not, until it acknowledges them; further ones are dropped. */
  queuedPerSession: number
  queuedPerSessionBytes: number
  queuedTotal: number
  queuedTotalBytes: number
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
  heldTotalBytes: 64 * MIB,
  inFlightPerClient: 256,
  inFlightBytesPerClient: MIB,
  inFlightTotalBytes: 64 * MIB,
  inFlightReserveBytes: 4 * KIB,
  topicBytes: 512,
  filtersPerPacket: 256,
  connectMs: 10 * SECOND_MS,
  packetMs: 120 * SECOND_MS,
  authenticateMs: 10 * SECOND_MS,
  drainMs: SECOND_MS,
  closeMs: 10 * SECOND_MS,
  connections: 15_000,
  pendingConnections: 5_000,
  pendingPerAddress: 2_000,
  connectionRatePerAddress: { burst: 10_000, perSecond: 500 },
  admissionRatePerPrincipal: { burst: 60, perSecond: 2 },
  trafficRatePerPrincipal: { burst: MIB, perSecond: 4 * MIB },
  packetCostBytes: 512,
  readCostBytes: 256,
  comparisonCostBytes: 16,
  idleFrameRate: { burst: 1_000, perSecond: 50 },
  failureRate: { burst: 20, perSecond: 1 },
  refusalMs: 5 * SECOND_MS,
  logRate: { burst: 5, perSecond: 1 / 60 },
  connectionsPerPrincipal: 8,
  clientIdCharacters: 256,
  subscriptionsPerClient: 64,
  subscriptionsTotal: 60_000,
  retainedPerRoot: 2_000,
  retainedPerRootBytes: 8 * MIB,
  retainedTotal: 50_000,
  retainedTotalBytes: 64 * MIB,
  receivingPerSession: 1_000,
  queuedPerSession: 100,
  queuedPerSessionBytes: MIB,
  queuedTotal: 50_000,
  queuedTotalBytes: 64 * MIB,
  sessionsPerPrincipal: 8,
  sessionsTotal: 20_000,
  sessionExpiryMs: 7 * 24 * 3_600 * SECOND_MS,
}
