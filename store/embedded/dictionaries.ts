import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A row's id by its unique names, made when it is new. Cached, because every value asks. */
class Dictionary<Extra> {
  readonly #ids = new Map<string, Extra>()
  readonly #find: StatementSync
  readonly #make: StatementSync
  readonly #decode: (row: Record<string, unknown>) => Extra

  constructor(
    db: DatabaseSync,
    sql: { find: string; make: string },
    decode: (row: Record<string, unknown>) => Extra,
  ) {
    this.#find = db.prepare(sql.find)
    this.#make = db.prepare(sql.make)
    this.#decode = decode
  }

  get(names: readonly string[]): Extra | undefined {
    const key = names.length === 1 ? (names[0] as string) : JSON.stringify(names)
    const cached = this.#ids.get(key)
    if (cached !== undefined) return cached
    const row = this.#find.get(...names)
    if (row === undefined) return undefined
    const found = this.#decode(row)
    this.#ids.set(key, found)
    return found
  }

  getOrMake(names: readonly string[], ...extra: number[]): Extra {
    const known = this.get(names)
    if (known !== undefined) return known
    this.#make.run(...names, ...extra)
    return this.get(names) as Extra
  }

  /** After a rollback or an erasure the ids may mean nothing, or something else. */
  forget(): void {
    this.#ids.clear()
  }
}

const id = (row: Record<string, unknown>): number => Number(row['id'])

export interface MetricEntry {
  id: number
  isState: boolean
}

export class Dictionaries {
  readonly #sources: Dictionary<number>
  readonly #metrics: Dictionary<MetricEntry>
  readonly #qualities: Dictionary<number>

  constructor(db: DatabaseSync) {
    this.#sources = new Dictionary(
      db,
      {
        find: 'SELECT id FROM source WHERE home = ? AND device = ? AND channel = ?',
        make: 'INSERT INTO source (home, device, channel) VALUES (?, ?, ?)',
      },
      id,
    )
    this.#metrics = new Dictionary(
      db,
      {
        find: 'SELECT id, state FROM metric WHERE name = ?',
        make: 'INSERT INTO metric (name, state) VALUES (?, ?)',
      },
      (row) => ({ id: id(row), isState: row['state'] === 1 }),
    )
    this.#qualities = new Dictionary(
      db,
      { find: 'SELECT id FROM quality WHERE flags = ?', make: 'INSERT INTO quality (flags) VALUES (?)' },
      id,
    )
  }

  source(home: string, device: string, channel: string): number {
    return this.#sources.getOrMake([home, device, channel])
  }

  /** Undefined when nothing was ever kept under that name. */
  knownMetric(name: string): MetricEntry | undefined {
    return this.#metrics.get([name])
  }

  metric(name: string, isState: boolean): MetricEntry {
    return this.#metrics.getOrMake([name], isState ? 1 : 0)
  }

  quality(flags: string): number | null {
    return flags === '' ? null : this.#qualities.getOrMake([flags])
  }

  forget(): void {
    this.#sources.forget()
    this.#metrics.forget()
    this.#qualities.forget()
  }
}
