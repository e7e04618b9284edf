import { Alert, AlertState, TimelineEntry } from '../../contracts/alert.ts'
import { Finding } from '../../contracts/finding.ts'
import type { AlertFilter, AlertTable, FindingTable, NoteTable } from '../state/alerts.ts'
import type { Connection } from './connection.ts'
import { LISTED, listPage, type Order, Where } from './lists.ts'

interface BodyRow {
  body: string
}
interface AlertRow extends BodyRow {
  id: string
  severity: string
  openedAt: number
}

const ALERT = 'select id, severity, opened_at as "openedAt", body from alerts'
const URGENT_FIRST: Order = { columns: ['severity', 'opened_at', 'id'], descending: false }
const NEWEST_FIRST: Order = { columns: ['opened_at', 'id'], descending: true }

const IS_DRILL = "body ->> '$.drill'"

const alertOf = (row: BodyRow): Alert => Alert.parse(JSON.parse(row.body))
const entryOf = (row: BodyRow): TimelineEntry => TimelineEntry.parse(JSON.parse(row.body))

const matching = ({ scope, states, severities, kinds, homeId, from, to, drill }: AlertFilter): Where => {
  const where = new Where()
    .equal('home_id', homeId)
    .oneOf('state', states)
    .oneOf('severity', severities)
    .oneOf('kind', kinds)
    .oneOf('jurisdiction_id', scope)
    .within('opened_at', from, to)
  // Written out: only so is the index of drills found.
  return drill === undefined ? where : where.and(`${IS_DRILL} = ${Number(drill)}`)
}

export function alertTable(connection: Connection): AlertTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<BodyRow>('select body from alerts where id = ?', id)
        return row === undefined ? null : alertOf(row)
      }),
    activeOf: (homeId) =>
      connection.read((db) =>
        db
          .all<BodyRow>(
            `select body from alerts where home_id = ? and (state not in ('resolved', 'reviewed', 'closed') or quiet_until is not null)
             order by opened_at, id`,
            homeId,
          )
          .map(alertOf),
      ),
    activeAt: (jurisdictionId) =>
      connection.read((db) =>
        db
          .all<BodyRow>(
            `select body from alerts where home_id is null and jurisdiction_id = ?
               and (state not in ('resolved', 'reviewed', 'closed') or quiet_until is not null)
             order by opened_at, id`,
            jurisdictionId,
          )
          .map(alertOf),
      ),
    mergedInto: (id) =>
      connection.read((db) =>
        db
          .all<BodyRow>('select body from alerts where merged_into = ? order by opened_at, id', id)
          .map(alertOf),
      ),
    list: (filter, order, page) =>
      connection.read((db) =>
        order === 'urgency'
          ? listPage<AlertRow, Alert>(
              db,
              { select: ALERT, where: matching(filter), order: URGENT_FIRST, page },
              (row) => [row.severity, row.openedAt, row.id],
              alertOf,
            )
          : listPage<AlertRow, Alert>(
              db,
              { select: ALERT, where: matching(filter), order: NEWEST_FIRST, page },
              (row) => [row.openedAt, row.id],
              alertOf,
            ),
      ),
    put: (alert) =>
      connection.write((db) => {
        db.run(
          'insert or replace into alerts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          alert.id,
          alert.homeId,
          alert.jurisdictionId,
          alert.kind,
          alert.severity,
          alert.state,
          alert.openedAt,
          alert.quietUntil,
          alert.mergedInto,
          JSON.stringify(alert),
        )
      }),
    append: (entry) =>
      connection.write((db) => {
        db.run('insert into timeline values (?, ?, ?)', entry.alertId, entry.n, JSON.stringify(entry))
      }),
    timeline: (id) =>
      connection.read((db) =>
        db.all<BodyRow>('select body from timeline where alert_id = ? order by n', id).map(entryOf),
      ),
    timelinePage: (id, page) =>
      connection.read((db) =>
        listPage<BodyRow & { n: number }, TimelineEntry>(
          db,
          {
            select: 'select n, body from timeline',
            where: new Where().equal('alert_id', id),
            order: { columns: ['n'], descending: true },
            page,
          },
          ({ n }) => [n],
          entryOf,
        ),
      ),
    beginning: (id, limit) =>
      connection.read((db) =>
        db
          .all<BodyRow>('select body from timeline where alert_id = ? order by n limit ?', id, limit)
          .map(entryOf),
      ),
    countByState: (scope) =>
      connection.read((db) => {
        const where = new Where().oneOf('jurisdiction_id', scope).and(`${IS_DRILL} = 0`)
        const counts = new Map(AlertState.options.map((state) => [state, 0]))
        for (const row of db.all<{ state: AlertState; n: number }>(
          `select state, count(*) as n from alerts where ${where.sql} group by state`,
          ...where.params,
        ))
          counts.set(row.state, row.n)
        return Object.fromEntries(counts) as Record<AlertState, number>
      }),
  }
}

interface FindingRow extends BodyRow {
  id: string
  raisedAt: number
}

export function findingTable(connection: Connection): FindingTable {
  return {
    put: (finding) =>
      connection.write((db) => {
        db.run(
          'insert or replace into findings values (?, ?, ?, ?, ?)',
          finding.id,
          finding.homeId,
          finding.kind,
          finding.raisedAt,
          JSON.stringify(finding),
        )
      }),
    list: ({ homeId, kinds, from, to }, page) =>
      connection.read((db) =>
        listPage<FindingRow, Finding>(
          db,
          {
            select: 'select id, raised_at as "raisedAt", body from findings',
            where: new Where().equal('home_id', homeId).oneOf('kind', kinds).within('raised_at', from, to),
            order: { columns: ['raised_at', 'id'], descending: true },
            page,
          },
          (row) => [row.raisedAt, row.id],
          (row) => Finding.parse(JSON.parse(row.body)),
        ),
      ),
  }
}

export function noteTable(connection: Connection): NoteTable {
  return {
    put: (id, homeId, text) =>
      connection.write((db) => {
        db.run('insert or replace into notes values (?, ?, ?)', id, homeId, text)
      }),
    of: (ids) =>
      connection.read(
        (db) =>
          new Map(
            db
              .all<{ id: string; text: string }>(
                `select id, text from notes where id in ${LISTED}`,
                JSON.stringify(ids),
              )
              .map((row) => [row.id, row.text]),
          ),
      ),
  }
}
