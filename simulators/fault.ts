import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { Random } from './random.ts'
import { bySendingTime, type Report, type Source } from './report.ts'

/** What may go wrong between a device and the service, between two instants; `toMs` null never ends. */
export type Fault = { fromMs: EpochMs; toMs: EpochMs | null } /** A share of the reports never arrives. */ & (
  | { kind: 'lost'; share: number }
  /** Nothing arrives until the end; then everything does, in batches. */
  | { kind: 'late' }
  /** A share arrives twice, the second time some seconds later. */
  | { kind: 'doubled'; share: number }
  /** A share is held up by at most `delayMs`, so that later ones overtake it. */
  | { kind: 'reordered'; share: number; delayMs: number }
  /** A bridge says a share of the values again, minutes later and with that moment's stamp, though none was measured. */
  | { kind: 'restamped'; share: number }
  /** The battery falls to nothing over the time, and with it the device. */
  | { kind: 'battery_dying' }
  | { kind: 'gone' }
  | { kind: 'clock_wrong'; offsetMs: number }
  /** Registers begin again at 0. */
  | { kind: 'register_reset' }
  /** What arrives cannot be read. */
  | { kind: 'garbage'; share: number }
)
export type FaultKind = Fault['kind']

/** Ordinary sizes, for whoever names only the kind. */
export function faultOf(kind: FaultKind, fromMs: EpochMs, toMs: EpochMs | null, share = 0.1): Fault {
  const span = { fromMs, toMs }
  switch (kind) {
    case 'lost':
    case 'doubled':
    case 'restamped':
    case 'garbage':
      return { kind, ...span, share }
    case 'reordered':
      return { kind, ...span, share, delayMs: 45 * MINUTE_MS }
    case 'clock_wrong':
      return { kind, ...span, offsetMs: 8 * HOUR_MS }
    default:
      return { kind, ...span }
  }
}

const RESTAMP_MS = 7 * MINUTE_MS
const DOUBLE_MS = 20 * SECOND_MS
const BATCH = 100

const endOf = (fault: Fault) => fault.toMs ?? Number.POSITIVE_INFINITY
const holds = (fault: Fault, at: EpochMs) => at >= fault.fromMs && at < endOf(fault)

/** The stream of one device under a fault. Whom it hits is drawn for each report by itself, so windows agree. */
export function underFault(fault: Fault, source: Source, seed: string): Source {
  const hit = (report: Report, share: number) =>
    holds(fault, report.at) && Random.of(seed, fault.kind, report.deviceId, report.at).chance(share)
  const each =
    (change: (report: Report) => Report | null): Source =>
    (fromMs, toMs) =>
      source(fromMs, toMs).flatMap((report) => (holds(fault, report.at) ? (change(report) ?? []) : [report]))

  switch (fault.kind) {
    case 'lost':
      return each((report) => (hit(report, fault.share) ? null : report))
    case 'gone':
      return each(() => null)
    case 'garbage':
      return each((report) => (hit(report, fault.share) ? { ...report, garbage: garble(report) } : report))
    case 'clock_wrong':
      return each((report) => stamped(report, (at) => at + fault.offsetMs))
    case 'doubled':
      return later(source, DOUBLE_MS, (report) =>
        hit(report, fault.share) ? [report, { ...report, at: report.at + DOUBLE_MS }] : [report],
      )
    case 'restamped':
      return later(source, RESTAMP_MS, (report) =>
        hit(report, fault.share) ? [report, restamp(report, report.at + RESTAMP_MS)] : [report],
      )
    case 'reordered':
      return later(source, fault.delayMs, (report) => {
        if (!hit(report, fault.share)) return [report]
        const delay = Random.of(seed, 'delay', report.deviceId, report.at).between(SECOND_MS, fault.delayMs)
        return [{ ...report, at: report.at + Math.floor(delay) }]
      })
    case 'late':
      return batched(fault, source)
    case 'battery_dying':
      return batteryDying(fault, source)
    default:
      return registerReset(fault, source)
  }
}

/** For changes that put reports off by at most `longestMs`: looks that far back for what arrives in the window. */
function later(source: Source, longestMs: number, change: (report: Report) => Report[]): Source {
  return (fromMs, toMs) =>
    bySendingTime(
      source(fromMs - longestMs, toMs)
        .flatMap(change)
        .filter((report) => report.at >= fromMs && report.at < toMs),
    )
}

const stamped = (report: Report, stamp: (at: EpochMs) => EpochMs): Report => ({
  ...report,
  samples: report.samples.map(({ measuredAtMs, values }) => ({
    measuredAtMs: measuredAtMs === null ? null : stamp(measuredAtMs),
    values,
  })),
})

const restamp = (report: Report, at: EpochMs): Report => ({ ...stamped(report, () => at), at, seq: null })

/** A frame cut off in the middle, as a bad link leaves it. */
const garble = (report: Report) => `{"ts":"${new Date(report.at).toISOString()}","values":{"\uFFFD\uFFFD`

function batched(fault: Fault, source: Source): Source {
  return (fromMs, toMs) => {
    const reports = source(fromMs, toMs).filter((report) => !holds(fault, report.at))
    if (fault.toMs === null || fault.toMs < fromMs || fault.toMs >= toMs) return reports
    const at = fault.toMs
    const kept = source(fault.fromMs, at)
    for (let first = 0; first < kept.length; first += BATCH) {
      const batch = kept.slice(first, first + BATCH)
      const last = batch.at(-1)
      if (last) reports.push({ ...last, at, seq: null, samples: batch.flatMap((report) => report.samples) })
    }
    return bySendingTime(reports)
  }
}

function batteryDying(fault: Fault, source: Source): Source {
  const endMs = fault.toMs ?? fault.fromMs + 14 * 24 * HOUR_MS
  return (fromMs, toMs) =>
    source(fromMs, toMs).flatMap((report) => {
      if (report.at < fault.fromMs) return [report]
      const left = 1 - (report.at - fault.fromMs) / (endMs - fault.fromMs)
      if (left <= 0) return []
      const battery = { battery_pct: Math.round(30 * left), battery_low: left < 0.4 }
      const samples = report.samples.map((sample) => ({
        ...sample,
        values: { ...sample.values, ...battery },
      }))
      return [{ ...report, samples }]
    })
}

const REGISTERS = ['water_total_m3', 'energy_import_kwh'] as const

function registerReset(fault: Fault, source: Source): Source {
  let before: Report | undefined
  return (fromMs, toMs) =>
    source(fromMs, toMs).map((report) => {
      if (!holds(fault, report.at)) return report
      before ??= source(fault.fromMs - 48 * HOUR_MS, fault.fromMs).at(-1)
      const base = before?.samples.at(-1)?.values ?? {}
      const samples = report.samples.map(({ measuredAtMs, values }) => ({
        measuredAtMs,
        values: { ...values, ...startedAgain(values, base) },
      }))
      return { ...report, samples }
    })
}

function startedAgain(values: Report['samples'][number]['values'], base: typeof values): typeof values {
  const again: typeof values = {}
  for (const name of REGISTERS) {
    const value = values[name]
    const start = base[name]
    if (typeof value === 'number' && typeof start === 'number') {
      again[name] = Math.round((value - start) * 1000) / 1000
    }
  }
  return again
}
