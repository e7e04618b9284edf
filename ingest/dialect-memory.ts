const MAX_WEIGHT = 5_000

/**
 * What the stateful dialects of one gateway keep between messages (discovery, alias tables), by keys that begin with the
 * family's name. Bounded: each entry weighs as much as the names that it holds, and beyond the limit the entries that were
 * touched longest ago are forgotten; their dialect then asks again. Never shared between gateways, so that none can change
 * what another one's messages mean.
 */
export class DialectMemory {
  readonly #entries = new Map<string, { said: unknown; weight: number }>()
  readonly #maxWeight: number
  #weight = 0

  constructor(maxWeight = MAX_WEIGHT) {
    this.#maxWeight = maxWeight
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.said
  }

  set(key: string, said: unknown, weight = 1): void {
    this.delete(key)
    this.#entries.set(key, { said, weight })
    this.#weight += weight
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#maxWeight) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0
    this.#entries.delete(key)
  }

  /** What is known now, to read an old message by; what that message says changes nothing here. */
  copy(): DialectMemory {
    const copy = new DialectMemory(this.#maxWeight)
    for (const [key, { said, weight }] of this.#entries) copy.set(key, said, weight)
    return copy
  }
}
