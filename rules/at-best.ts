import type { FindingKind } from '../contracts/finding.ts'
import { HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import type { AtBest } from '../contracts/why-not.ts'
import { highGapS, medianGapS } from './cadence.ts'
import { coarseInWords, coarseStep, leastHoursFor, type Step } from './coarse-register.ts'
import { reportIntervalS } from './device.ts'
import { sentenceOf } from './explanation.ts'
import type { Turn } from './findings.ts'
import { isVouchedFor } from './quiet.ts'
import { speaksOnUseOnly } from './speaks-on-use.ts'
import type { DeviceState } from './state.ts'
import { homeWater } from './water-quiet.ts'

type Deadline = { kind: FindingKind; hours: number }

/**
 * How soon this home's own meters let its shortest inactivity rule speak. A meter that uploads once a day says nothing
 * in between, whatever the rule. Null without a water meter, while its interval is unknown or it
 * speaks only when water runs, or with no such rule on.
 */
export function atBest(turn: Turn): AtBest | null {
  const water = homeWater(turn.home)
  const step = water === null ? null : coarseStep(water.tracks)
  const deadline = shortest(turn, step)
  if (water === null || water.clock.intervalMs === null || deadline === null) return null
  if (turn.home.devices.some(speaksOnUseOnly)) return null
  const { intervalMs } = water.clock
  const intervalHours = intervalMs / HOUR_MS
  const latenessHours = Math.max(...turn.home.devices.filter(hasWater).map(lateness)) / HOUR_MS
  // Between two reports of a frequent meter no news is quiet; a slow one is to be waited for.
  const untilReport = isVouchedFor(intervalMs)
    ? deadline.hours
    : Math.ceil(deadline.hours / intervalHours) * intervalHours
  const bestHours = rounded(untilReport + latenessHours)
  const worstHours = rounded(untilReport + latenessHours + intervalHours)
  return {
    kind: deadline.kind,
    bestHours,
    worstHours,
    deadlineHours: rounded(deadline.hours),
    intervalHours: rounded(intervalHours),
    latenessHours: rounded(latenessHours),
    sentence: sentenceOf(
      {
        zh: `人停止活动后，该户最快${bestHours}小时、最慢${worstHours}小时可被发现`,
        en: `Can be noticed ${bestHours} h after the last act at best, ${worstHours} h at worst`,
      },
      step !== null && leastHoursFor(step) >= deadline.hours ? coarseInWords(step) : null,
    ),
  }
}

function shortest({ home, context: { settings } }: Turn, step: Step | null): Deadline | null {
  const deadlines: Deadline[] = []
  for (const kind of ['inactivity.water_volume', 'inactivity.water_none'] as const)
    if (settings[kind].enabled) deadlines.push({ kind, hours: settings[kind].hours })
  const personal = settings['inactivity.personal']
  if (personal.enabled)
    deadlines.push({
      kind: 'inactivity.personal',
      hours: Math.max(home.personal?.plan?.hours ?? personal.capHours, leastHoursFor(step)),
    })
  return deadlines.reduce<Deadline | null>((a, b) => (a === null || b.hours < a.hours ? b : a), null)
}

const hasWater = (device: DeviceState): boolean => device.water.length > 0

/** By how much a late report of the device comes after its time, and how old it is then. */
function lateness(device: DeviceState): number {
  const usual = Math.max(reportIntervalS(device) ?? 0, medianGapS(device.gaps) ?? 0)
  return (Math.max(0, (highGapS(device.gaps) ?? 0) - usual) + (device.lagS ?? 0)) * SECOND_MS
}

/** To half hours: more would pretend to know more. */
const rounded = (hours: number): number =>
  hours < 1 ? Math.round(hours * 100) / 100 : Math.round(hours * 2) / 2
