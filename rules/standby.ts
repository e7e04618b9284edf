import { type EpochMs, HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import { MOST_CHANNELS } from './device.ts'
import { type ElectricTrace, insertLate } from './electric-trace.ts'
import type { Drawn, Load } from './load.ts'
import { type QuietClock, quietClock } from './quiet.ts'
import {
  type Difference,
  NOTHING,
  newRegister,
  type Register,
  type RegisterLimits,
  takeSample,
} from './register.ts'
import type { DeviceState, HomeState } from './state.ts'

/** What one electricity meter draws when nobody does anything, learned hour by hour, and since when it has been so. */
export interface PowerTrack {
  channel: string
  /** A register is better than a gauge: it misses nothing between two reports. */
  source: 'energy' | 'power'
  register: Register
  /** The hour being filled. An hour smooths the cycling of a fridge. */
  filled: { seconds: number; wattHours: number }
  /** Hours seen at each power of `EDGES`; old ones fade. */
  hours: readonly number[]
  band: { levelWatts: number; upperWatts: number } | null
  /** Power has not left the band since; null while that is not known. */
  standbySince: EpochMs | null
  /** Until here hours were judged. */
  judgedAt: EpochMs
  /** Left out until a heavy load was on for the first time. */
  load?: Load
  /** Its last hours; left out unless the personal rule looks at them. */
  trace?: ElectricTrace
}

const LIMITS: RegisterLimits = { maxStep: 30, maxPerHour: 30 }
const EDGES = [
  0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 100, 120, 140, 160, 180, 200, 250, 300, 350, 400, 500, 600,
  800, 1_000, 1_500, 2_000, 3_000, 5_000,
]
const NO_HOURS: readonly number[] = EDGES.map(() => 0)
const LEARNED_AFTER_HOURS = 72
/** Beyond this all counts are halved, so that seasons and new machines are followed. */
const FADES_AFTER_HOURS = 45 * 24
/** A meter that leaves its band more rarely says nothing about the life in the home. */
const LEAST_ACTIVE_SHARE = 0.1
/** A whole home never draws less; below it a meter watches a single socket. */
const LEAST_STANDBY_WATTS = 5
/** More than any home can draw is a fault. */
const MOST_WATTS = 100_000
const LONGEST_INTERVAL_MS = 1.5 * HOUR_MS
/** Far below what the house draws by itself there is no supply, and nothing can be said of who is at home. */
const CUT_SHARE = 0.25
const HOUR_FILLED_S = 3_540

/** Takes one sample of the energy register. Returns what it said about the time since the last. */
export function takeEnergy(
  device: DeviceState,
  channel: string,
  at: EpochMs,
  kwh: number,
  quality: Parameters<typeof takeSample>[3],
  marginWatts: number,
): Difference {
  const track = trackOf(device, channel, 'energy', at, kwh)
  if (track === null) return NOTHING
  const difference = takeSample(track.register, at, kwh, quality, LIMITS, device.wrap)
  if (difference.type === 'break') {
    beginAnew(track, at)
    delete track.trace
  } else if (difference.type === 'late') {
    if (track.trace !== undefined)
      track.trace = insertLate(track.trace, at, (track.register.value - kwh) * 1_000)
  } else if (difference.type === 'advance')
    addInterval(track, difference.from, at, difference.amount * 1_000, marginWatts)
  return difference
}

/** Takes one sample of the power gauge, where no register is known. Returns what was drawn since the last. */
export function takePower(
  device: DeviceState,
  channel: string,
  at: EpochMs,
  watts: number,
  marginWatts: number,
): Drawn | null {
  const track = trackOf(device, channel, 'power', at, watts)
  if (track === null || at <= track.register.at || Math.abs(watts) > MOST_WATTS) return null
  const from = track.register.at
  const mean = (Math.max(0, track.register.value) + Math.max(0, watts)) / 2
  track.register = newRegister(at, watts)
  const wattHours = (mean * (at - from)) / HOUR_MS
  if (at - from > LONGEST_INTERVAL_MS) beginAnew(track, at)
  else addInterval(track, from, at, wattHours, marginWatts)
  return { from, to: at, wattHours }
}

/** Null when this sample only begins a track, or comes from a gauge where a register is known. */
function trackOf(
  device: DeviceState,
  channel: string,
  source: PowerTrack['source'],
  at: EpochMs,
  value: number,
): PowerTrack | null {
  const known = device.power.find((track) => track.channel === channel)
  if (known?.source === source) return known
  if (known?.source === 'energy' || device.power.length >= MOST_CHANNELS) return null
  if (source === 'power' && Math.abs(value) > MOST_WATTS) return null
  const track: PowerTrack = {
    channel,
    source,
    register: newRegister(at, value),
    filled: { seconds: 0, wattHours: 0 },
    hours: [],
    band: null,
    standbySince: null,
    judgedAt: at,
  }
  device.power = [...device.power.filter((other) => other !== known), track]
  return null
}

/** Somebody says that the register began anew before its last sample. */
export function beginPowerAnew(track: PowerTrack): void {
  const { lower } = track.register
  if (lower !== null) track.register = newRegister(lower.at, lower.value)
  beginAnew(track, track.register.at)
  delete track.trace
}

function beginAnew(track: PowerTrack, at: EpochMs): void {
  track.filled = { seconds: 0, wattHours: 0 }
  track.judgedAt = at
  if (track.standbySince !== null) track.standbySince = at
}

function addInterval(
  track: PowerTrack,
  from: EpochMs,
  to: EpochMs,
  wattHours: number,
  marginWatts: number,
): void {
  if (to - from > LONGEST_INTERVAL_MS) return addGap(track, from, to, wattHours)
  const filled = {
    seconds: track.filled.seconds + (to - from) / SECOND_MS,
    wattHours: track.filled.wattHours + wattHours,
  }
  track.filled = filled
  if (filled.seconds < HOUR_FILLED_S) return
  const watts = (filled.wattHours / filled.seconds) * 3_600
  if (track.band !== null) {
    if (watts < track.band.levelWatts * CUT_SHARE) track.standbySince = null
    else if (watts > track.band.upperWatts) track.standbySince = to
    else track.standbySince ??= to - filled.seconds * SECOND_MS
  }
  learn(track, watts, filled.seconds / 3_600, marginWatts)
  track.filled = { seconds: 0, wattHours: 0 }
  track.judgedAt = to
}

/** Through a gap in the reports: quiet if not even an hour's life could hide in what was drawn. */
function addGap(track: PowerTrack, from: EpochMs, to: EpochMs, wattHours: number): void {
  const { band } = track
  const hours = (to - from) / HOUR_MS
  const hidden = band !== null && wattHours - band.levelWatts * hours > band.upperWatts - band.levelWatts
  const since = track.standbySince
  beginAnew(track, to)
  if (band !== null && !hidden) track.standbySince = since
}

function learn(track: PowerTrack, watts: number, hours: number, marginWatts: number): void {
  const seen = track.hours.length === EDGES.length ? track.hours.slice() : NO_HOURS.slice()
  const bin = binOf(watts)
  seen[bin] = (seen[bin] ?? 0) + hours
  const total = sumOf(seen)
  const fade = total > FADES_AFTER_HOURS ? 0.5 : 1
  for (let i = 0; i < seen.length; i++) seen[i] = Math.round((seen[i] ?? 0) * fade * 10) / 10
  track.hours = seen
  track.band = bandOf(seen, total, marginWatts)
}

function binOf(watts: number): number {
  let bin = 0
  while (bin + 1 < EDGES.length && watts >= (EDGES[bin + 1] ?? 0)) bin++
  return bin
}

function sumOf(hours: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < hours.length; i++) sum += hours[i] ?? 0
  return sum
}

