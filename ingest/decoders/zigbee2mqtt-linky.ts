import type { Values } from '../../contracts/reading.ts'
import { isSentinel, type JsonObject, withoutNoise } from '../coercion.ts'
import type { Refusals } from '../refusals.ts'
import { putNumber } from './zigbee2mqtt-meters.ts'

const TARIFF = /^current_tier\d{1,2}_summ_delivered$/
const PHASES = ['', '_ph_b', '_ph_c']

/** Whether the message is of LiXee's ZLinky, the radio on the customer's port of the French meter. */
export const isLinky = (said: JsonObject): boolean => Object.hasOwn(said, 'current_summ_delivered')

/**
 * The French meter as zigbee2mqtt's converter of the ZLinky has it, in kWh. In its old mode (`historique`) it has no register
 * but those of its tariffs, and the names of the new mode stand at 0, which says nothing. `active_power` is the mean of a
 * while that is over, and of the phases that follow it some are earlier means: not taken.
 */
export function putLinky(values: Values, said: JsonObject, refusals: Refusals): void {
  const own = positive(said['current_summ_delivered'])
  putNumber(values, 'energy_import_kwh', own ?? sumOfTariffs(said), refusals)
  if (own !== null) putNumber(values, 'energy_export_kwh', said['current_summ_received'], refusals)
  for (const [index, phase] of PHASES.entries()) {
    const [volts, amperes] = [said[`rms_voltage${phase}`], said[`rms_current${phase}`]]
    putNumber(values, `voltage_l${index + 1}_v`, isUnread(volts) ? null : volts, refusals)
    putNumber(values, `current_l${index + 1}_a`, isUnread(amperes, -1) ? null : amperes, refusals)
  }
}

const positive = (said: unknown): number | null => (typeof said === 'number' && said > 0 ? said : null)

/** A number that was never read from the meter stands at an end of its range, a voltage also at 0. */
const isUnread = (said: unknown, none = 0): boolean =>
  typeof said === 'number' && (said === none || isSentinel(said))

/** Of all tariffs that the meter has; while one of them was not heard, there is no sum. */
function sumOfTariffs(said: JsonObject): number | null {
  const tariffs = Object.keys(said)
    .filter((name) => TARIFF.test(name))
    .map((name) => said[name])
  const heard = tariffs.filter((tariff) => typeof tariff === 'number')
  if (heard.length < tariffs.length || heard.some((tariff) => tariff < 0)) return null
  return positive(withoutNoise(heard.reduce((sum, tariff) => sum + tariff, 0)))
}
