import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import type { PowerTrack } from './standby.ts'

/** How long a heavy load, such as a cooker or a heater, is on without a break. */
export interface Load {
  /** Left out while none is on. */
  on?: { since: EpochMs; until: EpochMs }
  /** The longest stretch that has ended, and when. */
  longestMs: number
  longestAt: EpochMs
}

/** What a meter says about the time between two of its samples. */
export interface Drawn {
  from: EpochMs
  to: EpochMs
  wattHours: number
}

/** Reports further apart cannot show that it never went off. */
const LONGEST_INTERVAL_MS = 1.1 * HOUR_MS
/** A longest stretch counts half after so long: last winter's heater is no measure for this one's. */
const HALF_LIFE_DAYS = 120

export const meanWatts = ({ from, to, wattHours }: Drawn): number => (wattHours * HOUR_MS) / (to - from)

/** Follows the load of one meter; `watts` above its standby count as heavy. */
export function followLoad(track: PowerTrack, drawn: Drawn, watts: number): void {
  const { band, load } = track
  const heavy =
    band !== null &&
    drawn.to - drawn.from <= LONGEST_INTERVAL_MS &&
    meanWatts(drawn) >= band.levelWatts + watts
  const on = load?.on
  if (!heavy && on === undefined) return
  const runsOn = on !== undefined && on.until === drawn.from
  const before = on === undefined || (heavy && runsOn) ? load : withStretch(load, on)
  track.load = {
    longestMs: before?.longestMs ?? 0,
    longestAt: before?.longestAt ?? drawn.from,
    ...(heavy ? { on: { since: runsOn ? on.since : drawn.from, until: drawn.to } } : {}),
  }
}

function withStretch(load: Load | undefined, { since, until }: { since: EpochMs; until: EpochMs }): Load {
  const longestMs = until - since
  return load !== undefined && longestMs < longestSoFar(load, until) ? load : { longestMs, longestAt: until }
}

/** The longest stretch so far, as it counts at `at`. */
export const longestSoFar = ({ longestMs, longestAt }: Load, at: EpochMs): number =>
  longestMs * 0.5 ** ((at - longestAt) / DAY_MS / HALF_LIFE_DAYS)
