import type { NewQuarantineItem, QuarantineItem } from '../../contracts/quarantine.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Page, PageRequest } from './lists.ts'

export interface QuarantineBounds {
  items: number
  /** From one source behind one principal, so that one that repeats itself pushes nobody else out. */
  itemsPerSource: number
  /** Of all payloads together, as they are kept (base64). */
  payloadBytes: number
}

export interface QuarantineTable {
  /** Keeps within `bounds`: the oldest go first. Returns how many went. */
  add(items: readonly NewQuarantineItem[], bounds: QuarantineBounds): Promise<number>
  /** With its payload as it is kept. */
  get(id: number): Promise<QuarantineItem | null>
  /** Newest first, with the first 4 KB of each payload. `decoded` null: both those that wait and those that do not. */
  list(
    filter: { code: string | null; principal: string | null; decoded: boolean | null },
    page: PageRequest,
  ): Promise<Page<QuarantineItem>>
  /**
   * Those that wait to be decoded later, of a source or of none that is known, oldest first, whole, with `id` above
   * `after`.
   */
  waiting(
    of: { principal: string; sourceId: string | null },
    after: number,
    limit: number,
  ): Promise<QuarantineItem[]>
  /** Notes that they were decoded at `at`, and lets go of all but the first 4 KB of their payloads. */
  markDecoded(ids: readonly number[], at: EpochMs): Promise<void>
  countByCode(): Promise<Record<string, number>>
  /** How many messages of each source asked for a mapping: those that wait for one, and those that one has explained since. */
  askedForMapping(): Promise<
    { principal: string; sourceId: string | null; waiting: number; decoded: number }[]
  >
}
