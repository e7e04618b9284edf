import { illegalFirstPackets, illegalPackets } from '../broker/illegal-packets.ts'
import { ConnectFlag, connect, field, packet, publish, subscribe, u16, unsubscribe } from '../broker/wire.ts'
import { Random } from './random.ts'

/** What one connection says, in which pieces, and how it ends; all of it follows from the seed and its number. */
export interface Conversation {
  chunks: Buffer[]
  /** Whether to let the broker have its turn between two pieces. */
  unhurried: boolean
  reads: boolean
  end: 'fin' | 'reset' | 'linger'
}

const names = ['fuzz-0', 'fuzz-1', 'fuzz-2', 'gateway-0', 'gateway-1', 'no/such', 'stranger']
const MAX_PACKETS = 12
const MAX_PAYLOAD_BYTES = 3_000

export function conversation(seed: number, index: number): Conversation {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const name = random.pick(names)
  const packets = Array.from({ length: 1 + random.below(MAX_PACKETS) }, () => anyPacket(random, name))
  // Most come in; what they say then is the deeper test.
  if (random.chance(0.8)) packets.unshift(goodConnect(random, name))
  const bytes = Buffer.concat(packets.map((one) => (random.chance(0.3) ? mutated(random, one) : one)))
  return {
    chunks: cut(random, bytes),
    unhurried: random.chance(0.5),
    reads: random.chance(0.9),
    end: random.pick(['fin', 'reset', 'linger']),
  }
}

function anyPacket(random: Random, name: string): Buffer {
  return random.pick<() => Buffer>([
    () => goodPacket(random, name),
    () => goodPacket(random, name),
    () => goodPacket(random, name),
    () => goodConnect(random, name),
    () => random.pick(illegalPackets).bytes,
    () => random.pick(illegalFirstPackets).bytes,
    () => random.bytes(random.below(60)),
    () => packet(random.below(256), random.bytes(random.below(40))),
  ])()
}

function goodConnect(random: Random, name: string): Buffer {
  const { clean, will, willQos1, willRetain, username, password } = ConnectFlag
  const willed = random.chance(0.3)
  const flags =
    username | password | (random.chance(0.6) ? clean : 0) | (willed ? will | willQos1 | willRetain : 0)
  const testament = [field(`devices/${name}/status`), field('gone')]
  const secret = random.chance(0.95) ? 'right' : 'wrong'
  const who = [field(name), field(secret)]
  return connect({
    flags,
    payload: [field(random.pick(['a', 'b', 'c'])), ...(willed ? testament : []), ...who],
  })
}

function goodPacket(random: Random, name: string): Buffer {
  const id = 1 + random.below(random.chance(0.5) ? 5 : 65_535)
  const topic = topicOf(random, name)
  const filter = random.pick([
    topic,
    `devices/${name}/#`,
    `devices/${name}/+`,
    'attack/+/x',
    '#',
    '$SYS/#',
    '$share/g/a',
  ])
  const payload = 'x'.repeat(random.below(random.chance(0.9) ? 50 : MAX_PAYLOAD_BYTES))
  const retain = random.below(2)
  return random.pick<() => Buffer>([
    () => publish(0x30 | retain, topic, null, payload),
    () => publish(0x32 | retain, topic, id, payload),
    () => publish(0x34 | retain, topic, id, payload),
    () => publish(0x3c, topic, id, payload),
    () => subscribe(id, [filter, random.below(3)], [topic, random.below(3)]),
    () => unsubscribe(id, filter),
    () => packet(random.pick([0x40, 0x50, 0x62, 0x70]), u16(id)),
    () => packet(0xc0),
    () => packet(random.chance(0.2) ? 0xe0 : 0xc0),
  ])()
}

/** Mostly the sender's own, so that much is let through; else somebody else's or the broker's. */
function topicOf(random: Random, name: string): string {
  if (random.chance(0.8)) {
    const own = [
      `devices/${name}/readings`,
      `devices/${name}/status`,
      `devices/${name}/${'a/'.repeat(random.below(120))}`,
    ]
    return random.pick(name.startsWith('gateway') ? [...own, 'attack/1/x', 'attack/水'] : own)
  }
  return random.pick([
    'devices/innocent/readings',
    'devices/innocent/commands',
    '$SYS/x/new/clients',
    '$oc/devices',
    'x',
  ])
}

function mutated(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1)
  return random.pick<() => Buffer>([
    () => {
      const flipped = Buffer.from(bytes)
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
      return flipped
    },
    () => Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(4)), bytes.subarray(at)]),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(4))]),
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes, bytes.subarray(at)]),
    () => {
      // Above all the lengths, of the packet and of its first field.
      const relabelled = Buffer.from(bytes)
      const length = 1 + random.below(4)
      if (length < relabelled.length) relabelled[length] = random.pick([0, 1, 0x7f, 0x80, 0xff])
      return relabelled
    },
  ])()
}

function cut(random: Random, bytes: Buffer): Buffer[] {
  const largest = random.pick([1, 3, 20, 200, bytes.length + 1])
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(largest)
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}
