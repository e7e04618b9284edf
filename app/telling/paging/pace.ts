import type { EpochMs } from '../../../contracts/time.ts'
import { MINUTE_MS, SECOND_MS } from '../../../contracts/time.ts'

/** A little more than a minute, because the other side counts by its own clock and after the way there. */
const WINDOW_MS = MINUTE_MS + 2 * SECOND_MS
/** Kept free of ordinary messages, so that a P1 finds room whatever went before it. */
const URGENT_SHARE = 0.25

/**
 * How quickly one channel may be used: never more than its messages in any minute. Ordinary ones go at once while there
 * is plenty of room, then at even steps, so that what comes meanwhile gathers into groups instead of waiting long.
 */
export class Pace {
  readonly #perMinute: number | null
  readonly #taken: EpochMs[] = []
  #pausedUntil: EpochMs = 0

  constructor(perMinute: number | null) {
    this.#perMinute = perMinute
  }

  /** In how many ms the next message may go; 0: now. */
  waitMs(now: EpochMs, urgent: boolean): number {
    const pausedMs = Math.max(0, this.#pausedUntil - now)
    if (this.#perMinute === null) return pausedMs
    while ((this.#taken[0] ?? now) <= now - WINDOW_MS) this.#taken.shift()
    const most = urgent ? this.#perMinute : Math.max(1, Math.floor(this.#perMinute * (1 - URGENT_SHARE)))
    const leaves = this.#taken.at(-most)
    const windowMs = leaves === undefined ? 0 : leaves + WINDOW_MS - now
    const last = this.#taken.at(-1)
    const isBusy = !urgent && last !== undefined && this.#taken.length >= most / 2
    const stepMs = isBusy ? last + WINDOW_MS / most - now : 0
    return Math.max(0, pausedMs, windowMs, Math.ceil(stepMs))
  }

  take(now: EpochMs): void {
    if (this.#perMinute !== null) this.#taken.push(now)
  }

  /** It was not used after all. */
  giveBack(taken: EpochMs): void {
    const place = this.#taken.lastIndexOf(taken)
    if (place !== -1) this.#taken.splice(place, 1)
  }

  /** The other side has had enough for so long. */
  pause(now: EpochMs, ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms)
  }
}
