import type { SealedSecretTable } from '../state/sealed-secrets.ts'
import type { Connection } from './connection.ts'

export function sealedSecretTable(connection: Connection): SealedSecretTable {
  return {
    get: (name) =>
      connection.read(
        (db) =>
          db.get<{ sealed: Uint8Array }>('select sealed from sealed_secrets where name = ?', name)?.sealed ??
          null,
      ),
    put: (name, sealed) =>
      connection.write((db) => {
        db.run('insert or replace into sealed_secrets values (?, ?)', name, sealed)
      }),
    delete: (name) =>
      connection.write((db) => {
        db.run('delete from sealed_secrets where name = ?', name)
      }),
  }
}
