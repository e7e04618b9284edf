import type { Json } from '../../contracts/finding.ts'
import type { Outage } from '../../contracts/home.ts'
import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { LiveEvent } from '../../contracts/live.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import type {
  CursorTable,
  FactTable,
  HomeMemoryTable,
  LiveEventTable,
  NodeMemoryTable,
  OutageTable,
  SettingsTable,
} from '../state/pipeline.ts'
import type { Connection } from './connection.ts'
import { listPage, Where } from './lists.ts'

/** Not checked on reading: that happens for every message, and the rules know the versions of their own form. */
function memoryRows<Id extends string>(connection: Connection, table: 'memories' | 'node_memories') {
  const id = table === 'memories' ? 'home_id' : 'node_id'
  return {
    get: (wanted: Id) =>
      connection.read((db) => {
        const row = db.get<{ rules: string; dueAt: number | null }>(
          `select rules, due_at as "dueAt" from ${table} where ${id} = ?`,
          wanted,
        )
        return row === undefined ? null : { rules: JSON.parse(row.rules) as Json, dueAt: row.dueAt }
      }),
    put: (owner: Id, rules: Json, dueAt: number | null) =>
      connection.write((db) => {
        db.run(
          `insert into ${table} values (?, ?, ?)
           on conflict do update set rules = excluded.rules, due_at = excluded.due_at`,
          owner,
          JSON.stringify(rules),
          dueAt,
        )
      }),
    due: (at: number, limit: number) =>
      connection.read((db) =>
        db.all<{ id: Id; dueAt: number }>(
          `select ${id} as id, due_at as "dueAt" from ${table}
           where due_at is not null and due_at <= ? order by due_at, ${id} limit ?`,
          at,
          limit,
        ),
      ),
    nextDueAt: () =>
      connection.read(
        (db) =>
          db.get<{ dueAt: number | null }>(
            `select min(due_at) as "dueAt" from ${table} where due_at is not null`,
          )?.dueAt ?? null,
      ),
  }
}

export function homeMemoryTable(connection: Connection): HomeMemoryTable {
  const rows = memoryRows<HomeId>(connection, 'memories')
  return {
    get: async (homeId) => {
      const row = await rows.get(homeId)
      return row === null ? null : { homeId, ...row }
    },
    put: ({ homeId, rules, dueAt }) => rows.put(homeId, rules, dueAt),
    due: async (at, limit) => (await rows.due(at, limit)).map(({ id, dueAt }) => ({ homeId: id, dueAt })),
    nextDueAt: rows.nextDueAt,
  }
}

export function nodeMemoryTable(connection: Connection): NodeMemoryTable {
  const rows = memoryRows<JurisdictionId>(connection, 'node_memories')
  return {
    get: async (nodeId) => {
      const row = await rows.get(nodeId)
      return row === null ? null : { nodeId, ...row }
    },
    put: ({ nodeId, rules, dueAt }) => rows.put(nodeId, rules, dueAt),
    due: async (at, limit) => (await rows.due(at, limit)).map(({ id, dueAt }) => ({ nodeId: id, dueAt })),
    nextDueAt: rows.nextDueAt,
  }
}

export function liveEventTable(connection: Connection): LiveEventTable {
  return {
    append: (event, at) =>
      connection.write((db) => {
        const row = db.get<{ id: number }>(
          'insert into live_events (at, event) values (?, ?) returning id',
          at,
          JSON.stringify(event),
        )
        if (row === undefined) throw new Error('a live event was kept without an id')
        return { id: row.id, at, event }
      }),
    after: (id, limit) =>
      connection.read((db) =>
        db
          .all<{ id: number; at: number; event: string }>(
            'select id, at, event from live_events where id > ? order by id limit ?',
            id,
            limit,
          )
          .map((row) => ({ ...row, event: JSON.parse(row.event) as LiveEvent })),
      ),
    bounds: () =>
      connection.read((db) => {
        const last =
          db.get<{ seq: number }>("select seq from sqlite_sequence where name = 'live_events'")?.seq ?? 0
        const first = db.get<{ id: number | null }>('select min(id) as id from live_events')?.id
        return { first: first ?? (last === 0 ? 0 : last + 1), last }
      }),
    trim: (keep) =>
      connection.write((db) => {
        db.run(
          'delete from live_events where id <= (select id from live_events order by id desc limit 1 offset ?)',
          keep,
        )
      }),
  }
}

interface SettingsRow {
  n: number
  at: number
  by: string
  body: string
}

const settingsOf = (row: { body: string }): RuleSettings => RuleSettings.parse(JSON.parse(row.body))

export function settingsTable(connection: Connection): SettingsTable {
  return {
    rules: () =>
      connection.read((db) => {
        const row = db.get<SettingsRow>('select body from rule_settings order by n desc limit 1')
        return row === undefined ? null : settingsOf(row)
      }),
    putRules: (settings, at, by) =>
      connection.write((db) => {
        db.run('insert into rule_settings (at, by, body) values (?, ?, ?)', at, by, JSON.stringify(settings))
      }),
    rulesHistory: (page) =>
      connection.read((db) =>
        listPage<SettingsRow, { settings: RuleSettings; at: number; by: string }>(
          db,
          {
            select: 'select n, at, by, body from rule_settings',
            where: new Where(),
            order: { columns: ['n'], descending: true },
            page,
          },
          (row) => [row.n],
          (row) => ({ settings: settingsOf(row), at: row.at, by: row.by }),
        ),
      ),
  }
}

export function outageTable(connection: Connection): OutageTable {
  return {
    since: (at) =>
      connection.read((db) =>
        db
          .all<Outage>(
            'select from_at as "from", to_at as "to" from outages where to_at > ? order by from_at',
            at,
          )
          .map((row) => ({ ...row })),
      ),
    put: ({ from, to }) =>
      connection.write((db) => {
        db.run('insert or replace into outages values (?, ?)', from, to)
      }),
  }
}

export function cursorTable(connection: Connection): CursorTable {
  return {
    get: (reader) =>
      connection.read(
        (db) => db.get<{ seq: number }>('select seq from cursors where reader = ?', reader)?.seq ?? 0,
      ),
    set: (reader, seq) =>
      connection.write((db) => {
        db.run('insert or replace into cursors values (?, ?)', reader, seq)
      }),
  }
}

export function factTable(connection: Connection): FactTable {
  return {
    get: (name) =>
      connection.read(
        (db) => db.get<{ value: string }>('select value from facts where name = ?', name)?.value ?? null,
      ),
    put: (name, value) =>
      connection.write((db) => {
        db.run('insert or replace into facts values (?, ?)', name, value)
      }),
  }
}
