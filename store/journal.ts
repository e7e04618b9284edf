import type { JournalBody, JournalEntry } from '../contracts/journal.ts'
import type { EpochMs } from '../contracts/time.ts'

/** A kept entry whose body cannot be read any more, by its sequence. */
export class UnreadableEntry extends Error {
  readonly seq: number

  constructor(seq: number, cause: unknown) {
    super(`journal entry ${seq} cannot be read`, { cause })
    this.name = 'UnreadableEntry'
    this.seq = seq
  }
}

/**
 * The one log: ordered, durable, read by many from their own cursors.
 * Drivers: `sqlite/journal.ts`. Held by `test/store/journal.conformance.ts`.
 */
export interface Journal {
  /**
   * Appends all bodies, in order, as one group. Settles after the commit that holds them is on disk: what was
   * appended together is kept together or not at all. Calls that come in the meantime share one commit.
   * `at` is raised to the last entry's where the clock ran backwards.
   */
  append(bodies: readonly JournalBody[], at: EpochMs): Promise<{ firstSeq: number; lastSeq: number }>
  /**
   * Entries after `seq`, ascending, at most `limit`, and fewer where they are large. Throws when `seq` lies before the kept part or past the head: a
   * reader that waits there would hear nothing of what comes. Throws `UnreadableEntry` when the very next one is broken;
   * a reader that means to go on without it reads on from its `seq`.
   */
  read(seq: number, limit: number): Promise<JournalEntry[]>
  /** Sequence of the last entry; 0 when there never was one. */
  head(): number
  /** Sequence of the first entry that is still kept; head + 1 when none is. */
  tail(): number
  /** `at` of the last entry; null when there never was one. */
  lastAt(): EpochMs | null
  /** Called after each commit. Returns how to stop listening. */
  onCommit(listener: (head: number) => void): () => void
  /** A reader's cursor: the last sequence it has dealt with; 0 for one never seen. */
  cursor(reader: string): number
  setCursor(reader: string, seq: number): Promise<void>
  /** Registers `readers` as those that trimming waits for; others are forgotten. */
  retainFor(readers: readonly string[]): Promise<void>
  /**
   * Drops what every retained reader has passed, but for the last `reserve` entries. Returns how many. As long as no
   * reader is retained, nothing goes.
   */
  trim(reserve: number): Promise<number>
  close(): Promise<void>
}
