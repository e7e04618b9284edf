import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HomeId, PersonId, PhotoId, ResidentId, VisitId } from '../../contracts/ids.ts'
import { type Log, silentLog } from '../../contracts/telemetry.ts'
import { openWritable } from '../../store/sqlite/database.ts'
import { migrate } from '../../store/sqlite/migrations.ts'
import { PHOTO_MARGINS } from '../../store/sqlite/schema/duty.ts'
import { CONSENT_FORMS, HOME_SETTINGS_HISTORY } from '../../store/sqlite/schema/homes.ts'
import { STATE_MIGRATIONS } from '../../store/sqlite/schema.ts'
import { openState } from '../../store/sqlite/state.ts'
import { alert, anyAlert, firstPage, resident } from './state-samples.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'))
  file = join(folder, 'state.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const raw = (sql: string) => {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

const h = (n: number) => HomeId.parse(`h${n}`)
const r = (n: number) => ResidentId.parse(`r${n}`)

/** Whose words stand anywhere in the files of the database, of residents 0 to 299. */
function traced(): number[] {
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).toString('latin1'))
    .join('\n')
  const found = new Set([...text.matchAll(/secret-(\d+)-/g)].map((match) => Number(match[1])))
  return [...found].sort((a, b) => a - b)
}

const migrated = (steps: readonly string[], log: Log = silentLog) => {
  const db = openWritable(file)
  try {
    migrate(db, file, steps, log)
    return db.all<{ x: number }>('select x from b').map(({ x }) => x)
  } finally {
    db.close()
  }
}

const before = (step: string): readonly string[] => STATE_MIGRATIONS.slice(0, STATE_MIGRATIONS.indexOf(step))

describe('migrations', () => {
  const STEPS = [
    'create table a (x integer) strict',
    'create table b (x integer) strict',
    'insert into b values (1)',
  ]

  it('take each step once, from where the database stands', () => {
    expect(migrated(STEPS.slice(0, 2))).toEqual([])
    const said: object[] = []
    expect(migrated(STEPS, { ...silentLog, info: (data) => said.push(data) })).toEqual([1])
    expect(said).toEqual([{ file, version: 3 }])
    expect(migrated(STEPS)).toEqual([1])
  })

  it('leave a step that fails undone, and go on with it next time', () => {
    expect(() => migrated([...STEPS, 'insert into b values (2); insert into nowhere values (1)'])).toThrow(
      'nowhere',
    )
    expect(migrated([...STEPS, 'insert into b values (3)'])).toEqual([1, 3])
  })

  it('refuse a database that is newer than the program', async () => {
    await openState({ file }).close()
    raw('pragma user_version = 99')
    expect(() => openState({ file })).toThrow(/newer version of this program.*99/)
  })
})

