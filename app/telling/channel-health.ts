import type { ChannelFault, ChannelHealth } from '../../contracts/channel.ts'
import type { ChannelState } from '../../contracts/duty-change.ts'
import type { ChannelId } from '../../contracts/ids.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { type Clocks, type EpochMs, MINUTE_MS } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'

/** A channel through which nothing has got to anybody for so long is told to the district as broken. */
const FAILING_MS = 3 * MINUTE_MS
const REASON_CHARACTERS = 200
/** How often it is written down that a channel works. */
const WRITE_EVERY_MS = MINUTE_MS

export const UNTRIED: ChannelHealth = { lastSentAt: null, failingSince: null, reason: null, reported: false }

export interface ChannelHealthOptions {
  state: StateStore
  clocks: Clocks
  record(body: ChannelState): Promise<void>
  log: Log
}

interface Watched {
  health: ChannelHealth
  /** Refused for good one by one: of a single address that says nothing about the channel. */
  refused: Set<string>
}

/** Judges channels by what is sent through them anyway; nothing is sent to find out. */
export class ChannelWatch {
  readonly #options: ChannelHealthOptions
  readonly #watched = new Map<ChannelId, Watched>()
  #last: Promise<void> = Promise.resolve()

  constructor(options: ChannelHealthOptions) {
    this.#options = options
  }

  /** Each try, one after the other, so that what is written is always the newest. */
  tried(id: ChannelId, addresses: readonly string[], fault: ChannelFault | null): void {
    const now = this.#options.clocks.civil.now()
    this.#last = this.#last
      .then(() => this.#tried(id, addresses, fault, now))
      .catch((error: unknown) => {
        this.#options.log.error({ channelId: id, err: error }, 'the health of a channel could not be written')
      })
  }

  /** Its settings were changed: what was true of it is to be found out anew. */
  forget(id: ChannelId): void {
    this.#watched.delete(id)
  }

  /** Settles when all that was tried is written down. */
  async settled(): Promise<void> {
    await this.#last
  }

  async #tried(
    id: ChannelId,
    addresses: readonly string[],
    fault: ChannelFault | null,
    now: EpochMs,
  ): Promise<void> {
    const { state, clocks, record } = this.#options
    const kept = await state.channels.get(id)
    if (kept === null) return
    const watched = this.#watched.get(id) ?? { health: kept.health ?? UNTRIED, refused: new Set<string>() }
    this.#watched.set(id, watched)
    const before = watched.health
    const { jurisdictionId } = kept.config
    if (fault === null) {
      watched.refused.clear()
      watched.health = { lastSentAt: now, failingSince: null, reason: null, reported: false }
      const stale = now - (before.lastSentAt ?? 0) >= WRITE_EVERY_MS * clocks.factor
      if (stale || before.failingSince !== null) await state.channels.putHealth(id, watched.health)
      if (before.reported)
        await record({ type: 'channel_state', channelId: id, jurisdictionId, failing: false, reason: null })
      return
    }
    if (fault.gone) return
    for (const address of addresses) watched.refused.add(address)
    if (!fault.retry && watched.refused.size < 2 && before.failingSince === null) return
    const reason = fault.message.slice(0, REASON_CHARACTERS)
    const failingSince = before.failingSince ?? now
    const report = !before.reported && now - failingSince >= FAILING_MS * clocks.factor
    watched.health = { ...before, failingSince, reason, reported: before.reported || report }
    if (report) await record({ type: 'channel_state', channelId: id, jurisdictionId, failing: true, reason })
    if (report || before.failingSince === null) await state.channels.putHealth(id, watched.health)
  }
}
