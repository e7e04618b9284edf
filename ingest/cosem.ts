/** A value in the notation of DLMS/COSEM (IEC 62056-6-2, A-XDR): numbers, octets or text as bytes, and lists. */
export type Cosem = number | Buffer | null | Cosem[]

const MAX_DEPTH = 6
const LLC_AND_NOTIFICATION = Buffer.from('e6e7000f', 'hex')
const FLAG = 0x7e

/** The value that the bytes are, whole; undefined when they are torn or hold a type that meters' lists do not. */
export function readCosem(bytes: Buffer): Cosem | undefined {
  try {
    const { value, end } = readValue(bytes, 0, 0)
    return end === bytes.length ? value : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

interface Read {
  value: Cosem
  end: number
}

function readValue(bytes: Buffer, at: number, depth: number): Read {
  const type = bytes.readUInt8(at)
  const start = at + 1
  if (type === 0x00) return { value: null, end: start }
  if (type === 0x01 || type === 0x02) return readList(bytes, start, depth)
  if (type === 0x09 || type === 0x0a) {
    const from = start + 1
    const end = from + bytes.readUInt8(start)
    if (end > bytes.length) throw new RangeError('cut off')
    return { value: bytes.subarray(from, end), end }
  }
  if (type === 0x05) return { value: bytes.readInt32BE(start), end: start + 4 }
  if (type === 0x06) return { value: bytes.readUInt32BE(start), end: start + 4 }
  if (type === 0x0f) return { value: bytes.readInt8(start), end: start + 1 }
  if (type === 0x10) return { value: bytes.readInt16BE(start), end: start + 2 }
  if (type === 0x11 || type === 0x16) return { value: bytes.readUInt8(start), end: start + 1 }
  if (type === 0x12) return { value: bytes.readUInt16BE(start), end: start + 2 }
  throw new RangeError('a type that is not known')
}

function readList(bytes: Buffer, start: number, depth: number): Read {
  if (depth >= MAX_DEPTH) throw new RangeError('too deep')
  const value: Cosem[] = []
  let end = start + 1
  for (let left = bytes.readUInt8(start); left > 0; left -= 1) {
    const element = readValue(bytes, end, depth + 1)
    value.push(element.value)
    end = element.end
  }
  return { value, end }
}

/** The list inside an HDLC frame with its flags; null when it is none, or its check sum is wrong. */
export function listInFrame(frame: Buffer): Buffer | null {
  const inner = frame.subarray(1, -1)
  if (frame[0] !== FLAG || frame.at(-1) !== FLAG || inner.length < 12) return null
  if (checkSum(inner.subarray(0, -2)) !== inner.readUInt16LE(inner.length - 2)) return null
  const notification = inner.indexOf(LLC_AND_NOTIFICATION)
  if (notification < 0) return null
  // Behind the number of the call stands the meter's clock, or 0 where there is none.
  const clock = notification + LLC_AND_NOTIFICATION.length + 4
  const sized = inner[clock] === 0x09 ? clock + 1 : clock
  return inner.subarray(sized + 1 + (inner[sized] ?? 0), -2)
}

/** CRC-16/X-25, as HDLC has it. */
function checkSum(bytes: Buffer): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1
  }
  return crc ^ 0xffff
}
