import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { unpackHistory } from '../../app/past/history.ts'
import { readHistory } from '../../app/past/home-history.ts'
import { relive } from '../../app/past/past-home.ts'
import { tryHome } from '../../app/trials/home-trial.ts'
import { questionOf } from '../../app/trials/unaffected.ts'
import type { DeviceAct } from '../../contracts/device-act.ts'
import { CircumstanceId, DeviceActId, DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { HomeReading, Values } from '../../contracts/reading.ts'
import { type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import type { SeriesPoint, SeriesQuery } from '../../store/series.ts'
import { openState } from '../../store/sqlite/state.ts'
import * as sample from '../store/state-samples.ts'
import { temporaryFolder } from '../support/folder.ts'
import { onlyRules } from '../support/story-place.ts'

const START = Date.parse('2026-03-01T00:00:00Z')
const hour = (n: number): EpochMs => START + n * HOUR_MS
const [OLD, NEW] = [HomeId.parse('h1'), HomeId.parse('h2')]
const METER = DeviceId.parse('w1')
const by = 'system' as const

async function stores() {
  const folder = temporaryFolder()
  const state = openState({ file: join(folder, 'state.db') })
  const series = openEmbeddedSeries({ file: join(folder, 'series.db') })
  onTestFinished(async () => {
    await series.close()
    await state.close()
  })
  const place = JurisdictionId.parse('place')
  await state.jurisdictions.put({ id: place, parentId: null, level: 'compound', name: '小区' })
  for (const id of [OLD, NEW])
    await state.homes.put(sample.home(id, { jurisdictionId: place, zone: 'UTC', createdAt: START }))
  await state.devices.put(sample.device(METER, { kind: 'water' }))
  await state.devices.assign(METER, OLD, START)
  return { state, series }
}
type Stores = Awaited<ReturnType<typeof stores>>

const said = (homeId: HomeId, at: EpochMs, values: Values, receivedAt = at): HomeReading => ({
  deviceId: METER,
  homeId,
  kind: 'water',
  measuredAt: at,
  measuredAtSource: 'device',
  receivedAt,
  values,
  quality: [],
})
/** One report an hour, the register of which is `m3` of the hour. */
const hourly = (homeId: HomeId, from: number, to: number, m3: (n: number) => number) =>
  Array.from({ length: to - from }, (_, i) => said(homeId, hour(from + i), { water_total_m3: m3(from + i) }))

const historyOf = async (from: Stores, homeId: HomeId, to: EpochMs) => {
  const packed = await readHistory(from, homeId, { from: START, to })
  if (packed === null) throw new Error('no such home')
  return packed
}
const act = (id: string, over: object): DeviceAct =>
  ({ id: DeviceActId.parse(id), deviceId: METER, homeId: OLD, recordedAt: 0, by, ...over }) as DeviceAct

describe('a meter swapped under its number, long ago', () => {
  const register = (n: number) => (n < 30 ? 812 : 3) + n / 1_000
  const swap = { type: 'swap', at: hour(29.5), endRegister: 812, startRegister: 3, successorId: null }
  const live = async (recorded: number | null) => {
    const both = await stores()
    await both.series.write(hourly(OLD, 0, 60, register))
    if (recorded !== null) await both.state.deviceActs.put(act('a1', { ...swap, recordedAt: hour(recorded) }))
    return both
  }
  const trialOf = async (from: Stores) => {
    const period = { from: START, to: hour(60), incidents: 0, outages: [] }
    const question = questionOf(onlyRules({}), onlyRules({ 'device.register': {} }))
    return tryHome(unpackHistory(await historyOf(from, OLD, hour(60))), period, question).proposed.alerts
  }

  it('is a false alert of a trial as long as nobody registered it, and none where somebody did', async () => {
    expect(await trialOf(await live(null))).toMatchObject([{ kind: 'device.register', endedAt: null }])
    expect(await trialOf(await live(29.5))).toEqual([])
  })

  it('registered afterwards is told of until then, as it was', async () => {
    const [alert] = await trialOf(await live(40))
    expect(alert).toMatchObject({ kind: 'device.register', endedAt: hour(40) })
  })

  it('is not known before it was registered', async () => {
    const both = await live(40)
    const settings = onlyRules({ 'device.register': {} })
    const open = async (at: EpochMs) => {
      const packed = await historyOf(both, OLD, at + 1)
      return [...(await relive(packed, { settings, outages: [], until: at })).open].length
    }
    expect([await open(hour(39)), await open(hour(41))]).toEqual([1, 0])
  })
})

describe('a meter that was moved to another home', () => {
  it('gives each home what it said while it stood there, whoever it was taken for', async () => {
    const both = await stores()
    // Moved at noon, registered in the evening: until then the old home was told of uses that were not its own.
    await both.series.write([
      ...hourly(OLD, 0, 20, (n) => n / 1_000),
      ...hourly(NEW, 20, 30, (n) => n / 1_000),
      said(OLD, hour(11.5), { water_total_m3: 0.0115 }, hour(21)),
    ])
    await both.state.devices.assign(METER, NEW, hour(12))
    const heardBy = async (homeId: HomeId) =>
      unpackHistory(await historyOf(both, homeId, hour(30))).arrivals.flatMap(({ readings }) =>
        readings.map(({ measuredAt }) => (measuredAt - START) / HOUR_MS),
      )
    expect(await heardBy(OLD)).toEqual([...Array(12).keys(), 11.5])
    expect(await heardBy(NEW)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29])
    const { befell } = await historyOf(both, OLD, hour(30))
    expect(befell.map(({ at }) => at)).toEqual([hour(0), hour(12)])
    expect(befell.at(-1)).toMatchObject({ event: { type: 'devices', devices: [] } })
  })
})

describe('what bore on a home', () => {
  const own = (at: EpochMs, capHours: number) => ({
    homeId: OLD,
    budgetPer30Days: null,
    capHours,
    changedAt: at,
    changedBy: by,
  })
  const span = (id: string, createdAt: EpochMs, endedAt: EpochMs | null) => {
    const who = { createdAt, createdBy: by, endedAt, endedBy: endedAt === null ? null : by }
    return { id: CircumstanceId.parse(id), homeId: OLD, ...who }
  }

  it('comes when it was said, changes when it was taken back, and its own settings are those of then', async () => {
    const both = await stores()
    const { circumstances } = both.state
    await circumstances.putSettings(own(hour(10), 12))
    await circumstances.putAway({ ...span('s1', hour(20), hour(40)), from: hour(15), to: hour(90) })
    await circumstances.putSettings(own(hour(30), 20))
    await circumstances.putAway({ ...span('s2', hour(99), null), from: hour(5), to: hour(120) })
    const { befell } = await historyOf(both, OLD, hour(60))
    const away = (to: number) => ({ away: [{ from: hour(15), to: hour(to), source: 'planned' }] })
    expect(befell.filter(({ type }) => type === 'bearing')).toMatchObject([
      { at: hour(10), circumstances: {}, own: { capHours: 12 } },
      { at: hour(20), circumstances: away(90), own: { capHours: 12 } },
      { at: hour(30), circumstances: away(90), own: { capHours: 20 } },
      { at: hour(40), circumstances: away(40), own: { capHours: 20 } },
    ])
  })

  it('before the time that is read is put together in one', async () => {
    const both = await stores()
    for (const [at, cap] of [10, 12, 14].entries())
      await both.state.circumstances.putSettings(own(hour(at), cap))
    const packed = await readHistory(both, OLD, { from: hour(5), to: hour(9) })
    expect(packed?.befell.filter(({ type }) => type === 'bearing')).toMatchObject([{ own: { capHours: 14 } }])
  })

  it('an alert that rang before the absence was told of rings again as the past is lived through', async () => {
    const both = await stores()
    await both.series.write(hourly(OLD, 0, 60, (n) => Math.min(n, 10) / 1_000))
    await both.state.circumstances.putAway({ ...span('s1', hour(30), null), from: hour(9), to: hour(59) })
    const settings = onlyRules({ 'inactivity.water_none': { hours: 12 } })
    const period = { from: START, to: hour(60), incidents: 0, outages: [] }
    const history = unpackHistory(await historyOf(both, OLD, hour(60)))
    const { present } = tryHome(history, period, questionOf(settings, settings))
    expect(present.alerts).toMatchObject([{ kind: 'inactivity.water_none', raisedAt: hour(22) }])
  })
})

it('a home whose meters speak every few seconds has a past as well', async () => {
  const both = await stores()
  const point = (n: number): SeriesPoint => ({
    deviceId: METER,
    channel: null,
    metric: 'water_total_m3',
    measuredAt: START + n * 10_000,
    receivedAt: START + n * 10_000,
    value: n / 1_000,
    quality: [],
  })
  const points = Array.from({ length: 200_000 }, (_, n) => point(n))
  const within = ({ from, to }: SeriesQuery) =>
    points.filter(({ measuredAt }) => measuredAt >= from && measuredAt < to)
  const dense = { ...both, series: { points: async (query: SeriesQuery) => within(query) } }
  const packed = await readHistory(dense, OLD, { from: START, to: hour(24 * 30) })
  expect(packed?.value.length).toBe(points.length)
})
