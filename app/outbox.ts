import type { Json } from '../contracts/finding.ts'
import type { Log, Meters } from '../contracts/telemetry.ts'
import type { Clocks } from '../contracts/time.ts'
import { SECOND_MS } from '../contracts/time.ts'
import type { OutboxItem, StateStore } from '../store/state.ts'

/** The questions to residents. */
export const CHECK_IN_CHANNEL = 'check_in'

/** One way out of the service. What it is handed twice under one key it does once. */
export interface OutboxChannel {
  /** How often it is tried before it is given up. */
  attempts: number
  /** Settles when it is on its way; `dropped` when meanwhile nobody wants it any more. Rejects: it is tried again. */
  deliver(item: { key: string; payload: Json }): Promise<'sent' | 'dropped'>
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
const DELIVERY_MOST_MS = 20 * SECOND_MS
const RETRY_FIRST_MS = SECOND_MS
const RETRY_MOST_MS = 60 * SECOND_MS

/**
 * Sends what the pipeline decided, after the commit that decided it. An item is marked when it has been delivered, so a
 * crash in between delivers it once more under the same key, and none is ever lost.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #stopping = new AbortController()
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
      let sent = 0
      try {
        const items = await state.outbox.due(clocks.civil.now(), BATCH_ITEMS)
        sent = items.length
        // Side by side: one that hangs must not hold up the others.
        for (const end of await Promise.allSettled(items.map((item) => this.#deliver(item))))
          if (end.status === 'rejected')
            log.error({ err: end.reason }, 'a delivery could not be written down; it is tried again')
      } catch (error) {
        log.error({ err: error }, 'the outbox could not be read; it is tried again')
      }
      if (sent < BATCH_ITEMS) await wait(LOOK_EVERY_MS, this.#stopping.signal)
    }
  }

  async #deliver(item: OutboxItem): Promise<void> {
    const { state, channels, clocks, log, meters } = this.#options
    const { id, key, payload, notBefore } = item
    const attempts = item.attempts + 1
    const channel = channels.get(item.channel)
    try {
      if (!channel) throw new Error(`no channel ${item.channel}`)
      const outcome = await this.#within(channel.deliver({ key, payload }))
      await state.outbox.update({ id, notBefore, attempts, state: outcome })
      meters.count('outbox_items_total', { channel: item.channel, outcome })
    } catch (error) {
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
  async #within<T>(delivery: Promise<T>): Promise<T> {
    const { wait } = this.#options
    const done = new AbortController()
    const late = wait(DELIVERY_MOST_MS, done.signal).then(() => {
      throw new Error('no answer from the channel')
    })
    // Whoever comes second is not waited for any more.
    late.catch(() => {})
    return Promise.race([delivery, late]).finally(() => done.abort())
  }
}
