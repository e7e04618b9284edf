import type { Json } from '../../contracts/finding.ts'
import type { OutboxItem, OutboxTable } from '../state/outbox.ts'
import type { Connection } from './connection.ts'

const NONE: ReadonlySet<number> = new Set()

type OutboxRow = Omit<OutboxItem, 'payload'> & { payload: string }

export function outboxTable(connection: Connection): OutboxTable {
  return {
    add: ({ key, channel, payload, notBefore }) =>
      connection.write((db) => {
        db.run(
          `insert into outbox (key, channel, payload, not_before, attempts, state)
           values (?, ?, ?, ?, 0, 'waiting') on conflict (key) do nothing`,
          key,
          channel,
          JSON.stringify(payload),
          notBefore,
        )
      }),
    due: (at, limit, but = NONE) =>
      connection.read((db) =>
        db
          .all<OutboxRow>(
            `select id, key, channel, payload, not_before as "notBefore", attempts, state from outbox
             where state = 'waiting' and not_before <= ? order by not_before, id limit ?`,
            at,
            limit + but.size,
          )
          .filter(({ id }) => !but.has(id))
          .slice(0, limit)
          .map((row) => ({ ...row, payload: JSON.parse(row.payload) as Json })),
      ),
    update: ({ id, notBefore, attempts, state }) =>
      connection.write((db) => {
        db.run(
          'update outbox set not_before = ?, attempts = ?, state = ? where id = ?',
          notBefore,
          attempts,
          state,
          id,
        )
      }),
    trim: (keep) =>
      connection.write((db) => {
        db.run(
          `delete from outbox where state <> 'waiting' and id <=
             (select id from outbox where state <> 'waiting' order by id desc limit 1 offset ?)`,
          keep,
        )
      }),
  }
}
