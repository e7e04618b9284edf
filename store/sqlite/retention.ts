import { Alert } from '../../contracts/alert.ts'
import type { Erasure, Removal } from '../../contracts/retention.ts'
import { Visit } from '../../contracts/visit.ts'
import type { ErasureTable, RetentionTable } from '../state/retention.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { LISTED, listPage, Where } from './lists.ts'

interface BodyRow {
  body: string
}

/** Rows are our own: what was checked when it was written is taken at its word. */
export function erasureTable(connection: Connection): ErasureTable {
  return {
    put: (erasure) =>
      connection.write((db) => {
        db.run(
          'insert or replace into erasures values (?, ?, ?, ?)',
          erasure.residentId,
          erasure.at,
          erasure.seriesDueAt,
          JSON.stringify(erasure),
        )
      }),
    due: (at) =>
      connection.read((db) =>
        db
          .all<BodyRow>(
            'select body from erasures where due_at <= ? order by due_at, resident_id limit 1000',
            at,
          )
          .map(({ body }) => JSON.parse(body) as Erasure),
      ),
    list: (page) =>
      connection.read((db) =>
        listPage<BodyRow & { at: number; id: string }, Erasure>(
          db,
          {
            select: 'select resident_id as id, at, body from erasures',
            where: new Where(),
            order: { columns: ['at', 'resident_id'], descending: true },
            page,
          },
          ({ at, id }) => [at, id],
          ({ body }) => JSON.parse(body) as Erasure,
        ),
      ),
  }
}

export function retentionTable(connection: Connection): RetentionTable {
  return {
    forgetLooks: (before, limit) =>
      connection.write((db) =>
        // Written in the order of time: the first that are kept say how far it is.
        db.run(
          `delete from access_log where id in (
             select id from (select id, at from access_log order by id limit ?) where at < ?)`,
          limit,
          before,
        ),
      ),
    forgetFindings: (before, limit) =>
      connection.write((db) =>
        db.run(
          `delete from findings where id in (
             select f.id from findings f
             where f.raised_at < ? and coalesce(f.body ->> '$.clearedAt', f.raised_at) < ?
               and not exists (
                 select 1 from alerts a, json_each(a.body, '$.findings') held
                 where a.home_id = f.home_id and held.value = f.id
                   and (a.state not in ('resolved', 'reviewed', 'closed') or a.quiet_until is not null))
             order by f.raised_at limit ?)`,
          before,
          before,
          limit,
        ),
      ),
    forgetCases: (before, limit) =>
      connection.write((db) => {
        const cases = db
          .all<BodyRow>(
            `select a.body from alerts a
             where a.opened_at < ? and a.state = 'closed' and a.body ->> '$.closedAt' < ? and a.quiet_until is null
               and not exists (select 1 from alerts m where m.merged_into = a.id)
               and not exists (select 1 from visits v where v.alert_id = a.id and v.is_open = 1)
             order by a.opened_at, a.id limit ?`,
            before,
            before,
            limit,
          )
          .map(({ body }) => Alert.parse(JSON.parse(body)))
        const ids = JSON.stringify(cases.map(({ id }) => id))
        const visits = db.all<BodyRow>(`select body from visits where alert_id in ${LISTED}`, ids)
        removeVisits(
          db,
          visits.map(({ body }) => Visit.parse(JSON.parse(body))),
        )
        removeCases(db, ids)
        return cases
      }),
    forgetVisits: (before, limit) =>
      connection.write((db) => {
        const visits = db
          .all<BodyRow>(
            `select body from visits
             where alert_id is null and is_open = 0 and created_at < ? and body ->> '$.updatedAt' < ?
             order by created_at, id limit ?`,
            before,
            before,
            limit,
          )
          .map(({ body }) => Visit.parse(JSON.parse(body)))
        removeVisits(db, visits)
        return visits
      }),
    note: (removal) =>
      connection.write((db) => {
        db.run('insert into removals (body) values (?)', JSON.stringify(removal))
      }),
    removals: (page) =>
      connection.read((db) =>
        listPage<BodyRow & { id: number }, Removal>(
          db,
          {
            select: 'select id, body from removals',
            where: new Where(),
            order: { columns: ['id'], descending: true },
            page,
          },
          ({ id }) => [id],
          ({ body }) => JSON.parse(body) as Removal,
        ),
      ),
  }
}

/** `ids`: a JSON array. */
function removeCases(db: Database, ids: string): void {
  db.run(
    `delete from notes where id in (select body ->> '$.noteId' from timeline where alert_id in ${LISTED})`,
    ids,
  )
  db.run(
    `delete from proposal_replays where proposal_id in (select id from proposals where alert_id in ${LISTED})`,
    ids,
  )
  for (const table of ['timeline', 'pages', 'proposals', 'missed_alarms'])
    db.run(`delete from ${table} where alert_id in ${LISTED}`, ids)
  db.run(`delete from alerts where id in ${LISTED}`, ids)
}

function removeVisits(db: Database, visits: readonly Visit[]): void {
  const ids = JSON.stringify(visits.map(({ id }) => id))
  const notes = JSON.stringify(visits.flatMap(({ noteId }) => noteId ?? []))
  const homes = JSON.stringify([...new Set(visits.map(({ homeId }) => homeId))])
  db.run(`delete from notes where id in ${LISTED}`, notes)
  // By the home as well: there is no index on the visit.
  db.run(`delete from photos where home_id in ${LISTED} and visit_id in ${LISTED}`, homes, ids)
  for (const table of ['visit_people', 'acts'])
    db.run(`delete from ${table} where visit_id in ${LISTED}`, ids)
  db.run(`delete from visits where id in ${LISTED}`, ids)
}
