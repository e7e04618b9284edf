import type { DutyStretch, Override, Roster, RosterFault, Shift } from '../api/types.ts'
import { addDays } from '../format/instant.ts'

/** A roster that is being written: `version` is the one that it follows, 0 for the first. */
export type RosterDraft = Omit<Roster, 'jurisdictionId' | 'publishedAt'>
export type Duty = Override['duty']

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
/** Whoever writes a roster for longer does so knowingly. */
const FIRST_DAYS = 90

export const newShift = (name: string, startMinute: number, today: string): Shift => ({
  name,
  startMinute,
  durationMinutes: 720,
  weekdays: EVERY_DAY,
  crews: [{ primary: '', backup: null }],
  turnDays: 1,
  turnsFrom: today,
})

/** Where the last shift ends: there the next one begins. */
export const endOfDay = (shifts: readonly Shift[]): number => {
  const last = shifts.at(-1)
  return last === undefined ? 480 : (last.startMinute + last.durationMinutes) % 1_440
}

/** What most districts begin with: a day and a night of twelve hours each. */
export const firstDraft = (zone: string, today: string, names: readonly [string, string]): RosterDraft => ({
  version: 0,
  zone,
  from: today,
  to: addDays(today, FIRST_DAYS),
  shifts: [newShift(names[0], 480, today), newShift(names[1], 1_200, today)],
  overrides: [],
})

export const draftOf = ({ version, zone, from, to, shifts, overrides }: Roster): RosterDraft => ({
  version,
  zone,
  from,
  to,
  shifts,
  overrides,
})

/** Whoever is chosen nowhere cannot be checked by the service: a shift without a name, a crew without its first. */
export const isComplete = ({ shifts, overrides, from, to }: RosterDraft): boolean =>
  from !== '' &&
  to !== '' &&
  shifts.length > 0 &&
  shifts.every(
    ({ name, crews, weekdays, turnsFrom }) =>
      name.trim() !== '' &&
      weekdays.length > 0 &&
      turnsFrom !== '' &&
      crews.length > 0 &&
      crews.every(({ primary }) => primary !== ''),
  ) &&
  overrides.every(({ personId, from: begins, to: ends }) => personId !== '' && begins < ends)

export const personOn = (stretch: DutyStretch, duty: Duty): string | null => stretch[duty]

/** Two who change places: each does the other's duty. Null where one of the two has nobody to give. */
export const swapOf = (one: DutyStretch, other: DutyStretch, duty: Duty): Override[] | null => {
  const [first, second] = [personOn(one, duty), personOn(other, duty)]
  if (first === null || second === null || first === second) return null
  return [
    { from: one.from, to: one.to, duty, personId: second },
    { from: other.from, to: other.to, duty, personId: first },
  ]
}

/** What the service said against publishing, from its refusal; null: it was refused for something else. */
export const faultsIn = (details: unknown): RosterFault[] | null => {
  const faults = (details as { faults?: unknown } | null | undefined)?.faults
  return Array.isArray(faults) ? (faults as RosterFault[]) : null
}

/** `08:30` for 510, as the browser's field for a time takes it. */
export const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** Null while the field is empty. */
export const minuteOf = (time: string): number | null => {
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(time) ?? []
  return hour === undefined || minute === undefined ? null : Number(hour) * 60 + Number(minute)
}

/** How long a shift lasts that ends at that time of the day: into the next one where it is not later. */
export const minutesUntil = (startMinute: number, endMinute: number): number =>
  endMinute > startMinute ? endMinute - startMinute : endMinute - startMinute + 1_440
