import type { HomeEvent, RuleContext, StepResult } from '../contracts/home.ts'
import type { Reading } from '../contracts/reading.ts'
import type { EpochMs } from '../contracts/time.ts'
import { settleBattery, takeBattery } from './battery.ts'
import { settleContinuousFlow } from './continuous-flow.ts'
import { clockIsTrusted, deviceOfReading, heard, noteConflict, setDevices } from './device.ts'
import { takeClock } from './device-clock.ts'
import { settleDeviceSilent } from './device-silent.ts'
import { settleElectricityFlat } from './electricity-flat.ts'
import { clear, type Turn } from './findings.ts'
import { settleInactivityPersonal } from './inactivity-personal.ts'
import { settleLateRising } from './late-rising.ts'
import { settleLeftOn } from './left-on.ts'
import { takeMeters } from './meters.ts'
import { settleNeverHeard } from './never-heard.ts'
import { settleNightRestlessness } from './night-restlessness.ts'
import { settleNoEvening } from './no-evening.ts'
import { settleOverload } from './overload.ts'
import { clearRegistered, settleRegisterBreak } from './register-break.ts'
import { takeSignOfLife } from './sign-of-life.ts'
import { settleSmokeTests, takeSmoke } from './smoke.ts'
import { takeEnergy, takePower } from './standby.ts'
import { type DeviceState, draftOf, type HomeState } from './state.ts'
import { takeWater, waterHorizonS } from './water.ts'
import { settleWaterNone } from './water-none.ts'
import { homeWater } from './water-quiet.ts'
import { settleWaterVolume } from './water-volume.ts'

export { type HomeState, newHomeState, readHomeState } from './state.ts'

/**
 * What one event means for one home. Pure and deterministic: `state` is left as it was, time comes in as `now` (never
 * before that of an earlier step). Findings come out only when something changed; the returned deadline lies after
 * `now`, and a `deadline` event that comes early or twice does no harm.
 */
export function step(
  state: HomeState,
  event: HomeEvent,
  now: EpochMs,
  context: RuleContext,
): StepResult<HomeState> {
  const turn: Turn = { home: draftOf(state), now, context, findings: [] }
  if (event.type !== 'deadline' && state.due !== null && state.due <= now) settle(turn)
  take(turn, event)
  turn.home.due = settle(turn)
  return { state: turn.home, findings: turn.findings, deadline: turn.home.due }
}

function take(turn: Turn, event: HomeEvent): void {
  switch (event.type) {
    case 'readings':
      for (const reading of inOrder(event.readings)) takeReading(turn, reading)
      return
    case 'devices':
      setDevices(turn.home, event.devices)
      clearOfRemoved(turn)
      return
    case 'zone':
      turn.home.zone = event.zone
      return
    case 'deadline':
      return
  }
    case 'sign_of_life':
      takeSignOfLife(turn, event.at)
      return
}

/** Asks every rule about the present. Returns the earliest instant at which one of them would speak by itself. */
function settle(turn: Turn): EpochMs | null {
  const water = homeWater(turn.home)
  return earliest([
    settleSmokeTests(turn),
    settleInactivityPersonal(turn, water),
    settleWaterVolume(turn, water),
    settleWaterNone(turn, water),
    settleElectricityFlat(turn),
    settleContinuousFlow(turn),
    settleDeviceSilent(turn),
    settleBattery(turn),
  ])
}

function earliest(deadlines: readonly (EpochMs | null)[]): EpochMs | null {
  let first: EpochMs | null = null
  for (const at of deadlines) if (at !== null && (first === null || at < first)) first = at
  return first
}

/** The order of measurement, each reading once: it does not matter how the message was put together. */
function inOrder(readings: readonly Reading[]): readonly Reading[] {
  if (readings.length < 2) return readings
  const sorted = readings.toSorted((a, b) => a.measuredAt - b.measuredAt || tieBreak(a, b))
  return sorted.filter((reading, i) => {
    const before = sorted[i - 1]
    return before?.measuredAt !== reading.measuredAt || tieBreak(before, reading) !== 0
  })
}

function tieBreak(a: Reading, b: Reading): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function takeReading(turn: Turn, reading: Reading): void {
  const device = deviceOfReading(turn.home, reading)
  takeSmoke(turn, reading, device)
  if (device === null) return
  heard(device, Math.min(reading.receivedAt, turn.now))
  takeClock(turn, device, reading)
  if (typeof reading.values.online === 'boolean') device.online = reading.values.online
  takeBattery(turn, device, reading)
  takeMeters(turn, device, reading)
}

function takeMeters(turn: Turn, device: DeviceState, reading: Reading): void {
  const { water_total_m3: m3, energy_import_kwh: kwh, power_w: watts } = reading.values
  if (typeof m3 !== 'number' && typeof kwh !== 'number' && typeof watts !== 'number') return
  const at = clockIsTrusted(reading, device) ? Math.min(reading.measuredAt, turn.now) : turn.now
  const channel = reading.channel ?? ''
  const { settings } = turn.context
  const { marginWatts } = settings['inactivity.electricity_flat']
  let conflict = false
  if (typeof m3 === 'number')
    conflict = takeWater(device, channel, at, m3, reading.quality, waterHorizonS(settings)) === 'conflict'
  if (typeof kwh === 'number')
    conflict = takeEnergy(device, channel, at, kwh, reading.quality, marginWatts) === 'conflict' || conflict
  if (typeof watts === 'number') takePower(device, channel, at, watts, marginWatts)
  if (conflict) noteConflict(device, reading.measuredAt)
  noteReturn(turn, at)
}

function clearOfRemoved(turn: Turn): void {
  for (const open of turn.home.open) {
    if (open.deviceId === undefined || turn.home.devices.some((device) => device.id === open.deviceId))
      continue
    clear(turn, open, {
      data: { deviceId: open.deviceId, reason: 'device_removed' },
      sentence: { zh: '设备已从该住户移除', en: 'The device was removed from this home' },
    })
  }
}
