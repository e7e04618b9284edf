import type { ChannelConfig, ChannelHealth } from '../../contracts/channel.ts'
import type { ChannelId } from '../../contracts/ids.ts'

/** Ways out to people: what they are, without secrets, and how each does. */
export interface ChannelTable {
  get(id: ChannelId): Promise<KeptChannel | null>
  /** Ascending by id. */
  all(): Promise<KeptChannel[]>
  put(config: ChannelConfig): Promise<void>
  /** Of a channel that is there; of another nothing is kept. */
  putHealth(id: ChannelId, health: ChannelHealth): Promise<void>
  delete(id: ChannelId): Promise<void>
}

/** `secretsSet` is kept with it, so that a list need not open any. */
export interface KeptChannel {
  config: ChannelConfig
  /** Null until something was sent. */
  health: ChannelHealth | null
}
