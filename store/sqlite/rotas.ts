import type { HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import type { RotaSettings } from '../../contracts/rota.ts'
import type { RotaTable } from '../state/rotas.ts'
import type { Connection } from './connection.ts'
import { LISTED } from './lists.ts'

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
      connection.read((db) =>
        db
          .all<{ homeId: HomeId; at: number; contact: 'seen' | 'phone' }>(
            // Of the row with the largest time SQLite takes the other columns as well.
            `select home_id as "homeId", max(at) as at, contact from (
               select home_id, body ->> '$.submittedAt' as at, body ->> '$.outcome.contact' as contact from visits
                 where jurisdiction_id in ${LISTED} and body ->> '$.drill' = 0
               union all
               select home_id, body ->> '$.resolvedAt', body ->> '$.outcome.contact' from alerts
                 where jurisdiction_id in ${LISTED} and home_id is not null and body ->> '$.drill' = 0
             ) where contact in ('seen', 'phone') and at is not null group by home_id`,
            JSON.stringify(scope),
            JSON.stringify(scope),
          )
          .map((row) => ({ ...row })),
      ),
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
