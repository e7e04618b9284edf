import type { PersonId, PhotoId } from '../../contracts/ids.ts'
import { type ActReceipt, type Photo, Visit, type VisitState } from '../../contracts/visit.ts'
import type { ActTable, PhotoTable, VisitTable } from '../state/visits.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { listPage, type Order, Where } from './lists.ts'

interface VisitRow {
  id: string
  createdAt: number
  body: string
}

const VISIT = 'select id, created_at as "createdAt", body from visits'
const NEWEST_FIRST: Order = { columns: ['created_at', 'id'], descending: true }
const OPEN: readonly VisitState[] = ['offered', 'accepted', 'en_route', 'on_scene']

const visitOf = ({ body }: { body: string }): Visit => Visit.parse(JSON.parse(body))
const keyOf = ({ createdAt, id }: VisitRow) => [createdAt, id] as const

export function visitTable(connection: Connection): VisitTable {
  const all = (sql: string, ...params: string[]) =>
    connection.read((db) => db.all<VisitRow>(sql, ...params).map(visitOf))
  const page = (where: Where, request: Parameters<VisitTable['list']>[1]) =>
    connection.read((db) =>
      listPage<VisitRow, Visit>(
        db,
        { select: VISIT, where, order: NEWEST_FIRST, page: request },
        keyOf,
        visitOf,
      ),
    )
  return {
    get: async (id) => (await all(`${VISIT} where id = ?`, id))[0] ?? null,
    openOf: (homeId) => all(`${VISIT} where home_id = ? and is_open = 1 order by created_at, id`, homeId),
    ofAlert: (id) => all(`${VISIT} where alert_id = ? order by created_at, id`, id),
    ofPerson: (id, request) =>
      page(new Where().and('id in (select visit_id from visit_people where person_id = ?)', id), request),
    list: ({ scope, states }, request) =>
      page(new Where().oneOf('jurisdiction_id', scope).oneOf('state', states), request),
    loads: (at) =>
      connection.read((db) =>
        db
          .all<{ personId: PersonId; visits: number; isBusy: number }>(
            `select person_id as "personId", count(*) as visits,
               max(v.is_open and (v.body ->> '$.kind' = 'emergency' or v.state in ('en_route', 'on_scene'))) as "isBusy"
             from visit_people p indexed by visit_people_by_creation join visits v on v.id = p.visit_id
             where p.created_at >= ? and p.is_crew = 1 and p.is_drill = 0 group by person_id`,
            at,
          )
          .map((row) => ({ ...row, isBusy: row.isBusy === 1 })),
      ),
    put: (visit) => connection.write((db) => putVisit(db, visit)),
  }
}

function putVisit(db: Database, visit: Visit): void {
  const isOpen = Number(OPEN.includes(visit.state))
  db.run(
    'insert or replace into visits values (?, ?, ?, ?, ?, ?, ?, ?)',
    visit.id,
    visit.alertId,
    visit.homeId,
    visit.jurisdictionId,
    visit.state,
    isOpen,
    visit.createdAt,
    JSON.stringify(visit),
  )
  for (const personId of new Set(visit.offers.map((offer) => offer.personId)))
    db.run(
      'insert or replace into visit_people values (?, ?, ?, ?, ?, ?)',
      visit.id,
      personId,
      visit.createdAt,
      Number(visit.crew.includes(personId)),
      isOpen,
      Number(visit.drill),
    )
}

export function actTable(connection: Connection): ActTable {
  return {
    get: (actId) =>
      connection.read((db) => {
        const row = db.get<{ body: string }>('select body from acts where id = ?', actId)
        // Our own: what was checked when it was written is taken at its word.
        return row === undefined ? null : (JSON.parse(row.body) as ActReceipt)
      }),
    put: (receipt) =>
      connection.write((db) => {
        db.run('insert into acts values (?, ?, ?)', receipt.actId, receipt.visitId, JSON.stringify(receipt))
      }),
  }
}

export function photoTable(connection: Connection): PhotoTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<Photo>(
          `select id, visit_id as "visitId", home_id as "homeId", taken_by as "takenBy",
             received_at as "receivedAt", media_type as "mediaType", bytes from photos where id = ?`,
          id,
        )
        return row === undefined ? null : { ...row }
      }),
    add: (photo, most) =>
      connection.write((db) => {
        const { id, visitId, homeId, takenBy, receivedAt, mediaType, bytes } = photo
        const ofVisit = 'select id, bytes from photos where home_id = ? and visit_id = ?'
        const kept = db.all<{ id: PhotoId; bytes: Uint8Array }>(ofVisit, homeId, visitId)
        const same = kept.find((one) => Buffer.compare(one.bytes, bytes) === 0)
        if (same) return same.id
        if (kept.length >= most) return null
        const insert = 'insert into photos values (?, ?, ?, ?, ?, ?, zeroblob(4096), ?)'
        db.run(insert, id, visitId, homeId, takenBy, receivedAt, mediaType, bytes)
        return id
      }),
    keepOnly: ({ homeId, visitId }, named) =>
      connection.write((db) => {
        db.run(
          `delete from photos where home_id = ? and visit_id = ?
           and id not in (select value from json_each(?))`,
          homeId,
          visitId,
          JSON.stringify(named),
        )
      }),
  }
}
