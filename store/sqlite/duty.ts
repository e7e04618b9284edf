import { EscalationPolicy, Page, Person, Roster } from '../../contracts/duty.ts'
import type { Json } from '../../contracts/finding.ts'
import type { JurisdictionId } from '../../contracts/ids.ts'
import type { DutyPageTable, DutyWatchTable, PersonTable, PolicyTable, RosterTable } from '../state/duty.ts'
import type { Connection } from './connection.ts'
import { BY_ID, idOf, LISTED, listPage, Where } from './lists.ts'

interface BodyRow {
  body: string
}

const personOf = (row: BodyRow): Person => Person.parse(JSON.parse(row.body))
const rosterOf = (row: BodyRow): Roster => Roster.parse(JSON.parse(row.body))
const policyOf = (row: BodyRow): EscalationPolicy => EscalationPolicy.parse(JSON.parse(row.body))
const pageOf = (row: BodyRow): Page => Page.parse(JSON.parse(row.body))
const orNull = <T>(row: BodyRow | undefined, of: (row: BodyRow) => T): T | null =>
  row === undefined ? null : of(row)

export function personTable(connection: Connection): PersonTable {
  return {
    get: (id) =>
      connection.read((db) => orNull(db.get<BodyRow>('select body from people where id = ?', id), personOf)),
    of: (ids) =>
      connection.read((db) =>
        db.all<BodyRow>(`select body from people where id in ${LISTED}`, JSON.stringify(ids)).map(personOf),
      ),
    byAccount: (id) =>
      connection.read((db) =>
        orNull(
          db.get<BodyRow>('select body from people where account_id = ? order by id limit 1', id),
          personOf,
        ),
      ),
    holdingKeyOf: (id, limit) =>
      connection.read((db) =>
        db
          .all<BodyRow>(
            `select body from people where enabled = 1
               and exists (select 1 from json_each(body, '$.holdsKeyOf') where value = ?) order by id limit ?`,
            id,
            limit,
          )
          .map(personOf),
      ),
    list: ({ scope, kind, search, enabled }, page) =>
      connection.read((db) => {
        const where = new Where().oneOf('jurisdiction_id', scope).equal('kind', kind)
        if (enabled !== null) where.and('enabled = ?', Number(enabled))
        if (search !== null) {
          const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
          where.and(`name like ? escape '\\' or phone like ? escape '\\'`, pattern, pattern)
        }
        return listPage<BodyRow & { id: string }, Person>(
          db,
          { select: 'select id, body from people', where, order: BY_ID, page },
          idOf,
          personOf,
        )
      }),
    countIn: (channelId) =>
      connection.read((db) => {
        const found = db.get<{ people: number }>(
          `select count(*) as people from people where exists
             (select 1 from json_each(body, '$.addresses') where value ->> '$.channelId' = ?)`,
          channelId,
        )
        return found?.people ?? 0
      }),
    onFile: () =>
      connection.read((db) =>
        db
          .all<Pick<Person, 'id' | 'accountId'> & { enabled: number }>(
            `select p.id, p.account_id as "accountId", p.enabled and coalesce(a.enabled, 1) as enabled
             from people p left join accounts a on a.id = p.account_id order by p.id`,
          )
          .map((row) => ({ ...row, enabled: row.enabled === 1 })),
      ),
    put: (person) =>
      connection.write((db) => {
        db.run(
          'insert or replace into people values (?, ?, ?, ?, ?, ?, ?, ?)',
          person.id,
          person.accountId,
          person.jurisdictionId,
          person.kind,
          person.name,
          person.phone,
          Number(person.enabled),
          JSON.stringify(person),
        )
      }),
  }
}

export function rosterTable(connection: Connection): RosterTable {
  return {
    get: (id, version) =>
      connection.read((db) =>
        orNull(
          db.get<BodyRow>('select body from rosters where jurisdiction_id = ? and version = ?', id, version),
          rosterOf,
        ),
      ),
    newest: (id) =>
      connection.read((db) =>
        orNull(
          db.get<BodyRow>(
            'select body from rosters where jurisdiction_id = ? order by version desc limit 1',
            id,
          ),
          rosterOf,
        ),
      ),
    newestAndEndingFrom: (day) =>
      connection.read((db) =>
        db
          .all<BodyRow>(
            `select body from rosters r where last_day >= ?
               or version = (select max(version) from rosters where jurisdiction_id = r.jurisdiction_id)
             order by jurisdiction_id, version`,
            day,
          )
          .map(rosterOf),
      ),
    put: (roster) =>
      connection.write((db) => {
        db.run(
          'insert into rosters values (?, ?, ?, ?)',
          roster.jurisdictionId,
          roster.version,
          roster.to,
          JSON.stringify(roster),
        )
      }),
  }
}

