import type { JournalBody, JournalEntry } from '../../contracts/journal.ts'
import { type Log, type Meters, noMeters, silentLog } from '../../contracts/telemetry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import { type Journal, UnreadableEntry } from '../journal.ts'
import { type Database, openWritable } from './database.ts'
import { migrate } from './migrations.ts'

export interface JournalOptions {
  file: string
  log?: Log
  meters?: Meters
  /** Entries in one commit at most, unless a single append brings more. */
  maxGroup?: number
}

const MAX_GROUP = 10_000
/** Text of entries handed out at once: what a thousand meters kept through an outage does not fit into memory together. */
const READ_CHARACTERS = 8 * 1024 * 1024
/** Entries dropped in one commit: a few milliseconds that an append may have to wait. */
const TRIM_CHUNK = 1_000

const MIGRATIONS = [
  `
  create table entries (seq integer primary key, at integer not null, body text not null) strict;
  create table cursors (
    reader text primary key, seq integer not null, retained integer not null default 0
  ) strict, without rowid;
  -- The last entry that was dropped: says where the log stands when no entry is left in it.
  create table dropped (one integer primary key check (one = 1), seq integer not null, at integer) strict;
  insert into dropped values (1, 0, null);
  `,
]

/** Where the log stands, as of the last commit. */
interface Position {
  head: number
  tail: number
  lastAt: EpochMs | null
}

/** A change waiting for its commit. `apply` runs in the transaction and moves `position` along. */
interface Operation {
  entries: number
  apply(position: Position): void
  settle(): void
  reject(error: unknown): void
}

/** The journal in a SQLite file of its own. Calls of one turn of the event loop share a commit. */
class SqliteJournal implements Journal {
  readonly #db: Database
  readonly #log: Log
  readonly #meters: Meters
  readonly #maxGroup: number
  readonly #listeners = new Set<(head: number) => void>()
  #waiting: Operation[] = []
  #scheduled = false
  #closed = false
  #position: Position

  constructor(db: Database, log: Log, meters: Meters, maxGroup: number) {
    this.#db = db
    this.#log = log
    this.#meters = meters
    this.#maxGroup = maxGroup
    this.#position = positionOf(db)
  }

