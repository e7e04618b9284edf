import type { DeviceId } from '../../contracts/ids.ts'
import type { Reading } from '../../contracts/reading.ts'
import { DAY_MS, type EpochMs, SECOND_MS } from '../../contracts/time.ts'
import { type Cadence, learnGap, medianGapS } from '../../rules/cadence.ts'
import type { DeviceHealth } from '../../store/state/devices.ts'
import type { StateTables } from '../../store/state.ts'

const CACHED_DEVICES = 100_000
const KEPT_DAYS = 8

/** How each device is doing, as pages show it: the last value of every metric, battery, signal, when last heard. */
export class DeviceHealths {
  readonly #healths = new Map<DeviceId, DeviceHealth>()
  readonly #touched = new Set<DeviceId>()

  async heard(
    tables: StateTables,
    deviceId: DeviceId,
    readings: readonly Reading[],
    at: EpochMs,
  ): Promise<void> {
    let health = this.#healths.get(deviceId) ?? (await tables.health.of([deviceId]))[0] ?? null
    for (const reading of readings) health = withReading(health, reading)
    if (!health) return
    const lastReceivedAt = Math.max(health.lastReceivedAt, at)
    this.#healths.set(deviceId, { ...health, lastReceivedAt, perDay: counted(health.perDay ?? [], at) })
    this.#touched.add(deviceId)
  }

  async flush(tables: StateTables): Promise<void> {
    for (const deviceId of this.#touched) {
      const health = this.#healths.get(deviceId)
      if (health) await tables.health.put(health)
    }
    this.#touched.clear()
    for (const deviceId of this.#healths.keys()) {
      if (this.#healths.size <= CACHED_DEVICES) break
      this.#healths.delete(deviceId)
    }
  }

  forget(): void {
    this.#healths.clear()
    this.#touched.clear()
  }
}

function withReading(health: DeviceHealth | null, reading: Reading): DeviceHealth {
  const fresh = health === null || reading.measuredAt >= health.lastMeasuredAt
  const values = { ...health?.values }
  for (const [metric, value] of Object.entries(reading.values))
    if (value !== null && (fresh || !(metric in values))) values[metric] = value
  const gaps = gapsWith(health, reading)
  const number = (metric: string) => (typeof values[metric] === 'number' ? values[metric] : null)
  return {
    deviceId: reading.deviceId,
    lastReceivedAt: Math.max(health?.lastReceivedAt ?? reading.receivedAt, reading.receivedAt),
    lastMeasuredAt: Math.max(health?.lastMeasuredAt ?? reading.measuredAt, reading.measuredAt),
    batteryPct: number('battery_pct'),
    batteryLow: typeof values['battery_low'] === 'boolean' ? values['battery_low'] : null,
    signalDbm: number('signal_dbm'),
    values,
    cadenceS: medianGapS(gaps),
    gaps,
    clock: clockOf(reading),
    ...(health?.perDay === undefined ? {} : { perDay: health.perDay }),
  }
}

/** One more message on the day of `at`; what lies further back than anybody asks goes. */
function counted(perDay: readonly [number, number][], at: EpochMs): [number, number][] {
  const day = Math.floor(at / DAY_MS)
  const today = perDay.find(([one]) => one === day)?.[1] ?? 0
  const before = perDay.filter(([one]) => one < day && one >= day - KEPT_DAYS)
  return [...before, [day, today + 1]]
}

function clockOf({ measuredAtSource, quality }: Reading): NonNullable<DeviceHealth['clock']> {
  if (quality.includes('clock_skew')) return 'wrong'
  return measuredAtSource === 'broker' || quality.includes('clock_missing') ? 'missing' : 'right'
}

/** By the same measure as the rules. */
function gapsWith(health: DeviceHealth | null, { receivedAt }: Reading): Cadence | null {
  if (health === null) return null
  const known = health.gaps ?? null
  return receivedAt > health.lastReceivedAt
    ? learnGap(known, (receivedAt - health.lastReceivedAt) / SECOND_MS)
    : known
}
