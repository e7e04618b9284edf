import {
  Contact,
  type Home,
  type Jurisdiction,
  Needs,
  Place,
  type Resident,
} from '../../contracts/registry.ts'
import type { HomeTable, JurisdictionTable, ResidentTable } from '../state/places.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { BY_ID, idOf, LISTED, listPage, Where } from './lists.ts'

const JURISDICTION = 'select id, parent_id as "parentId", level, name from jurisdictions'

export function jurisdictionTable(connection: Connection): JurisdictionTable {
  return {
    all: () => connection.read((db) => db.all<Jurisdiction>(`${JURISDICTION} order by id`).map(plain)),
    get: (id) =>
      connection.read((db) => plainOrNull(db.get<Jurisdiction>(`${JURISDICTION} where id = ?`, id))),
    put: ({ id, parentId, level, name }) =>
      connection.write((db) => {
        db.run('insert or replace into jurisdictions values (?, ?, ?, ?)', id, parentId, level, name)
      }),
  }
}

const HOME =
  'select id, jurisdiction_id as "jurisdictionId", zone, created_at as "createdAt", archived_at as "archivedAt" from homes'

export function homeTable(connection: Connection): HomeTable {
  return {
    get: (id) => connection.read((db) => plainOrNull(db.get<Home>(`${HOME} where id = ?`, id))),
    of: (ids) =>
      connection.read((db) => db.all<Home>(`${HOME} where id in ${LISTED}`, JSON.stringify(ids)).map(plain)),
    list: ({ scope, archived }, page) =>
      connection.read((db) => {
        const where = new Where().oneOf('jurisdiction_id', scope)
        if (!archived) where.and('archived_at is null')
        return listPage<Home, Home>(db, { select: HOME, where, order: BY_ID, page }, idOf, plain)
      }),
    put: ({ id, jurisdictionId, zone, createdAt, archivedAt }) =>
      connection.write((db) => {
        db.run(
          'insert or replace into homes values (?, ?, ?, ?, ?)',
          id,
          jurisdictionId,
          zone,
          createdAt,
          archivedAt,
        )
      }),
  }
}

type ResidentRow = Omit<Resident, 'contacts' | 'needs' | 'place'> & {
  contacts: string
  needs: string
  place: string | null
}

const RESIDENT =
  'select id, home_id as "homeId", name, birth_year as "birthYear", phone, door, address, living, notes, contacts, needs, access_notes as "accessNotes", place from residents'

const residentOf = (row: ResidentRow): Resident => ({
  ...row,
  contacts: Contact.array().parse(JSON.parse(row.contacts)),
  needs: Needs.parse(JSON.parse(row.needs)),
  place: row.place === null ? null : Place.parse(JSON.parse(row.place)),
})

export function residentTable(connection: Connection): ResidentTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<ResidentRow>(`${RESIDENT} where id = ?`, id)
        return row === undefined ? null : residentOf(row)
      }),
    ofHomes: (homeIds) =>
      connection.read((db) =>
        db
          .all<ResidentRow>(`${RESIDENT} where home_id in ${LISTED} order by id`, JSON.stringify(homeIds))
          .map(residentOf),
      ),
    list: ({ scope, search }, page) =>
      connection.read((db) => {
        const where = new Where().homeInScope('home_id', scope)
        if (search !== null) {
          const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
          const columns = ['name', 'door', 'address', 'phone']
          where.and(
            columns.map((column) => `${column} like ? escape '\\'`).join(' or '),
            ...columns.map(() => pattern),
          )
        }
        return listPage<ResidentRow, Resident>(
          db,
          { select: RESIDENT, where, order: BY_ID, page },
          idOf,
          residentOf,
        )
      }),
    put: (resident) =>
      connection.write((db) => {
        db.run(
          'insert or replace into residents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          resident.id,
          resident.homeId,
          resident.name,
          resident.birthYear,
          resident.phone,
          resident.door,
          resident.address,
          resident.living,
          resident.notes,
          JSON.stringify(resident.contacts),
          JSON.stringify(resident.needs),
          resident.accessNotes,
          resident.place && JSON.stringify(resident.place),
        )
      }),
    erase: (id) =>
      connection.erase((db) => {
        const homeId = db.get<{ homeId: string }>(
          'select home_id as "homeId" from residents where id = ?',
          id,
        )?.homeId
        if (homeId === undefined) return
        forgetHome(db, homeId)
        db.run('delete from residents where id = ?', id)
        rewrite(db, 'notes')
        rewrite(db, 'residents')
      }),
  }
}

const ABOUT_A_HOME = [
  'notes',
  'photos',
  'consents',
  'awaited_consents',
  'installations',
  'away_periods',
  'sensitive_periods',
  'home_settings',
  'findings',
]

/** What was written about the home is about whoever lives there, and nothing tells whose line is whose. */
function forgetHome(db: Database, homeId: string): void {
  for (const table of ABOUT_A_HOME) db.run(`delete from ${table} where home_id = ?`, homeId)
  db.run(
    'delete from proposal_replays where proposal_id in (select id from proposals where home_id = ?)',
    homeId,
  )
  db.run('delete from proposals where home_id = ?', homeId)
  // Emptied and not deleted: it would be looked into again, in a past that is gone.
  db.run(
    `update missed_alarms set body = json_set(body, '$.state', 'failed', '$.rules', json('[]'))
     where alert_id in (select id from alerts where home_id = ?)`,
    homeId,
  )
  // Where a phone was at check-in leads to the door.
  db.run(`update visits set body = json_set(body, '$.place', null) where home_id = ?`, homeId)
  db.run(
    `update live_events set event = json_set(event, '$.visit.place', null) where event ->> '$.visit.homeId' = ?`,
    homeId,
  )
}

/**
 * Lays the table out anew. secure_delete zeroes rows and whole pages that are freed, but not the copies that stay in the
 * gaps of a page when SQLite moves rows to its neighbours: only what frees every page of the table gets rid of those.
 * Photos need none of it: no byte of them stands on the page of a row (`PHOTO_MARGINS`).
 */
function rewrite(db: Database, table: 'notes' | 'residents'): void {
  // Between two tables laid out alike SQLite copies row by row as they are, indexes too, and sorts nothing.
  const layout = db.all<{ sql: string }>(
    `select sql from main.sqlite_schema where tbl_name = ? and sql is not null order by type = 'table' desc`,
    table,
  )
  for (const { sql } of layout)
    db.exec(
      sql.replace(/^create table/i, 'create temp table').replace(/^create index /i, 'create index temp.'),
    )
  db.exec(`
    insert into temp.${table} select * from main.${table};
    delete from main.${table};
    insert into main.${table} select * from temp.${table};
    drop table temp.${table};
  `)
}

/** Rows of node:sqlite have no prototype, which surprises whoever compares or prints them. */
const plain = <T extends object>(row: T): T => ({ ...row })
const plainOrNull = <T extends object>(row: T | undefined): T | null =>
  row === undefined ? null : plain(row)
