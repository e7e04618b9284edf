import { flag } from '../draft.ts'
import type { Codec } from './uplink.ts'

const KEYS = ['status', 'temperatureBoard', 'temperatureChanged', 'humidityChanged', 'battery']

/** Browan (Tabs) leak sensor TBWL100 (lorawan-devices, vendor/browan): `status` 1 is wet, `battery` in V. */
export const browan: Codec = {
  name: 'browan',
  claims: ({ object }) => KEYS.every((key) => Object.hasOwn(object, key)),
  put({ object, draft: newDraft }) {
    const draft = newDraft()
    draft.kind = 'water'
    draft.state('leak', flag(object['status']) ?? null)
    draft.number('battery_v', object['battery']).number('temperature_c', object['temperature'])
  },
}
