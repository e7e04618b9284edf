import { createHash } from 'node:crypto'
import type { Reading } from '../../contracts/reading.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { Arrival, HomeHistory } from '../past/history.ts'

/** A quiet this long was an absence: nobody falls in an empty home. */
const ABSENCE_MS = DAY_MS
/** Local hours in which nearly everybody sleeps: what is drawn then, the house draws by itself. */
const NIGHT = { from: 1, to: 5 }
const LOOK_BACK_MS = 30 * HOUR_MS
/** Less than a millilitre is rounding. */
const LEAST_M3 = 1e-6

/**
 * Instants at which somebody might have stopped acting: one in each of `count` equal parts of the period, at a place
 * that the home's id decides, so that the same question has the same answer. Absences are left out.
 */
export function incidentInstants(history: HomeHistory, from: EpochMs, to: EpochMs, count: number): EpochMs[] {
  const uses = timesOfUse(history)
  const instants = Array.from({ length: count }, (_, n) => {
    const digest = createHash('sha256').update(`${history.homeId}/${n}`).digest()
    return Math.floor(from + ((n + digest.readUInt32BE(0) / 2 ** 32) * (to - from)) / count)
  })
  return instants.filter((t) => {
    const next = uses.findIndex((at) => at > t)
    const [before, after] = [uses[next - 1], uses[next]]
    return before !== undefined && after !== undefined && after - before < ABSENCE_MS
  })
}

function timesOfUse({ arrivals }: HomeHistory): EpochMs[] {
  const last = new Map<string, number>()
  const times: EpochMs[] = []
  for (const { readings } of arrivals) {
    for (const { deviceId, channel, measuredAt, values } of readings) {
      const m3 = values.water_total_m3
      if (typeof m3 !== 'number') continue
      const key = `${deviceId}#${channel ?? ''}`
      if (m3 > (last.get(key) ?? m3) + LEAST_M3) times.push(measuredAt)
      last.set(key, m3)
    }
  }
  return times.sort((a, b) => a - b)
}

/**
 * The home's reports from `t` on, had nobody acted any more: water stands still, electricity goes on as in the hours of
 * the night before, and everything else, lost reports too, is as it was.
 */
export class StandStill {
  readonly #t: EpochMs
  readonly #standing = new Map<string, number>()
  readonly #nights = new Map<string, Night>()

  constructor(history: HomeHistory, nextArrival: number, t: EpochMs) {
    this.#t = t
    const localHour = localHourOf(history.zone, t)
    for (let i = nextArrival - 1; i >= 0; i--) {
      const arrival = history.arrivals[i]
      if (arrival === undefined || arrival.at < t - LOOK_BACK_MS) break
      for (const reading of arrival.readings.toReversed()) this.#remember(reading, localHour)
    }
    for (const night of this.#nights.values()) night.samples.reverse()
  }

  change({ at, readings }: Arrival): Arrival {
    return { at, readings: readings.map((reading) => this.#changed(reading)) }
  }

  #remember({ deviceId, channel, measuredAt, values }: Reading, localHour: number): void {
    const hour = (((localHour + (measuredAt - this.#t) / HOUR_MS) % 24) + 24) % 24
    for (const [metric, value] of Object.entries(values)) {
      if (typeof value !== 'number' || measuredAt > this.#t) continue
      const key = `${deviceId}#${channel ?? ''}#${metric}`
      if (!this.#standing.has(key)) this.#standing.set(key, value)
      if (metric !== 'energy_import_kwh' && metric !== 'power_w') continue
      let night = this.#nights.get(key)
      if (night === undefined) this.#nights.set(key, (night = { samples: [], next: 0, until: this.#t }))
      if (hour >= NIGHT.from && hour < NIGHT.to) night.samples.push({ at: measuredAt, value })
    }
  }

  #changed(reading: Reading): Reading {
    if (reading.measuredAt <= this.#t) return this.#stillBefore(reading)
    const values = { ...reading.values }
    for (const [metric, value] of Object.entries(values)) {
      if (typeof value !== 'number') continue
      const key = `${reading.deviceId}#${reading.channel ?? ''}#${metric}`
      if (metric === 'water_total_m3') values[metric] = this.#standingAt(key, value)
      else if (metric === 'water_flow_m3h') values[metric] = 0
      else if (metric === 'energy_import_kwh') values[metric] = this.#energyOf(key, reading.measuredAt, value)
      else if (metric === 'power_w') values[metric] = this.#powerOf(key) ?? value
    }
    return { ...reading, values }
  }

  /** Measured before and heard after: it says where the register stood. */
  #stillBefore(reading: Reading): Reading {
    for (const [metric, value] of Object.entries(reading.values))
      if (typeof value === 'number')
        this.#standing.set(`${reading.deviceId}#${reading.channel ?? ''}#${metric}`, value)
    return reading
  }

  #standingAt(key: string, value: number): number {
    const known = this.#standing.get(key)
    if (known === undefined) this.#standing.set(key, value)
    return known ?? value
  }

  /** The register of before, put on by what the night drew in the same length of time. */
  #energyOf(key: string, measuredAt: EpochMs, value: number): number {
    const before = this.#standingAt(key, value)
    const night = this.#nights.get(key)
    const [first, last] = [night?.samples[0], night?.samples.at(-1)]
    if (night === undefined || first === undefined || last === undefined || last.at <= first.at) return before
    const i = night.next++ % (night.samples.length - 1)
    const [a, b] = [night.samples[i] ?? first, night.samples[i + 1] ?? last]
    const kwhPerMs = Math.max(0, b.value - a.value) / Math.max(1, b.at - a.at)
    const now = before + kwhPerMs * Math.max(0, measuredAt - night.until)
    night.until = Math.max(night.until, measuredAt)
    this.#standing.set(key, now)
    return now
  }

  #powerOf(key: string): number | null {
    const night = this.#nights.get(key)
    if (night === undefined || night.samples.length === 0) return null
    return night.samples[night.next++ % night.samples.length]?.value ?? null
  }
}

interface Night {
  samples: { at: EpochMs; value: number }[]
  next: number
  until: EpochMs
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function localHourOf(zone: string, at: EpochMs): number {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', minute: 'numeric' })
    clocks.set(zone, clock)
  }
  const [hours = '0', minutes = '0'] = clock.format(at).split(':')
  return Number(hours) + Number(minutes) / 60
}
