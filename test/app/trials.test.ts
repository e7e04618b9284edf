import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Bearing, Befallen, HomeHistory } from '../../app/past/history.ts'
import { Comparison } from '../../app/trials/comparison.ts'
import { tryHome } from '../../app/trials/home-trial.ts'
import { StandStill } from '../../app/trials/incident.ts'
import { TrialDesk } from '../../app/trials/trials.ts'
import { questionOf } from '../../app/trials/unaffected.ts'
import type { HomeDevice } from '../../contracts/home.ts'
import { DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { HomeReading, Reading } from '../../contracts/reading.ts'
import { defaultRuleSettings, RuleSettings } from '../../contracts/settings.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { TrialAlert, TrialResult } from '../../contracts/trial.ts'
import { faultOf } from '../../simulators/fault.ts'
import { simulateHome } from '../../simulators/home.ts'
import { incidentOf } from '../../simulators/incident.ts'
import { HOURLY } from '../../simulators/meter.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import { openState } from '../../store/sqlite/state.ts'
import * as sample from '../store/state-samples.ts'
import { temporaryFolder } from '../support/folder.ts'

const NOW = Date.parse('2026-11-20T00:00:00Z')
const HOME = HomeId.parse('h1')
const METER = DeviceId.parse('w1')
/** Every rule that can be switched off is. */
const FIXED = Object.fromEntries(
  Object.entries(defaultRuleSettings).flatMap(([name, rule]) =>
    typeof rule === 'object' && 'enabled' in rule ? [[name, { enabled: false }]] : [],
  ),
)
const settings = (hours: number) =>
  RuleSettings.parse({
    ...FIXED,
    version: hours,
    'inactivity.water_none': { enabled: true, hours },
  })

/** Twenty litres in each hour of the day from 7 to 21 UTC; `quietDay` days before the end nothing is used all day. */
const litresAt = (at: EpochMs, quietDay: number): number => {
  const hour = Math.floor(at / HOUR_MS) % 24
  const daysLeft = Math.floor((NOW - at) / DAY_MS)
  return hour >= 7 && hour < 21 && daysLeft !== quietDay ? 20 : 0
}

function hourlyReadings(days: number, quietDay: number): HomeReading[] {
  let litres = 0
  return Array.from({ length: days * 24 }, (_, n) => {
    const at = NOW - days * DAY_MS + n * HOUR_MS
    litres += litresAt(at - HOUR_MS, quietDay)
    return {
      deviceId: METER,
      homeId: HOME,
      kind: 'water',
      measuredAt: at,
      measuredAtSource: 'device',
      receivedAt: at + 5_000,
      values: { water_total_m3: litres / 1_000 },
      quality: [],
    }
  })
}

const standing = (at: EpochMs, devices: HomeDevice[]): Befallen => ({
  type: 'event',
  at,
  event: { type: 'devices', devices },
})

const historyOf = (readings: HomeReading[]): HomeHistory => ({
  homeId: HOME,
  zone: 'UTC',
  befell: [standing(0, [{ deviceId: METER, kind: 'water', cadenceS: 3_600 }])],
  arrivals: readings.map((reading) => ({ at: reading.receivedAt, readings: [reading] })),
})

const period = { from: NOW - 30 * DAY_MS, to: NOW, incidents: 10, outages: [] }

describe('one home under two settings', () => {
  const history = historyOf(hourlyReadings(60, 5))

  it('says what is added, what is removed, and what the hours won cost', () => {
    const { present, proposed } = tryHome(history, period, questionOf(settings(36), settings(12)))
    expect(present.alerts).toEqual([])
    // Ten hours of night pass unnoticed; the quiet day does not.
    expect(proposed.alerts).toMatchObject([{ kind: 'inactivity.water_none', severity: 'P2' }])
    expect(proposed.alerts[0]?.endedAt).not.toBeNull()
    expect(proposed.delays.length).toBeGreaterThan(5)
    const hours = (delays: typeof proposed.delays) => delays.map((delay) => Number(delay) / HOUR_MS)
    for (const [i, after] of hours(proposed.delays).entries()) {
      // From the last use it takes 12 h and a report or two; a quiet under way shortens that.
      expect(after).toBeGreaterThan(1)
      expect(after).toBeLessThanOrEqual(13.1)
      expect((hours(present.delays)[i] ?? 0) - after).toBeCloseTo(24, 0)
    }
  })

  it('knows of the absence that was told of, and of what the home has otherwise than all', () => {
    const [quietFrom, quietTo] = [NOW - 149 * HOUR_MS, NOW - 96 * HOUR_MS]
    const away = { away: [{ from: quietFrom, to: quietTo, source: 'planned' as const }] }
    const bearing = (bears: Bearing): HomeHistory => ({
      ...history,
      befell: [...history.befell, { type: 'bearing', at: 0, ...bears }],
    })
    const told = tryHome(
      bearing({ circumstances: away, own: null }),
      period,
      questionOf(settings(36), settings(12)),
    )
    expect(told.proposed.alerts).toEqual([])

    const budget = (budgetPer30Days: number) =>
      RuleSettings.parse({ ...FIXED, 'inactivity.personal': { enabled: true, budgetPer30Days } })
    const own = {
      homeId: HOME,
      budgetPer30Days: 3,
      capHours: null,
      changedAt: 0,
      changedBy: 'system' as const,
    }
    const [all, apart] = [budget(0.1), budget(3)].map((one) => questionOf(one, one))
    if (all === undefined || apart === undefined) throw new Error('two questions')
    expect(tryHome(bearing({ circumstances: {}, own }), period, all).present.delays).toEqual(
      tryHome(history, period, apart).present.delays,
    )
    expect(tryHome(history, period, all).present.delays).not.toEqual(
      tryHome(history, period, apart).present.delays,
    )
  })

  it('gives the same answer to the same question', () => {
    const ask = () => tryHome(history, period, questionOf(settings(36), settings(12)))
    expect(ask()).toEqual(ask())
  })

  it('lets nobody fall in an empty home', () => {
    const readings = hourlyReadings(60, 5).map((reading) =>
      reading.measuredAt > NOW - 40 * DAY_MS ? { ...reading, values: { water_total_m3: 5 } } : reading,
    )
    expect(
      tryHome(historyOf(readings), period, questionOf(settings(36), settings(12))).proposed.delays,
    ).toEqual([])
  })

  it('the comparison counts visits a week and hours won', () => {
    const compared = (before: number, after: number): TrialResult => {
      const both = { present: settings(before), proposed: settings(after) }
      const comparison = new Comparison({ from: period.from, to: period.to }, both)
      comparison.take(tryHome(history, period, questionOf(both.present, both.proposed)))
      return comparison.result()
    }
    const stricter = compared(36, 12)
    expect(stricter).toMatchObject({ homes: 1, homesWithoutReadings: 0, addedCount: 1, removedCount: 0 })
    expect(stricter.proposed.visitsPerWeek).toBeCloseTo(7 / 30, 2)
    expect(stricter.wonHours).toBeCloseTo(24, 0)
    expect(stricter.proposed.delay).toMatchObject({ never: 0, open: 0, within24Share: 1 })
    const looser = compared(12, 36)
    expect(looser).toMatchObject({ addedCount: 0, removedCount: 1, wonHours: -(stricter.wonHours ?? 0) })
    const shifted = compared(12, 14)
    expect(shifted).toMatchObject({ addedCount: 0, removedCount: 0, laterCount: 1, soonerCount: 0 })
  })
})

describe('families of rules that both documents set alike', () => {
  /** A lively home with both meters: leaks, guests and a failing radio give every family something to say. */
  const simulated = (n: number): HomeHistory => {
    const from = NOW - 70 * DAY_MS
    const at = (days: number) => from + days * DAY_MS
    const devices = { water: METER, electricity: DeviceId.parse('e1'), smoke: DeviceId.parse('s1') }
    const plan = { homeId: HOME, seed: `trial-${n}`, zone: 'Asia/Shanghai', originMs: from, devices }
    const { source } = simulateHome({
      ...plan,
      reporting: HOURLY,
      incidents: [incidentOf('leak', at(40), at(43)), incidentOf('cooker_left_on', at(50), at(50.4))],
      faults: [{ device: 'electricity', fault: faultOf('gone', at(55), at(57)) }],
    })
    const listed = (['water', 'electricity', 'smoke'] as const).map((kind) => ({
      deviceId: devices[kind],
      kind,
      cadenceS: null,
    }))
    const arrivals = source(from, NOW).map(({ at, deviceId, kind, samples }) => ({
      at,
      readings: samples.map(({ values }): Reading => {
        return {
          deviceId,
          kind,
          measuredAt: at,
          measuredAtSource: 'device',
          receivedAt: at,
          values,
          quality: [],
        }
      }),
    }))
    return { homeId: HOME, zone: plan.zone, befell: [standing(from, listed)], arrivals }
  }

  const said = ({ kind, severity }: TrialAlert) => `${kind} ${severity}`
  const compare = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0)

  it('say the same as if they had been tried, too', () => {
    const present = RuleSettings.parse({ 'inactivity.personal': { enabled: true } })
    const proposed = RuleSettings.parse({ 'inactivity.personal': { enabled: true, budgetPer30Days: 3 } })
    const question = questionOf(present, proposed)
    expect([...question.unaffected]).toEqual(expect.arrayContaining(['water', 'device']))
    expect(question.unaffected.has('inactivity')).toBe(false)
    const everything = { ...question, tried: proposed, unaffected: new Set<string>() }
    const kinds = new Set<string>()
    for (let n = 0; n < 4; n += 1) {
      const history = simulated(n)
      const whole = tryHome(history, period, everything)
      const short = tryHome(history, period, question)
      const inOrder = (alerts: TrialAlert[]) =>
        alerts.toSorted((x, y) => compare(said(x), said(y)) || x.raisedAt - y.raisedAt)
      const [tried, left] = [inOrder(whole.proposed.alerts), inOrder(short.proposed.alerts)]
      expect(left.map(said)).toEqual(tried.map(said))
      // A rule that is asked at another's deadline may speak sooner than at the next report.
      for (const [i, { raisedAt }] of tried.entries())
        expect(Math.abs((left[i]?.raisedAt ?? 0) - raisedAt)).toBeLessThanOrEqual(HOUR_MS)
      expect(short.proposed.delays).toEqual(whole.proposed.delays)
      for (const { kind } of whole.proposed.alerts) kinds.add(kind)
    }
    expect(kinds.size).toBeGreaterThan(2)
  })
})

