import { DeviceId, HomeId } from '../contracts/ids.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import type { Fault } from '../simulators/fault.ts'
import { faultOf } from '../simulators/fault.ts'
import { type SimulatedHome, simulateHome } from '../simulators/home.ts'
import type { Incident as Befalling } from '../simulators/incident.ts'
import { HOURLY, QUARTER_HOURLY } from '../simulators/meter.ts'
import { Random } from '../simulators/random.ts'
import type { Report as SentReport } from '../simulators/report.ts'
import type { Absence, EvaluatedHome, Incident, Panel } from './panel.ts'
import { LONGEST_HOURS } from './scorer.ts'
import type { Report } from './watch.ts'

export interface DistrictOptions {
  seed: string
  homes: number
  days: number
  stepMinutes: number
  incidentsPerHome: number
}

/** A Sunday in autumn, so that half a year holds winter, the Spring Festival and spring. */
const ORIGIN = Date.parse('2025-09-28T00:00:00Z')
const ZONE = 'Asia/Shanghai'
const LEARNING_DAYS = 28
const SETTLED_DAYS = 3

/** Homes that were never recorded, both meters in each; the same seed gives the same district. */
export function simulatedDistrict(options: DistrictOptions): EvaluatedHome[] {
  return Array.from({ length: options.homes }, (_, n) => simulatedHome(`${options.seed}/${n}`, n, options))
}

/** The same homes with the water meter alone, and with both. */
export function simulatedPanels(options: DistrictOptions): Panel[] {
  const both = simulatedDistrict(options)
  return [
    {
      name: 'simulated, water',
      what: `${both.length} homes, water alone`,
      homes: both.map(waterAlone),
    },
    { name: 'simulated, both', what: `${both.length} homes, both meters`, homes: both },
  ]
}

function simulatedHome(seed: string, n: number, options: DistrictOptions): EvaluatedHome {
  const endMs = ORIGIN + options.days * DAY_MS
  const befalling = lifeOf(seed, endMs)
  const faults = faultsOf(seed)
  const under = (more: readonly Befalling[]): SimulatedHome =>
    simulateHome({
      homeId: HomeId.parse(`district-${n}`),
      seed,
      zone: ZONE,
      originMs: ORIGIN,
      devices: {
        water: DeviceId.parse(`district-${n}-water`),
        electricity: DeviceId.parse(`district-${n}-electricity`),
        smoke: DeviceId.parse(`district-${n}-smoke`),
      },
      reporting: options.stepMinutes === 15 ? QUARTER_HOURLY : HOURLY,
      incidents: [...befalling, ...more],
      faults: faults.map((fault) => ({ device: null, fault })),
    })
  const away = befalling.filter(({ kind }) => kind === 'away')
  const absences: Absence[] = away.map(({ fromMs, toMs }) => ({ from: fromMs, to: toMs ?? endMs }))
  const scoreFrom = ORIGIN + LEARNING_DAYS * DAY_MS
  return {
    id: `district-${n}`,
    zone: ZONE,
    stepMs: options.stepMinutes * 60_000,
    reports: metersOf(under([]).source(ORIGIN, endMs)),
    scoreFrom,
    absences,
    incidents: incidentsOf(seed, scoreFrom, endMs, options.incidentsPerHome, absences, under),
  }
}

/** Hours for which one is away, guests stay, and one lies ill: lives are not all alike, and none is all the same. */
function lifeOf(seed: string, endMs: EpochMs): Befalling[] {
  const random = Random.of(seed, 'half a year')
  const traveller = random.chance(0.2)
  const happenings: Befalling[] = []
  let at = ORIGIN + random.between(5, 20) * DAY_MS
  while (at < endMs - SETTLED_DAYS * DAY_MS) {
    const fromMs = Math.round(at)
    const lasting = (hours: number) => ({ fromMs, toMs: Math.round(fromMs + hours * HOUR_MS) })
    const draw = random.next()
    let last: Befalling
    if (draw < 0.3) last = { kind: 'away', ...lasting(random.between(20, 40)) }
    else if (draw < 0.45) last = { kind: 'away', ...lasting(random.between(48, 12 * 24)) }
    else if (draw < 0.75)
      last = { kind: 'guests', guests: random.whole(1, 3), ...lasting(random.between(4, 72)) }
    else if (draw < 0.9)
      last = {
        kind: 'decline',
        overDays: 1,
        leftShare: random.between(0.3, 0.6),
        ...lasting(random.between(48, 168)),
      }
    else last = { kind: 'leak', litresPerHour: random.between(0.5, 3), ...lasting(random.between(24, 240)) }
    happenings.push(last)
    at = (last.toMs ?? endMs) + random.between(2, traveller ? 12 : 40) * DAY_MS
  }
  return happenings
}

