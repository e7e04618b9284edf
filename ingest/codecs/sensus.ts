import { isObject, type JsonObject } from '../coercion.ts'
import type { Codec } from './uplink.ts'

const MAX_RECORDS = 50
/** What its status byte says twice (empty pipe or out of range) is left out; a broken pipe has the code of a leak. */
const ALARMS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['LOW_BATTERY', 'battery_low'],
  ['LEAKAGE', 'leak'],
  ['MAGNETIC_TAMPERING', 'tamper'],
  ['HW_SW_ERROR', 'fault'],
])

/**
 * Sensus iPERL (lorawan-devices, vendor/sensus): M-Bus `records` with their unit, and `alarms` by name. The times in it are
 * the meter's local ones written as if they were UTC, so that the network's serve and the hours before are left out.
 */
export const sensus: Codec = {
  name: 'sensus',
  claims: ({ object }) => recordsOf(object).some((record) => 'vifType' in record && 'scaledValue' in record),
  put({ object, draft: newDraft, drafts }) {
    const records = recordsOf(object)
    if (records.some(({ vifType }) => typeof vifType === 'string' && /energy|power/i.test(vifType))) {
      drafts.refusals.add('needs_mapping', 'volume and energy of one meter are those of heating')
      return
    }
    const draft = newDraft()
    draft.kind = 'water'
    draft.number('water_total_m3', records.find(isRegister)?.['scaledValue'])
    const alarms: unknown[] = Array.isArray(object['alarms']) ? object['alarms'] : []
    for (const metric of alarms.map((alarm) => ALARMS.get(alarm))) {
      if (metric !== undefined) draft.state(metric, true)
    }
  },
}

const recordsOf = ({ records }: JsonObject): JsonObject[] =>
  Array.isArray(records) ? records.slice(0, MAX_RECORDS).filter(isObject) : []

const isRegister = (said: JsonObject): boolean =>
  said['vifType'] === 'VOLUME' &&
  said['unit'] === 'M3' &&
  typeof said['scaledValue'] === 'number' &&
  [said['function'], said['tariff'], said['subUnit']].every((number) => number === 0)
