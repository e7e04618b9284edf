import type { Reading } from '../contracts/reading.ts'
import { type EpochMs, SECOND_MS } from '../contracts/time.ts'
import { followDays } from './days.ts'
import { instantOf, noteConflict } from './device.ts'
import { followTrace } from './electric-trace.ts'
import type { Turn } from './findings.ts'
import { type Drawn, followLoad } from './load.ts'
import { takeOverload } from './overload.ts'
import { noteReturn } from './quiet.ts'
import type { Register } from './register.ts'
import { qualityAfterAct } from './register-act.ts'
import { takeRegisterBreak } from './register-break.ts'
import { takeEnergy, takePower } from './standby.ts'
import type { DeviceState } from './state.ts'
import { takeWater, waterHorizonS } from './water.ts'

/** Takes what a reading says of water and electricity. */
export function takeMeters(turn: Turn, device: DeviceState, reading: Reading): void {
  const { water_total_m3: m3, energy_import_kwh: kwh, power_w: watts } = reading.values
  if (typeof m3 !== 'number' && typeof kwh !== 'number' && typeof watts !== 'number') return
  const at = instantOf(reading, device, turn.now)
  let conflict = false
  if (typeof m3 === 'number') conflict = takeWaterMeter(turn, device, reading, at, m3)
  if (typeof kwh === 'number' || typeof watts === 'number')
    conflict = takeElectricityMeter(turn, device, reading, at) || conflict
  if (conflict) noteConflict(device, reading.measuredAt)
  noteLag(device, reading, at)
  noteReturn(turn, at)
}

const LEAST_LAG_S = 60

/** How old the newest sample was when it came: some send long after they measured, each at its own minute. */
function noteLag(device: DeviceState, { receivedAt }: Reading, at: EpochMs): void {
  const isNewest = ({ register }: { register: Register }) => register.at === at
  if (!device.water.some(isNewest) && !device.power.some(isNewest)) return
  const lagS = Math.round((receivedAt - at) / SECOND_MS)
  if (lagS >= LEAST_LAG_S) device.lagS = lagS
  else if (device.lagS !== undefined) delete device.lagS
}

/** True where another number was known for that instant. */
function takeWaterMeter(turn: Turn, device: DeviceState, reading: Reading, at: EpochMs, m3: number): boolean {
  const horizonS = waterHorizonS(turn.context.settings)
  const channel = reading.channel ?? ''
  const register = device.water.find((track) => track.channel === channel)?.register
  const quality = qualityAfterAct(device, register, reading, at)
  const difference = takeWater(device, channel, at, m3, quality, horizonS)
  takeRegisterBreak(turn, device, reading, 'water_total_m3', difference, quality)
  followDays(turn, at)
  return difference.type === 'conflict'
}

function takeElectricityMeter(turn: Turn, device: DeviceState, reading: Reading, at: EpochMs): boolean {
  const { energy_import_kwh: kwh, power_w: watts } = reading.values
  const { settings } = turn.context
  const { marginWatts } = settings['inactivity.electricity_flat']
  const channel = reading.channel ?? ''
  let drawn: Drawn | null = null
  let conflict = false
  if (typeof kwh === 'number') {
    const register = device.power.find((track) => track.channel === channel)?.register
    const quality = qualityAfterAct(device, register, reading, at)
    const difference = takeEnergy(device, channel, at, kwh, quality, marginWatts)
    takeRegisterBreak(turn, device, reading, 'energy_import_kwh', difference, quality)
    if (difference.type === 'advance')
      drawn = { from: difference.from, to: at, wattHours: difference.amount * 1_000 }
    conflict = difference.type === 'conflict'
  }
  if (typeof watts === 'number') drawn = takePower(device, channel, at, watts, marginWatts) ?? drawn
  const track = device.power.find((one) => one.channel === channel)
  if (drawn !== null && track !== undefined) {
    followLoad(track, drawn, settings['electricity.left_on'].watts)
    if (settings['inactivity.personal'].enabled) track.trace = followTrace(track.trace, drawn)
  }
  takeOverload(turn, device, at, watts, drawn)
  return conflict
}
