import type { SQLInputValue } from 'node:sqlite'
import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { Page, PageRequest, Scope } from '../state/lists.ts'
import type { Database } from './database.ts'

/** The conditions of a query, joined by `and`. A filter that is null asks for nothing. */
export class Where {
  readonly #conditions: string[] = []
  readonly params: SQLInputValue[] = []

  and(condition: string, ...params: SQLInputValue[]): this {
    this.#conditions.push(`(${condition})`)
    this.params.push(...params)
    return this
  }

  equal(column: string, value: string | null): this {
    return value === null ? this : this.and(`${column} = ?`, value)
  }

  oneOf(column: string, values: readonly string[] | null): this {
    return values === null ? this : this.and(`${column} in ${LISTED}`, JSON.stringify(values))
  }

  /** `from` inclusive, `to` exclusive. */
  within(column: string, from: EpochMs | null, to: EpochMs | null): this {
    if (from !== null) this.and(`${column} >= ?`, from)
    if (to !== null) this.and(`${column} < ?`, to)
    return this
  }

  /** Rows whose `homeColumn` names a home in one of the scope's jurisdictions. */
  homeInScope(homeColumn: string, scope: Scope): this {
    if (scope === null) return this
    return this.and(
      `${homeColumn} in (select id from homes where jurisdiction_id in ${LISTED})`,
      JSON.stringify(scope),
    )
  }

  get sql(): string {
    return this.#conditions.length === 0 ? 'true' : this.#conditions.join(' and ')
  }
}

/** The values of a JSON array as a set: one parameter however many there are. */
export const LISTED = '(select value from json_each(?))'

/** What a list is ordered by, together unique: a row's place in the order is its mark. */
export interface Order {
  columns: readonly string[]
  descending: boolean
}

const Mark = z.array(z.union([z.string(), z.int()]))

const encode = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

function decode(mark: string, length: number): (string | number)[] {
  try {
    return Mark.length(length).parse(JSON.parse(Buffer.from(mark, 'base64url').toString()))
  } catch {
    throw new Refusal('bad_request', 'this mark does not belong to this list')
  }
}

/**
 * One page of `select` (up to its `from` clause) by key, so rows that come in meanwhile shift nothing. `keyOf` reads
 * the order's columns from a row. Throws the refusal `bad_request` for a mark of another list.
 */
export function listPage<Row, T>(
  db: Database,
  query: { select: string; where: Where; order: Order; page: PageRequest },
  keyOf: (row: Row) => readonly (string | number)[],
  itemOf: (row: Row) => T,
): Page<T> {
  const { select, where, order, page } = query
  if (page.after !== null) {
    const places = order.columns.map(() => '?').join(', ')
    where.and(
      `(${order.columns.join(', ')}) ${order.descending ? '<' : '>'} (${places})`,
      ...decode(page.after, order.columns.length),
    )
  }
  const by = order.columns.map((column) => `${column} ${order.descending ? 'desc' : 'asc'}`).join(', ')
  const rows = db.all<Row>(
    `${select} where ${where.sql} order by ${by} limit ?`,
    ...where.params,
    page.limit + 1,
  )
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(itemOf),
    next: rows.length > page.limit && last !== undefined ? encode(keyOf(last)) : null,
  }
}

export const BY_ID: Order = { columns: ['id'], descending: false }
export const NEWEST_FIRST: Order = { columns: ['id'], descending: true }
export const idOf = (row: { id: string | number }): readonly [string | number] => [row.id]
