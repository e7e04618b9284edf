import type { HomeDevice } from '../../contracts/home.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind, Quality, Reading, Value } from '../../contracts/reading.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { SeriesPoint } from '../../store/series.ts'

/** What reached us from one device at one instant. */
export interface Arrival {
  at: EpochMs
  readings: Reading[]
}

/** All that was heard from a home, in the order in which it arrived. */
export interface HomeHistory {
  homeId: HomeId
  zone: string
  /** The devices that stood there from each instant on, ascending. */
  standing: { at: EpochMs; devices: HomeDevice[] }[]
  arrivals: Arrival[]
}

/** A history on its way to a worker: columns that change hands without being copied. */
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
  const keys = new Numbering()
  const qualities = new Numbering()
  for (const [i, point] of points.entries()) {
    const { deviceId, channel, metric, value } = point
    const isState = typeof value === 'boolean'
    packed.key[i] = keys.of(`${deviceId}\n${channel ?? ''}\n${metric}`, () =>
      packed.keys.push({ deviceId, channel, kind: kindOf(deviceId), metric, isState }),
    )
    packed.quality[i] = qualities.of(point.quality.join(), () => packed.qualities.push(point.quality))
    packed.measuredAt[i] = point.measuredAt
    packed.receivedAt[i] = point.receivedAt
    packed.value[i] = Number(value)
  }
  return packed
}

/** What may be handed over instead of being copied. */
export const columnsOf = ({ key, quality, measuredAt, receivedAt, value }: PackedHistory): ArrayBuffer[] =>
  [key, quality, measuredAt, receivedAt, value].map((column) => column.buffer as ArrayBuffer)

/** Numbers words in the order in which they come. */
class Numbering {
  readonly #numbers = new Map<string, number>()

  of(word: string, onNew: () => void): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(word, number)
    onNew()
    return number
  }
}

/** The metrics of one moment become one reading again, and readings that arrived together one arrival. */
export function unpackHistory(packed: PackedHistory): HomeHistory {
  const { homeId, zone, standing, keys, qualities, key, measuredAt, receivedAt } = packed
  const order = [...key.keys()].sort(
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
  return { homeId, zone, standing, arrivals }
}

const missing = (): never => {
  throw new Error('a packed history is not whole')
}
