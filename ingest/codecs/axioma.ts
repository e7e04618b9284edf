import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { statedTime, withoutNoise } from '../coercion.ts'
import type { Codec, Uplink } from './uplink.ts'

const DELTAS = 23
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
    (typeof object['payload_format'] === 'string' && object['payload_format'].startsWith('AXIOMA')) ||
    (Object.hasOwn(object, 'log_volume_m3') && Object.hasOwn(object, 'current_volume_m3')),
  put(uplink) {
    const { object } = uplink
    const now = uplink.draft()
    now.kind = 'water'
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
    now.number('water_total_m3', object['current_volume_m3'])
    putHours(uplink, measuredAt)
  },
}

/** The meter's time if it lies within the last two days before the network's, else the network's. */
function meterTime({ object }: Uplink, networkAt: number): number {
  const stated = statedTime(object['timestamp_unix'] ?? object['timestamp_utc'])
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
    register = typeof delta === 'number' && delta >= 0 ? withoutNoise(register + delta) : undefined
  }
  for (const [index, total] of registers.entries()) {
    const draft = uplink.draft().time(measuredAt - (DELTAS - index) * HOUR_MS, 'device')
    draft.number('water_total_m3', total)
  }
}
