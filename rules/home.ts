import type { HomeEvent, RuleContext, StepResult } from '../contracts/home.ts'
import type { Reading } from '../contracts/reading.ts'
import { type EpochMs, earlier } from '../contracts/time.ts'
import { settleBattery, takeBattery } from './battery.ts'
import { settleContinuousFlow } from './continuous-flow.ts'
import { deviceOfReading, heard, setDevices } from './device.ts'
import { takeClock } from './device-clock.ts'
import { settleDeviceSilent } from './device-silent.ts'
import { settleStates, takeStates } from './device-states.ts'
import { settleElectricityFlat } from './electricity-flat.ts'
import { settleTrends } from './falling-trend.ts'
import { clear, type Turn } from './findings.ts'
import { settleFlood } from './flood.ts'
import { settleHomeBlind } from './home-blind.ts'
import { reconsider, settleInactivityPersonal } from './inactivity-personal.ts'
import { settleLateRising } from './late-rising.ts'
import { settleLeftOn } from './left-on.ts'
import { takeMeters } from './meters.ts'
import { settleNeverHeard } from './never-heard.ts'
import { settleNoEvening } from './no-evening.ts'
import { settleOverload } from './overload.ts'
import { takeRegisterAct } from './register-act.ts'
import { clearRegistered, settleRegisterBreak } from './register-break.ts'
import { settleSeemsBack } from './seems-back.ts'
import { takeSignOfLife } from './sign-of-life.ts'
import { settleSmokeTests, takeSmoke } from './smoke.ts'
import { type DeviceState, draftOf, type HomeState } from './state.ts'
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
      setDevices(turn.home, event.devices, turn.now)
      clearRegistered(turn, event.devices)
      clearOfRemoved(turn)
      return
    case 'registers_begin':
      takeRegisterAct(turn, event.deviceId, event.at)
      return
    case 'zone':
      turn.home.zone = event.zone
      return
    case 'sign_of_life':
      takeSignOfLife(turn, event.at)
      return
    case 'circumstances':
      reconsider(turn.home)
      return
    case 'deadline':
      return
  }
}

/** Asks every rule about the present. Returns the earliest instant at which one of them would speak by itself. */
function settle(turn: Turn): EpochMs | null {
  const water = homeWater(turn.home)
  settleContinuousFlow(turn)
  settleFlood(turn, water)
  settleStates(turn)
  settleBattery(turn)
  settleLeftOn(turn)
  settleOverload(turn)
  settleTrends(turn, water)
  let due = settleSmokeTests(turn)
  due = earlier(due, settleInactivityPersonal(turn, water))
  due = earlier(due, settleWaterVolume(turn, water))
  due = earlier(due, settleWaterNone(turn, water))
  due = earlier(due, settleElectricityFlat(turn))
  due = earlier(due, settleLateRising(turn, water))
  due = earlier(due, settleNoEvening(turn, water))
  due = earlier(due, settleDeviceSilent(turn))
  due = earlier(due, settleRegisterBreak(turn))
  due = earlier(due, settleNeverHeard(turn))
  due = earlier(due, settleSeemsBack(turn, water))
  return earlier(due, settleHomeBlind(turn))
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
  // That it is gone is said by its will or its gateway, not by itself.
  if (reading.values.online !== false) heard(device, Math.min(reading.receivedAt, turn.now))
  takeClock(turn, device, reading)
  takeOnline(device, reading)
  takeBattery(turn, device, reading)
  takeStates(turn, device, reading)
  takeMeters(turn, device, reading)
}

/** Whatever it sends itself proves it back, also where nobody says so. */
function takeOnline(device: DeviceState, reading: Reading): void {
  if (typeof reading.values.online === 'boolean') device.online = reading.values.online
  else if (device.online === false) device.online = null
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
