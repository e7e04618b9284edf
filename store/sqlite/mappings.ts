import { MappingSubject, mappingKey, SourceMapping } from '../../contracts/mapping.ts'
import type { MappingTable } from '../state/mappings.ts'
import type { Connection } from './connection.ts'

interface Row {
  subject: string
  body: string
}

export function mappingTable(connection: Connection): MappingTable {
  return {
    all: () =>
      connection.read((db) =>
        db.all<Row>('select subject, body from mappings order by subject').map(({ subject, body }) => ({
          subject: subjectOf(subject),
          mapping: SourceMapping.parse(JSON.parse(body)),
        })),
      ),
    get: (subject) =>
      connection.read((db) => {
        const row = db.get<Row>('select body from mappings where subject = ?', mappingKey(subject))
        return row === undefined ? null : SourceMapping.parse(JSON.parse(row.body))
      }),
    put: (subject, mapping) =>
      connection.write((db) => {
        const key = mappingKey(subject)
        if (mapping === null) db.run('delete from mappings where subject = ?', key)
        else db.run('insert or replace into mappings values (?, ?)', key, JSON.stringify(mapping))
      }),
  }
}

function subjectOf(key: string): MappingSubject {
  const [type, first, model] = JSON.parse(key) as unknown[]
  return MappingSubject.parse(
    type === 'device' ? { type, deviceId: first } : { type, gatewayId: first, model },
  )
}
