import { Source } from '../../contracts/source.ts'
import type { SourceTable } from '../state/sources.ts'
import type { Connection } from './connection.ts'

const sourceOf = ({ body }: { body: string }): Source => Source.parse(JSON.parse(body))

export function sourceTable(connection: Connection): SourceTable {
  return {
    all: () =>
      connection.read((db) => db.all<{ body: string }>('select body from sources order by id').map(sourceOf)),
    get: (id) =>
      connection.read((db) => {
        const row = db.get<{ body: string }>('select body from sources where id = ?', id)
        return row === undefined ? null : sourceOf(row)
      }),
    put: (source) =>
      connection.write((db) => {
        db.run('insert or replace into sources values (?, ?)', source.id, JSON.stringify(source))
      }),
    delete: (id) =>
      connection.write((db) => {
        db.run('delete from sources where id = ?', id)
      }),
  }
}
