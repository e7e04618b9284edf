import { isUtf8 } from 'node:buffer'
import type { ViolationReason } from './violations.ts'

const SLASH = 0x2f
const HASH = 0x23
const PLUS = 0x2b
const ASCII_END = 0x80
const LENGTH_BYTES = 2

/** Where the string or binary field at `at` ends; -1 when it does not fit before `end`. */
export function fieldEnd(bytes: Buffer, at: number, end: number): number {
  if (at + LENGTH_BYTES > end) return -1
  const fieldEnd = at + LENGTH_BYTES + bytes.readUInt16BE(at)
  return fieldEnd <= end ? fieldEnd : -1
}

/** UTF-8 without NUL, surrogates or overlong forms (MQTT 3.1.1, 1.5.3). `at` is that of its length. */
export function checkString(bytes: Buffer, at: number, end: number): ViolationReason | null {
  return scan(bytes, at + LENGTH_BYTES, end, 'any')
}

/** A topic to publish on: not empty, no wildcard (4.7.1, 4.7.3). */
export function checkTopic(
  bytes: Buffer,
  at: number,
  end: number,
  topicBytes: number,
): ViolationReason | null {
  const length = end - at - LENGTH_BYTES
  if (length === 0) return 'malformed_topic'
  if (length > topicBytes) return 'topic_too_long'
  return scan(bytes, at + LENGTH_BYTES, end, 'topic')
}

/** A filter: not empty, a wildcard fills its level, `#` ends it (4.7.1). Too long a one is refused in SUBACK. */
export function checkFilter(bytes: Buffer, at: number, end: number): ViolationReason | null {
  if (end === at + LENGTH_BYTES) return 'malformed_topic'
  return scan(bytes, at + LENGTH_BYTES, end, 'filter')
}

/** One pass over the bytes: every packet comes through here, and most strings are short ASCII. */
function scan(
  bytes: Buffer,
  from: number,
  to: number,
  form: 'any' | 'topic' | 'filter',
): ViolationReason | null {
  let ascii = true
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number
    if (byte === 0) return 'malformed_string'
    if (byte >= ASCII_END) ascii = false
    else if ((byte === HASH || byte === PLUS) && form !== 'any') {
      if (form === 'topic' || !fillsLevel(bytes, i, from, to)) return 'malformed_topic'
    }
  }
  return ascii || isUtf8(bytes.subarray(from, to)) ? null : 'malformed_string'
}

function fillsLevel(bytes: Buffer, at: number, from: number, to: number): boolean {
  const begins = at === from || bytes[at - 1] === SLASH
  const ends = at + 1 === to || (bytes[at] === PLUS && bytes[at + 1] === SLASH)
  return begins && ends
}
