import type { Quality } from '../contracts/reading.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import type { EpochMs } from '../contracts/time.ts'
import { type Cadence, learnGap } from './cadence.ts'
import { learnStep, type Step } from './coarse-register.ts'
import { MOST_CHANNELS } from './device.ts'
import {
  type Difference,
  NOTHING,
  newRegister,
  type Register,
  type RegisterLimits,
  takeSample,
} from './register.ts'
import type { DeviceState } from './state.ts'

/**
 * Water that flowed: seen at `toS` (epoch seconds, the report that showed it), within the `flowS` seconds before it.
 * Between two uses the register stood still, also across a gap in the reports.
 */
export type Use = readonly [toS: number, flowS: number, litres: number]

/** The recent past of one water register: everything between `startS` and the register's last sample is known. */
export interface WaterTrack {
  channel: string
  register: Register
  startS: number
  /** Ascending; what lies further back than any rule looks is dropped, but for the last one. */
  uses: readonly Use[]
  /** How far samples lie apart, as measured (a daily upload holds hourly samples). */
  samples: Cadence | null
  /** What it moves by; left out before it moved. */
  step?: Step
  /** When and why history last had to begin anew. */
  broken: { at: EpochMs; cause: 'reset' | 'jump' } | null
}

const LIMITS: RegisterLimits = { maxStep: 3, maxPerHour: 3 }
/** Uses within one such slot are kept as one: a meter that reports each minute must not swell the state. */
const SLOT_S = 15 * 60
/** A day of slots and an hour: a trickle is known by its whole last day. */
const MAX_USES = 100
/** A millilitre: below it a difference is rounding. */
const LEAST_LITRES = 0.001

/** Takes one sample of the register. Returns what it said about the time since the last. */
export function takeWater(
  device: DeviceState,
  channel: string,
  at: EpochMs,
  m3: number,
  quality: readonly Quality[],
  horizonS: number,
): Difference {
  const track = device.water.find((other) => other.channel === channel)
  if (track === undefined) {
    if (device.water.length < MOST_CHANNELS) device.water = [...device.water, newWaterTrack(channel, at, m3)]
    return NOTHING
  }
  const { register } = track
  const difference = takeSample(register, at, m3, quality, LIMITS, device.wrap)
  if (difference.type === 'late') insert(track, at, (register.value - m3) * 1_000, horizonS)
  if (difference.type === 'break') {
    track.startS = Math.ceil(at / 1_000)
    track.uses = []
    delete track.step
    track.broken = { at, cause: difference.cause }
  }
  if (difference.type === 'advance') advance(track, difference, horizonS)
  return difference
}

/** Somebody says that the register began anew at `at`, which is past: nothing is known of the flow across that instant. */
export function beginWaterAnew(track: WaterTrack, at: EpochMs): void {
  const { lower } = track.register
  const isHeldBack = lower !== null && lower.at >= at
  if (isHeldBack) track.register = newRegister(lower.at, lower.value)
  const atS = Math.ceil((isHeldBack ? lower.at : at) / 1_000)
  const across = track.uses.find((use) => use[0] - use[1] < atS && atS <= use[0])
  const startS = across?.[0] ?? atS
  track.startS = Math.max(track.startS, startS)
  track.uses = track.uses.filter((use) => use[0] > startS)
  track.broken = { at, cause: 'reset' }
}

const newWaterTrack = (channel: string, at: EpochMs, m3: number): WaterTrack => ({
  channel,
  register: newRegister(at, m3),
  startS: Math.ceil(at / 1_000),
  uses: [],
  samples: null,
  broken: null,
})

function advance(track: WaterTrack, { amount, from }: { amount: number; from: EpochMs }, horizonS: number) {
  const { at } = track.register
  const gapS = (at - from) / 1_000
  track.samples = learnGap(track.samples, gapS)
  const litres = roundLitres(amount * 1_000)
  if (litres < LEAST_LITRES) return
  const moved = track.uses.at(-1)?.[0]
  track.step = learnStep(track.step, litres, moved === undefined ? null : (at / 1_000 - moved) / 3_600)
  append(track, [Math.ceil(at / 1_000), Math.round(gapS), litres])
  trim(track, horizonS)
}

function append(track: WaterTrack, use: Use): void {
  const last = track.uses.at(-1)
  if (last === undefined || Math.floor(last[0] / SLOT_S) !== Math.floor(use[0] / SLOT_S)) {
    track.uses = [...track.uses, use]
    return
  }
  track.uses = [...track.uses.slice(0, -1), joined(last, use)]
}

/** `flowS` is the time in which it may have flowed, so quiet minutes between the two stay visible as such. */
const joined = (a: Use, b: Use): Use => [b[0], a[1] + b[1], roundLitres(a[2] + b[2])]

function trim(track: WaterTrack, horizonS: number): void {
  const horizon = track.register.at / 1_000 - horizonS
  const keepFrom = track.uses.findIndex((use, i) => use[0] >= horizon || i === track.uses.length - 1)
  if (keepFrom > 0) {
    track.startS = track.uses[keepFrom - 1]?.[0] ?? track.startS
    track.uses = track.uses.slice(keepFrom)
  }
  while (track.uses.length > MAX_USES) {
    const [first, second, ...rest] = track.uses as [Use, Use, ...Use[]]
    track.uses = [joined(first, second), ...rest]
  }
}

/** A sample from before the last one: where it agrees with what is known, it tells more exactly when water flowed. */
function insert(track: WaterTrack, at: EpochMs, litresSince: number, horizonS: number): void {
  const atS = Math.ceil(at / 1_000)
  if (atS < track.register.at / 1_000 - horizonS) return
  if (atS < track.startS) return extendBack(track, atS, litresSince)
  const index = track.uses.findIndex((use) => use[0] > atS)
  const use = track.uses[index]
  if (use === undefined || use[0] - use[1] >= atS) return
  const later = track.uses.slice(index + 1).reduce((sum, [, , litres]) => sum + litres, 0)
  const after = roundLitres(litresSince - later)
  const before = roundLitres(use[2] - after)
  if (after < 0 || before < 0) return
  const parts: Use[] = []
  if (before >= LEAST_LITRES) parts.push([atS, atS - (use[0] - use[1]), before])
  if (after >= LEAST_LITRES) parts.push([use[0], use[0] - atS, after])
  track.uses = track.uses.toSpliced(index, 1, ...parts)
  trim(track, horizonS)
}

function extendBack(track: WaterTrack, atS: number, litresSince: number): void {
  const known = track.uses.reduce((sum, [, , litres]) => sum + litres, 0)
  const litres = roundLitres(litresSince - known)
  const hours = (track.startS - atS) / 3_600
  const implausible = litres > LIMITS.maxStep * 1_000 && litres / hours > LIMITS.maxPerHour * 1_000
  if (track.broken !== null || litres < 0 || implausible) return
  if (litres >= LEAST_LITRES) track.uses = [[track.startS, track.startS - atS, litres], ...track.uses]
  track.startS = atS
}

/** How far back the water rules look at these settings. */
export function waterHorizonS(settings: RuleSettings): number {
  const hours = Math.max(
    24,
    settings['inactivity.water_volume'].hours,
    settings['inactivity.water_none'].hours,
    settings['water.continuous_flow'].hours,
  )
  return (hours + 6) * 3_600
}

const roundLitres = (litres: number): number => Math.round(litres * 1_000) / 1_000
