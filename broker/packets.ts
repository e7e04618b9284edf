import { checkConnect } from './connect-packet.ts'
import type { BrokerLimits } from './limits.ts'
import { checkFilter, checkTopic, fieldEnd } from './strings.ts'
import type { ViolationReason } from './violations.ts'

/** Control packet types of MQTT 3.1.1, table 2.1. */
export const PacketType = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const

/** The bits behind the type that each packet must carry (table 2.2); PUBLISH has its own. Others no client may send. */
const requiredFlags = new Map<number, number>([
  [PacketType.connect, 0],
  [PacketType.puback, 0],
  [PacketType.pubrec, 0],
  [PacketType.pubrel, 0b0010],
  [PacketType.pubcomp, 0],
  [PacketType.subscribe, 0b0010],
  [PacketType.unsubscribe, 0b0010],
  [PacketType.pingreq, 0],
  [PacketType.disconnect, 0],
])
const QOS_MASK = 0b0110
const DUP = 0b1000
const MAX_QOS = 2
const PACKET_ID_BYTES = 2
const MAX_LENGTH_DIGITS = 4

/** Where a packet's parts lie: its body from `bodyAt` to `end`, which may be beyond what has come. */
export interface Header {
  type: number
  flags: number
  bodyAt: number
  end: number
}

/** Null when the header itself is not whole yet. */
export function headerAt(bytes: Buffer, at: number): Header | null | 'malformed_length' {
  const first = bytes[at] as number
  let length = 0
  for (let digit = 0; digit < MAX_LENGTH_DIGITS; digit++) {
    const byte = bytes[at + 1 + digit]
    if (byte === undefined) return null
    length += (byte & 0x7f) * 128 ** digit
    if (byte >= 0x80) continue
    // A last digit of nothing says the same in more bytes than needed: nobody's client does that by accident.
    if (byte === 0 && digit > 0) return 'malformed_length'
    const bodyAt = at + 2 + digit
    return { type: first >> 4, flags: first & 0x0f, bodyAt, end: bodyAt + length }
  }
  return 'malformed_length'
}

/** What the first byte says already: whether a client may send such a packet at all. */
export function checkFirstByte(byte: number): ViolationReason | null {
  const type = byte >> 4
  const flags = byte & 0x0f
  if (type === PacketType.publish) {
    const qos = (flags & QOS_MASK) >> 1
    if (qos > MAX_QOS) return 'qos'
    return qos === 0 && (flags & DUP) !== 0 ? 'reserved_flags' : null
  }
  const required = requiredFlags.get(type)
  if (required === undefined) return 'reserved_type'
  return flags === required ? null : 'reserved_flags'
}

/** Whether the body of a whole packet is what the standard says. Its first byte has been checked. */
export function checkBody(bytes: Buffer, header: Header, limits: BrokerLimits): ViolationReason | null {
  const { type, bodyAt, end } = header
  switch (type) {
    case PacketType.publish:
      return checkPublish(bytes, header, limits)
    case PacketType.connect:
      return checkConnect(bytes, bodyAt, end, limits)
    case PacketType.subscribe:
    case PacketType.unsubscribe:
      return checkFilters(bytes, header, limits)
    case PacketType.pingreq:
    case PacketType.disconnect:
      return bodyAt === end ? null : 'malformed_body'
    default:
      return end - bodyAt === PACKET_ID_BYTES ? checkPacketId(bytes, bodyAt, end) : 'malformed_body'
  }
}

function checkPacketId(bytes: Buffer, at: number, end: number): ViolationReason | null {
  if (at + PACKET_ID_BYTES > end) return 'malformed_body'
  return bytes.readUInt16BE(at) === 0 ? 'packet_id' : null
}

function checkPublish(
  bytes: Buffer,
  { flags, bodyAt, end }: Header,
  { topicBytes }: BrokerLimits,
): ViolationReason | null {
  const topicEnd = fieldEnd(bytes, bodyAt, end)
  if (topicEnd < 0) return 'malformed_body'
  const fault = checkTopic(bytes, bodyAt, topicEnd, topicBytes)
  if (fault !== null || (flags & QOS_MASK) === 0) return fault
  return checkPacketId(bytes, topicEnd, end)
}

/** SUBSCRIBE and UNSUBSCRIBE: a packet identifier and at least one filter, each with its QoS in a SUBSCRIBE. */
function checkFilters(
  bytes: Buffer,
  { type, bodyAt, end }: Header,
  { filtersPerPacket }: BrokerLimits,
): ViolationReason | null {
  const fault = checkPacketId(bytes, bodyAt, end)
  if (fault !== null) return fault
  let at = bodyAt + PACKET_ID_BYTES
  if (at === end) return 'no_filter'
  for (let count = 1; at < end; count++) {
    if (count > filtersPerPacket) return 'too_many_filters'
    const filterEnd = fieldEnd(bytes, at, end)
    if (filterEnd < 0) return 'malformed_body'
    const badFilter = checkFilter(bytes, at, filterEnd)
    if (badFilter !== null) return badFilter
    at = filterEnd
    if (type === PacketType.unsubscribe) continue
    const qos = at < end ? bytes[at] : undefined
    if (qos === undefined) return 'malformed_body'
    if (qos > MAX_QOS) return 'qos'
    at += 1
  }
  return null
}
