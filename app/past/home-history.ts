import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { registersBeginBy } from '../../contracts/device-act.ts'
import { FindingKind, familyOf } from '../../contracts/finding.ts'
import type { HomeDevice } from '../../contracts/home.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import { METRIC_NAMES } from '../../contracts/metric.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import type { Assignment } from '../../contracts/registry.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { SeriesPoint, SeriesStore } from '../../store/series.ts'
import type { StateStore } from '../../store/state.ts'
import { homeDeviceOf } from '../directory.ts'
import { type BearingSources, readBearings } from './bearings.ts'
import { type Befallen, type PackedHistory, packHistory } from './history.ts'

/** Points of a home are asked for in pieces of this length: a piece is some 10 ms of the thread that takes readings in. */
const PIECE_MS = 40 * DAY_MS
const MOST_POINTS = 1_000_000
const PAGE = 200
const EVERY_ALERT = { scope: null, states: null, severities: null }
const ASKED_ABOUT = FindingKind.options.filter((kind) => familyOf(kind) === 'inactivity')

export interface HistorySources {
  state: BearingSources & Pick<StateStore, 'homes' | 'devices' | 'deviceActs' | 'alerts'>
  series: Pick<SeriesStore, 'points'>
}

type Span = { from: EpochMs; to: EpochMs }

/** All that was heard from a home, and what befell it, from the stores, as it was known before `to`. Null: no such home. */
export async function readHistory(
  { state, series }: HistorySources,
  homeId: HomeId,
  { from, to }: Span,
): Promise<PackedHistory | null> {
  const home = await state.homes.get(homeId)
  if (home === null) return null
  const assignments = await state.devices.assignmentsOfHome(homeId)
  const points: SeriesPoint[] = []
  for (let start = from; start < to; start += PIECE_MS) {
    const query = { homeId, metrics: METRIC_NAMES, from: start, to: Math.min(to, start + PIECE_MS) }
    // One by one: a piece may hold more points than a call takes arguments.
    for (const point of saidHere(await series.points(query, MOST_POINTS), assignments)) points.push(point)
    await yieldToOthers()
  }
  const devices = await state.devices.of([...new Set(assignments.map(({ deviceId }) => deviceId))])
  const known = new Map(devices.map((device) => [device.id, device]))
  const standing = standingOf(home.createdAt, assignments, (id) => {
    const device = known.get(id)
    return device ? homeDeviceOf(device) : null
  })
  const befell = [
    ...standing,
    ...(await registersBegun(state, homeId, { from, to })),
    ...(await signsOfLife(state, homeId, { from, to })),
    ...(await readBearings(state, home, { from, to })),
  ].sort((a, b) => a.at - b.at)
  const kindOf = (id: DeviceId): DeviceKind => known.get(id)?.kind ?? 'other'
  return packHistory({ homeId, zone: home.zone, befell }, points, kindOf)
}

/** Without what a device said after it had left, before anybody registered that: it stood in another home. */
function saidHere(points: SeriesPoint[], assignments: readonly Assignment[]): SeriesPoint[] {
  const left = new Set(assignments.filter(({ to }) => to !== null).map(({ deviceId }) => deviceId))
  if (left.size === 0) return points
  const isWithinStay = (deviceId: DeviceId, at: EpochMs) =>
    assignments.some((one) => one.deviceId === deviceId && one.from <= at && (one.to === null || at < one.to))
  // Late is what was measured before it left, slow the clock of what was heard then.
  return points.filter(
    ({ deviceId, measuredAt, receivedAt }) =>
      !left.has(deviceId) || isWithinStay(deviceId, measuredAt) || isWithinStay(deviceId, receivedAt),
  )
}

/** Registers that somebody registered to begin anew: taken when the rules were told of it, as they were then. */
async function registersBegun(
  { deviceActs }: Pick<StateStore, 'deviceActs'>,
  homeId: HomeId,
  { from, to }: Span,
): Promise<Befallen[]> {
  const acts = (await deviceActs.ofHome(homeId)).filter(
    ({ recordedAt }) => from <= recordedAt && recordedAt < to,
  )
  return acts.flatMap((act): Befallen[] => {
    const event = registersBeginBy(act)
    return event === null ? [] : [{ type: 'event', at: act.recordedAt, event }]
  })
}

/** When the resident answered that all is well, as it stands in the cases about which they were asked. */
async function signsOfLife(
  { alerts }: Pick<StateStore, 'alerts'>,
  homeId: HomeId,
  { from, to }: Span,
): Promise<Befallen[]> {
  const asked = { ...EVERY_ALERT, homeId, kinds: ASKED_ABOUT, from, to }
  const signs: Befallen[] = []
  let after: string | null = null
  do {
    const page = await alerts.list(asked, 'newest', { limit: PAGE, after })
    for (const { id } of page.items)
      for (const { event, at, evidence } of await alerts.timeline(id))
        if (event === 'answered' && at < to && evidence?.data.answer === 'well')
          signs.push({ type: 'event', at, event: { type: 'sign_of_life', at } })
    after = page.next
  } while (after !== null)
  return signs
}

/** Which devices stood in the home, at each instant at which that changed. */
function standingOf(
  createdAt: EpochMs,
  assignments: readonly Assignment[],
  deviceOf: (id: DeviceId) => HomeDevice | null,
): Befallen[] {
  const instants = new Set(assignments.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))
  const standing = (at: EpochMs, devices: HomeDevice[]): Befallen => ({
    type: 'event',
    at,
    event: { type: 'devices', devices },
  })
  if (instants.size === 0) return [standing(createdAt, [])]
  return [...instants].map((at) => {
    const there = assignments.filter(({ from, to }) => from <= at && (to === null || at < to))
    const devices = there.flatMap(({ deviceId, from }) => {
      const device = deviceOf(deviceId)
      return device === null ? [] : [{ ...device, since: from }]
    })
    return standing(at, devices)
  })
}
