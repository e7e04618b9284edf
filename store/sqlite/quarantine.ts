import type { QuarantineItem } from '../../contracts/quarantine.ts'
import type { QuarantineTable } from '../state.ts'
import type { Connection } from './connection.ts'
import { idOf, listPage, NEWEST_FIRST, Where } from './lists.ts'

const ITEM =
  'select id, received_at as "receivedAt", principal, source_id as "sourceId", topic, payload, size_bytes as "sizeBytes", code, message from quarantine'

export function quarantineTable(connection: Connection): QuarantineTable {
  return {
    add: (items, bound) =>
      connection.write((db) => {
        for (const item of items)
          db.run(
            `insert into quarantine
               (received_at, principal, source_id, topic, payload, size_bytes, code, message)
             values (?, ?, ?, ?, ?, ?, ?, ?)`,
            item.receivedAt,
            item.principal,
            item.sourceId,
            item.topic,
            item.payload,
            item.sizeBytes,
            item.code,
            item.message,
          )
        return db.run(
          'delete from quarantine where id <= (select id from quarantine order by id desc limit 1 offset ?)',
          bound,
        )
      }),
    get: (id) =>
      connection.read((db) => {
        const row = db.get<QuarantineItem>(`${ITEM} where id = ?`, id)
        return row === undefined ? null : { ...row }
      }),
    list: ({ code, principal }, page) =>
      connection.read((db) =>
        listPage<QuarantineItem, QuarantineItem>(
          db,
          {
            select: ITEM,
            where: new Where().equal('code', code).equal('principal', principal),
            order: NEWEST_FIRST,
            page,
          },
          idOf,
          (row) => ({ ...row }),
        ),
      ),
    countByCode: () =>
      connection.read((db) =>
        Object.fromEntries(
          db
            .all<{ code: string; n: number }>(
              'select code, count(*) as n from quarantine group by code order by code',
            )
            .map((row) => [row.code, row.n]),
        ),
      ),
  }
}
