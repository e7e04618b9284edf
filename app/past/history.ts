import type { HomeSettings } from '../../contracts/circumstance.ts'
import type { HomeEvent } from '../../contracts/home.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind, Quality, Reading, Value } from '../../contracts/reading.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { SeriesPoint } from '../../store/series.ts'
import type { HomeCircumstances } from '../circumstances.ts'

/** What reached us from one device at one instant. */
export interface Arrival {
  at: EpochMs
  readings: Reading[]
}

/** What bears on a home beyond its readings, and the settings that are its own; null: as for all. */
export interface Bearing {
  circumstances: HomeCircumstances
  own: Pick<HomeSettings, 'budgetPer30Days' | 'capHours'> | null
}

/**
 * What befell a home beside what was heard from it: something was done to its devices, its resident answered, or
 * something else bore on it.
 */
export type Befallen =
  | {
      type: 'event'
      at: EpochMs
      event: Extract<HomeEvent, { type: 'devices' | 'registers_begin' | 'sign_of_life' }>
    }
  | ({ type: 'bearing'; at: EpochMs } & Bearing)

/** All that was heard from a home, in the order in which it arrived, and what befell it, ascending. */
export interface HomeHistory {
  homeId: HomeId
  zone: string
  befell: Befallen[]
  arrivals: Arrival[]
}

/** A history on its way to a worker: columns, which are copied as they lie in memory. */
export interface PackedHistory extends Omit<HomeHistory, 'arrivals'> {
  /** What a point is of; `isState` says that 1 and 0 stand for true and false. */
  keys: { deviceId: DeviceId; channel: string | null; kind: DeviceKind; metric: string; isState: boolean }[]
  qualities: Quality[][]
  key: Uint16Array
  quality: Uint16Array
  measuredAt: Float64Array
  receivedAt: Float64Array
  value: Float64Array
}

export function packHistory(
  home: Omit<HomeHistory, 'arrivals'>,
  points: readonly SeriesPoint[],
  kindOf: (deviceId: DeviceId) => DeviceKind,
): PackedHistory {
  const packed: PackedHistory = {
    ...home,
    keys: [],
    qualities: [],
    key: new Uint16Array(points.length),
    quality: new Uint16Array(points.length),
    measuredAt: new Float64Array(points.length),
    receivedAt: new Float64Array(points.length),
    value: new Float64Array(points.length),
  }
  const numberOf = keyNumbers(packed, kindOf)
  const qualities = new Map<string, number>()
  for (const [i, point] of points.entries()) {
    packed.key[i] = numberOf(point)
    const quality = point.quality.length === 0 ? '' : point.quality.join()
    let number = qualities.get(quality)
    if (number === undefined) {
      number = packed.qualities.push(point.quality) - 1
      qualities.set(quality, number)
    }
    packed.quality[i] = number
    packed.measuredAt[i] = point.measuredAt
    packed.receivedAt[i] = point.receivedAt
    packed.value[i] = Number(point.value)
  }
  return packed
}

/** A home has a handful of keys and a year of points: looking through the few is quicker than building a string. */
function keyNumbers({ keys }: PackedHistory, kindOf: (deviceId: DeviceId) => DeviceKind) {
  return ({ deviceId, channel, metric, value }: SeriesPoint): number => {
    for (const [number, key] of keys.entries())
      if (key.metric === metric && key.deviceId === deviceId && key.channel === channel) return number
    return (
      keys.push({ deviceId, channel, kind: kindOf(deviceId), metric, isState: typeof value === 'boolean' }) -
      1
    )
  }
}

/** The metrics of one moment become one reading again, and readings that arrived together one arrival. */
export function unpackHistory(packed: PackedHistory): HomeHistory {
  const { homeId, zone, befell, keys, qualities, key, measuredAt, receivedAt } = packed
  const order = Uint32Array.from(key, (_, i) => i)
  // They come by time of measurement, which is mostly the order of arrival too.
  const inOrder = receivedAt.every((at, i) => i === 0 || at >= (receivedAt[i - 1] ?? 0))
  if (!inOrder)
    order.sort(
      (a, b) => (receivedAt[a] ?? 0) - (receivedAt[b] ?? 0) || (measuredAt[a] ?? 0) - (measuredAt[b] ?? 0),
    )
  const arrivals: Arrival[] = []
  let together = new Map<DeviceId, Reading[]>()
  let at = Number.NaN
  for (const i of order) {
    const { deviceId, channel, kind, metric, isState } = keys[key[i] ?? -1] ?? missing()
    if (receivedAt[i] !== at) {
      at = receivedAt[i] ?? missing()
      together = new Map()
    }
    let readings = together.get(deviceId)
    if (readings === undefined) {
      readings = []
      together.set(deviceId, readings)
      arrivals.push({ at, readings })
    }
    const measured = measuredAt[i] ?? missing()
    const number = packed.value[i] ?? missing()
    const value: Value = isState ? number === 1 : number
    const same = readings.findLast(
      (reading) => reading.measuredAt === measured && (reading.channel ?? null) === channel,
    )
    if (same !== undefined) same.values[metric] = value
    else
      readings.push({
        deviceId,
        ...(channel === null ? {} : { channel }),
        kind,
        measuredAt: measured,
        measuredAtSource: 'device',
        receivedAt: at,
        values: { [metric]: value },
        quality: qualities[packed.quality[i] ?? -1] ?? missing(),
      })
  }
  return { homeId, zone, befell, arrivals }
}

const missing = (): never => {
  throw new Error('a packed history is not whole')
}
