import type { AedesPublishPacket } from 'aedes'
import type { BrokerLimits } from './limits.ts'
import { filterMatches, rootOf } from './topics.ts'

/** The last retained message of each topic, bounded in number and bytes, found by the root of the topic. */
export class RetainedMessages {
  readonly #roots = new Map<string, Map<string, AedesPublishPacket>>()
  readonly #limits: BrokerLimits
  #count = 0
  #bytes = 0

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  /** An empty payload forgets the topic. False when there is no room: what was retained before stays. */
  put(packet: AedesPublishPacket): boolean {
    const root = rootOf(packet.topic)
    const topics = this.#roots.get(root) ?? new Map<string, AedesPublishPacket>()
    const previous = topics.get(packet.topic)
    if (packet.payload.length > 0 && !this.#hasRoom(topics, previous, packet.payload.length)) return false
    if (previous !== undefined) {
      topics.delete(packet.topic)
      this.#count -= 1
      this.#bytes -= previous.payload.length
    }
    if (packet.payload.length > 0) {
      // A copy: the payload is a view of what was read from the socket, which may be far larger.
      const kept = { ...packet, payload: Buffer.from(packet.payload) }
      topics.set(packet.topic, kept)
      this.#count += 1
      this.#bytes += kept.payload.length
    }
    if (topics.size > 0) this.#roots.set(root, topics)
    else this.#roots.delete(root)
    return true
  }

  *matching(filters: readonly string[]): Generator<AedesPublishPacket> {
    for (const filter of filters) {
      for (const packet of this.#roots.get(rootOf(filter))?.values() ?? []) {
        if (filterMatches(filter, packet.topic)) yield packet
      }
    }
  }

  #hasRoom(
    topics: ReadonlyMap<string, AedesPublishPacket>,
    previous: AedesPublishPacket | undefined,
    bytes: number,
  ): boolean {
    const { retainedPerRoot, retainedTotal, retainedTotalBytes } = this.#limits
    const bytesAfter = this.#bytes + bytes - (previous?.payload.length ?? 0)
    if (bytesAfter > retainedTotalBytes) return false
    return previous !== undefined || (topics.size < retainedPerRoot && this.#count < retainedTotal)
  }
}
