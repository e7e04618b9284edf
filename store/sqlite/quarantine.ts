import { DECODED_LATER, type QuarantineItem } from '../../contracts/quarantine.ts'
import type { QuarantineBounds, QuarantineTable } from '../state/quarantine.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { idOf, LISTED, listPage, NEWEST_FIRST, Where } from './lists.ts'

/** Base64 of 4 KB, as lists show it and as it stays of a message that was decoded after all. */
const EXCERPT = 'substr(payload, 1, 5464)'
const itemWith = (payload: string): string =>
  `select id, received_at as "receivedAt", principal, source_id as "sourceId", topic, ${payload} as payload, size_bytes as "sizeBytes", code, message, decoded_at as "decodedAt" from quarantine`
const WHOLE = itemWith('payload')
/** How many go at once when the payloads together have grown too large. */
const SHED = 50

export function quarantineTable(connection: Connection): QuarantineTable {
  return {
    add: (items, bounds) =>
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
        return keepWithin(db, items, bounds)
      }),
    get: (id) =>
      connection.read((db) => {
        const row = db.get<QuarantineItem>(`${WHOLE} where id = ?`, id)
        return row === undefined ? null : { ...row }
      }),
    list: ({ code, principal, decoded }, page) =>
      connection.read((db) => {
        const where = new Where().equal('code', code).equal('principal', principal)
        if (decoded !== null) where.and(`decoded_at is ${decoded ? 'not ' : ''}null`)
        const query = { select: itemWith(EXCERPT), where, order: NEWEST_FIRST, page }
        return listPage<QuarantineItem, QuarantineItem>(db, query, idOf, (row) => ({ ...row }))
      }),
    waiting: ({ principal, sourceId }, after, limit) =>
      connection.read((db) =>
        db
          .all<QuarantineItem>(
            `${WHOLE} where principal = ? and source_id is ? and id > ? and decoded_at is null and code in ${LISTED}
             order by id limit ?`,
            principal,
            sourceId,
            after,
            JSON.stringify(DECODED_LATER),
            limit,
          )
          .map((row) => ({ ...row })),
      ),
    markDecoded: (ids, at) =>
      connection.write((db) => {
        db.run(
          `update quarantine set decoded_at = ?, payload = ${EXCERPT} where id in ${LISTED}`,
          at,
          JSON.stringify(ids),
        )
      }),
    askedForMapping: () =>
      connection.read((db) =>
        db
          .all<{ principal: string; sourceId: string | null; waiting: number; decoded: number }>(
            `select principal, source_id as "sourceId", sum(decoded_at is null) as waiting,
               sum(decoded_at is not null) as decoded
             from quarantine where code = 'needs_mapping' group by principal, source_id order by principal, source_id`,
          )
          .map((row) => ({ ...row })),
      ),
    countByCode: () =>
      connection.read((db) =>
        Object.fromEntries(
          db
            .all<{ code: string; n: number }>(
              'select code, count(*) as n from quarantine where decoded_at is null group by code order by code',
            )
            .map((row) => [row.code, row.n]),
        ),
      ),
  }
}

function keepWithin(
  db: Database,
  added: readonly { principal: string; sourceId: string | null }[],
  bounds: QuarantineBounds,
): number {
  let gone = 0
  for (const { principal, sourceId } of added)
    gone += db.run(
      `delete from quarantine where principal = ?1 and source_id is ?2 and id <= (
         select id from quarantine where principal = ?1 and source_id is ?2 order by id desc limit 1 offset ?3)`,
      principal,
      sourceId,
      bounds.itemsPerSource,
    )
  gone += db.run(
    'delete from quarantine where id <= (select id from quarantine order by id desc limit 1 offset ?)',
    bounds.items,
  )
  const size = () => db.get<{ bytes: number }>('select bytes from quarantine_size')?.bytes ?? 0
  while (size() > bounds.payloadBytes)
    gone += db.run('delete from quarantine where id in (select id from quarantine order by id limit ?)', SHED)
  return gone
}
