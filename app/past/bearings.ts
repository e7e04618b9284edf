import type { AwayPeriod, HomeSettings, SensitivePeriod } from '../../contracts/circumstance.ts'
import type { JurisdictionId } from '../../contracts/ids.ts'
import type { Home } from '../../contracts/registry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import { awayInForce, sensitivityInForce } from '../circumstances.ts'
import type { Bearing, Befallen } from './history.ts'

export type BearingSources = Pick<StateStore, 'circumstances' | 'jurisdictions'>

/**
 * What bore on a home, at each instant at which people said something else of it or changed its own settings, ascending:
 * what was known then, not what is known now. The first holds from before `from`.
 */
export async function readBearings(
  { circumstances, jurisdictions }: BearingSources,
  home: Home,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<Befallen[]> {
  const away = await circumstances.awayOf(home.id)
  const places = pathOf(home.jurisdictionId, await jurisdictions.all())
  const sensitive = [
    ...(await circumstances.sensitivityOf(home.id)),
    ...(await circumstances.sensitivityAt(places)),
  ]
  const own = await circumstances.settingsHistory(home.id)
  const instants = new Set(
    [...away, ...sensitive]
      .flatMap(({ createdAt, endedAt }) => (endedAt === null ? [createdAt] : [createdAt, endedAt]))
      .concat(own.map(({ changedAt }) => changedAt))
      .filter((at) => at < to),
  )
  const ascending = [...instants].sort((a, b) => a - b)
  const first = Math.max(
    0,
    ascending.findLastIndex((at) => at <= from),
  )
  return ascending
    .slice(first)
    .map((at): Befallen => ({ type: 'bearing', at, ...bearingAt(at, { away, sensitive, own }) }))
}

function bearingAt(
  at: EpochMs,
  said: { away: AwayPeriod[]; sensitive: SensitivePeriod[]; own: HomeSettings[] },
): Bearing {
  const away = awayInForce(knownAt(said.away, at))
  const sensitivity = sensitivityInForce(knownAt(said.sensitive, at))
  return {
    circumstances: {
      ...(away.length === 0 ? {} : { away }),
      ...(sensitivity.length === 0 ? {} : { sensitivity }),
    },
    own: said.own.findLast(({ changedAt }) => changedAt <= at) ?? null,
  }
}

/** Nobody knew then of what was written down later, nor that it would be ended before its time. */
const knownAt = <T extends { createdAt: EpochMs; endedAt: EpochMs | null }>(
  periods: readonly T[],
  at: EpochMs,
): T[] =>
  periods
    .filter(({ createdAt }) => createdAt <= at)
    .map((one) => (one.endedAt !== null && one.endedAt > at ? { ...one, endedAt: null } : one))

/** The place itself, then those above it. */
function pathOf(
  id: JurisdictionId,
  places: readonly { id: JurisdictionId; parentId: JurisdictionId | null }[],
): JurisdictionId[] {
  const parents = new Map(places.map((place) => [place.id, place.parentId]))
  const path = new Set<JurisdictionId>()
  for (let at: JurisdictionId | null = id; at !== null && !path.has(at); ) {
    path.add(at)
    at = parents.get(at) ?? null
  }
  return [...path]
}
