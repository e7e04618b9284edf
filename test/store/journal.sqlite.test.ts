import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UnreadableEntry } from '../../store/journal.ts'
import { openJournal } from '../../store/sqlite/journal.ts'

const program = (name: string): string => join(import.meta.dirname, name)

describe('the journal in SQLite', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'))
    file = join(folder, 'journal.db')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const tamper = (sql: string) => {
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }

  it('is read by its owner only', async () => {
    const journal = openJournal({ file })
    await journal.append([{ type: 'tick' }], 1)
    expect([file, `${file}-wal`].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
    await journal.close()
  })

  it('is refused when a newer version has written it', () => {
    tamper('pragma user_version = 99')
    expect(() => openJournal({ file })).toThrow(/newer version of this program.*99/)
  })

  it.each(['{"type":"ti', '7', 'null'])(
    'names the entry that cannot be read (%s), and goes on behind it',
    async (body) => {
      const journal = openJournal({ file })
      await journal.append([{ type: 'tick' }, { type: 'tick' }, { type: 'tick' }], 1)
      tamper(`update entries set body = '${body}' where seq = 2`)
      expect((await journal.read(0, 10)).map((entry) => entry.seq)).toEqual([1])
      const refusal: unknown = await journal.read(1, 10).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(UnreadableEntry)
      expect(refusal).toMatchObject({ seq: 2, message: 'journal entry 2 cannot be read' })
      expect((await journal.read(2, 10)).map((entry) => entry.seq)).toEqual([3])
      await journal.close()
    },
  )

  it('rejects all who wait for a commit that fails, keeps none of it, and takes the next', async () => {
    const journal = openJournal({ file })
    await journal.append([{ type: 'tick' }], 1)
    tamper(`create trigger broken before insert on entries when new.seq = 4
            begin select raise(abort, 'the disk is on fire'); end`)
    const settled = await Promise.allSettled([
      journal.append([{ type: 'tick' }], 1),
      journal.setCursor('rules', 1),
      journal.append([{ type: 'tick' }, { type: 'tick' }], 1),
    ])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect([journal.head(), journal.cursor('rules')]).toEqual([1, 0])
    tamper('drop trigger broken')
    expect(await journal.append([{ type: 'tick' }], 1)).toEqual({ firstSeq: 2, lastSeq: 2 })
    expect((await journal.read(0, 10)).map((entry) => entry.seq)).toEqual([1, 2])
    await journal.close()
  })

  it.skipIf(process.platform !== 'linux')('outlives a full disk', async () => {
    const child = spawn(
      'sh',
      ['-c', 'ulimit -S -f 4096 && exec "$0" "$@"', process.execPath, program('journal-full-disk.ts'), file],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    await once(child, 'exit')
    const seen = JSON.parse(line) as Record<'kept' | 'refused' | 'headWhenFull' | 'readable', number>
    expect(seen.refused).toBeGreaterThan(0)
    expect(seen.kept).toBeGreaterThan(0)
    expect(seen).toEqual({
      ...seen,
      headWhenFull: seen.kept,
      after: { firstSeq: seen.kept + 1, lastSeq: seen.kept + 1 },
      readable: seen.kept + 1,
    })
  })

  it.each(['single', 'groups'])('loses nothing acknowledged to kill -9 (%s)', async (mode) => {
    let acknowledged = 0
    for (const round of [1, 2, 3]) {
      const child = spawn(process.execPath, [program('journal-writer.ts'), file, mode], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      acknowledged = Math.max(acknowledged, await killAfter(child, 400 * round))
      const journal = openJournal({ file })
      expect(journal.head()).toBeGreaterThanOrEqual(acknowledged)
      const entries = await journal.read(0, journal.head())
      expect(entries.map((entry) => entry.seq)).toEqual(
        Array.from({ length: journal.head() }, (_, i) => i + 1),
      )
      // Each group says in its entries how long it is and where each stands: none is there in part.
      const marks = entries.map((entry) => (entry.type === 'started' ? (entry.lastAliveAt ?? 0) : 0))
      for (let i = 0; i < marks.length; ) {
        const size = Math.floor((marks[i] ?? 0) / 10)
        expect(marks.slice(i, i + size)).toEqual(Array.from({ length: size }, (_, n) => size * 10 + n))
        i += size
      }
      await journal.close()
    }
    expect(acknowledged).toBeGreaterThanOrEqual(1_200)
  })
})

/** Kills the writer in the midst of its work after so many acknowledged lines; returns the last sequence it printed. */
async function killAfter(child: ChildProcess, lines: number): Promise<number> {
  if (child.stdout === null) throw new Error('the writer has no output')
  const gone = once(child, 'exit')
  let last = 0
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    const lastSeq = Number(/^\d+-(\d+)$/.exec(line)?.[1] ?? 0)
    last = Math.max(last, lastSeq)
    seen += 1
    if (seen === lines) child.kill('SIGKILL')
  }
  await gone
  return last
}
