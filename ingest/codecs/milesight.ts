import { METRICS } from '../../contracts/metric.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import type { Draft } from '../draft.ts'
import type { Codec, Uplink } from './uplink.ts'

/** The part of a device's EUI that is Milesight's. */
const OUI = /^24e124/i
/** Words of its own, which tell it from others of the same names: theirs may count the battery in volts. */
const MARKS = ['leakage_status', 'socket_status', 'current_sensor_status']
const MAX_HISTORY = 500
/** Older codecs say `water_leak`, some of them with true and false as words. */
const LEAK_NAMES = ['leakage_status', 'water_leak']
const LEAK_WORDS: ReadonlyMap<unknown, boolean> = new Map([
  ['leak', true],
  ['true', true],
  ['normal', false],
  ['false', false],
])

/** What the smoke sensor's `event` says. A sensor that is faulty, removed or just mounted has not said that all is clear. */
const SMOKE_EVENTS: Readonly<Record<string, Readonly<Record<string, boolean | null>>>> = {
  alarm: { smoke: true },
  silent: { smoke: true, muted: true },
  'low battery': { smoke: false, battery_low: true },
  failover: { smoke: null, fault: true },
  normal: { smoke: false, fault: false },
  removed: { smoke: null, tamper: true },
  installed: { smoke: null, tamper: false },
  'testing alarm with normal battery': { smoke: false, smoke_test: true, battery_low: false },
  'testing alarm with low battery': { smoke: false, smoke_test: true, battery_low: true },
}

/**
 * Milesight's SensorDecoders. Smart sockets (WS5xx) count Wh and mA, current transformers (CTxxx) A; the same word
 * `current` stands for both, so without a sign of which it is the registration must say. `history` holds what was kept
 * while the network was away, each with its own time: past events.
 */
export const milesight: Codec = {
  name: 'milesight',
  claims: ({ object, devEui, description }) =>
    isSmokeSensor(object) ||
    MARKS.some((mark) => typeof object[mark] === 'string') ||
    // A site may have replaced the codec by one of its own that uses our names.
    ((OUI.test(devEui) || /milesight/i.test(description)) &&
      !Object.keys(object).some((name) => METRICS.has(name))),
  put(uplink) {
    const now = uplink.draft()
    putValues(now, uplink.object, uplink)
    const { history } = uplink.object
    if (!Array.isArray(history)) return
    // A message of the past alone was still heard now, and says nothing of now.
    const kept = history.some(
      (item) => isObject(item) && LEAK_NAMES.some((name) => Object.hasOwn(item, name)),
    )
    if (kept && now.values['leak'] === undefined) now.state('leak', null)
    for (const item of history.slice(0, MAX_HISTORY)) {
      if (!isObject(item)) continue
      const draft = uplink.draft().time(item['timestamp'], 'device').quality('historical')
      // Without its own time a kept value would be taken for one of now.
      if (typeof item['timestamp'] === 'number') putValues(draft, item, uplink)
      else uplink.drafts.refusals.add('malformed', 'a kept value without its time')
    }
  },
}

const isSmokeSensor = (said: JsonObject): boolean => said['type'] === 'smoke sensor'

function putValues(draft: Draft, said: JsonObject, uplink: Uplink): void {
  draft.number('battery_pct', said['battery'])
  if (said['temperature_unit'] !== 'fahrenheit') draft.number('temperature_c', said['temperature'])
  if (isSmokeSensor(said)) putSmoke(draft, said, uplink)
  for (const name of LEAK_NAMES) {
    if (!Object.hasOwn(said, name)) continue
    draft.kind = 'water'
    const word = LEAK_WORDS.get(said[name])
    draft.state('leak', word === undefined ? said[name] : word)
  }
  if (Object.hasOwn(said, 'tamper_status')) {
    putWord(draft, 'tamper', said['tamper_status'], 'uninstalled', 'installed')
  }
  if (isSocket(said, uplink)) putSocket(draft, said)
  else if (Object.hasOwn(said, 'energy') || Object.hasOwn(said, 'voltage')) {
    uplink.drafts.refusals.add('needs_mapping', 'energy and voltage of a model that is not told')
  }
  putCurrent(draft, said, uplink)
  putValves(said, uplink)
  const counts = ['water', 'pulse', 'valve_1_pulse', 'valve_2_pulse'].filter((name) =>
    Object.hasOwn(said, name),
  )
  if (counts.length === 0) return
  if (!counts.includes('pulse')) draft.kind = 'water'
  uplink.drafts.refusals.add('needs_mapping', 'the unit of a pulse is set on the device')
}

