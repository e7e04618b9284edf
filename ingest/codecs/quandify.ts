import { at, decimal, objectAt } from '../draft.ts'
import type { Codec } from './uplink.ts'

const REPORTS: readonly unknown[] = ['statusReport', 'periodicReport', 'alarmReport']
const REVERSE_FLOW = 384
/** The meter's own grades; below 3 its codec says that there is none. */
const LEAKS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [0, false],
  [1, false],
  [2, false],
  [3, true],
  [4, true],
  ['NoLeak', false],
  ['Medium', true],
  ['Large', true],
])

/**
 * Quandify CubicMeter (lorawan-devices, vendor/quandify): `decoded` within the object, in three generations: camel case;
 * snake case; snake case with units in text (`123 L`). The volume is litres since the beginning, the battery mV.
 */
export const quandify: Codec = {
  name: 'quandify',
  claims: ({ object }) =>
    typeof object['hexBytes'] === 'string' &&
    ['totalVolume', 'total_volume'].some((name) => at(object, 'decoded', name) !== undefined),
  put({ object, draft: newDraft, drafts }) {
    if (!REPORTS.includes(object['type'])) {
      drafts.refusals.add('undecoded', 'a report that is not known')
      return
    }
    const said = objectAt(object, 'decoded')
    const draft = newDraft()
    draft.kind = 'water'
    draft.number('water_total_m3', litres(said['totalVolume'] ?? said['total_volume']), 0.001)
    draft.state('leak', LEAKS.get(said['leakState'] ?? said['leak_status']) ?? null)
    draft.number('battery_v', said['batteryRecovered'] ?? said['battery_recovered'], 0.001)
    draft.number('temperature_c', said['ambientTemperature'])
    if ((said['errorCode'] ?? said['error_code']) === REVERSE_FLOW) draft.state('backflow', true)
    if (said['isSensing'] === false) draft.state('fault', true)
    if (said['battery_status'] === 'LOW_BATTERY') draft.state('battery_low', true)
  },
}

const litres = (said: unknown): unknown =>
  typeof said === 'string' && said.endsWith(' L') ? (decimal(said.slice(0, -2)) ?? said) : said