export function policyTable(connection: Connection): PolicyTable {
  return {
    get: (id, version) =>
      connection.read((db) =>
        orNull(
          db.get<BodyRow>('select body from policies where id = ? and version = ?', id, version),
          policyOf,
        ),
      ),
    all: () =>
      connection.read((db) =>
        db.all<BodyRow>('select body from policies order by id, version').map(policyOf),
      ),
    put: (policy) =>
      connection.write((db) => {
        db.run('insert into policies values (?, ?, ?)', policy.id, policy.version, JSON.stringify(policy))
      }),
  }
}

interface PageRow extends BodyRow {
  row: number
  createdAt: number
}

export function dutyPageTable(connection: Connection): DutyPageTable {
  return {
    get: (key) =>
      connection.read((db) => orNull(db.get<BodyRow>('select body from pages where key = ?', key), pageOf)),
    add: (page) =>
      connection.write((db) => {
        const changes = db.run(
          'insert into pages values (?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing',
          page.key,
          page.alertId,
          page.jurisdictionId,
          page.recipient,
          page.state,
          page.createdAt,
          JSON.stringify(page),
        )
        return changes > 0
      }),
    update: (page) =>
      connection.write((db) => {
        db.run(
          'update pages set state = ?, body = ? where key = ?',
          page.state,
          JSON.stringify(page),
          page.key,
        )
      }),
    ofAlert: (id) =>
      connection.read((db) =>
        db
          .all<BodyRow>('select body from pages where alert_id = ? order by created_at, rowid', id)
          .map(pageOf),
      ),
    toldOf: (id) =>
      connection.read((db) =>
        db
          .all<BodyRow & { times: number }>(
            `select body, times from (
               select max(rowid) as newest, min(rowid) as first, count(*) as times from pages
                 where alert_id = ? and body ->> '$.purpose' = 'alert' group by recipient
             ) join pages on pages.rowid = newest order by first`,
            id,
          )
          .map((row) => ({ page: pageOf(row), times: row.times })),
      ),
    since: (at) =>
      connection.read((db) =>
        db
          .all<{ recipient: string; createdAt: number }>(
            `select recipient, created_at as "createdAt" from pages
             where created_at >= ? and alert_id is not null and body ->> '$.drill' = 0 order by created_at`,
            at,
          )
          .map((row) => ({ ...row })),
      ),
    list: ({ scope, recipient, alertId }, page) =>
      connection.read((db) =>
        listPage<PageRow, Page>(
          db,
          {
            select: 'select rowid as row, created_at as "createdAt", body from pages',
            where: new Where()
              .oneOf('jurisdiction_id', scope)
              .equal('recipient', recipient)
              .equal('alert_id', alertId),
            order: { columns: ['created_at', 'rowid'], descending: true },
            page,
          },
          (page) => [page.createdAt, page.row],
          pageOf,
        ),
      ),
    trimTests: (at) =>
      connection.write((db) => {
        db.run('delete from pages where created_at < ? and alert_id is null', at)
      }),
  }
}

export function dutyWatchTable(connection: Connection): DutyWatchTable {
  return {
    all: () =>
      connection.read((db) =>
        db
          .all<{ nodeId: JurisdictionId; dueAt: number | null; body: string }>(
            'select node_id as "nodeId", due_at as "dueAt", body from duty_watches order by node_id',
          )
          .map((row) => ({ ...row, body: JSON.parse(row.body) as Json })),
      ),
    put: ({ nodeId, dueAt, body }) =>
      connection.write((db) => {
        db.run('insert or replace into duty_watches values (?, ?, ?)', nodeId, dueAt, JSON.stringify(body))
      }),
    nextDueAt: () =>
      connection.read(
        (db) =>
          db.get<{ dueAt: number | null }>(
            'select min(due_at) as "dueAt" from duty_watches where due_at is not null',
          )?.dueAt ?? null,
      ),
  }
}
