import type { AedesPublishPacket } from 'aedes'
import type { BrokerLimits } from './limits.ts'
import { filterMatches, rootOf } from './topics.ts'

interface Root {
  packets: Map<string, AedesPublishPacket>
  bytes: number
}

/** The last retained message of each topic, bounded in number and bytes, found by the root of the topic. */
export class RetainedMessages {
  readonly #roots = new Map<string, Root>()
  readonly #limits: BrokerLimits
  #count = 0
  #bytes = 0

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  /** An empty payload forgets the topic. False when there is no room: what was retained before stays. */
  put(packet: AedesPublishPacket): boolean {
    const name = rootOf(packet.topic)
    const root = this.#roots.get(name) ?? { packets: new Map<string, AedesPublishPacket>(), bytes: 0 }
    const previous = root.packets.get(packet.topic)
    const growth = bytesOf(packet) - (previous === undefined ? 0 : bytesOf(previous))
    if (packet.payload.length > 0 && !this.#hasRoom(root, previous === undefined, growth)) return false
    if (previous !== undefined) this.#remove(root, previous)
    if (packet.payload.length > 0) {
      // A copy: the payload is a view of what was read from the socket, which may be far larger.
      this.#add(root, { ...packet, payload: Buffer.from(packet.payload) })
    }
    if (root.packets.size > 0) this.#roots.set(name, root)
    else this.#roots.delete(name)
    return true
  }

  /** Each of them once, however many of the filters it matches. */
  *matching(filters: readonly string[]): Generator<AedesPublishPacket> {
    for (const [name, ofRoot] of Map.groupBy(filters, rootOf)) {
      for (const packet of this.#roots.get(name)?.packets.values() ?? []) {
        if (ofRoot.some((filter) => filterMatches(filter, packet.topic))) yield packet
      }
    }
  }

  /** How much work it is to find what matches and to send it, in bytes. */
  costBytes(filters: readonly string[]): number {
    const { comparisonCostBytes, packetCostBytes } = this.#limits
    let bytes = 0
    for (const filter of filters) {
      bytes += (this.#roots.get(rootOf(filter))?.packets.size ?? 0) * comparisonCostBytes
    }
    for (const packet of this.matching(filters)) bytes += bytesOf(packet) + packetCostBytes
    return bytes
  }

  #add(root: Root, packet: AedesPublishPacket): void {
    root.packets.set(packet.topic, packet)
    root.bytes += bytesOf(packet)
    this.#count += 1
    this.#bytes += bytesOf(packet)
  }

  #remove(root: Root, packet: AedesPublishPacket): void {
    root.packets.delete(packet.topic)
    root.bytes -= bytesOf(packet)
    this.#count -= 1
    this.#bytes -= bytesOf(packet)
  }

  #hasRoom(root: Root, isNew: boolean, growth: number): boolean {
    const { retainedPerRoot, retainedPerRootBytes, retainedTotal, retainedTotalBytes } = this.#limits
    if (this.#bytes + growth > retainedTotalBytes || root.bytes + growth > retainedPerRootBytes) return false
    return !isNew || (root.packets.size < retainedPerRoot && this.#count < retainedTotal)
  }
}

/** A topic may be longer than what is said on it. */
const bytesOf = ({ topic, payload }: AedesPublishPacket): number => topic.length + payload.length
