import { at, type Draft } from '../draft.ts'
import type { Codec } from './uplink.ts'

/**
 * Sensative Strips (lorawan-devices, vendor/sensative): each report is an object with `value`; the battery is in %, which its
 * normalized payload passes on under a name for volts. `flood` is a wetness in %, `floodAlarm` the alarm. `history` is past.
 */
export const sensative: Codec = {
  name: 'sensative',
  claims: ({ object }) => Object.hasOwn(object, 'historySeqNr'),
  put({ object, draft: newDraft }) {
    const draft = newDraft()
    draft.number('battery_pct', object['battery'])
    draft.number('temperature_c', at(object, 'temperature', 'value'))
    putAlarm(draft, 'leak', at(object, 'floodAlarm', 'value'))
    putAlarm(draft, 'tamper', at(object, 'tamperAlarm', 'value') ?? at(object, 'tamperReport', 'value'))
  },
}

function putAlarm(draft: Draft, metric: string, said: unknown): void {
  if (typeof said === 'boolean') draft.state(metric, said)
}
