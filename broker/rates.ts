import type { Clock } from '../contracts/time.ts'
import { SECOND_MS } from '../contracts/time.ts'

/** So many at once, and so many a second in the long run. */
export interface Rate {
  burst: number
  perSecond: number
}

interface Bucket {
  tokens: number
  at: number
}

/** Addresses and ids remembered; beyond, the one asked for longest ago starts afresh. */
const MAX_KEYS = 20_000

/** Token buckets by key: each holds up to `burst` tokens and gets `perSecond` new ones. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>()
  readonly #rate: Rate
  readonly #clock: Clock

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Takes one token; false when there is none. */
  take(key: string): boolean {
    const bucket = this.#filled(key)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }

  /** Takes as many tokens as something has cost, and answers how long to wait until the debt, if any, is paid. */
  charge(key: string, tokens: number): number {
    const bucket = this.#filled(key)
    bucket.tokens -= tokens
    return bucket.tokens >= 0 ? 0 : (-bucket.tokens / this.#rate.perSecond) * SECOND_MS
  }

  #filled(key: string): Bucket {
    const { burst, perSecond } = this.#rate
    const now = this.#clock.now()
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now }
    // Wall time may be set back: that must not take tokens away.
    const elapsedMs = Math.max(0, now - bucket.at)
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs / SECOND_MS) * perSecond)
    bucket.at = now
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > MAX_KEYS) this.#forgetOldest()
    return bucket
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key)
      return
    }
  }
}
