import { flag, objectAt } from '../draft.ts'
import type { Codec } from './uplink.ts'

const FAULTS = [
  'smokeChamberFailure',
  'fouledSmokeChamber',
  'ultrasonicSensorFailure',
  'infraredSensorFailure',
  'buzzerFailure',
  'airInletCovered',
]

/**
 * TG563A smoke detector: `status` holds all its flags as 0 or 1 in every message. Not mounted counts as tampered with. Its
 * counters are of the past; `batteryLevel` is in V.
 */
export const tg563a: Codec = {
  name: 'tg563a',
  claims: ({ object }) => Object.hasOwn(objectAt(object, 'status'), 'smokeAlarm'),
  put({ object, draft }) {
    const status = objectAt(object, 'status')
    const detector = draft()
    detector.kind = 'smoke'
    detector.state('smoke', flag(status['smokeAlarm']) ?? null)
    detector.state('battery_low', flag(status['batteryLow']))
    const mounted = flag(status['mounted'])
    if (mounted !== undefined) detector.state('tamper', !mounted)
    const faults = FAULTS.map((name) => flag(status[name]))
    if (faults.includes(true)) detector.state('fault', true)
    else if (!faults.includes(undefined)) detector.state('fault', false)
    detector.number('temperature_c', object['temperature'])
    detector.number('battery_v', object['batteryLevel'])
  },
}
