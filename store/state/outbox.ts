import type { Json } from '../../contracts/finding.ts'
import type { EpochMs } from '../../contracts/time.ts'

/** Something to be done outside: committed with what caused it, done at least once, and told apart by `key`. */
export interface OutboxItem {
  id: number
  /** Whoever receives it twice under one key does it once. */
  key: string
  channel: string
  payload: Json
  /** Civil time. */
  notBefore: EpochMs
  attempts: number
  state: 'waiting' | 'sent' | 'failed' | 'dropped'
}

export interface OutboxTable {
  /** Under a key that is known already nothing changes. */
  add(item: Pick<OutboxItem, 'key' | 'channel' | 'payload' | 'notBefore'>): Promise<void>
  /** Those that wait and whose time has come, earliest first, without those of `but`. */
  due(at: EpochMs, limit: number, but?: ReadonlySet<number>): Promise<OutboxItem[]>
  update(item: Pick<OutboxItem, 'id' | 'notBefore' | 'attempts' | 'state'>): Promise<void>
  /** Keeps whatever waits, and the last `keep` of the rest. */
  trim(keep: number): Promise<void>
}
