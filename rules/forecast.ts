import type { FindingKind } from '../contracts/finding.ts'
import type { HomeEvent, RuleContext } from '../contracts/home.ts'
import type { DeviceId } from '../contracts/ids.ts'
import type { DeviceKind, Reading, Values } from '../contracts/reading.ts'
import { type EpochMs, HOUR_MS, SECOND_MS } from '../contracts/time.ts'
import { reportIntervalS } from './device.ts'
import { step } from './home.ts'
import type { DeviceState, HomeState } from './state.ts'

/** What comes after the present: meters that go on reporting that nobody acts, or nothing at all. */
export type Assumption = 'quiet' | 'silence'

const HORIZON_MS = 72 * HOUR_MS
/** Enough for three days of a meter that reports each minute. */
const MOST_STEPS = 10_000
const FRESH_INTERVALS = 2

export interface Forecast {
  kind: FindingKind
  deviceId: string | null
  at: EpochMs
}

/** What the rules would say first of each kind and device within three days. Asks the rules themselves. */
export function forecast(
  state: HomeState,
  now: EpochMs,
  context: RuleContext,
  assumption: Assumption,
): Forecast[] {
  const meters =
    assumption === 'quiet' ? state.devices.flatMap((device) => quietMeter(device, now) ?? []) : []
  const said: Forecast[] = []
  let home = state
  let due = state.due
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const meter = earliestOf(meters)
    const reportAt = meter?.nextAt ?? Number.POSITIVE_INFINITY
    const at = Math.max(now, Math.min(reportAt, due ?? Number.POSITIVE_INFINITY))
    if (at > now + HORIZON_MS) break
    const event: HomeEvent =
      meter !== null && reportAt <= at ? { type: 'readings', readings: report(meter) } : { type: 'deadline' }
    const result = step(home, event, at, context)
    home = result.state
    due = result.deadline
    for (const { phase, kind, deviceId = null } of result.findings)
      if (phase === 'raised' && !said.some((one) => one.kind === kind && one.deviceId === deviceId))
        said.push({ kind, deviceId, at })
  }
  return said
}

/** A meter in a home in which nobody acts: water stands still, electricity draws what the house draws by itself. */
interface QuietMeter {
  id: DeviceId
  kind: DeviceKind
  intervalMs: number
  nextAt: EpochMs
  valuesAt(at: EpochMs): { channel: string; values: Values }[]
}

/** Null for what is no meter, or is not heard now: nobody knows when it will be again. */
function quietMeter(device: DeviceState, now: EpochMs): QuietMeter | null {
  const intervalS = reportIntervalS(device)
  const last = Math.max(...[...device.water, ...device.power].map(({ register }) => register.at))
  if (intervalS === null || device.heardAt === null || !Number.isFinite(last)) return null
  const intervalMs = Math.max(intervalS, 1) * SECOND_MS
  if (now - device.heardAt > FRESH_INTERVALS * intervalMs) return null
  return {
    id: device.id as DeviceId,
    kind: device.kind,
    intervalMs,
    nextAt: Math.max(now + 1, device.heardAt + intervalMs),
    valuesAt: (at) => [
      ...device.water.map(({ channel, register }) => ({
        channel,
        values: { water_total_m3: register.value },
      })),
      ...device.power.map(({ channel, register, source, band }) => {
        const watts = band?.levelWatts ?? 0
        const kwh = register.value + (watts * (at - register.at)) / HOUR_MS / 1_000
        const values: Values = source === 'energy' ? { energy_import_kwh: kwh } : { power_w: watts }
        return { channel, values }
      }),
    ],
  }
}

function earliestOf(meters: readonly QuietMeter[]): QuietMeter | null {
  let first: QuietMeter | null = null
  for (const meter of meters) if (first === null || meter.nextAt < first.nextAt) first = meter
  return first
}

function report(meter: QuietMeter): Reading[] {
  const at = meter.nextAt
  meter.nextAt += meter.intervalMs
  return meter.valuesAt(at).map(({ channel, values }) => ({
    deviceId: meter.id,
    ...(channel === '' ? {} : { channel }),
    kind: meter.kind,
    measuredAt: at,
    measuredAtSource: 'device',
    receivedAt: at,
    values,
    quality: [],
  }))
}
