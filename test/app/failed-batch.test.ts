import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Circumstances } from '../../app/circumstances.ts'
import { newAlertId } from '../../app/commands/commands.ts'
import { Directory } from '../../app/directory.ts'
import { Duty } from '../../app/duty/duty.ts'
import { Feed } from '../../app/live-feed.ts'
import { Pipeline } from '../../app/pipeline/pipeline.ts'
import { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { noMeters, silentLog } from '../../contracts/telemetry.ts'
import { openJournal } from '../../store/sqlite/journal.ts'
import { openState } from '../../store/sqlite/state.ts'
import type { StateStore } from '../../store/state.ts'
import { temporaryFolder } from '../support/folder.ts'

const T0 = Date.parse('2026-03-01T00:00:00Z')
const home = {
  id: HomeId.parse('home-1'),
  jurisdictionId: JurisdictionId.parse('place-1'),
  zone: 'Asia/Shanghai',
  createdAt: T0,
  archivedAt: null,
}

/** A pipeline on real stores, whose next transactions do all their work and then fail to commit. */
async function failing() {
  const folder = temporaryFolder()
  const journal = openJournal({ file: join(folder, 'journal.db') })
  const store = openState({ file: join(folder, 'state.db') })
  await store.homes.put(home)
  let fails = 0
  const state: StateStore = new Proxy(store, {
    get(target, name) {
      if (name !== 'transaction') return Reflect.get(target, name)
      return (work: Parameters<StateStore['transaction']>[0]) =>
        target.transaction(async (tables) => {
          const done = await work(tables)
          if (fails === 0) return done
          fails -= 1
          throw new Error('disk full')
        })
    },
  })
  const directory = await Directory.load(store)
  const waits: number[] = []
  const pipeline = await Pipeline.start({
    journal,
    state,
    directory,
    circumstances: await Circumstances.load(store, T0),
    duty: await Duty.load(store, T0, 'Asia/Shanghai'),
    feed: new Feed({ now: () => T0 }),
    settings: defaultRuleSettings,
    newAlertId,
    canAsk: false,
    onLostHome() {},
    wait: async (ms) => waits.push(ms),
    log: silentLog,
    meters: noMeters,
  })
  onTestFinished(async () => {
    await pipeline.stop()
    await journal.close()
    await store.close()
  })
  return {
    store,
    journal,
    directory,
    pipeline,
    waits,
    fail: (batches: number) => {
      fails = batches
    },
  }
}

describe('a batch that could not be committed', () => {
  it('is tried again as if it had never been: new settings take effect once, and are no conflict with themselves', async () => {
    const { pipeline, store, fail, waits } = await failing()
    fail(1)
    const settings = { ...defaultRuleSettings, version: 2, quietHoursAfterResolve: 6 }
    await pipeline.execute({ type: 'settings', settings, by: 'account:wang' }, T0)
    expect(waits).toHaveLength(1)
    expect(pipeline.settings.quietHoursAfterResolve).toBe(6)
    expect(await store.settings.rules()).toMatchObject({ version: 2, quietHoursAfterResolve: 6 })
  })

  it('keeps nobody waiting once the service is to stop; what they did takes effect when it can', async () => {
    const { pipeline, store, fail } = await failing()
    fail(Number.POSITIVE_INFINITY)
    const settings = { ...defaultRuleSettings, version: 2, quietHoursAfterResolve: 6 }
    const asked = pipeline.execute({ type: 'settings', settings, by: 'account:wang' }, T0)
    pipeline.ending()
    await expect(asked).rejects.toMatchObject({ code: 'not_ready' })
    fail(0)
    await pipeline.caughtUp()
    expect(await store.settings.rules()).toMatchObject({ version: 2, quietHoursAfterResolve: 6 })
  })

  it('never leaves a moment in which a packet would find no home', async () => {
    const { directory, store } = await failing()
    const reloading = directory.reload(store)
    expect(directory.home(home.id)).not.toBeNull()
    let seen = true
    const settled = reloading.then(() => true)
    while (!(await Promise.race([settled, Promise.resolve(false)]))) seen &&= directory.home(home.id) !== null
    expect(seen).toBe(true)
    expect(directory.home(home.id)).toEqual(home)
  })
})

it('whoever waits for what was journaled is let go although more keeps coming', async () => {
  const { journal, pipeline } = await failing()
  let appended = 1
  const stop = journal.onCommit(() => {
    if (appended++ < 500) void journal.append([{ type: 'tick' }], T0)
  })
  onTestFinished(stop)
  await journal.append([{ type: 'tick' }], T0)
  await pipeline.caughtUp()
  expect(appended).toBeLessThan(500)
})
