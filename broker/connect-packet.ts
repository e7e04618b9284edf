import type { BrokerLimits } from './limits.ts'
import { checkString, checkTopic, fieldEnd } from './strings.ts'
import type { ViolationReason } from './violations.ts'

/** Protocol names, each with the one level that is spoken here: MQTT 3.1 and 3.1.1. */
const levels = new Map([
  ['MQIsdp', 3],
  ['MQTT', 4],
])
/** Bits of the connect flags, 3.1.2.3. */
const Flag = { reserved: 0x01, will: 0x04, willQos: 0x18, willRetain: 0x20, password: 0x40, username: 0x80 }
const LEVEL_FLAGS_KEEPALIVE_BYTES = 4
const NAME_LENGTH_BYTES = 2

/** CONNACK with return code 1, unacceptable protocol level (table 3.1): what clients of MQTT 5 understand too. */
export const UNACCEPTABLE_LEVEL = Buffer.from([0x20, 2, 0, 1])

/** Whether a CONNECT is what 3.1 of the standard says; `protocol_level` deserves an answer, the others get none. */
export function checkConnect(
  bytes: Buffer,
  from: number,
  end: number,
  limits: BrokerLimits,
): ViolationReason | null {
  const nameEnd = fieldEnd(bytes, from, end)
  if (nameEnd < 0) return 'malformed_body'
  const level = levels.get(bytes.toString('latin1', from + NAME_LENGTH_BYTES, nameEnd))
  if (level === undefined) return 'protocol_name'
  // Another level may have another layout: nothing behind it can be checked, or needs to be.
  if (nameEnd >= end) return 'malformed_body'
  if (bytes[nameEnd] !== level) return 'protocol_level'
  if (nameEnd + LEVEL_FLAGS_KEEPALIVE_BYTES > end) return 'malformed_body'
  const flags = bytes[nameEnd + 1] as number
  return checkFlags(flags) ?? checkPayload(bytes, nameEnd + LEVEL_FLAGS_KEEPALIVE_BYTES, end, flags, limits)
}

function checkFlags(flags: number): ViolationReason | null {
  const has = (flag: number) => (flags & flag) !== 0
  if (has(Flag.reserved)) return 'reserved_flags'
  if (!has(Flag.will) && has(Flag.willQos | Flag.willRetain)) return 'connect_flags'
  if ((flags & Flag.willQos) === Flag.willQos) return 'qos'
  return has(Flag.password) && !has(Flag.username) ? 'connect_flags' : null
}

/** The fields that the flags announce, in their order, and nothing after them. */
function checkPayload(
  bytes: Buffer,
  from: number,
  end: number,
  flags: number,
  { topicBytes }: BrokerLimits,
): ViolationReason | null {
  const topic = (at: number, fieldEnd: number) => checkTopic(bytes, at, fieldEnd, topicBytes)
  const string = (at: number, fieldEnd: number) => checkString(bytes, at, fieldEnd)
  const binary = () => null
  const fields = [
    { announced: true, check: string },
    { announced: (flags & Flag.will) !== 0, check: topic },
    { announced: (flags & Flag.will) !== 0, check: binary },
    { announced: (flags & Flag.username) !== 0, check: string },
    { announced: (flags & Flag.password) !== 0, check: binary },
  ]
  let at = from
  for (const { check } of fields.filter(({ announced }) => announced)) {
    const next = fieldEnd(bytes, at, end)
    if (next < 0) return 'malformed_body'
    const fault = check(at, next)
    if (fault !== null) return fault
    at = next
  }
  return at === end ? null : 'malformed_body'
}
