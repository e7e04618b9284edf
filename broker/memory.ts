/** A connection that holds bytes which may not pass on yet. */
export interface Holder {
  /** Others need the room: let go of everything and of the connection. */
  crowdOut(): void
}

/**
 * Bytes of all packets that are not whole or may not pass yet. When there are too many, whoever holds most goes: a
 * device with its few hundred bytes never is.
 */
export class HeldBytes {
  readonly #holders = new Map<Holder, number>()
  readonly #totalBytes: number
  #bytes = 0

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes
  }

  set(holder: Holder, bytes: number): void {
    const before = this.#holders.get(holder) ?? 0
    if (bytes === before) return
    this.#bytes += bytes - before
    if (bytes > 0) this.#holders.set(holder, bytes)
    else this.#holders.delete(holder)
    while (this.#bytes > this.#totalBytes) this.#crowdOutLargest()
  }

  #crowdOutLargest(): void {
    let largest: Holder | null = null
    let largestBytes = 0
    for (const [holder, bytes] of this.#holders) {
      if (bytes <= largestBytes) continue
      largest = holder
      largestBytes = bytes
    }
    if (largest === null) throw new Error('bytes are held by nobody')
    this.#holders.delete(largest)
    this.#bytes -= largestBytes
    largest.crowdOut()
  }
}

/**
 * Bytes of all messages that wait for `accept`. When there are too many, connections wait for each other, in the order
 * in which they came; but each may always have a little on its way, so that a flood does not hold up a smoke alarm.
 */
export class InFlightBytes {
  readonly #waiting = new Set<() => void>()
  readonly #totalBytes: number
  readonly #reserveBytes: number
  #bytes = 0

  constructor(totalBytes: number, reserveBytes: number) {
    this.#totalBytes = totalBytes
    this.#reserveBytes = reserveBytes
  }

  /** False: `wake` is called when there is room again. `ownBytes` are those that the connection has on its way. */
  mayTake(ownBytes: number, bytes: number, wake: () => void): boolean {
    if (this.#bytes < this.#totalBytes || ownBytes + bytes <= this.#reserveBytes) return true
    this.#waiting.add(wake)
    return false
  }

  take(bytes: number): void {
    this.#bytes += bytes
  }

  give(bytes: number): void {
    this.#bytes -= bytes
    for (let turns = this.#waiting.size; turns > 0 && this.#bytes < this.#totalBytes; turns--) {
      const [wake] = this.#waiting
      if (wake === undefined) return
      this.#waiting.delete(wake)
      wake()
    }
  }

  forget(wake: () => void): void {
    this.#waiting.delete(wake)
  }
}