/** From the quietest hours: nights tell what the house draws by itself, and their spread how far that wavers. */
function bandOf(hours: readonly number[], total: number, marginWatts: number): PowerTrack['band'] {
  if (total < LEARNED_AFTER_HOURS) return null
  const sum = sumOf(hours)
  const levelWatts = quantile(hours, sum, 0.1)
  const highWatts = quantile(hours, sum, 0.25)
  const upperWatts = highWatts + Math.max(marginWatts, highWatts - quantile(hours, sum, 0.05))
  let active = 0
  for (let i = 0; i < hours.length; i++) if ((EDGES[i] ?? 0) >= upperWatts) active += hours[i] ?? 0
  if (levelWatts < LEAST_STANDBY_WATTS || active < sum * LEAST_ACTIVE_SHARE) return null
  return { levelWatts: Math.round(levelWatts), upperWatts: Math.round(upperWatts) }
}

function quantile(hours: readonly number[], total: number, share: number): number {
  let below = 0
  for (let i = 0; i < hours.length; i++) {
    const count = hours[i] ?? 0
    if (count > 0 && below + count >= share * total) {
      const low = EDGES[i] ?? 0
      const high = EDGES[i + 1] ?? low * 2
      return low + ((share * total - below) / count) * (high - low)
    }
    below += count
  }
  return 0
}

export interface HomePower {
  clock: QuietClock
  standbySince: EpochMs
  levelWatts: number
  upperWatts: number
}

/** The electricity of a home as one; null while its standby is not known, says nothing about life, or there is none. */
export function homePower(home: HomeState): HomePower | null {
  let standbySince = 0
  let levelWatts = 0
  let upperWatts = 0
  for (const device of home.devices) {
    for (const track of device.power) {
      if (device.online === false || isLearning(track)) return null
      if (track.band === null) continue
      if (track.standbySince === null) return null
      standbySince = Math.max(standbySince, track.standbySince)
      levelWatts += track.band.levelWatts
      upperWatts += track.band.upperWatts
    }
  }
  const clock = standbySince === 0 ? null : quietClock(home.devices, judgedUntil)
  return clock === null ? null : { clock, standbySince, levelWatts, upperWatts }
}

const isLearning = (track: PowerTrack): boolean =>
  track.band === null && sumOf(track.hours) < LEARNED_AFTER_HOURS

function judgedUntil({ power }: DeviceState): EpochMs | null {
  let until: EpochMs | null = null
  for (const { band, judgedAt } of power)
    if (band !== null) until = until === null ? judgedAt : Math.min(until, judgedAt)
  return until
}