  async append(bodies: readonly JournalBody[], at: EpochMs): Promise<{ firstSeq: number; lastSeq: number }> {
    // Made into text here, so that what cannot be written fails its own caller and not the group.
    if (!Number.isSafeInteger(at)) throw new TypeError(`a journal entry needs whole milliseconds, not ${at}`)
    const texts = bodies.map((body) => JSON.stringify(body))
    return this.#submit(texts.length, (position) => {
      const firstSeq = position.head + 1
      if (texts.length > 0) position.lastAt = Math.max(at, position.lastAt ?? at)
      for (const text of texts) {
        position.head += 1
        this.#db.run('insert into entries values (?, ?, ?)', position.head, position.lastAt, text)
      }
      return { firstSeq, lastSeq: position.head }
    })
  }

  async read(seq: number, limit: number): Promise<JournalEntry[]> {
    const { head, tail } = this.#position
    if (seq < tail - 1)
      throw new RangeError(`journal entries after ${seq} were asked for, but it is kept from ${tail} on`)
    if (seq > head)
      throw new RangeError(`journal entries after ${seq} were asked for, but it only reaches ${head}`)
    const entries: JournalEntry[] = []
    let characters = 0
    for (const row of this.#db.each<EntryRow>(SELECT_AFTER, seq, limit)) {
      characters += row.body.length
      if (characters > READ_CHARACTERS && entries.length > 0) break
      const entry = entryOf(row)
      if (entry instanceof UnreadableEntry) {
        // The good ones before it are handed out first; the next read stands at the bad one and says so.
        if (entries.length > 0) break
        throw entry
      }
      entries.push(entry)
    }
    return entries
  }

  head(): number {
    return this.#position.head
  }

  tail(): number {
    return this.#position.tail
  }

  lastAt(): EpochMs | null {
    return this.#position.lastAt
  }

  onCommit(listener: (head: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  cursor(reader: string): number {
    return this.#db.get<{ seq: number }>('select seq from cursors where reader = ?', reader)?.seq ?? 0
  }

  async setCursor(reader: string, seq: number): Promise<void> {
    if (!Number.isSafeInteger(seq)) throw new TypeError(`a cursor is a whole number, not ${seq}`)
    await this.#submit(0, () => {
      this.#db.run(
        'insert into cursors (reader, seq) values (?, ?) on conflict do update set seq = excluded.seq',
        reader,
        seq,
      )
    })
  }

  async retainFor(readers: readonly string[]): Promise<void> {
    const names = JSON.stringify(readers)
    await this.#submit(0, () => {
      this.#db.run('delete from cursors where reader not in (select value from json_each(?))', names)
      this.#db.run(
        `insert into cursors (reader, seq, retained) select value, 0, 1 from json_each(?) where true
         on conflict do update set retained = 1`,
        names,
      )
    })
  }

  async trim(reserve: number): Promise<number> {
    let total = 0
    for (;;) {
      const dropped = await this.#submit(0, (position) => this.#dropChunk(position, reserve))
      total += dropped
      if (dropped < TRIM_CHUNK) return total
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    while (this.#waiting.length > 0) this.#commitGroup()
    this.#db.close()
  }

  #dropChunk(position: Position, reserve: number): number {
    const passed = this.#db.get<{ seq: number | null }>(
      'select min(seq) as seq from cursors where retained',
    )?.seq
    // Nobody registered is a start-up in the wrong order rather than a log that nobody needs.
    if (passed === null || passed === undefined) return 0
    const upTo = Math.min(passed, position.head - reserve, position.tail - 1 + TRIM_CHUNK)
    if (upTo < position.tail) return 0
    this.#db.run(
      'update dropped set seq = ?, at = (select at from entries where seq = ?) where one = 1',
      upTo,
      upTo,
    )
    position.tail = upTo + 1
    return this.#db.run('delete from entries where seq <= ?', upTo)
  }

  #submit<T>(entries: number, apply: (position: Position) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the journal is closed'))
    return new Promise<T>((resolve, reject) => {
      let result: T
      this.#waiting.push({
        entries,
        apply: (position) => {
          result = apply(position)
        },
        settle: () => resolve(result),
        reject,
      })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (this.#waiting.length === 0) return
      this.#commitGroup()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }

  #takeGroup(): Operation[] {
    let entries = 0
    const end = this.#waiting.findIndex((operation, index) => {
      entries += operation.entries
      return index > 0 && entries > this.#maxGroup
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  #commitGroup(): void {
    const group = this.#takeGroup()
    const position = { ...this.#position }
    const startedMs = performance.now()
    try {
      this.#db.atomically(() => {
        for (const operation of group) operation.apply(position)
      })
    } catch (error) {
      this.#meters.count('journal_commit_failures_total')
      this.#log.error({ err: error, operations: group.length }, 'journal commit failed')
      for (const operation of group) operation.reject(error)
      return
    }
    const appended = position.head - this.#position.head
    this.#position = position
    for (const operation of group) operation.settle()
    this.#meters.observe('journal_commit_seconds', (performance.now() - startedMs) / 1_000)
    if (appended > 0) this.#announce(appended)
  }

  #announce(appended: number): void {
    this.#meters.count('journal_entries_total', undefined, appended)
    this.#meters.observe('journal_commit_entries', appended)
    for (const listener of this.#listeners) {
      try {
        listener(this.#position.head)
      } catch (error) {
        // The entries are kept whatever a listener makes of them.
        this.#log.error({ err: error }, 'journal listener failed')
      }
    }
  }
}

const SELECT_AFTER = 'select seq, at, body from entries where seq > ? order by seq limit ?'

interface EntryRow {
  seq: number
  at: number
  body: string
}

/** Our own rows are taken at their word: only what is no JSON object at all is noticed. */
function entryOf({ seq, at, body }: EntryRow): JournalEntry | UnreadableEntry {
  try {
    const entry: unknown = JSON.parse(body)
    if (typeof entry === 'object' && entry !== null) return Object.assign(entry as JournalBody, { seq, at })
    return new UnreadableEntry(seq, 'no object')
  } catch (error) {
    return new UnreadableEntry(seq, error)
  }
}

function positionOf(db: Database): Position {
  const dropped = db.get<{ seq: number; at: number | null }>('select seq, at from dropped')
  if (dropped === undefined) throw new Error('the journal has lost the mark of what was dropped')
  const last = db.get<{ seq: number; at: number }>('select seq, at from entries order by seq desc limit 1')
  return {
    head: last?.seq ?? dropped.seq,
    tail: dropped.seq + 1,
    lastAt: last?.at ?? dropped.at,
  }
}

/** Opens or makes the journal in `file`. Throws when the file is no database or is newer than this program. */
export function openJournal({ file, log = silentLog, meters = noMeters, maxGroup }: JournalOptions): Journal {
  const db = openWritable(file)
  try {
    migrate(db, file, MIGRATIONS, log)
    return new SqliteJournal(db, log, meters, maxGroup ?? MAX_GROUP)
  } catch (error) {
    db.close()
    throw error
  }
}