describe('the state in SQLite', () => {
  it('takes over the alerts, notes and live events of the release before places had alerts', async () => {
    const db = openWritable(file)
    migrate(db, file, STATE_MIGRATIONS.slice(0, 1), silentLog)
    db.close()
    const { waitUntil: _, mergedInto: __, members: ___, ...old } = alert('a1')
    const body = JSON.stringify(old)
    const event = JSON.stringify({ type: 'alert', homeId: 'h1', jurisdictionId: 'east', alert: old })
    raw(`insert into alerts values ('a1', 'h1', 'east', '${old.kind}', 'P2', 'open', 2000, null, '${body}');
      insert into notes values ('n1', 'h1', 'said'); insert into live_events (at, event) values (1, '${event}')`)
    const store = openState({ file })
    expect(await store.alerts.get(alert('a1').id)).toEqual(alert('a1'))
    expect((await store.alerts.list(anyAlert, 'urgency', firstPage)).items).toEqual([alert('a1')])
    expect((await store.notes.of(['n1'])).get('n1')).toBe('said')
    expect((await store.live.after(0, 9)).map((kept) => kept.event)).toMatchObject([{ alert: alert('a1') }])
    await store.close()
  })

  it('takes over what a home had otherwise than all as the first of its history', async () => {
    const db = openWritable(file)
    migrate(db, file, before(HOME_SETTINGS_HISTORY), silentLog)
    db.close()
    const homeId = HomeId.parse('h1')
    const own = { homeId, budgetPer30Days: 1, capHours: null, changedAt: 5, changedBy: 'system' as const }
    raw(`insert into home_settings values ('h1', '${JSON.stringify(own)}')`)
    const store = openState({ file })
    await store.circumstances.putSettings({ ...own, budgetPer30Days: 3, changedAt: 9 })
    expect(await store.circumstances.settingsHistory(homeId)).toEqual([
      own,
      { ...own, budgetPer30Days: 3, changedAt: 9 },
    ])
    expect((await store.circumstances.settingsOf(homeId))?.changedAt).toBe(9)
    await store.close()
  })

  it('takes over consents of old as given on the spot', async () => {
    const db = openWritable(file)
    migrate(db, file, before(CONSENT_FORMS), silentLog)
    db.close()
    const old = { id: 'c1', homeId: 'h1', deviceKind: 'water', givenBy: 'family', withdrawnAt: null }
    raw(`insert into consents values ('c1', 'h1', 5, '${JSON.stringify(old)}')`)
    const store = openState({ file })
    const taken = { ...old, form: 'on_the_spot' }
    expect(await store.consents.ofHome(HomeId.parse('h1'))).toEqual([taken])
    expect(await store.consents.standingIn([HomeId.parse('h1')])).toEqual([taken])
    await store.close()
  })

  it('takes over the photos of old, to where they leave nothing behind', async () => {
    const db = openWritable(file)
    migrate(db, file, before(PHOTO_MARGINS), silentLog)
    db.run(
      `insert into photos values ('p1', 'v1', 'h1', 'ding', 5, 'image/jpeg', ?)`,
      Buffer.from('secret-1-face'),
    )
    db.close()
    const store = openState({ file })
    expect(await store.photos.get(PhotoId.parse('p1'))).toMatchObject({ homeId: 'h1', receivedAt: 5 })
    expect(traced()).toEqual([1])
    await store.residents.put(resident('r1', { homeId: h(1) }))
    await store.residents.erase(r(1))
    expect(traced()).toEqual([])
    await store.close()
  })

  it('says which values of an alert are not what they should be', async () => {
    const store = openState({ file })
    await store.alerts.put(alert('a1'))
    raw(`update alerts set body = json_set(body, '$.severity', 'P9')`)
    await expect(store.alerts.get(alert('a1').id)).rejects.toThrow('severity')
    await store.close()
  })

  // Lengths and orders found by trying: with them SQLite leaves a copy of a row behind in a gap between others.
  it.each([
    { words: 30, passes: 2, stride: 37 },
    { words: 30, passes: 4, stride: 101 },
    { words: 60, passes: 2, stride: 101 },
  ])('keeps no word of a resident who was erased, in no file ($words, $passes, $stride)', async (wear) => {
    const everybody = Array.from({ length: 300 }, (_, n) => n)
    const store = openState({ file })
    await store.transaction(async ({ residents, notes }) => {
      for (let pass = 0; pass < wear.passes; pass += 1)
        for (const n of everybody.map((k) => (k * wear.stride) % 300)) {
          const said = `secret-${n}-notes `.repeat(1 + ((n * 7 + pass * 31) % wear.words))
          await residents.put(resident(`r${n}`, { homeId: h(n), notes: said }))
          await notes.put(`n${n}`, h(n), `secret-${n}-said `.repeat(1 + ((n * 11 + pass * 17) % wear.words)))
        }
    })
    expect(traced()).toEqual(everybody)
    await store.transaction(async ({ residents }) => {
      for (const n of everybody) if (n % 2 === 0) await residents.erase(r(n))
    })
    expect(traced()).toEqual(everybody.filter((n) => n % 2 === 1))
    await store.residents.erase(r(7))
    expect(traced()).toEqual(everybody.filter((n) => n % 2 === 1 && n !== 7))
    expect(await store.residents.get(r(7))).toBeNull()
    expect([...(await store.notes.of(['n7', 'n9'])).keys()]).toEqual(['n9'])
    await store.close()
  })

  // Found by trying, as above: where a photo begins on the page of its row SQLite leaves some of it behind.
  it.each([
    { words: 20, stride: 37 },
    { words: 30, stride: 101 },
    { words: 90, stride: 37 },
  ])(
    'keeps no picture of a resident who was erased, and moves nobody else’s ($words, $stride)',
    async (wear) => {
      const picture = (n: number) => Buffer.from(`secret-${n}-face `.repeat(1 + ((n * 131) % wear.words)))
      const everybody = Array.from({ length: 300 }, (_, n) => n)
      const store = openState({ file })
      await store.transaction(async ({ photos }) => {
        for (const n of everybody.map((k) => (k * wear.stride) % 300)) {
          await photos.add(photo(n, `p${n}`, 'kept', picture(n)), 5)
          await photos.add(photo(n, `unnamed-${n}`, 'gone', Buffer.from(`nobody ${n}`.repeat(n))), 5)
        }
        for (const n of everybody) await photos.keepOnly({ homeId: h(n), visitId: VisitId.parse('gone') }, [])
      })
      const before = rowsOfPhotos().filter(({ homeId }) => Number(homeId.slice(1)) % 2 === 1)
      expect(traced()).toEqual(everybody)
      await store.transaction(async ({ residents }) => {
        for (const n of everybody.filter((one) => one % 2 === 0)) {
          await residents.put(resident(`r${n}`, { homeId: h(n) }))
          await residents.erase(r(n))
        }
      })
      expect(traced()).toEqual(everybody.filter((n) => n % 2 === 1))
      // However many there are of others: an erasure takes as long as what it erases.
      expect(rowsOfPhotos()).toEqual(before)
      expect(Buffer.from((await store.photos.get(PhotoId.parse('p7')))?.bytes ?? [])).toEqual(picture(7))
      await store.close()
    },
  )
})

const photo = (n: number, id: string, visitId: string, bytes: Uint8Array) => ({
  id: PhotoId.parse(id),
  visitId: VisitId.parse(visitId),
  homeId: h(n),
  takenBy: PersonId.parse('ding'),
  receivedAt: n,
  mediaType: 'image/jpeg' as const,
  bytes,
})

/** Where in the table each photo lies. */
function rowsOfPhotos() {
  const db = new DatabaseSync(file, { readOnly: true })
  const rows = db.prepare('select rowid as row, home_id as "homeId" from photos order by rowid').all()
  db.close()
  return rows.map((row) => ({ ...row }) as { row: number; homeId: string })
}