describe('an injected incident', () => {
  it('leaves water where it stood, and draws what the night draws', () => {
    const readings = hourlyReadings(4, -1).map((reading, n) => {
      const night = n % 24 >= 1 && n % 24 <= 5
      const kwh = Math.floor(n / 24) * 9 + (n % 24) * 0.1
      return { ...reading, values: { ...reading.values, energy_import_kwh: kwh, power_w: night ? 40 : 900 } }
    })
    const history = historyOf(readings)
    const t = NOW - 1.5 * DAY_MS
    const next = history.arrivals.findIndex(({ at }) => at > t)
    const incident = new StandStill(history, next, t)
    const after = history.arrivals.slice(next).map((arrival) => incident.change(arrival).readings[0]?.values)
    const stood = after[0]?.water_total_m3
    expect(stood).toBe(history.arrivals[next]?.readings[0]?.values.water_total_m3)
    expect(new Set(after.map((values) => values?.water_total_m3))).toEqual(new Set([stood]))
    expect(new Set(after.slice(1).map((values) => values?.power_w))).toEqual(new Set([40]))
    const kwh = after.map((values) => Number(values?.energy_import_kwh))
    expect((kwh.at(-1) ?? 0) - (kwh[0] ?? 0)).toBeCloseTo((kwh.length - 1) * 0.1, 5)
  })
})

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
