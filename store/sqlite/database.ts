import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

/** Other handles on the file (a backup, a look with the sqlite3 shell) hold their locks for moments only. */
const LOCK_WAIT_MS = 5_000
const CACHE_KB = 16_384
/** Checkpoints are made inside a commit: often enough that one is short, rarely enough that they are not the work. */
const CHECKPOINT_PAGES = 4_000
const WAL_KEPT_BYTES = 64 * 1024 * 1024

type Found<Row> = Row | undefined

/** A connection with its statements prepared once. Rows come back under the names that the SQL gives the columns. */
export class Database {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** The first row. */
  get<Row>(sql: string, ...params: SQLInputValue[]): Found<Row> {
    return this.#statement(sql).get(...params) as Found<Row>
  }

  all<Row>(sql: string, ...params: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...params) as Row[]
  }

  /** One row after the other, for whoever may have enough before the last. */
  each<Row>(sql: string, ...params: SQLInputValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...params) as Iterable<Row>
  }

  /** Returns how many rows it touched. */
  run(sql: string, ...params: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...params).changes)
  }

  exec(sql: string): void {
    this.#db.exec(sql)
  }

  begin(): void {
    this.run('begin immediate')
  }

  /** Throws when the transaction is no longer there: a full disk makes SQLite end it by itself. */
  commit(): void {
    this.run('commit')
  }

  rollback(): void {
    if (this.#db.isTransaction) this.run('rollback')
  }

  /** Runs `work` as one transaction: all of it or, when it throws, nothing. */
  atomically<T>(work: () => T): T {
    this.begin()
    try {
      const result = work()
      this.commit()
      return result
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  /** Moves the write-ahead log into the database and cuts it to nothing: it keeps earlier pages until then. */
  emptyLog(): void {
    this.get('pragma wal_checkpoint(truncate)')
  }

  close(): void {
    this.#db.close()
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

/**
 * Opens `file` for writing, made when missing. A commit is on disk when it returns (WAL, synchronous FULL), and what is
 * deleted is overwritten with zeros.
 */
export function openWritable(file: string): Database {
  // SQLite gives its WAL the rights of the database: who may not read the one may not read the other.
  closeSync(openSync(file, 'a', 0o600))
  const db = new DatabaseSync(file, { timeout: LOCK_WAIT_MS })
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma secure_delete = on;
    pragma temp_store = memory;
    pragma cache_size = -${CACHE_KB};
    pragma wal_autocheckpoint = ${CHECKPOINT_PAGES};
    pragma journal_size_limit = ${WAL_KEPT_BYTES};
  `)
  return new Database(db)
}

/** A second connection that sees what is committed, and that only. */
export function openReadOnly(file: string): Database {
  const db = new DatabaseSync(file, { readOnly: true, timeout: LOCK_WAIT_MS })
  db.exec(`pragma temp_store = memory; pragma cache_size = -${CACHE_KB}`)
  return new Database(db)
}
