import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TrialDesk } from '../../app/trials/trials.ts'
import { DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { METRIC_NAMES } from '../../contracts/metric.ts'
import type { HomeReading } from '../../contracts/reading.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { simulateHome } from '../../simulators/home.ts'
import { HOURLY } from '../../simulators/meter.ts'
import { openEmbeddedSeries } from '../../store/embedded/series.ts'
import type { SeriesStore } from '../../store/series.ts'
import { openState } from '../../store/sqlite/state.ts'
import type { StateStore } from '../../store/state.ts'
import { benchSettings } from './lived-homes.ts'
import { spread } from './spread.ts'

const HOMES = 1_000
/** So many lives are simulated; each serves several homes, told apart by their ids. */
const LIVES = 40
const DAYS = 90
const KEPT_DAYS = 120
const ROUNDS = 3
const ZONE = 'Asia/Shanghai'
const NOW = Date.parse('2026-11-20T00:00:00Z')
const FROM = NOW - KEPT_DAYS * DAY_MS
const METERS = ['water', 'electricity'] as const

const homeIds = Array.from({ length: HOMES }, (_, n) => HomeId.parse(`home-${n}`))

/** Settings tried on the kept past before they hold, beside reading the same points from the store and no more. */
export async function benchTrial(print: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const series = openEmbeddedSeries({ file: join(folder, 'series.db') })
  const state = openState({ file: join(folder, 'state.db') })
  try {
    await register(state)
    const readings = await live(series)
    print(
      `a change of the personal budget tried on ${HOMES} homes × ${DAYS} days, ${readings} hourly readings kept`,
    )
    const [reads, tries]: [Cost[], Cost[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      reads.push(await costOf(() => readAll(series)))
      tries.push(await costOf(() => tryOnce(state, series)))
    }
    print(line('the series store alone: every point once', reads, reads))
    print(line(`shouwang: the trial, ${availableParallelism()} processes`, tries, reads))
  } finally {
    await series.close()
    await state.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Cost {
  wallS: number
  cpuS: number
  /** The longest that nobody else got a turn on the thread that takes readings in. */
  stallMs: number
}

const STALL_TICK_MS = 10
const CPU_TICKS_PER_SECOND = 100

async function costOf(work: () => Promise<void>): Promise<Cost> {
  let stallMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    stallMs = Math.max(stallMs, performance.now() - last - STALL_TICK_MS)
    last = performance.now()
  }, STALL_TICK_MS)
  const from = last
  const before = await cpuSeconds()
  await work()
  const cpuS = (await cpuSeconds()) - before
  clearInterval(timer)
  return { wallS: (performance.now() - from) / 1_000, cpuS, stallMs }
}

/** Of this process and of those of its children that have ended (proc(5), fields 14 to 17 of stat). */
async function cpuSeconds(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / CPU_TICKS_PER_SECOND
}

function line(name: string, costs: readonly Cost[], base: readonly Cost[]): string {
  const seconds = (value: number) => `${value.toFixed(1)} s`
  const sum = (of: readonly Cost[]) => of.reduce((all, { cpuS }) => all + cpuS, 0)
  const numbers = [
    spread(
      costs.map(({ wallS }) => wallS),
      seconds,
    ),
    `CPU ${spread(
      costs.map(({ cpuS }) => cpuS),
      seconds,
    )}`,
    `longest stall ${Math.max(...costs.map(({ stallMs }) => stallMs)).toFixed(0)} ms`,
    `ratio by CPU ${(sum(costs) / sum(base)).toFixed(2)}`,
  ]
  return `  ${name.padEnd(44)} ${numbers.join(' · ')}`
}

async function register(state: StateStore): Promise<void> {
  const jurisdictionId = JurisdictionId.parse('bench')
  await state.transaction(async (tables) => {
    await tables.jurisdictions.put({ id: jurisdictionId, parentId: null, level: 'district', name: 'bench' })
    for (const [n, id] of homeIds.entries()) {
      await tables.homes.put({ id, jurisdictionId, zone: ZONE, createdAt: FROM, archivedAt: null })
      for (const kind of METERS) {
        const deviceId = DeviceId.parse(`${kind}-${n}`)
        const device = { id: deviceId, kind, model: '', gatewayId: null, sourceId: null, cadenceS: 3_600 }
        await tables.devices.put({ ...device, enabled: true, createdAt: FROM })
        await tables.devices.assign(deviceId, id, FROM)
      }
    }
  })
}

/** Returns how many readings were kept. */
async function live(series: SeriesStore): Promise<number> {
  const lives = Array.from({ length: LIVES }, (_, n) => lifeOf(n))
  let kept = 0
  for (const [n, homeId] of homeIds.entries()) {
    const life = lives[n % LIVES] ?? []
    kept += life.length
    await series.write(
      life.map((reading) => ({ ...reading, homeId, deviceId: DeviceId.parse(`${reading.kind}-${n}`) })),
    )
  }
  return kept
}

function lifeOf(n: number): HomeReading[] {
  const homeId = HomeId.parse(`life-${n}`)
  const id = (name: string) => DeviceId.parse(`life-${n}-${name}`)
  const devices = { water: id('water'), electricity: id('electricity'), smoke: id('smoke') }
  const plan = { homeId, seed: `trial ${n}`, zone: ZONE, originMs: FROM, devices, reporting: HOURLY }
  return simulateHome(plan)
    .source(FROM, NOW)
    .filter(({ kind }) => kind !== 'smoke')
    .flatMap(({ at, deviceId, kind, samples }) =>
      samples.map(({ measuredAtMs, values }) => ({
        deviceId,
        homeId,
        kind,
        measuredAt: measuredAtMs ?? at,
        measuredAtSource: 'device' as const,
        receivedAt: at,
        values,
        quality: [],
      })),
    )
}

async function readAll(series: SeriesStore): Promise<void> {
  for (const homeId of homeIds)
    await series.points({ homeId, metrics: METRIC_NAMES, from: FROM, to: NOW }, Number.MAX_SAFE_INTEGER)
}

async function tryOnce(state: StateStore, series: SeriesStore): Promise<void> {
  const desk = new TrialDesk({
    state: { ...state, settings: { ...state.settings, rules: async () => benchSettings } },
    series,
    civil: { now: () => NOW },
    newId: () => 'trial',
    log: silentLog,
    workers: availableParallelism(),
  })
  const personal = { ...benchSettings['inactivity.personal'], budgetPer30Days: 1 }
  const settings = RuleSettings.parse({ ...benchSettings, version: 2, 'inactivity.personal': personal })
  await desk.start({ settings, homeIds, days: DAYS, by: 'bench' })
  while (desk.get('trial')?.result === null) {
    if (desk.get('trial')?.state === 'failed') throw new Error('the trial failed')
    await delay(20)
  }
  await desk.stop()
}

if (import.meta.main) await benchTrial((text) => process.stdout.write(`${text}\n`))