function putSmoke(draft: Draft, said: JsonObject, uplink: Uplink): void {
  const { event } = said
  draft.kind = 'smoke'
  const states =
    typeof event === 'string' && Object.hasOwn(SMOKE_EVENTS, event) ? SMOKE_EVENTS[event] : undefined
  if (states === undefined) {
    draft.state('smoke', null)
    uplink.drafts.refusals.add('undecoded', 'an event of the smoke sensor that is not known')
  }
  for (const [metric, state] of Object.entries(states ?? {})) draft.state(metric, state)
}

function putWord(draft: Draft, metric: string, said: unknown, yes: string, no: string): void {
  draft.state(metric, said === yes ? true : said === no ? false : said)
}

/** A valve controller has two of them. */
function putValves(said: JsonObject, uplink: Uplink): void {
  for (const number of ['1', '2']) {
    const valve = said[`valve_${number}`]
    if (valve === undefined || Array.isArray(uplink.object['history'])) continue
    const draft = uplink.draft()
    draft.kind = 'water'
    draft.channel = number
    if (valve === 'on' || valve === 'off') draft.state('valve_open', valve === 'on')
    else putWord(draft, 'valve_open', valve, 'open', 'close')
  }
}

const isSocket = (said: JsonObject, uplink: Uplink): boolean =>
  /ws5\d[\dx]/i.test(uplink.description) ||
  (Object.hasOwn(said, 'energy') && Object.hasOwn(said, 'voltage')) ||
  ['socket_status', 'power_consumption', 'power_factor', 'active_power'].some((key) =>
    Object.hasOwn(said, key),
  )

function putSocket(draft: Draft, said: JsonObject): void {
  if (Object.hasOwn(said, 'socket_status')) putWord(draft, 'switch_on', said['socket_status'], 'on', 'off')
  // The device repository's codec says `open` for a socket that is on, and `power` for the power factor.
  if (Object.hasOwn(said, 'button')) putWord(draft, 'switch_on', said['button'], 'open', 'close')
  draft.number('power_w', said['active_power']).number('voltage_l1_v', said['voltage'])
  draft.number('energy_import_kwh', said['power_consumption'] ?? said['energy'], 0.001)
}

function putCurrent(draft: Draft, said: JsonObject, uplink: Uplink): void {
  const statuses = ['current', 'current_chn1', 'current_chn2', 'current_chn3'].map(
    (name) => said[`${name}_sensor_status`],
  )
  if (statuses.includes('read failed')) {
    draft.kind = 'electricity'
    draft.state('fault', true)
  }
  for (const phase of [1, 2, 3]) draft.number(`current_l${phase}_a`, said[`current_chn${phase}`])
  if (!Object.hasOwn(said, 'current')) return
  if (isSocket(said, uplink)) draft.number('current_l1_a', said['current'], 0.001)
  else if (isClamp(said, uplink)) draft.number('current_l1_a', said['current'])
  else uplink.drafts.refusals.add('needs_mapping', 'current alone may be mA or A')
}

const isClamp = (said: JsonObject, uplink: Uplink): boolean =>
  /ct\d0\d/i.test(uplink.description) ||
  ['total_current', 'current_alarm', 'current_max', 'current_min'].some((key) => Object.hasOwn(said, key))
