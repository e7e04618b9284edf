import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { HomeDevice } from '../../contracts/home.ts'
import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { METRIC_NAMES } from '../../contracts/metric.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import type { Assignment, Home } from '../../contracts/registry.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { SeriesPoint, SeriesStore } from '../../store/series.ts'
import type { StateStore } from '../../store/state.ts'
import { awayInForce, type HomeCircumstances, sensitivityInForce } from '../circumstances.ts'
import { homeDeviceOf } from '../directory.ts'
import { type PackedHistory, packHistory } from './history.ts'

/** Points of a home are asked for in pieces of this length: a piece is some 10 ms of the thread that takes readings in. */
const PIECE_MS = 40 * DAY_MS
const MOST_POINTS = 1_000_000

export interface HistorySources {
  state: Pick<StateStore, 'homes' | 'devices' | 'circumstances' | 'jurisdictions'>
  series: Pick<SeriesStore, 'points'>
}

/** All that was heard from a home, and what bore on it, from the stores. Null: no such home. */
export async function readHistory(
  { state, series }: HistorySources,
  homeId: HomeId,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<PackedHistory | null> {
  const home = await state.homes.get(homeId)
  if (home === null) return null
  const points: SeriesPoint[] = []
  for (let start = from; start < to; start += PIECE_MS) {
    const query = { homeId, metrics: METRIC_NAMES, from: start, to: Math.min(to, start + PIECE_MS) }
    points.push(...(await series.points(query, MOST_POINTS)))
    await yieldToOthers()
  }
  const assignments = await state.devices.assignmentsOfHome(homeId)
  const devices = await state.devices.of([...new Set(assignments.map(({ deviceId }) => deviceId))])
  const known = new Map(devices.map((device) => [device.id, device]))
  const standing = standingOf(home, assignments, (id) => {
    const device = known.get(id)
    return device ? homeDeviceOf(device) : null
  })
  const kindOf = (id: HomeDevice['deviceId']): DeviceKind => known.get(id)?.kind ?? 'other'
  const past = { homeId, zone: home.zone, standing, ...(await circumstancesOf(state, home, to)) }
  return packHistory(past, points, kindOf)
}

async function circumstancesOf(
  { circumstances, jurisdictions }: HistorySources['state'],
  home: Home,
  asOf: EpochMs,
): Promise<Pick<PackedHistory, 'circumstances' | 'own'>> {
  const parents = new Map((await jurisdictions.all()).map(({ id, parentId }) => [id, parentId]))
  const path = new Set<JurisdictionId>()
  for (let at: JurisdictionId | null = home.jurisdictionId; at !== null && !path.has(at); ) {
    path.add(at)
    at = parents.get(at) ?? null
  }
  const away = awayInForce(knownBy(await circumstances.awayOf(home.id), asOf))
  const sensitivity = sensitivityInForce(
    knownBy(
      [...(await circumstances.sensitivityOf(home.id)), ...(await circumstances.sensitivityAt([...path]))],
      asOf,
    ),
  )
  const bears: HomeCircumstances = {
    ...(away.length === 0 ? {} : { away }),
    ...(sensitivity.length === 0 ? {} : { sensitivity }),
  }
  return { circumstances: bears, own: await circumstances.settingsOf(home.id) }
}

/** Nobody knew then of what was written down later, nor that it would be ended before its time. */
const knownBy = <T extends { createdAt: EpochMs; endedAt: EpochMs | null }>(
  periods: readonly T[],
  asOf: EpochMs,
): T[] =>
  periods
    .filter(({ createdAt }) => createdAt < asOf)
    .map((one) => (one.endedAt !== null && one.endedAt >= asOf ? { ...one, endedAt: null } : one))

/** Which devices stood in the home, at each instant at which that changed. */
function standingOf(
  home: Home,
  assignments: readonly Assignment[],
  deviceOf: (id: Assignment['deviceId']) => HomeDevice | null,
): PackedHistory['standing'] {
  const instants = new Set(assignments.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))
  if (instants.size === 0) return [{ at: home.createdAt, devices: [] }]
  return [...instants]
    .sort((a, b) => a - b)
    .map((at) => ({
      at,
      devices: assignments
        .filter(({ from, to }) => from <= at && (to === null || at < to))
        .flatMap(({ deviceId, from }) => {
          const device = deviceOf(deviceId)
          return device === null ? [] : [{ ...device, since: from }]
        }),
    }))
}
