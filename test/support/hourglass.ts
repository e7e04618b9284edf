import type { EpochMs } from '../../contracts/time.ts'

/** Turns of the event loop in which everything that is not a timer, a disk or a network has happened. */
const TURNS = 6

/** A clock with its timers, for code that waits: time passes when a test says so, and what was due happens in order. */
export class Hourglass {
  #at: EpochMs
  #timers: { at: EpochMs; fire(): void }[] = []

  constructor(start: EpochMs) {
    this.#at = start
  }

  now = (): EpochMs => this.#at

  /** Resolves after `ms` of this clock, or at once when the signal says stop. */
  wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve()
        return
      }
      const timer = { at: this.#at + ms, fire: resolve }
      this.#timers.push(timer)
      signal.addEventListener('abort', () => {
        this.#timers = this.#timers.filter((one) => one !== timer)
        resolve()
      })
    })

  async pass(ms: number): Promise<void> {
    const end = this.#at + ms
    for (;;) {
      await this.settle()
      const next = this.#timers.reduce<{ at: EpochMs; fire(): void } | null>(
        (first, timer) => (timer.at <= end && (first === null || timer.at < first.at) ? timer : first),
        null,
      )
      if (next === null) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#at = Math.max(this.#at, next.at)
      next.fire()
    }
    this.#at = end
    await this.settle()
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((next) => setImmediate(next))
  }
}
