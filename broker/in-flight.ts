import type { BrokerLimits } from './limits.ts'
import type { InFlightBytes } from './memory.ts'

/** The PUBLISH packets of one connection that are out, oldest first: they settle in that order. */
export class InFlight {
  readonly #limits: BrokerLimits
  readonly #all: InFlightBytes
  readonly #wake: () => void
  readonly #lengths: number[] = []
  #bytes = 0

  /** `wake` is called when there is room again after `mayPass` has said no for the sake of all. */
  constructor(limits: BrokerLimits, all: InFlightBytes, wake: () => void) {
    this.#limits = limits
    this.#all = all
    this.#wake = wake
  }

  get count(): number {
    return this.#lengths.length
  }

  /** Whether one more of so many bytes may go; by the bounds of its connection one always may, however large. */
  mayPass(bytes: number): boolean {
    const { inFlightPerClient, inFlightBytesPerClient } = this.#limits
    if (this.count >= inFlightPerClient) return false
    if (this.count > 0 && this.#bytes + bytes > inFlightBytesPerClient) return false
    return this.#all.mayTake(this.#bytes, bytes, this.#wake)
  }

  add(bytes: number): void {
    this.#lengths.push(bytes)
    this.#bytes += bytes
    this.#all.take(bytes)
  }

  /** The oldest has been dealt with; false when there is none. */
  settle(): boolean {
    const bytes = this.#lengths.shift()
    if (bytes === undefined) return false
    this.#bytes -= bytes
    this.#all.give(bytes)
    return true
  }

  /** Waits for room no more. */
  forget(): void {
    this.#all.forget(this.#wake)
  }

  /** Gives back the room of all. */
  release(): void {
    this.#all.give(this.#bytes)
    this.#bytes = 0
    this.#lengths.length = 0
  }
}
