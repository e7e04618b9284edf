import type { HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import type { RotaSettings } from '../../contracts/rota.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { RotaTable } from '../state/rotas.ts'
import type { Connection } from './connection.ts'
import { LISTED } from './lists.ts'

interface ContactRow {
  homeId: HomeId
  visitedAt: EpochMs | null
  visited: Contact
  resolvedAt: EpochMs | null
  resolved: Contact
}
type Contact = 'seen' | 'phone'

/** Of the newest visit or case of a home that ended with somebody seen or spoken to: one look at the end of an index. */
const newest = (what: string, table: 'visits' | 'alerts', at: string) =>
  `(select ${what} from ${table}
    where home_id = homes.id and body ->> '$.drill' = 0 and ${CONTACT} in ('seen', 'phone') and ${at} is not null
    order by ${at} desc limit 1)`
const CONTACT = "body ->> '$.outcome.contact'"
const SUBMITTED = "body ->> '$.submittedAt'"
const RESOLVED = "body ->> '$.resolvedAt'"

const CONTACTS = `
  select id as "homeId",
    ${newest(SUBMITTED, 'visits', SUBMITTED)} as "visitedAt", ${newest(CONTACT, 'visits', SUBMITTED)} as visited,
    ${newest(RESOLVED, 'alerts', RESOLVED)} as "resolvedAt", ${newest(CONTACT, 'alerts', RESOLVED)} as resolved
  from homes where jurisdiction_id in ${LISTED}`

function lastContact({ homeId, visitedAt, visited, resolvedAt, resolved }: ContactRow) {
  if (resolvedAt !== null && (visitedAt === null || visitedAt < resolvedAt))
    return [{ homeId, at: resolvedAt, contact: resolved }]
  return visitedAt === null ? [] : [{ homeId, at: visitedAt, contact: visited }]
}

export function rotaTable(connection: Connection): RotaTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<{ body: string }>('select body from rotas where node_id = ?', id)
        // Our own: what was checked when it was written is taken at its word.
        return row === undefined ? null : (JSON.parse(row.body) as RotaSettings)
      }),
    put: (settings, dueAt) =>
      connection.write((db) => {
        db.run(
          'insert or replace into rotas values (?, ?, ?)',
          settings.jurisdictionId,
          dueAt,
          JSON.stringify(settings),
        )
      }),
    due: (at) =>
      connection.read((db) => {
        const row = db.get<{ nodeId: JurisdictionId; dueAt: number }>(
          `select node_id as "nodeId", due_at as "dueAt" from rotas where due_at <= ? order by due_at, node_id limit 1`,
          at,
        )
        return row === undefined ? null : { ...row }
      }),
    nextDueAt: () =>
      connection.read(
        (db) => db.get<{ at: number | null }>('select min(due_at) as at from rotas')?.at ?? null,
      ),
    contacts: (scope) =>
      connection.read((db) => db.all<ContactRow>(CONTACTS, JSON.stringify(scope)).flatMap(lastContact)),
    asked: () =>
      connection.read((db) =>
        db
          .all<{ personId: PersonId; at: number; times: number }>(
            `select person_id as "personId", max(created_at) as at, count(*) as times from visit_people
             where is_drill = 0 group by person_id`,
          )
          .map((row) => ({ ...row })),
      ),
  }
}
