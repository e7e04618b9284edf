/** Control packets built by hand, so that they may be as wrong as a test wants. */
type Part = Buffer | number | readonly number[]

const bytesOf = (part: Part): Buffer => {
  if (typeof part === 'number') return Buffer.from([part])
  return Buffer.isBuffer(part) ? part : Buffer.from(part)
}
const joined = (parts: readonly Part[]): Buffer => Buffer.concat(parts.map(bytesOf))

export function remainingLength(length: number): Buffer {
  const digits: number[] = []
  do {
    const digit = length % 128
    length = Math.floor(length / 128)
    digits.push(length > 0 ? digit | 0x80 : digit)
  } while (length > 0)
  return Buffer.from(digits)
}

/** First byte and body, with the remaining length between them. */
export function packet(first: number, ...parts: Part[]): Buffer {
  const body = joined(parts)
  return Buffer.concat([Buffer.from([first]), remainingLength(body.length), body])
}

/** Two bytes, the higher first. */
export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

/** A string or binary field: its length and its bytes. */
export function field(value: string | readonly number[]): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)
  return Buffer.concat([u16(bytes.length), bytes])
}

export const ConnectFlag = {
  reserved: 0x01,
  clean: 0x02,
  will: 0x04,
  willQos1: 0x08,
  willQos2: 0x10,
  willRetain: 0x20,
  password: 0x40,
  username: 0x80,
} as const

/** A CONNECT of MQTT 3.1.1 with the flags and payload given; by default that of the device `meter-1`. */
export function connect({
  first = 0x10,
  name = field('MQTT'),
  level = 4,
  flags = ConnectFlag.clean | ConnectFlag.username | ConnectFlag.password,
  payload = [field('client'), field('meter-1'), field('right')] as Part[],
} = {}): Buffer {
  return packet(first, name, level, flags, u16(0), ...payload)
}

export const publish = (
  first: number,
  topic: string | readonly number[],
  id: number | null,
  payload = 'x',
): Buffer => packet(first, field(topic), ...(id === null ? [] : [u16(id)]), Buffer.from(payload))

export const subscribe = (id: number, ...filters: [string | readonly number[], number][]): Buffer =>
  packet(0x82, u16(id), ...filters.flatMap(([filter, qos]) => [field(filter), qos]))

export const unsubscribe = (id: number, ...filters: (string | readonly number[])[]): Buffer =>
  packet(0xa2, u16(id), ...filters.map(field))
