import type { HomeDevice } from '../contracts/home.ts'
import type { DeviceKind, Quality, Reading } from '../contracts/reading.ts'
import { type EpochMs, SECOND_MS } from '../contracts/time.ts'
import { learnGap, medianGapS } from './cadence.ts'
import { type DeviceState, draftOfDevice, type HomeState } from './state.ts'

/** A device that makes up channels must not swell the state. */
export const MOST_CHANNELS = 8
const UNTRUSTED = new Set<Quality>(['clock_missing', 'clock_skew', 'local_time'])
/** More different answers than this for one instant: the clock stands still. */
const STUCK_CONFLICTS = 3

/** False where arrival has to serve instead of what the device calls now. */
export const clockIsTrusted = (reading: Reading, device: DeviceState | null): boolean =>
  reading.measuredAtSource !== 'broker' &&
  !(reading.quality.length > 0 && reading.quality.some((quality) => UNTRUSTED.has(quality))) &&
  !(device !== null && clockStands(device) && device.clock?.at === reading.measuredAt)

/** When it was so: by its own clock, or by arrival where that cannot be trusted. What was kept arrived when it came first. */
export const instantOf = (reading: Reading, device: DeviceState | null, now: EpochMs): EpochMs =>
  Math.min(clockIsTrusted(reading, device) ? reading.measuredAt : reading.receivedAt, now)

export const clockStands = (device: DeviceState): boolean =>
  device.clock !== null && device.clock.conflicts > STUCK_CONFLICTS

/** It said something else for an instant already taken. */
export function noteConflict(device: DeviceState, at: EpochMs): void {
  const conflicts = device.clock?.at === at ? device.clock.conflicts + 1 : 1
  if (device.clock === null || !clockStands(device)) device.clock = { at, conflicts }
}

export const deviceOf = (home: HomeState, id: string): DeviceState | undefined =>
  home.devices.find((device) => device.id === id)

export const newDevice = (
  id: string,
  kind: DeviceKind,
  cadenceS: number | null,
  since?: EpochMs,
  wrap?: number,
): DeviceState => ({
  ...(since === undefined ? {} : { since }),
  ...(wrap === undefined ? {} : { wrap }),
  id,
  kind,
  cadenceS,
  heardAt: null,
  gaps: null,
  online: null,
  batteryAt: null,
  clock: null,
  water: [],
  power: [],
})

/**
 * The device of a reading, to be written to; an unknown one is taken in until the registry has spoken, and null
 * afterwards.
 */
export function deviceOfReading(home: HomeState, reading: Reading): DeviceState | null {
  for (let i = 0; i < home.devices.length; i++) {
    const known = home.devices[i]
    if (known?.id !== reading.deviceId) continue
    const draft = draftOfDevice(known)
    home.devices = home.devices.slice()
    home.devices[i] = draft
    return draft
  }
  if (home.listed) return null
  const device = newDevice(reading.deviceId, reading.kind, null, reading.receivedAt)
  home.devices = [...home.devices, device]
  return device
}

/** What stands in the home from now on; who was here before keeps what is known of it. */
export function setDevices(home: HomeState, devices: readonly HomeDevice[], now: EpochMs): void {
  home.listed = true
  home.devices = devices.map(({ deviceId, kind, cadenceS, since = now, wrap }) => {
    const known = deviceOf(home, deviceId)
    if (known === undefined) return newDevice(deviceId, kind, cadenceS, since, wrap)
    const { wrap: _, ...rest } = known
    return { ...rest, kind, cadenceS, ...(wrap === undefined ? {} : { wrap }) }
  })
}

/** Something of the device arrived: it is alive. */
export function heard(device: DeviceState, at: EpochMs): void {
  if (device.heardAt === null) {
    device.heardAt = at
    delete device.since
  }
  if (at <= device.heardAt) return
  device.gaps = learnGap(device.gaps, (at - device.heardAt) / SECOND_MS)
  device.heardAt = at
}

/** One whose messages lie so much further apart than registered measures so often, and sends what it has in batches. */
const BATCH_INTERVALS = 4

/** Expected seconds between its messages: as registered, else as learned; null while unknown. */
export function reportIntervalS({ cadenceS, gaps }: DeviceState): number | null {
  const learnedS = medianGapS(gaps)
  if (cadenceS === null || learnedS === null) return cadenceS ?? learnedS
  return learnedS > BATCH_INTERVALS * cadenceS ? learnedS : cadenceS
}
