import type { Outage } from '../contracts/home.ts'
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { reportIntervalS } from './device.ts'
import type { Turn } from './findings.ts'
import type { DeviceState } from './state.ts'

/** What the quiet clock runs on: the meters of one kind in a home, taken together. */
export interface QuietClock {
  /** All of them have told what happened until here. */
  knownUntil: EpochMs
  /** The slowest reporting interval; null while unknown. */
  intervalMs: number | null
  /** Their samples come so long after they were taken. */
  lagMs: number
}

/** A report may come this much after its time before the time itself speaks. */
const LATENESS_SHARE = 0.1
const MAX_LATENESS_MS = 5 * MINUTE_MS
/** Within this many intervals of the last report, no news is still quiet. */
const FRESH_INTERVALS = 1.5
/** Slower meters cannot vouch for the time since their last report. */
const SLOWEST_FRESH_MS = HOUR_MS
const LONGEST_SETTLING_MS = HOUR_MS

/**
 * The clock of the devices that carry such meters; null when there is none. `lastSampleOf` says until when all such
 * meters of a device have told, null where it has none.
 */
export function quietClock(
  devices: readonly DeviceState[],
  lastSampleOf: (device: DeviceState) => EpochMs | null,
): QuietClock | null {
  let knownUntil = Number.POSITIVE_INFINITY
  let intervalMs: number | null = 0
  let lagMs = 0
  for (const device of devices) {
    const at = lastSampleOf(device)
    if (at === null) continue
    knownUntil = Math.min(knownUntil, at)
    lagMs = Math.max(lagMs, (device.lagS ?? 0) * SECOND_MS)
    const intervalS = reportIntervalS(device)
    intervalMs =
      intervalS === null || intervalMs === null ? null : Math.max(intervalMs, intervalS * SECOND_MS)
  }
  return knownUntil === Number.POSITIVE_INFINITY ? null : { knownUntil, intervalMs, lagMs }
}

/** Whether no news from meters of this interval is quiet, for a while: slower ones vouch for what they have told alone. */
export const isVouchedFor = (intervalMs: number): boolean => intervalMs <= SLOWEST_FRESH_MS

export interface Verdict {
  /** The quiet has lasted long enough, as far as anybody can know now. */
  certain: boolean
  /** When, without news, it will have. Null: only a report can say. */
  dueAt: EpochMs | null
  /** An outage of ours covered the instant at which it first could have been said. */
  seenLate: boolean
}

/**
 * Whether a quiet that is long enough at `completeAt` may be spoken of now. No news is quiet for the time of one late
 * report, or for `patienceMs` where more is at stake than a report.
 */
export function judge(turn: Turn, clock: QuietClock, completeAt: EpochMs, patienceMs = 0): Verdict {
  const settled = settledAfterOutage(turn, clock, completeAt)
  if (settled === null) return { certain: false, dueAt: null, seenLate: true }
  const at = Math.max(completeAt, settled)
  const seenLate = settled > completeAt
  if (at <= clock.knownUntil) return { certain: true, dueAt: null, seenLate }
  const { intervalMs } = clock
  if (intervalMs === null || !isVouchedFor(intervalMs)) return { certain: false, dueAt: null, seenLate }
  // What comes so late vouches for nothing by itself; at a cap it has been waited for.
  const isOld = clock.lagMs > intervalMs
  if (isOld && patienceMs === 0) return { certain: false, dueAt: null, seenLate }
  const lagMs = isOld ? 0 : clock.lagMs
  // The report that tells of that instant comes by so much after it.
  const latenessMs = lagMs + Math.min(intervalMs * LATENESS_SHARE, MAX_LATENESS_MS)
  const dueAt = at + latenessMs
  const freshUntil =
    clock.knownUntil + Math.max(lagMs + intervalMs * FRESH_INTERVALS, patienceMs + latenessMs)
  if (dueAt > freshUntil) return { certain: false, dueAt: null, seenLate }
  if (dueAt > turn.now) return { certain: false, dueAt, seenLate }
  return { certain: turn.now <= freshUntil, dueAt: null, seenLate }
}

/** Notes the first fresh report after an outage of ours: from it on, quiet is seen and not guessed. */
export function noteReturn(turn: Turn, measuredAt: EpochMs): void {
  const outage = lastOutage(turn)
  if (outage === undefined || turn.home.back?.outageTo === outage.to || measuredAt < outage.to) return
  turn.home.back = { outageTo: outage.to, at: turn.now }
}

function lastOutage(turn: Turn): Outage | undefined {
  const outages = turn.context.outages
  return outages.length === 0 ? undefined : outages.findLast((outage) => outage.to <= turn.now)
}

/** From when on a quiet complete at `completeAt` may be spoken of; null: not before the home's next fresh report. */
function settledAfterOutage(turn: Turn, clock: QuietClock, completeAt: EpochMs): EpochMs | null {
  const outage = lastOutage(turn)
  if (outage === undefined || completeAt <= outage.from) return completeAt
  const back = turn.home.back?.outageTo === outage.to ? turn.home.back.at : null
  if (back === null) return null
  if (completeAt > back) return completeAt
  return back + Math.min(clock.intervalMs ?? LONGEST_SETTLING_MS, LONGEST_SETTLING_MS)
}
