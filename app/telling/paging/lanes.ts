import type { ChannelFault } from '../../../contracts/channel.ts'
import type { ChannelId } from '../../../contracts/ids.ts'
import type { Clock } from '../../../contracts/time.ts'
import type { StateStore } from '../../../store/state.ts'
import type { ChannelDesk } from '../channel-desk.ts'
import { Lane } from './lane.ts'

export interface LanesOptions {
  state: StateStore
  desk: Pick<ChannelDesk, 'open'>
  wall: Clock
  wait(ms: number, signal: AbortSignal): Promise<void>
  onTry(id: ChannelId, addresses: readonly string[], fault: ChannelFault | null): void
}

/** One queue for each channel that is in use, opened when something is first sent through it. */
export class Lanes {
  readonly #options: LanesOptions
  readonly #lanes = new Map<ChannelId, Lane>()

  constructor(options: LanesOptions) {
    this.#options = options
  }

  /** Null when the channel is no more, or put out of use. */
  async of(id: ChannelId): Promise<Lane | null> {
    const { state, desk, wall, wait, onTry } = this.#options
    const kept = await state.channels.get(id)
    if (kept === null || !kept.config.enabled) return null
    const known = this.#lanes.get(id)
    if (known !== undefined) return known
    const lane = new Lane({
      open: () => desk.open(kept.config),
      wall,
      wait,
      onTry: (addresses, fault) => onTry(id, addresses, fault),
    })
    this.#lanes.set(id, lane)
    return lane
  }

  /** Its settings have changed: what waits comes back to its senders, who try again through a new one. */
  async renew(id: ChannelId): Promise<void> {
    const lane = this.#lanes.get(id)
    this.#lanes.delete(id)
    await lane?.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()))
    this.#lanes.clear()
  }
}
