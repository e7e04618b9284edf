import type { DeviceId, HomeId } from '../contracts/ids.ts'
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { civilDaysBetween } from './civil-day.ts'
import { Random } from './random.ts'
import { type Registers, type Stand, WATT_MS_PER_KWH } from './registers.ts'
import type { Report, Source } from './report.ts'

/** Where a device stands and from when on it reports. */
export interface Place {
  homeId: HomeId
  deviceId: DeviceId
  zone: string
  originMs: EpochMs
}

/** How often a register is reported, and whether each report is sent at once or once a day as a block. */
export interface Reporting {
  cadenceMs: number
  upload: 'each' | 'daily'
}

export const QUARTER_HOURLY: Reporting = { cadenceMs: 15 * MINUTE_MS, upload: 'each' }
export const HOURLY: Reporting = { cadenceMs: HOUR_MS, upload: 'each' }
export const DAILY_QUARTER_HOURS: Reporting = { cadenceMs: 15 * MINUTE_MS, upload: 'daily' }
export const DAILY_HOURS: Reporting = { cadenceMs: HOUR_MS, upload: 'daily' }

/** Whole litres, as a pulse meter counts them. */
const waterTotal = (stand: Stand) => Math.floor(stand.millilitres / 1000) / 1000
const energyTotal = (stand: Stand) => Math.floor((stand.wattMs / WATT_MS_PER_KWH) * 1000) / 1000

export function waterMeter(place: Place, registers: Registers, reporting: Reporting): Source {
  return meter(place, 'water', reporting, registers, (stand) => ({ water_total_m3: waterTotal(stand) }))
}

export function electricityMeter(place: Place, registers: Registers, reporting: Reporting): Source {
  return meter(place, 'electricity', reporting, registers, (stand) =>
    reporting.upload === 'daily'
      ? { energy_import_kwh: energyTotal(stand) }
      : { energy_import_kwh: energyTotal(stand), power_w: stand.powerWatts },
  )
}

function meter(
  place: Place,
  kind: 'water' | 'electricity',
  reporting: Reporting,
  registers: Registers,
  values: (stand: Stand) => Report['samples'][number]['values'],
): Source {
  const { homeId, deviceId } = place
  const sample = (at: EpochMs) => ({ measuredAtMs: at, values: values(registers.at(at)) })
  if (reporting.upload === 'each') {
    return (fromMs, toMs) =>
      ticks(place, reporting.cadenceMs, fromMs, toMs).map(({ at, seq }) => ({
        at,
        homeId,
        deviceId,
        kind,
        seq,
        samples: [sample(at)],
      }))
  }
  return (fromMs, toMs) => dailyBlocks(place, kind, reporting.cadenceMs, sample, fromMs, toMs)
}

/** A device reports at its own phase of the cadence, a few seconds sooner or later each time. */
function ticks(place: Place, cadenceMs: number, fromMs: EpochMs, toMs: EpochMs) {
  const phaseMs = Random.of(place.deviceId, 'phase').between(0, cadenceMs - 20 * SECOND_MS)
  const first = Math.ceil(place.originMs / cadenceMs)
  const found: { at: EpochMs; seq: number }[] = []
  const start = Math.max(first, Math.floor((fromMs - phaseMs) / cadenceMs) - 1)
  for (let n = start; n * cadenceMs + phaseMs < toMs; n += 1) {
    const jitterMs = Random.of(place.deviceId, 'tick', n).between(0, Math.min(15 * SECOND_MS, cadenceMs / 10))
    const at = Math.round((n * cadenceMs + phaseMs + jitterMs) / SECOND_MS) * SECOND_MS
    if (at >= fromMs && at < toMs) found.push({ at, seq: n - first })
  }
  return found
}

/** Yesterday's values in one message, some time after local midnight. */
function dailyBlocks(
  place: Place,
  kind: 'water' | 'electricity',
  cadenceMs: number,
  sample: (at: EpochMs) => Report['samples'][number],
  fromMs: EpochMs,
  toMs: EpochMs,
): Report[] {
  const { homeId, deviceId } = place
  const delayMs = Math.round(Random.of(deviceId, 'upload').between(5 * MINUTE_MS, 90 * MINUTE_MS))
  const reports: Report[] = []
  for (const day of civilDaysBetween(place.zone, fromMs - 2 * DAY_MS, toMs)) {
    const at = day.endMs + delayMs
    if (at < fromMs || at >= toMs || day.startMs < place.originMs) continue
    const samples = []
    for (let end = day.startMs + cadenceMs; end <= day.endMs; end += cadenceMs) samples.push(sample(end))
    reports.push({ at, homeId, deviceId, kind, seq: day.index, samples, intervalS: cadenceMs / SECOND_MS })
  }
  return reports
}

/** A battery smoke detector: a sign of life every 4 to 6 hours, its battery falling over years. */
export function smokeDetector(place: Place, cadenceMs?: number): Source {
  const { homeId, deviceId } = place
  const random = Random.of(deviceId, 'smoke')
  const ownCadenceMs = cadenceMs ?? random.whole(16, 24) * 15 * MINUTE_MS
  const percentAtOrigin = random.between(55, 100)
  const percentPerDay = random.between(0.02, 0.06)
  return (fromMs, toMs) =>
    ticks(place, ownCadenceMs, fromMs, toMs).map(({ at, seq }) => {
      const battery = percentAtOrigin - ((at - place.originMs) / DAY_MS) * percentPerDay
      const values = { smoke: false, battery_pct: Math.max(20, Math.round(battery)) }
      return { at, homeId, deviceId, kind: 'smoke' as const, seq, samples: [{ measuredAtMs: at, values }] }
    })
}
