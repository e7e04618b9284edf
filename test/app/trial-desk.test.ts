import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tryHome } from '../../app/trials/home-trial.ts'
import { TrialDesk } from '../../app/trials/trials.ts'
import { questionOf } from '../../app/trials/unaffected.ts'
import { DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { DAY_MS } from '../../contracts/time.ts'
import type { TrialResult } from '../../contracts/trial.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import { openState } from '../../store/sqlite/state.ts'
import * as sample from '../store/state-samples.ts'
import { temporaryFolder } from '../support/folder.ts'
import { HOME, historyOf, hourlyReadings, METER, NOW, period, settings } from './trial-home.ts'

describe('the desk of trials', () => {
  /** Other processes do the work here: whoever looked without a pause would take their processor from them. */
  const LOOK_EVERY_MS = 2
  const ABROAD = HomeId.parse('abroad')

  async function openDesk() {
    const folder = temporaryFolder()
    const state = openState({ file: join(folder, 'state.db') })
    const series = openEmbeddedSeries({ file: join(folder, 'series.db') })
    let made = 0
    let storeIsAway = false
    const desk = new TrialDesk({
      state: {
        ...state,
        settings: {
          ...state.settings,
          rules: async () => {
            if (storeIsAway) throw new Error('the store is away')
            return state.settings.rules()
          },
        },
      },
      series,
      civil: { now: () => NOW },
      newId: () => `trial-${++made}`,
      log: silentLog,
      workers: 2,
    })
    onTestFinished(async () => {
      await desk.stop()
      await series.close()
      await state.close()
    })
    await state.jurisdictions.put({
      id: JurisdictionId.parse('place'),
      parentId: null,
      level: 'compound',
      name: '小区',
    })
    await state.homes.put(sample.home(HOME, { jurisdictionId: JurisdictionId.parse('place'), zone: 'UTC' }))
    // In a zone that this machine does not know: the rules break on it.
    await state.homes.put(
      sample.home(ABROAD, { jurisdictionId: JurisdictionId.parse('place'), zone: 'Mars/Olympus' }),
    )
    await state.devices.put(sample.device(METER, { kind: 'water', cadenceS: 3_600 }))
    await state.devices.assign(METER, HOME, NOW - 100 * DAY_MS)
    await series.write(hourlyReadings(70, 5))
    const abroad = { homeId: ABROAD, deviceId: DeviceId.parse('w2') }
    await series.write(hourlyReadings(70, 5).map((reading) => ({ ...reading, ...abroad })))
    return Object.assign(desk, {
      setAway(away: boolean) {
        storeIsAway = away
      },
    })
  }

  const over = async (desk: TrialDesk, id: string): Promise<string | undefined> => {
    while (desk.get(id)?.state === 'waiting' || desk.get(id)?.state === 'running') await pause(LOOK_EVERY_MS)
    return desk.get(id)?.state
  }

  const ended = async (desk: TrialDesk, id: string): Promise<TrialResult> => {
    for (;;) {
      const trial = desk.get(id)
      if (trial === null || trial.state === 'failed') throw new Error('the trial failed')
      if (trial.result !== null) return trial.result
      await pause(LOOK_EVERY_MS)
    }
  }

  it('reads the kept past and says the same as a home tried by hand', async () => {
    const desk = await openDesk()
    const question = { settings: settings(12), homeIds: [HOME], days: 30, by: 'account:a' }
    const begun = await desk.start(question)
    expect(begun).toMatchObject({ state: 'waiting', homes: 1, homesDone: 0, result: null })
    const result = await ended(desk, begun.id)
    expect(result).toMatchObject({ homes: 1, homesWithoutReadings: 0 })
    const byHand = tryHome(
      historyOf(hourlyReadings(65, 5)),
      { ...period, incidents: 4 },
      questionOf(defaultRuleSettings, settings(12)),
    )
    expect(result.proposed.alerts).toBe(byHand.proposed.alerts.length)
    expect(result.added.concat(result.removed).length).toBeGreaterThan(0)
    expect(result.proposed.delay.incidents).toBe(byHand.proposed.delays.length)
    expect(desk.get(begun.id)).toMatchObject({ state: 'done', homesDone: 1 })
  })

  it('refuses one more while five wait, and runs each in its turn', async () => {
    const desk = await openDesk()
    const ask = () => desk.start({ settings: settings(12), homeIds: [HOME], days: 7, by: 'account:a' })
    const begun = [await ask()]
    // The first runs, five wait.
    while (begun.length < 6) begun.push(await ask())
    await expect(ask()).rejects.toMatchObject({ code: 'too_many_requests' })
    for (const { id } of begun) await ended(desk, id)
    expect((await ask()).state).toBe('waiting')
  })

  it('a home that is gone is left out, and an unknown trial is none', async () => {
    const desk = await openDesk()
    const homeIds = [HomeId.parse('gone'), HOME]
    const { id } = await desk.start({ settings: settings(12), homeIds, days: 7, by: 'account:a' })
    expect((await ended(desk, id)).homes).toBe(1)
    expect(desk.get('nothing')).toBeNull()
  })

  it('a home on which the rules break fails its trial, and neither the service nor the trial after it', async () => {
    const desk = await openDesk()
    const ask = (homeIds: HomeId[]) =>
      desk.start({ settings: settings(12), homeIds, days: 60, by: 'account:a' })
    // Among homes that still take a while to read when it breaks.
    const broken = await ask([ABROAD, ...Array.from({ length: 30 }, () => HOME)])
    const whole = await ask([HOME])
    expect(await over(desk, broken.id)).toBe('failed')
    expect((await ended(desk, whole.id)).homes).toBe(1)
  })

  it('a worker that is ended, as by the system for want of memory, fails its trial and not the next', async () => {
    const desk = await openDesk()
    const homeIds = Array.from({ length: 50 }, () => HOME)
    const ask = (ids: HomeId[]) =>
      desk.start({ settings: settings(12), homeIds: ids, days: 30, by: 'account:a' })
    const { id } = await ask(homeIds)
    while ((desk.get(id)?.homesDone ?? 0) === 0) await pause(LOOK_EVERY_MS)
    const [worker] = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'app/trials/worker.ts'])
      .toString()
      .split('\n')
    process.kill(Number(worker), 'SIGKILL')
    expect(await over(desk, id)).toBe('failed')
    expect((await ended(desk, (await ask([HOME])).id)).homes).toBe(1)
  })

  it('a store that is away fails one trial, and the next one runs', async () => {
    const desk = await openDesk()
    const ask = () => desk.start({ settings: settings(12), homeIds: [HOME], days: 7, by: 'account:a' })
    desk.setAway(true)
    expect(await over(desk, (await ask()).id)).toBe('failed')
    desk.setAway(false)
    expect((await ended(desk, (await ask()).id)).homes).toBe(1)
  })

  it('a stop in the middle of a trial cuts it off and lets everything go', async () => {
    const desk = await openDesk()
    const homeIds = Array.from({ length: 50 }, () => HOME)
    const { id } = await desk.start({ settings: settings(12), homeIds, days: 60, by: 'account:a' })
    while ((desk.get(id)?.homesDone ?? 0) === 0) await pause(LOOK_EVERY_MS)
    await desk.stop()
    expect(desk.get(id)?.state).toBe('failed')
  })
})
