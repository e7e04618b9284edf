import type { Json } from '../../contracts/finding.ts'
import type { Log, Meters } from '../../contracts/telemetry.ts'
import type { Clocks } from '../../contracts/time.ts'
import { SECOND_MS } from '../../contracts/time.ts'
import type { OutboxItem } from '../../store/state/outbox.ts'
import type { StateStore } from '../../store/state.ts'

/** The questions to residents. */
export const CHECK_IN_CHANNEL = 'check_in'
/** The pages to people on duty, each by its key. */
export const PAGE_CHANNEL = 'page'

/** One way out of the service. What it is handed twice under one key it does once. */
export interface OutboxChannel {
  /** How often it is tried before it is given up. */
  attempts: number
  /** How long one try may take; null: it ends by itself. */
  mostMs: number | null
  /**
   * Settles when it is on its way; `dropped` when meanwhile nobody wants it any more. Rejects: it is tried again.
   * `signal` says that it took too long: what has not left by then is left to the next try.
   */
  deliver(item: { key: string; payload: Json }, signal: AbortSignal): Promise<'sent' | 'dropped'>
  /** It was tried for the last time. */
  givenUp(item: { key: string; payload: Json }, reason: string): Promise<void>
}

export interface OutboxOptions {
  state: StateStore
  channels: ReadonlyMap<string, OutboxChannel>
  clocks: Clocks
  /** Resolves after so many ms of wall time, or at once when the signal says stop. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  log: Log
  meters: Meters
}

const BATCH_ITEMS = 100
const LOOK_EVERY_MS = 500
const RETRY_FIRST_MS = SECOND_MS
const RETRY_MOST_MS = 60 * SECOND_MS

/**
 * Sends what the pipeline decided, after the commit that decided it. An item is marked when it has been delivered, so a
 * crash in between delivers it once more under the same key, and none is ever lost.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #stopping = new AbortController()
  readonly #underWay = new Map<number, Promise<void>>()
  readonly #done: Promise<void>

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { state, clocks, wait, log } = this.#options
    while (!this.#stopping.signal.aborted) {
      let found = 0
      try {
        const items = await state.outbox.due(clocks.civil.now(), BATCH_ITEMS, new Set(this.#underWay.keys()))
        found = items.length
        // Side by side, and looked for again meanwhile: one that hangs must not hold up the others.
        for (const item of items) this.#begin(item)
      } catch (error) {
        log.error({ err: error }, 'the outbox could not be read; it is tried again')
      }
      if (found < BATCH_ITEMS) await wait(LOOK_EVERY_MS, this.#stopping.signal)
    }
    await Promise.all(this.#underWay.values())
  }

  #begin(item: OutboxItem): void {
    const delivery = this.#deliver(item)
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'a delivery could not be written down; it is tried again')
      })
      .finally(() => this.#underWay.delete(item.id))
    this.#underWay.set(item.id, delivery)
  }

  async #deliver(item: OutboxItem): Promise<void> {
    const { state, channels, clocks, log, meters } = this.#options
    const { id, key, payload, notBefore } = item
    const attempts = item.attempts + 1
    const channel = channels.get(item.channel)
    try {
      if (!channel) throw new Error(`no channel ${item.channel}`)
      const outcome = await this.#within(channel.mostMs, (signal) =>
        channel.deliver({ key, payload }, signal),
      )
      await state.outbox.update({ id, notBefore, attempts, state: outcome })
      meters.count('outbox_items_total', { channel: item.channel, outcome })
    } catch (error) {
      // What the stop cut off was no try: it comes first after the next start.
      if (this.#stopping.signal.aborted) return
      const reason = error instanceof Error ? error.message : String(error)
      log.warn({ key, attempts, reason }, 'a delivery failed')
      if (attempts >= (channel?.attempts ?? 1)) {
        await channel?.givenUp({ key, payload }, reason)
        await state.outbox.update({ id, notBefore, attempts, state: 'failed' })
        meters.count('outbox_items_total', { channel: item.channel, outcome: 'failed' })
        return
      }
      // Retries are paced on the wall, also where civil time runs faster.
      const retryMs = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (attempts - 1))
      const again = clocks.civil.now() + retryMs * clocks.factor
      await state.outbox.update({ id, notBefore: again, attempts, state: 'waiting' })
    }
  }

  async #within<T>(mostMs: number | null, deliver: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const tooLong = new AbortController()
    const delivery = deliver(tooLong.signal)
    if (mostMs === null) return delivery
    const { wait } = this.#options
    const done = new AbortController()
    const late = wait(mostMs, done.signal).then(() => {
      if (!done.signal.aborted) tooLong.abort()
      throw new Error('no answer from the channel')
    })
    // Whoever comes second is not waited for any more.
    late.catch(() => {})
    return Promise.race([delivery, late]).finally(() => done.abort())
  }
}
