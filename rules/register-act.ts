import type { Quality, Reading } from '../contracts/reading.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import { openFinding, type Turn } from './findings.ts'
import type { Register } from './register.ts'
import { clearRegisteredBy } from './register-break.ts'
import { beginPowerAnew } from './standby.ts'
import { type DeviceState, draftOfDevice } from './state.ts'
import { beginWaterAnew } from './water.ts'

/** A daily upload shows the new register a day after the meter was changed; and watches of technicians are not exact. */
const SHOWS_WITHIN_MS = DAY_MS + HOUR_MS

/**
 * Somebody registered that the registers of a device began anew at `at`: a swap, or a reset. What was taken for use
 * across that instant, because the act was registered later, is taken back, and a finding about it ends.
 */
export function takeRegisterAct(turn: Turn, deviceId: string, at: EpochMs): void {
  const index = turn.home.devices.findIndex((device) => device.id === deviceId)
  const known = turn.home.devices[index]
  if (known === undefined) return
  const device = draftOfDevice(known)
  turn.home.devices = turn.home.devices.with(index, device)
  device.begunAt = Math.max(device.begunAt ?? 0, at)
  for (const track of device.water) if (isSeenSince(track.register, at)) beginWaterAnew(track, at)
  for (const track of device.power) if (isSeenSince(track.register, at)) beginPowerAnew(track)
  for (const channel of [undefined, ...device.water, ...device.power]) {
    const open = openFinding(turn.home, 'device.register', subjectOf(deviceId, channel?.channel))
    if (open !== undefined && Math.abs(open.since - at) <= SHOWS_WITHIN_MS) clearRegisteredBy(turn, open)
  }
}

const isSeenSince = ({ at, lower }: Register, since: EpochMs): boolean =>
  Math.max(at, lower?.at ?? 0) >= since

const subjectOf = (deviceId: string, channel: string | undefined): string =>
  channel === undefined || channel === '' ? deviceId : `${deviceId}#${channel}`

/** The first sample after a registered act says what the device could not: that its counter began anew. */
export function qualityAfterAct(
  device: DeviceState,
  register: Register | undefined,
  reading: Reading,
  at: EpochMs,
): readonly Quality[] {
  const { begunAt } = device
  const isFirst = begunAt !== undefined && register !== undefined && register.at < begunAt && begunAt <= at
  return isFirst ? [...reading.quality, 'counter_reset'] : reading.quality
}
