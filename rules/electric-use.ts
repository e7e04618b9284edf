import type { EpochMs } from '../contracts/time.ts'
import { SECOND_MS } from '../contracts/time.ts'
import { type Act, type ElectricHabits, electricCounts, learnAct, logOdds } from './baseline/electric.ts'
import type { HourOfEvidence } from './baseline/weighed.ts'
import { type ElectricHour, hourUntil } from './electric-trace.ts'
import { hourOfDay } from './local-time.ts'
import type { PowerTrack } from './standby.ts'
import type { HomeState } from './state.ts'

/** What somebody did, or nobody, in an hour of electricity. */
export interface ElectricAct extends ElectricHour {
  act: Act
  /** Against the hour before. */
  stepWatts: number
}

/** A lamp or a television; a kettle, a cooker or a heater, as the mean of an hour. */
const RISE_WATTS = 30
const LEAP_WATTS = 150
const FALL_WATTS = 40
/** Power is settled where it differs from that of the hour before by no more. */
const SETTLED_SHARE = 0.35
/** Far below what the house draws by itself there is no supply. */
const CUT_SHARE = 0.25
/** So long after the last use and before the next nobody acts, as far as water can tell. */
const DEEP_S = 2 * 3_600

/** The meter of the whole home, or what comes nearest; null where its standby is not known. */
export function mainTrack(home: HomeState): PowerTrack | null {
  let main: PowerTrack | null = null
  for (const device of home.devices)
    for (const track of device.power)
      if (track.trace !== undefined && track.band !== null)
        if (main === null || track.band.upperWatts > (main.band?.upperWatts ?? 0)) main = track
  return main
}

/** The acts of every hour that is known, and whose hours before are; `from` and `to` in epoch seconds. */
export function actsOf({ trace, band }: PowerTrack, fromS: number, toS: number): ElectricAct[] {
  if (trace === undefined || band === null) return []
  const { points } = trace
  const acts: ElectricAct[] = []
  let end = 3
  while (end < points.length && (points[end - 1]?.[0] ?? 0) < fromS) end++
  let before = hourUntil(points, end - 2)
  let hour = hourUntil(points, end - 1)
  for (; end < points.length && (points[end]?.[0] ?? 0) <= toS; end++) {
    const settling = before
    before = hour
    hour = hourUntil(points, end)
    if (settling === null || before === null || hour === null) continue
    if (hour.watts < band.levelWatts * CUT_SHARE || before.watts < band.levelWatts * CUT_SHARE) continue
    const act = actOf(settling.watts, before.watts, hour.watts, band)
    if (act !== null) acts.push({ ...hour, act, stepWatts: Math.round(hour.watts - before.watts) })
  }
  return acts
}

/** The hours of which the meter told while there was supply: of all others nobody can say who acted in them. */
export function suppliedHours({ trace, band }: PowerTrack): ElectricHour[] {
  if (trace === undefined || band === null) return []
  const { points } = trace
  return points.flatMap((_, end) => {
    const hour = hourUntil(points, end)
    return hour === null || hour.watts < band.levelWatts * CUT_SHARE ? [] : hour
  })
}

/** Null where power had only just risen: that it falls again is no act. */
function actOf(
  settling: number,
  before: number,
  watts: number,
  { levelWatts, upperWatts }: NonNullable<PowerTrack['band']>,
): Act | null {
  const step = watts - before
  if (before <= upperWatts) {
    if (step >= LEAP_WATTS) return 'leap'
    return step >= RISE_WATTS && watts > upperWatts - RISE_WATTS / 2 ? 'rise' : 'low'
  }
  const above = before - levelWatts
  if (step >= Math.max(FALL_WATTS, SETTLED_SHARE * above)) return 'rise_on'
  if (Math.abs(before - settling) > Math.max(FALL_WATTS, SETTLED_SHARE * above)) return null
  return -step >= Math.min(above, Math.max(FALL_WATTS, SETTLED_SHARE * above)) || watts <= upperWatts
    ? 'fall'
    : 'on'
}

/** Learns from a quiet that has ended well: without water from `fromS` to `untilS`. */
export function learnElectric(
  habits: ElectricHabits,
  home: HomeState,
  fromS: number,
  untilS: number,
): ElectricHabits {
  const track = mainTrack(home)
  if (track === null) return habits
  let learned = habits
  for (const { act, fromS: from, toS } of actsOf(track, fromS, untilS)) {
    const deep = from >= fromS + DEEP_S && toS <= untilS - DEEP_S
    learned = learnAct(learned, act, middleHour(home.zone, from, toS), deep)
  }
  return learned
}

/** What electricity says of the quiet that began at `since`, or of so many hours of it. */
export function evidenceSince(
  habits: ElectricHabits,
  home: HomeState,
  since: EpochMs,
  withinHours = Number.POSITIVE_INFINITY,
): { evidence: HourOfEvidence[]; acts: ElectricAct[] } {
  const track = mainTrack(home)
  if (track === null) return { evidence: [], acts: [] }
  const sinceS = since / SECOND_MS
  const acts = actsOf(track, sinceS - 1_800, sinceS + withinHours * 3_600)
  const counts = electricCounts(habits)
  const evidence = acts.map(({ act, fromS, toS }) => ({
    fromHours: (fromS - sinceS) / 3_600,
    toHours: (toS - sinceS) / 3_600,
    logOdds: logOdds(counts, act, middleHour(home.zone, fromS, toS)),
  }))
  return { evidence, acts }
}

const middleHour = (zone: string, fromS: number, toS: number): number =>
  hourOfDay(zone, ((fromS + toS) / 2) * SECOND_MS)
