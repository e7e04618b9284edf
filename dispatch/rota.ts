import type { HomeId, PersonId } from '../contracts/ids.ts'
import type { RotaHelper, RotaHome, RotaSettings } from '../contracts/rota.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import type { VisitKind } from '../contracts/visit.ts'
import { dayOf, instantOf, plusDays } from './civil-time.ts'

/** Nobody is in a hurry: whoever works by day answers in the evening. */
export const ROUTINE_OFFER_MS = 12 * HOUR_MS
/** Accepted and not heard of since: somebody else is asked. */
export const LAPSES_AFTER_MS = 3 * DAY_MS
/** How many are asked one after the other before the next day's plan looks again. */
const MOST_ASKED = 5

/** A visit or call that is to be made, and who is asked, in this order. */
export interface PlannedVisit {
  homeId: HomeId
  kind: Exclude<VisitKind, 'emergency'>
  candidates: PersonId[]
}

/**
 * The plan of a day. Homes with a weak sign first, then those unseen for longest, spread so that each has its turn in
 * time. Each goes to its own friendly visitor, or to whoever has waited longest for something to do; nobody is asked
 * first for two homes of a day.
 */
export function planRota(
  homes: readonly RotaHome[],
  helpers: readonly RotaHelper[],
  { seeWithinDays, mostPerDay }: Pick<RotaSettings, 'seeWithinDays' | 'mostPerDay'>,
  now: EpochMs,
): PlannedVisit[] {
  const free = helpers.filter(({ hasTask }) => !hasTask).toSorted(byWaiting)
  const capacity = Math.min(mostPerDay, free.length)
  const open = homes
    .filter(({ isPlanned }) => !isPlanned)
    .map((home) => ({ ...home, weakSign: home.weakSign && hasRested(home, seeWithinDays, now) }))
    .toSorted(byTurn)
  const signs = open.filter(({ weakSign }) => weakSign).length
  const inTurn = open.filter((home) => now - home.unseenSince >= (seeWithinDays / 2) * DAY_MS).length
  // A day less than is promised, because somebody may decline.
  const share = Math.min(inTurn, Math.ceil(homes.length / (seeWithinDays - 1)))
  const wanted = signs + Math.max(share - signs, needed(open.slice(signs), capacity, seeWithinDays, now))
  const today = open.slice(0, Math.min(wanted, capacity))
  const first = firstAsked(today, free)
  const rest = free.filter(({ personId }) => ![...first.values()].includes(personId))
  return today.flatMap((home): PlannedVisit[] => {
    const asked = first.get(home.homeId)
    if (asked === undefined) return []
    const next = rest.slice(0, MOST_ASKED - 1).map(({ personId }) => personId)
    return [{ homeId: home.homeId, kind: kindOf(home), candidates: [asked, ...next] }]
  })
}

/** The longest wait first; of those asked on the same day, who was asked less often, which keeps the shares within one. */
export const byWaiting = (a: RotaHelper, b: RotaHelper): number =>
  a.waitingSince - b.waitingSince || a.timesAsked - b.timesAsked || (a.personId < b.personId ? -1 : 1)

export const byTurn = (a: RotaHome, b: RotaHome): number =>
  Number(b.weakSign) - Number(a.weakSign) || a.unseenSince - b.unseenSince || (a.homeId < b.homeId ? -1 : 1)

/** The visit of yesterday is slept on before the same sign asks for another. */
const hasRested = ({ unseenSince }: RotaHome, seeWithinDays: number, now: EpochMs): boolean =>
  now - unseenSince >= Math.min(2, seeWithinDays / 2) * DAY_MS

/**
 * How many must go today so that those who come after them, longest unseen first, can still be reached in time by
 * `capacity` a day. The last day of the promise is left for whoever is asked.
 */
function needed(open: readonly RotaHome[], capacity: number, seeWithinDays: number, now: EpochMs): number {
  const dayOfLast = ({ unseenSince }: RotaHome) =>
    Math.max(0, Math.floor((unseenSince + (seeWithinDays - 1) * DAY_MS - now) / DAY_MS))
  return open.reduce((most, home, i) => Math.max(most, i + 1 - capacity * dayOfLast(home)), 0)
}

/** Friendly visitors keep their own residents; the others go by how long they have waited. */
function firstAsked(today: readonly RotaHome[], free: readonly RotaHelper[]): Map<HomeId, PersonId> {
  const asked = new Map<HomeId, PersonId>()
  const left = new Set(free)
  const give = (homeId: HomeId, helper: RotaHelper | undefined) => {
    if (helper === undefined) return
    left.delete(helper)
    asked.set(homeId, helper.personId)
  }
  for (const { homeId } of today)
    give(
      homeId,
      [...left].find(({ pairedWith }) => pairedWith.includes(homeId)),
    )
  for (const { homeId } of today) if (!asked.has(homeId)) give(homeId, [...left][0])
  return asked
}

/** After a visit a call will do; after a call, or without any contact, somebody goes. */
const kindOf = ({ lastContact, weakSign }: RotaHome): PlannedVisit['kind'] =>
  !weakSign && lastContact === 'seen' ? 'call' : 'routine'

/** When a place next plans its day; null: it plans none. */
export function nextPlanAt(
  { enabled, zone, minuteOfDay }: Pick<RotaSettings, 'enabled' | 'zone' | 'minuteOfDay'>,
  after: EpochMs,
): EpochMs | null {
  if (!enabled) return null
  const today = dayOf(zone, after)
  const at = instantOf(zone, today, minuteOfDay)
  return at > after ? at : instantOf(zone, plusDays(today, 1), minuteOfDay)
}
