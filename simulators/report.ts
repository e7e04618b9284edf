import type { DeviceId, HomeId } from '../contracts/ids.ts'
import type { DeviceKind, Values } from '../contracts/reading.ts'
import { type EpochMs, iso } from '../contracts/time.ts'

export interface ReportedSample {
  /** By the device's own clock; null leaves the stamp out. */
  measuredAtMs: EpochMs | null
  values: Values
}

/** What a device sends at `at`. Faults change reports; only `encode` makes bytes of them. */
export interface Report {
  at: EpochMs
  homeId: HomeId
  deviceId: DeviceId
  kind: DeviceKind
  /** Numbers the device's own ticks from its origin on; repeated and unscheduled reports carry none. */
  seq: number | null
  samples: ReportedSample[]
  /** Set for a register that is uploaded in a block: one stamp, then values that many seconds apart. */
  intervalS?: number
  /** Sent instead of the samples: what no decoder can read. */
  garbage?: string
}

/**
 * The reports sent in [fromMs, toMs), in order of sending. The same window always gives the same reports, and windows
 * that adjoin give what one large window would.
 */
export type Source = (fromMs: EpochMs, toMs: EpochMs) => Report[]

/** A message as it goes to the broker, QoS 1. `payload` is text: JSON, or garbage. */
export interface SimMessage {
  at: EpochMs
  homeId: HomeId
  deviceId: DeviceId
  kind: DeviceKind
  topic: string
  payload: string
}

/** The service's native form: one sample, an array of samples, or a block of values. */
export function encode(report: Report): SimMessage {
  const { at, homeId, deviceId, kind } = report
  const payload = report.garbage ?? JSON.stringify(body(report))
  return { at, homeId, deviceId, kind, topic: `devices/${deviceId}/readings`, payload }
}

function body(report: Report): unknown {
  const first = report.samples[0]
  if (report.intervalS !== undefined && first && first.measuredAtMs !== null) {
    const metric = Object.keys(first.values)[0] ?? ''
    const values = report.samples.map((sample) => sample.values[metric])
    return { start: iso(first.measuredAtMs), interval_s: report.intervalS, metric, values }
  }
  const samples = report.samples.map(({ measuredAtMs, values }) => ({
    ...(measuredAtMs === null ? {} : { ts: iso(measuredAtMs) }),
    values,
    ...(report.seq === null ? {} : { seq: report.seq }),
  }))
  return samples.length === 1 ? samples[0] : samples
}

export const bySendingTime = (reports: Report[]): Report[] =>
  reports.sort((a, b) => a.at - b.at || (a.deviceId < b.deviceId ? -1 : a.deviceId > b.deviceId ? 1 : 0))

export const merge =
  (sources: readonly Source[]): Source =>
  (fromMs, toMs) =>
    bySendingTime(sources.flatMap((source) => source(fromMs, toMs)))
