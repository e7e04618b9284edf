const MAX_ENTRIES = 2_000

/**
 * What the stateful dialects of one gateway keep between messages (discovery, alias tables), by keys that begin with the
 * family's name. Bounded: beyond the limit the entry that was touched longest ago is forgotten, and its dialect asks for it
 * again. Never shared between gateways, so that none can change what another one's messages mean.
 */
export class DialectMemory {
  readonly #entries = new Map<string, unknown>()
  readonly #maxEntries: number

  constructor(maxEntries = MAX_ENTRIES) {
    this.#maxEntries = maxEntries
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  set(key: string, entry: unknown): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size <= this.#maxEntries) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
