import type { Override, Roster, RosterFault, Stretch } from '../contracts/duty.ts'
import type { ChannelId, PersonId } from '../contracts/ids.ts'
import { coverOf, gapsIn, onDutyAt, stretches } from './roster.ts'

/** What is looked at of somebody: disabled, they are as good as unknown. */
export interface Reachable {
  id: PersonId
  enabled: boolean
  addresses: readonly { channelId: ChannelId }[]
}

/** A roster of a year has thousands of shifts, but the first few faults say what to mend. */
const FAULTS_OF_ONE_SORT = 20

/** All that speaks against publishing. `channels`: the ways out that are set up and switched on. */
export function rosterFaults(
  roster: Roster,
  people: readonly Reachable[],
  channels: ReadonlySet<ChannelId>,
): RosterFault[] {
  const { from, to } = coverOf(roster)
  if (roster.to < roster.from || from >= to) return [{ fault: 'ends_before_it_begins' }]
  const duty = stretches(roster, from, to)
  return [
    ...gapsIn(duty, from, to)
      .slice(0, FAULTS_OF_ONE_SORT)
      .map((gap): RosterFault => ({ fault: 'gap', ...gap })),
    ...twiceAtOnce(roster, duty).slice(0, FAULTS_OF_ONE_SORT),
    ...notToBeReached(roster, people, channels),
  ]
}

/** Primary and backup at the same time: then there is no backup. */
function twiceAtOnce(roster: Roster, duty: readonly Stretch[]): RosterFault[] {
  const same = duty.flatMap(({ primary, backup, from, to }): RosterFault[] =>
    primary === backup ? [{ fault: 'twice_at_once', personId: primary, from, to }] : [],
  )
  return [...same, ...overlaps(roster, duty)]
}

/** Two shifts at once with the same person in both: one of the two would be without them. */
function overlaps(roster: Roster, duty: readonly Stretch[]): RosterFault[] {
  if (roster.shifts.length < 2) return []
  const alone = roster.shifts.map((shift) => ({ name: shift.name, roster: { ...roster, shifts: [shift] } }))
  return duty.flatMap((one): RosterFault[] => {
    const others = alone
      .filter(({ name }) => name !== one.shift)
      .flatMap((shift) => onDutyAt(shift.roster, one.from) ?? [])
      .filter((other) => other.shiftFrom !== one.shiftFrom || other.shift !== one.shift)
    const here = [one.primary, one.backup]
    const both = others
      .flatMap((other) => [other.primary, other.backup])
      .find(
        (personId) => personId !== null && here.includes(personId) && !standsIn(roster, personId, one.from),
      )
    return both ? [{ fault: 'twice_at_once', personId: both, from: one.from, to: one.to }] : []
  })
}

/** An override holds for every shift of its time, so it is no second duty. */
const standsIn = ({ overrides }: { overrides: readonly Override[] }, personId: PersonId, at: number) =>
  overrides.some((one) => one.personId === personId && one.from <= at && at < one.to)

function notToBeReached(
  { shifts, overrides }: Roster,
  people: readonly Reachable[],
  channels: ReadonlySet<ChannelId>,
): RosterFault[] {
  const named = new Set([
    ...shifts.flatMap(({ crews }) => crews.flatMap(({ primary, backup }) => [primary, backup ?? primary])),
    ...overrides.map(({ personId }) => personId),
  ])
  const byId = new Map(people.map((person) => [person.id, person]))
  return [...named].flatMap((personId): RosterFault[] => {
    const person = byId.get(personId)
    if (!person?.enabled) return [{ fault: 'unknown_person', personId }]
    const works = person.addresses.some(({ channelId }) => channels.has(channelId))
    return works ? [] : [{ fault: 'no_working_address', personId }]
  })
}
