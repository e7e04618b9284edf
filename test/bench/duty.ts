import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { HomeWatch } from '../../api/home-watch.ts'
import { JurisdictionTree } from '../../api/permissions.ts'
import { Views } from '../../api/views.ts'
import { Circumstances } from '../../app/circumstances.ts'
import { newAlertId } from '../../app/commands/commands.ts'
import { Directory } from '../../app/directory.ts'
import { Duty } from '../../app/duty/duty.ts'
import { Feed } from '../../app/live-feed.ts'
import { Pipeline } from '../../app/pipeline/pipeline.ts'
import { DeviceId, HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import type { JournalBody } from '../../contracts/journal.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { noMeters, silentLog } from '../../contracts/telemetry.ts'
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../../contracts/time.ts'
import { openJournal } from '../../store/sqlite/journal.ts'
import { openState } from '../../store/sqlite/state.ts'
import type { StateStore } from '../../store/state.ts'
import { device, home, jurisdiction, person, resident, roster } from '../store/state-samples.ts'
import { median, spread } from './spread.ts'

const ALERTS = 1_000
const PEOPLE = 10_000
const STREETS = 7
const COMMUNITIES = 100
const ROUNDS = 5
const LOOKS = 50
const T0 = Date.parse('2026-03-01T12:00:00Z')

const inMs = (value: number) => `${value.toFixed(2)} ms`

/** A district of 1,000 homes in which smoke is seen everywhere at once, and 10,000 people to answer. */
export async function benchDuty(print: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const file = join(folder, 'state.db')
  const state = openState({ file })
  const journal = openJournal({ file: join(folder, 'journal.db') })
  await settle(state)
  const pipeline = await Pipeline.start({
    journal,
    state,
    directory: await Directory.load(state),
    circumstances: await Circumstances.load(state, T0),
    duty: await Duty.load(state, T0, 'Asia/Shanghai'),
    feed: new Feed({ now: () => T0 }),
    settings: defaultRuleSettings,
    newAlertId,
    canAsk: false,
    onLostHome() {},
    wait: async () => {},
    log: silentLog,
    meters: noMeters,
  })
  try {
    const take = async (body: JournalBody, at: EpochMs): Promise<number> => {
      const begun = performance.now()
      await journal.append([body], at)
      await pipeline.caughtUp()
      return performance.now() - begun
    }
    for (let n = 0; n < ALERTS; n++) await take(smokeIn(n), T0)
    print(`${ALERTS} P1 alerts are open, ${PEOPLE} people, ${STREETS + COMMUNITIES + 1} rosters`)
    await benchTicks(take, state, file, print)
    await benchQueue(state, file, print)
  } finally {
    await pipeline.stop()
    await journal.close()
    await state.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function benchTicks(
  take: (body: JournalBody, at: EpochMs) => Promise<number>,
  state: StateStore,
  file: string,
  print: (line: string) => void,
): Promise<void> {
  const idle: number[] = []
  for (let n = 1; n <= LOOKS; n++) idle.push(await take({ type: 'tick' }, T0 + n * 20))
  // Past the first five minutes every alert repeats its last step every five: all of them in one tick.
  await take({ type: 'tick' }, T0 + 6 * MINUTE_MS)
  const due: number[] = []
  const bare: number[] = []
  let pages = (await state.pages.since(0)).length
  for (let round = 0; round < ROUNDS; round++) {
    due.push(await take({ type: 'tick' }, T0 + (11 + 5 * round) * MINUTE_MS + SECOND_MS))
    const all = (await state.pages.since(0)).length
    if (all - pages < ALERTS)
      throw new Error(`a tick in which ${ALERTS} steps were due made ${all - pages} pages`)
    pages = all
    bare.push(bareWrites(file, round))
  }
  print(`tick with nothing due:            ${spread(idle, inMs)}`)
  print(`tick with ${ALERTS} steps due:        ${spread(due, inMs)}`)
  print(
    `  node:sqlite, the same rows bare: ${spread(bare, inMs)} · ratio ${(median(due) / median(bare)).toFixed(1)}`,
  )
}

/** The rows that such a tick leaves behind, written with nothing in between: alert, line, event, page, outbox. */
function bareWrites(file: string, round: number): number {
  const from = new DatabaseSync(file, { readOnly: true })
  const of = (table: string) =>
    from.prepare(`select body from ${table} limit ${ALERTS}`).all() as { body: string }[]
  const bodies = [of('alerts'), of('timeline'), of('alerts'), of('pages'), of('pages')]
  from.close()
  const to = new DatabaseSync(`${file}.bare-${round}`)
  to.exec('pragma journal_mode = wal; pragma synchronous = full')
  for (const n of bodies.keys()) to.exec(`create table t${n} (id integer primary key, body text not null)`)
  const begun = performance.now()
  to.exec('begin')
  for (const [n, rows] of bodies.entries()) {
    const put = to.prepare(`insert into t${n} (body) values (?)`)
    for (const { body } of rows) put.run(body)
  }
  to.exec('commit')
  const took = performance.now() - begun
  to.close()
  return took
}

async function benchQueue(state: StateStore, file: string, print: (line: string) => void): Promise<void> {
  const clocks = { civil: { now: () => T0 }, wall: { now: () => T0 }, factor: 1 }
  const views = new Views(state, clocks.civil, new HomeWatch(state, clocks))
  const tree = new JurisdictionTree(await state.jurisdictions.all())
  const none = { scope: null, severities: null, kinds: null, homeId: null, from: null, to: null }
  const queue: number[] = []
  const bare: number[] = []
  const db = new DatabaseSync(file, { readOnly: true })
  const query = db.prepare(
    "select body from alerts where state in ('open', 'recovered') order by severity, opened_at, id limit 200",
  )
  for (let n = 0; n < LOOKS; n++) {
    const begun = performance.now()
    const page = await state.alerts.list({ ...none, states: ['open', 'recovered'] }, 'urgency', {
      limit: 200,
      after: null,
    })
    const shown = await views.alerts(page.items, tree)
    queue.push(performance.now() - begun)
    if (shown.length !== 200) throw new Error(`the queue shows ${shown.length} of ${ALERTS} alerts`)
    const again = performance.now()
    for (const { body } of query.all() as { body: string }[]) JSON.parse(body)
    bare.push(performance.now() - again)
  }
  db.close()
  print(`queue, the first 200 with names:  ${spread(queue, inMs)}`)
  print(
    `  node:sqlite, rows parsed alone: ${spread(bare, inMs)} · ratio ${(median(queue) / median(bare)).toFixed(1)}`,
  )
}

const smokeIn = (n: number): JournalBody => ({
  type: 'readings',
  deviceId: DeviceId.parse(`smoke-${n}`),
  homeId: HomeId.parse(`home-${n}`),
  readings: [
    {
      deviceId: DeviceId.parse(`smoke-${n}`),
      kind: 'smoke',
      measuredAt: T0,
      measuredAtSource: 'device',
      receivedAt: T0,
      values: { smoke: true },
      quality: [],
    },
  ],
})

/** Somebody of its own for each place, by day and by night; the rest of the people are visitors and volunteers. */
async function settle(state: StateStore): Promise<void> {
  await state.transaction(async (tables) => {
    await tables.jurisdictions.put(jurisdiction('district', { level: 'district' }))
    const places = ['district']
    for (let n = 0; n < STREETS; n++) {
      const parentId = JurisdictionId.parse('district')
      await tables.jurisdictions.put(jurisdiction(`street-${n}`, { level: 'street', parentId }))
      places.push(`street-${n}`)
    }
    for (let n = 0; n < COMMUNITIES; n++) {
      const parentId = JurisdictionId.parse(`street-${n % STREETS}`)
      await tables.jurisdictions.put(jurisdiction(`community-${n}`, { level: 'community', parentId }))
      places.push(`community-${n}`)
    }
    for (let n = 0; n < PEOPLE; n++) {
      const jurisdictionId = JurisdictionId.parse(places[n % places.length] ?? 'district')
      await tables.people.put(person(`p${n}`, { jurisdictionId }))
    }
    for (const [n, place] of places.entries()) {
      const crew = { primary: PersonId.parse(`p${n}`), backup: PersonId.parse(`p${n + places.length}`) }
      const shifts = roster(place, 1).shifts.map((shift) => ({ ...shift, crews: [crew] }))
      await tables.rosters.put(roster(place, 1, { shifts }))
    }
    for (let n = 0; n < ALERTS; n++) {
      const homeId = HomeId.parse(`home-${n}`)
      const jurisdictionId = JurisdictionId.parse(`community-${n % COMMUNITIES}`)
      await tables.homes.put(home(homeId, { jurisdictionId }))
      await tables.residents.put(resident(`r${n}`, { homeId }))
      await tables.devices.put(device(`smoke-${n}`, { kind: 'smoke' }))
      await tables.devices.assign(DeviceId.parse(`smoke-${n}`), homeId, T0)
    }
  })
}
