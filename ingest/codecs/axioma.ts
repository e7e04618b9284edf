import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type JsonObject, statedTime, withoutNoise } from '../coercion.ts'
import type { Draft } from '../draft.ts'
import type { Codec, Uplink } from './uplink.ts'

const DELTAS = 23
/** All ones of a delta's 14 bits, in m³: an hour of which the meter knows nothing. */
const UNKNOWN_DELTA_M3 = 16.383
const STATES: readonly (readonly [metric: string, key: string])[] = [
  ['leak', 'leakage'],
  ['burst', 'burst'],
  ['backflow', 'backflow'],
  ['empty_pipe', 'pipe_empty'],
  ['battery_low', 'low_battery'],
  ['fault', 'permanent_error'],
]

/**
 * Axioma Qalcosonic W1, enhanced frame: the register of a day ago and 23 hourly deltas up to now. The meter's own clock
 * counts only if the network's agrees; meters with a wrong date are common.
 */
export const axioma: Codec = {
  name: 'axioma',
  claims: ({ object }) =>
    isShort(object) ||
    (typeof object['payload_format'] === 'string' && object['payload_format'].startsWith('AXIOMA')) ||
    (Object.hasOwn(object, 'log_volume_m3') && Object.hasOwn(object, 'current_volume_m3')),
  put(uplink) {
    const { object } = uplink
    const now = uplink.draft()
    now.kind = 'water'
    if (isShort(object)) {
      putShort(now, uplink)
      return
    }
    for (const [metric, key] of STATES) {
      if (typeof object[key] === 'boolean') now.state(metric, object[key])
    }
    const { history_multiplier: multiplier } = object
    if (multiplier !== undefined && multiplier !== 0) {
      uplink.drafts.refusals.add('undecoded', 'the hourly values are scaled in a way that is not documented')
      return
    }
    const measuredAt = meterTime(uplink, now.measuredAt)
    now.time(measuredAt, measuredAt === now.measuredAt ? 'gateway' : 'device')
    const isWhole = deltasOf(object).every((delta) => delta < UNKNOWN_DELTA_M3)
    // It is summed up from the deltas, whatever they are.
    if (isWhole) now.number('water_total_m3', object['current_volume_m3'])
    putHours(uplink, measuredAt)
  },
}

const deltasOf = (object: JsonObject): number[] =>
  Array.from({ length: DELTAS }, (_, index) => object[`delta_${index + 1}_m3`]).filter(
    (delta) => typeof delta === 'number',
  )

/** The other codec of the device repository: register in m³, the alarms as the meter's status byte, deltas of unknown spans. */
const isShort = (object: JsonObject): boolean =>
  ['status_code', 'current_volume', 'log_volume', 'delta_volumes'].every((key) => Object.hasOwn(object, key))

function putShort(now: Draft, uplink: Uplink): void {
  const { object } = uplink
  const measuredAt = meterTime(uplink, now.measuredAt)
  now.time(measuredAt, measuredAt === now.measuredAt ? 'gateway' : 'device')
  now.number('water_total_m3', object['current_volume'])
  const status = object['status_code']
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 0 || status > 0xff) return
  const isBackflow = (status & 0x60) === 0x60
  const isBurst = (status & 0xa0) === 0xa0
  now.state('battery_low', (status & 0x04) !== 0).state('fault', (status & 0x08) !== 0)
  now
    .state('empty_pipe', status === 0x10)
    .state('backflow', isBackflow)
    .state('burst', isBurst)
  now.state('leak', (status & 0x20) !== 0 && !isBackflow && !isBurst)
}

/** The meter's time if it lies within the last two days before the network's, else the network's. */
function meterTime({ object }: Uplink, networkAt: number): number {
  const stated = statedTime(object['timestamp_unix'] ?? object['timestamp_utc'] ?? object['timestamp'])
  if (typeof stated !== 'object') return networkAt
  const plausible = stated.at <= networkAt + 10 * MINUTE_MS && stated.at >= networkAt - 2 * DAY_MS
  return plausible ? stated.at : networkAt
}

/** The registers at the full hours before; from a missing delta on nothing is known. */
function putHours(uplink: Uplink, measuredAt: number): void {
  const { object } = uplink
  const registers: number[] = []
  let register = object['log_volume_m3']
  for (let hour = 1; hour <= DELTAS && typeof register === 'number'; hour += 1) {
    registers.push(register)
    const delta: unknown = object[`delta_${hour}_m3`]
    register =
      typeof delta === 'number' && delta >= 0 && delta < UNKNOWN_DELTA_M3
        ? withoutNoise(register + delta)
        : undefined
  }
  for (const [index, total] of registers.entries()) {
    const draft = uplink.draft().time(measuredAt - (DELTAS - index) * HOUR_MS, 'device')
    draft.number('water_total_m3', total)
  }
}
