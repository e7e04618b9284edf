import type { HomeId } from '../contracts/ids.ts'
import { type DeviceKind, type HomeReading, type MeasuredAtSource, Quality } from '../contracts/reading.ts'

/** The home id of readings from a device that stood in no home. */
export const NO_HOME = '-' as HomeId

/** The bounds of InfluxDB's nanoseconds in 64 bits (the years 1677 to 2262): no driver takes what another could not. */
export const LAST_MS = 9_223_372_036_854

const keepableTime = (at: number): boolean => Number.isSafeInteger(at) && Math.abs(at) <= LAST_MS

/** What every driver keeps of a reading: values that say something. Null when there are none. */
export interface KeptReading {
  home: string
  device: string
  /** Empty: none. */
  channel: string
  kind: DeviceKind
  measuredAt: number
  measuredAtSource: MeasuredAtSource
  receivedAt: number
  values: (readonly [metric: string, value: number | boolean])[]
  /** Comma separated, in the order of the enum; empty: none. */
  flags: string
}

/** Returns `rejected` for what no store could ever hold. */
export function keptForm(reading: HomeReading): KeptReading | 'nothing' | 'rejected' {
  if (!keepableTime(reading.measuredAt) || !keepableTime(reading.receivedAt)) return 'rejected'
  const values: (readonly [string, number | boolean])[] = []
  for (const [metric, value] of Object.entries(reading.values)) {
    if (value === null) continue
    if (metric === '' || (typeof value === 'number' && !Number.isFinite(value))) return 'rejected'
    values.push([metric, value])
  }
  if (values.length === 0) return 'nothing'
  return {
    home: reading.homeId ?? NO_HOME,
    device: reading.deviceId,
    channel: reading.channel ?? '',
    kind: reading.kind,
    measuredAt: reading.measuredAt,
    measuredAtSource: reading.measuredAtSource,
    receivedAt: reading.receivedAt,
    values,
    flags: flagsOf(reading.quality),
  }
}

const flagsOf = (quality: readonly Quality[]): string =>
  quality.length === 0 ? '' : Quality.options.filter((flag) => quality.includes(flag)).join(',')

/** The reverse of `flags`. What a later version wrote and this one doesn't know is left out. */
export const qualityOf = (flags: string | null): Quality[] =>
  flags ? Quality.options.filter((flag) => flags.split(',').includes(flag)) : []