/** Half the homes lose some telegrams, as the recorded ones do; a few lose many, and some hear nothing for days. */
function faultsOf(seed: string): Fault[] {
  const random = Random.of(seed, 'radio')
  const faults: Fault[] = []
  if (random.chance(0.5)) faults.push(faultOf('lost', ORIGIN, null, random.chance(0.2) ? 0.25 : 0.04))
  if (random.chance(0.15)) {
    const from = ORIGIN + random.between(30, 120) * DAY_MS
    faults.push(faultOf('gone', from, from + random.between(6, 70) * HOUR_MS))
  }
  return faults
}

function incidentsOf(
  seed: string,
  scoreFrom: EpochMs,
  endMs: EpochMs,
  count: number,
  absences: readonly Absence[],
  under: (more: readonly Befalling[]) => SimulatedHome,
): Incident[] {
  const random = Random.of(seed, 'incidents')
  const lastMs = endMs - LONGEST_HOURS * HOUR_MS
  const instants = Array.from({ length: count }, () => Math.round(random.between(scoreFrom, lastMs)))
  const atHome = instants.filter((t) => !absences.some(({ from, to }) => t >= from && t <= to))
  return atHome
    .sort((a, b) => a - b)
    .map((at) => {
      const befalling = drawIncident(random, at)
      const kind = kindOf(befalling)
      // Made once, when first asked for: every rule meets the same incidents.
      let made: Report[] | null = null
      const reports = () =>
        (made ??= metersOf(under([befalling]).source(at + 1, at + LONGEST_HOURS * HOUR_MS)))
      return { at, kind, reports }
    })
}

/** Most fall and lie; some leave lights, a cooker or a tap on, some grow too weak to do much. */
function drawIncident(random: Random, fromMs: EpochMs): Befalling {
  const draw = random.next()
  if (draw < 0.7) return { kind: 'fall', fromMs, toMs: null }
  if (draw < 0.75) return { kind: 'fall', fromMs, toMs: null, leftOnWatts: random.between(30, 160) }
  if (draw < 0.8) return { kind: 'fall', fromMs, toMs: null, leftOnWatts: random.between(500, 1_600) }
  if (draw < 0.9) return { kind: 'fall', fromMs, toMs: null, tapLitresPerHour: random.between(0.5, 3) }
  if (draw < 0.95) return { kind: 'fall', fromMs, toMs: null, tapLitresPerHour: random.between(60, 300) }
  return { kind: 'decline', fromMs, toMs: null, overDays: 0.2, leftShare: 0.12 }
}

function kindOf(befalling: Befalling): string {
  if (befalling.kind === 'decline') return 'too weak to do much'
  if (befalling.kind !== 'fall') return befalling.kind
  const { leftOnWatts, tapLitresPerHour } = befalling
  if (leftOnWatts !== undefined) return leftOnWatts < 500 ? 'fall, lights on' : 'fall, cooker on'
  if (tapLitresPerHour === undefined) return 'fall'
  return tapLitresPerHour < 10 ? 'fall, tap drips' : 'fall, tap runs'
}

/** What reached us of the two meters. */
function metersOf(sent: readonly SentReport[]): Report[] {
  return sent.flatMap(({ at, deviceId, kind, samples, garbage }) => {
    if (garbage !== undefined || (kind !== 'water' && kind !== 'electricity')) return []
    const readings = samples.map(({ measuredAtMs, values }) => ({
      deviceId,
      kind,
      measuredAt: measuredAtMs ?? at,
      measuredAtSource: 'device' as const,
      receivedAt: at,
      values,
      quality: [],
    }))
    return [{ at, readings }]
  })
}

const isWater = (report: Report): boolean => report.readings.every(({ kind }) => kind === 'water')

const waterAlone = (home: EvaluatedHome): EvaluatedHome => ({
  ...home,
  reports: home.reports.filter(isWater),
  incidents: home.incidents.map((incident) => ({
    ...incident,
    reports: () => incident.reports().filter(isWater),
  })),
})
