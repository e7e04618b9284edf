import type { Roster, Shift, Stretch } from '../contracts/duty.ts'
import type { JurisdictionId } from '../contracts/ids.ts'
import type { EpochMs } from '../contracts/time.ts'
import { type Day, dayOf, daysBetween, instantOf, plusDays, weekdayOf } from './civil-time.ts'

/** One coming of a shift. */
interface Occurrence {
  from: EpochMs
  to: EpochMs
  shift: Shift
  day: Day
}

/** By the wall clock at both ends, so that a change of the clocks opens no gap between two shifts. */
function occurrence(roster: Roster, shift: Shift, day: Day): Occurrence | null {
  if (day < roster.from || day > roster.to || !shift.weekdays.includes(weekdayOf(day))) return null
  const from = instantOf(roster.zone, day, shift.startMinute)
  const to = instantOf(roster.zone, day, shift.startMinute + shift.durationMinutes)
  return from < to ? { from, to, shift, day } : null
}

/** Whoever goes through a roster asks for each day many times in a row. */
const DAYS_REMEMBERED = 8
const daysOf = new WeakMap<Roster, Map<Day, Occurrence[]>>()

function occurrencesOn(roster: Roster, day: Day): readonly Occurrence[] {
  const days = daysOf.get(roster) ?? new Map<Day, Occurrence[]>()
  daysOf.set(roster, days)
  const known = days.get(day)
  if (known !== undefined) return known
  const found = roster.shifts.flatMap((shift) => occurrence(roster, shift, day) ?? [])
  days.set(day, found)
  const [oldest] = days.keys()
  if (days.size > DAYS_REMEMBERED && oldest !== undefined) days.delete(oldest)
  return found
}

/** The crew whose turn it is on that day. */
export function crewOn({ crews, turnDays, turnsFrom }: Shift, day: Day) {
  const turn = Math.floor(daysBetween(turnsFrom, day) / turnDays)
  const crew = crews[((turn % crews.length) + crews.length) % crews.length]
  if (crew === undefined) throw new Error('a shift without a crew')
  return crew
}

interface Cover {
  from: EpochMs
  to: EpochMs
}
/** A version never changes, and is asked for every alert: what was worked out of it is remembered. */
const covers = new WeakMap<Roster, Cover>()
const lastStretch = new WeakMap<Roster, Stretch>()

/** The time that a roster answers for: from its first day's first shift to the same time after its last. */
export function coverOf(roster: Roster): Cover {
  const known = covers.get(roster)
  if (known !== undefined) return known
  const first = Math.min(...roster.shifts.map((shift) => shift.startMinute))
  const cover = {
    from: instantOf(roster.zone, roster.from, first),
    to: instantOf(roster.zone, plusDays(roster.to, 1), first),
  }
  covers.set(roster, cover)
  return cover
}

/** Who is on duty at an instant; null: nobody. Of shifts that overlap the one that the roster names first counts. */
export function onDutyAt(roster: Roster, at: EpochMs): Stretch | null {
  const known = lastStretch.get(roster)
  if (known !== undefined && known.from <= at && at < known.to) return known
  const found = stretchAt(roster, at)
  if (found !== null) lastStretch.set(roster, found)
  return found
}

function stretchAt(roster: Roster, at: EpochMs): Stretch | null {
  const day = dayOf(roster.zone, at)
  const near = [-1, 0, 1].flatMap((days) => occurrencesOn(roster, plusDays(day, days)))
  const running = near.filter((one) => one.from <= at && at < one.to)
  const order = (one: Occurrence) => roster.shifts.indexOf(one.shift)
  const [now] = running.sort((a, b) => order(a) - order(b))
  if (now === undefined) return null
  const bounds = [
    ...near.flatMap((one) => [one.from, one.to]),
    ...roster.overrides.flatMap((one) => [one.from, one.to]),
  ]
  const crew = crewOn(now.shift, now.day)
  const standIn = (duty: 'primary' | 'backup') =>
    roster.overrides.findLast((one) => one.duty === duty && one.from <= at && at < one.to)?.personId
  return {
    from: Math.max(now.from, ...bounds.filter((bound) => bound <= at)),
    to: Math.min(now.to, ...bounds.filter((bound) => bound > at)),
    shift: now.shift.name,
    shiftFrom: now.from,
    primary: standIn('primary') ?? crew.primary,
    backup: standIn('backup') ?? crew.backup,
  }
}

/** Who is on duty through a time, in order; where nobody is, nothing stands. */
export function stretches(roster: Roster, from: EpochMs, to: EpochMs): Stretch[] {
  const found: Stretch[] = []
  for (let at = from; at < to; ) {
    const now = onDutyAt(roster, at)
    if (now === null) {
      const next = nextStart(roster, at)
      if (next === null) break
      at = next
      continue
    }
    const last = found.at(-1)
    const stretch = { ...now, from: Math.max(now.from, from), to: Math.min(now.to, to) }
    if (last !== undefined && last.to === stretch.from && isSame(last, stretch)) last.to = stretch.to
    else found.push(stretch)
    at = stretch.to
  }
  return found
}

const isSame = (a: Stretch, b: Stretch): boolean =>
  a.shiftFrom === b.shiftFrom && a.primary === b.primary && a.backup === b.backup

/** When the next shift after `at` begins; null: none does. */
function nextStart(roster: Roster, at: EpochMs): EpochMs | null {
  const here = dayOf(roster.zone, at)
  for (let day = here < roster.from ? roster.from : here; day <= roster.to; day = plusDays(day, 1)) {
    const starts = occurrencesOn(roster, day).flatMap((one) => (one.from > at ? [one.from] : []))
    if (starts.length > 0) return Math.min(...starts)
  }
  return null
}

/** Who is on duty for a node through a time, whichever version counts when. */
export function calendar(
  rosters: readonly Roster[],
  node: JurisdictionId,
  from: EpochMs,
  to: EpochMs,
): Stretch[] {
  const covers = rosters.filter((one) => one.jurisdictionId === node).map(coverOf)
  const bounds = [from, ...covers.flatMap((one) => [one.from, one.to]), to]
  const sorted = [...new Set(bounds)].filter((at) => at >= from && at <= to).sort((a, b) => a - b)
  return sorted.flatMap((at, index) => {
    const until = sorted[index + 1]
    const roster = until === undefined ? null : rosterAt(rosters, node, at)
    return roster === null || until === undefined ? [] : stretches(roster, at, until)
  })
}

/** The times between stretches in which nobody is there. */
export function gapsIn(
  duty: readonly Stretch[],
  from: EpochMs,
  to: EpochMs,
): { from: EpochMs; to: EpochMs }[] {
  const found: { from: EpochMs; to: EpochMs }[] = []
  let covered = from
  for (const one of duty) {
    if (one.from > covered) found.push({ from: covered, to: one.from })
    covered = one.to
  }
  if (covered < to) found.push({ from: covered, to })
  return found
}

/**
 * The roster of a node that counts at an instant: `version` as long as it covers it, because an alert goes by what it was
 * opened under; otherwise the newest that does.
 */
export function rosterAt(
  rosters: readonly Roster[],
  node: JurisdictionId,
  at: EpochMs,
  version: number | null = null,
): Roster | null {
  const covering = rosters.filter((one) => {
    if (one.jurisdictionId !== node) return false
    const cover = coverOf(one)
    return cover.from <= at && at < cover.to
  })
  const named = covering.find((one) => one.version === version)
  return (
    named ?? covering.reduce<Roster | null>((a, b) => (a !== null && a.version > b.version ? a : b), null)
  )
}
