import type { AwayPeriod, HomeSettings, SensitivePeriod } from '../../contracts/circumstance.ts'
import type { Home } from '../../contracts/registry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import { awayInForce, sensitivityInForce } from '../circumstances.ts'
import { readPlacePath } from '../place-path.ts'
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
  const places = await readPlacePath({ jurisdictions }, home.jurisdictionId)
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
