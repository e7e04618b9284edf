import { anyTrue } from '../coercion.ts'
import { type Draft, decimal } from '../draft.ts'
import type { Codec, Uplink } from './uplink.ts'

const DEVICE = /^(R|Z)[A-Z]?\d{2,3}/
const LOW_BATTERY = /^(\d{1,2}(?:\.\d{1,2})?)\(low battery\)$/i
const LEAKS = ['WaterLeak', 'WaterLeak_1', 'WaterLeak_2']
const ALARM_WORDS: ReadonlyMap<unknown, boolean> = new Map([
  ['alarm', true],
  ['no alarm', false],
])
const LEAK_WORDS: ReadonlyMap<unknown, boolean> = new Map([
  ['leak', true],
  ['noleak', false],
])
const ONOFF_WORDS: ReadonlyMap<unknown, boolean> = new Map([
  ['on', true],
  ['off', false],
])

/**
 * Netvox, as the device repository's codecs have it (lorawan-devices, vendor/netvox): the model in `Device`, states as words,
 * mA, W, Wh and V in whole numbers. `Volt` is the battery's and says in a word that it is low. An answer to a command
 * (`Cmd`) is no reading.
 */
export const netvox: Codec = {
  name: 'netvox',
  claims: ({ object }) => typeof object['Device'] === 'string' && DEVICE.test(object['Device']),
  put(uplink) {
    const { object } = uplink
    if (Object.hasOwn(object, 'Cmd')) return
    const draft = uplink.draft()
    putBattery(draft, object['Volt'])
    draft.number('temperature_c', object['Temp'])
    if (Object.hasOwn(object, 'FireAlarm')) putSmoke(draft, uplink)
    const leaks = LEAKS.filter((name) => Object.hasOwn(object, name))
    if (leaks.length > 0) {
      draft.kind = 'water'
      draft.state('leak', anyTrue(leaks.map((name) => stateIn(LEAK_WORDS, object[name]))))
    }
    putSocket(draft, uplink)
  },
}

const stateIn = (words: ReadonlyMap<unknown, boolean>, said: unknown): boolean | null =>
  (typeof said === 'string' ? words.get(said.toLowerCase()) : undefined) ?? null

function putBattery(draft: Draft, said: unknown): void {
  const low = typeof said === 'string' ? LOW_BATTERY.exec(said) : null
  if (low === null) draft.number('battery_v', said)
  else draft.number('battery_v', decimal(low[1])).state('battery_low', true)
}

/** Where it is too hot for the detector, "no smoke" is no all-clear. */
function putSmoke(draft: Draft, { object }: Uplink): void {
  draft.kind = 'smoke'
  const smoke = stateIn(ALARM_WORDS, object['FireAlarm'])
  const isHot = stateIn(ALARM_WORDS, object['HighTempAlarm']) === true
  draft.state('smoke', smoke === false && isHot ? null : smoke)
}

/** A socket says its state and energy in one message, what it draws in the other. */
function putSocket(draft: Draft, { object, drafts }: Uplink): void {
  const isSwitch = typeof object['OnOff'] === 'string' && Object.hasOwn(object, 'Energy')
  const isLoad = ['Vol', 'Current', 'Power'].every((name) => Object.hasOwn(object, name))
  if (isSwitch) {
    draft.kind = 'electricity'
    const isOn = stateIn(ONOFF_WORDS, object['OnOff'])
    if (isOn !== null) draft.state('switch_on', isOn)
    draft.number('energy_import_kwh', object['Energy'], 0.001)
  } else if (isLoad) {
    draft.kind = 'electricity'
    draft.number('voltage_l1_v', object['Vol']).number('power_w', object['Power'])
    draft.number('current_l1_a', object['Current'], 0.001)
  } else if (Object.keys(object).some((name) => /^(Current|Energy|Pulse|Count)/.test(name))) {
    drafts.refusals.add('needs_mapping', 'what it counts and by which multiplier depends on the model')
  }
}
