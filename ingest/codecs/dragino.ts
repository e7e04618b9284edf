import type { Codec } from './uplink.ts'

const WORDS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [1, true],
  ['LEAK', true],
  [0, false],
  ['NO LEAK', false],
])

/**
 * Dragino's leak sensors LWL02, LWL03A and LWL04 (dragino-end-node-decoder): `WATER_LEAK_STATUS` as 0 and 1 or in words,
 * volts as `BAT_V` or `BAT`. Counts and durations are of the past, `ALARM` is whether the timed alarm is switched on, and
 * `DATALOG` a text of what was kept. Its water counters (SW3L) count by what they were set to, and need a mapping.
 */
export const dragino: Codec = {
  name: 'dragino',
  claims: ({ object }) => Object.hasOwn(object, 'WATER_LEAK_STATUS'),
  put({ object, draft: newDraft }) {
    const draft = newDraft()
    draft.kind = 'water'
    draft.state('leak', WORDS.get(object['WATER_LEAK_STATUS']) ?? null)
    draft.number('battery_v', object['BAT_V'] ?? object['BAT'])
  },
}
