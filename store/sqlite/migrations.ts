import type { Log } from '../../contracts/telemetry.ts'
import type { Database } from './database.ts'

/**
 * Brings the database to the newest form: `steps[n]` leads from version n to n + 1, and `user_version` says how far it
 * is. Each step commits with its number, so a crash in between goes on where it was. Steps are only ever added.
 */
export function migrate(db: Database, file: string, steps: readonly string[], log: Log): void {
  const version = () => db.get<{ user_version: number }>('pragma user_version')?.user_version ?? 0
  const found = version()
  if (found > steps.length)
    throw new Error(
      `${file} was written by a newer version of this program (its form is ${found}, known here up to ${steps.length}): update the program, or restore the copy made before the update`,
    )
  steps.slice(found).forEach((step, done) => {
    const to = found + done + 1
    db.atomically(() => {
      // Looked at again under the write lock: another process may have been faster.
      if (version() >= to) return
      db.exec(step)
      db.exec(`pragma user_version = ${to}`)
    })
    log.info({ file, version: to }, 'database migrated')
  })
}
