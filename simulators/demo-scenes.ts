import type { FindingKind } from '../contracts/finding.ts'
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../contracts/time.ts'
import { type Fault, faultOf } from './fault.ts'
import type { DeviceRole } from './home.ts'
import { type Incident, incidentOf } from './incident.ts'
import { Random } from './random.ts'

/** One thing that happens in one home of the demo. */
export interface Scene {
  /** Index of the home. */
  home: number
  what: string
  fromMs: EpochMs
  /** When life or the device is back to normal. */
  toMs: EpochMs
  incidents: Incident[]
  faults: { device: DeviceRole; fault: Fault }[]
  /** What the default rules should say, and by when. */
  expect: { kind: FindingKind; byMs: EpochMs } | null
}

type Part = Partial<Pick<Scene, 'incidents' | 'faults' | 'expect'>>
const scene = (home: number, what: string, fromMs: EpochMs, toMs: EpochMs, part: Part): Scene => ({
  home,
  what,
  fromMs,
  toMs,
  incidents: [],
  faults: [],
  expect: null,
  ...part,
})

/**
 * A last wash of 14 L, so that it is known since when, then a fall. Whoever lives in the demo is missed within half a day,
 * as three weeks of their habits have shown.
 */
function fall(home: number, fromMs: EpochMs, toMs: EpochMs, byMs = fromMs + 12.5 * HOUR_MS): Scene {
  const wash: Incident = {
    kind: 'tap_left_on',
    fromMs: fromMs - 3 * MINUTE_MS,
    toMs: fromMs,
    litresPerHour: 280,
  }
  const expect = { kind: 'inactivity.personal' as const, byMs }
  return scene(home, 'fall', fromMs, toMs, { incidents: [wash, incidentOf('fall', fromMs, toMs)], expect })
}

function fire(home: number, fromMs: EpochMs): Scene {
  const toMs = fromMs + 20 * MINUTE_MS
  const incident: Incident = { kind: 'fire', fromMs, toMs, repeatMs: 2 * MINUTE_MS }
  return scene(home, 'fire', fromMs, toMs, {
    incidents: [incident],
    expect: { kind: 'smoke.alarm', byMs: fromMs + MINUTE_MS },
  })
}

function silent(home: number, device: DeviceRole, fromMs: EpochMs, toMs: EpochMs): Scene {
  const expect = { kind: 'device.silent' as const, byMs: fromMs + 3.25 * HOUR_MS }
  return scene(home, `${device} meter silent`, fromMs, toMs, {
    faults: [{ device, fault: faultOf('gone', fromMs, toMs) }],
    expect: device === 'smoke' ? null : expect,
  })
}

function tapLeftOn(home: number, fromMs: EpochMs, toMs: EpochMs, litresPerHour: number): Scene {
  return scene(home, 'tap left on', fromMs, toMs, {
    incidents: [{ kind: 'tap_left_on', fromMs, toMs, litresPerHour }],
    expect: { kind: 'water.continuous_flow', byMs: fromMs + 5.5 * HOUR_MS },
  })
}

const happening = (
  home: number,
  kind: 'away' | 'guests' | 'cooker_left_on',
  fromMs: EpochMs,
  toMs: EpochMs,
) => scene(home, kind.replaceAll('_', ' '), fromMs, toMs, { incidents: [incidentOf(kind, fromMs, toMs)] })

/** Gentle enough to show in the actogram without setting off the fixed rules every day. */
const declining = (home: number, fromMs: EpochMs, toMs: EpochMs) =>
  scene(home, 'slow decline', fromMs, toMs, {
    incidents: [{ kind: 'decline', fromMs, toMs, overDays: 20, leftShare: 0.45 }],
  })

const broken = (home: number, what: string, device: DeviceRole, fault: Fault, toMs: EpochMs): Scene =>
  scene(home, what, fault.fromMs, toMs, { faults: [{ device, fault }] })

/** What a visitor sees in the first minutes, told from the demo's start `t0`. At factor 60 an hour is a minute. */
export function openingScenes(t0: EpochMs): Scene[] {
  const at = (hours: number) => t0 + hours * HOUR_MS
  return [
    fall(20, at(-9.9), at(8), at(1.5)),
    fire(23, at(1)),
    silent(41, 'water', at(-2) - 25 * MINUTE_MS, at(20)),
    happening(12, 'away', at(-6), at(66)),
    happening(30, 'guests', at(-30), at(48)),
    tapLeftOn(48, at(3), at(9), 90),
    happening(16, 'cooker_left_on', at(5), at(9)),
    broken(35, 'garbled messages', 'electricity', faultOf('garbage', at(-1), at(30), 0.3), at(30)),
    broken(3, 'battery dying', 'smoke', faultOf('battery_dying', at(-360), at(362)), at(362)),
    declining(50, at(-14 * 24), at(6 * 24)),
    broken(19, 'lossy radio', 'water', faultOf('lost', at(-21 * 24), null, 0.08), at(21 * 24)),
    broken(27, 'repeating radio', 'electricity', faultOf('doubled', at(-21 * 24), null, 0.1), at(21 * 24)),
    broken(44, 'late batches', 'electricity', faultOf('late', at(12), at(17)), at(17)),
  ]
}

/** Civil days after the start for which the demo has something to tell: a week of its running time at factor 60. */
export const STORY_DAYS = 420
/** A home that had its scene is left in peace for as long. */
const PEACE_MS = 4 * DAY_MS

/** What befalls the community day by day afterwards: calm, but something is always about to happen. */
export function laterScenes(seed: string, t0: EpochMs, homes: number, opening: readonly Scene[]): Scene[] {
  const busyUntil = new Map<number, EpochMs>()
  for (const { home, toMs } of opening) busyUntil.set(home, toMs)
  const scenes: Scene[] = []
  for (let day = 0; day < STORY_DAYS; day += 1) {
    const random = Random.of(seed, 'scenes', day)
    const count = random.whole(2, 4)
    for (let n = 0; n < count; n += 1) {
      const fromMs = t0 + (day + 0.4) * DAY_MS + Math.floor(random.between(0, DAY_MS))
      const home = random.whole(0, homes - 1)
      const drawn = laterScene(random, home, fromMs)
      if (fromMs < (busyUntil.get(home) ?? 0) + PEACE_MS) continue
      busyUntil.set(home, drawn.toMs)
      scenes.push(drawn)
    }
  }
  return scenes
}

function laterScene(random: Random, home: number, fromMs: EpochMs): Scene {
  const after = (low: number, high: number) => fromMs + Math.round(random.between(low, high) * HOUR_MS)
  const draw = random.next()
  if (draw < 0.22) return fall(home, fromMs, after(15, 20))
  if (draw < 0.3) return fire(home, fromMs)
  if (draw < 0.55) {
    return silent(home, random.pick(['water', 'electricity', 'smoke'] as const), fromMs, after(5, 30))
  }
  if (draw < 0.7) return tapLeftOn(home, fromMs, after(5, 8), random.between(20, 200))
  if (draw < 0.8) return happening(home, 'cooker_left_on', fromMs, after(3, 6))
  if (draw < 0.92) return happening(home, 'guests', fromMs, after(8, 60))
  return happening(home, 'away', fromMs, after(20, 70))
}
