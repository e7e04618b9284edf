import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from './database.ts'

/** How a table reaches the database, whether it stands on the store itself or inside a transaction. */
export interface Connection {
  read<T>(work: (db: Database) => T): Promise<T>
  /** `work` is kept whole or not at all. */
  write<T>(work: (db: Database) => T): Promise<T>
  /** A write that takes something away for good: once it is kept, no file of the database holds it any more. */
  erase<T>(work: (db: Database) => T): Promise<T>
}

/** The one writing connection and the one for reading, and the queue before the former. */
export class Connections implements Connection {
  readonly #writer: Database
  readonly #reader: Database
  readonly #inside = new AsyncLocalStorage<Transaction>()
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(writer: Database, reader: Database) {
    this.#writer = writer
    this.#reader = reader
  }

  async read<T>(work: (db: Database) => T): Promise<T> {
    return work(this.#reader)
  }

  write<T>(work: (db: Database) => T): Promise<T> {
    return this.#afterOthers(async () => this.#writer.atomically(() => work(this.#writer)))
  }

  erase<T>(work: (db: Database) => T): Promise<T> {
    return this.transaction((connection) => connection.erase(work))
  }

  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#afterOthers(async () => {
      const transaction = new Transaction(this.#writer)
      this.#writer.begin()
      try {
        const result = await this.#inside.run(transaction, () => work(transaction))
        transaction.commit()
        if (transaction.erases) this.#writer.emptyLog()
        return result
      } catch (error) {
        this.#writer.rollback()
        throw error
      } finally {
        transaction.open = false
      }
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#last
    this.#reader.close()
    this.#writer.close()
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the state store is closed'))
    // It would wait for the transaction that is waiting for it.
    if (this.#inside.getStore()?.open === true)
      return Promise.reject(
        new Error('inside a transaction, write through its own tables: the store waits for it'),
      )
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }
}

/** An open transaction as its tables see it. */
class Transaction implements Connection {
  readonly #db: Database
  #failure: Error | null = null
  open = true
  erases = false

  constructor(db: Database) {
    this.#db = db
  }

  async read<T>(work: (db: Database) => T): Promise<T> {
    this.#check()
    return work(this.#db)
  }

  async write<T>(work: (db: Database) => T): Promise<T> {
    this.#check()
    try {
      return work(this.#db)
    } catch (error) {
      // Half of it may stand, or SQLite may have dropped the transaction: after this nothing of it may be kept.
      this.#failure = error instanceof Error ? error : new Error(String(error))
      throw error
    }
  }

  erase<T>(work: (db: Database) => T): Promise<T> {
    this.erases = true
    return this.write(work)
  }

  commit(): void {
    this.#check()
    this.#db.commit()
  }

  #check(): void {
    if (!this.open) throw new Error('the transaction of these tables has ended')
    if (this.#failure !== null)
      throw new Error('a write of this transaction has failed, so none of it is kept', {
        cause: this.#failure,
      })
  }
}
