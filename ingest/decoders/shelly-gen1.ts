import type { Decoded } from '../../contracts/message.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, type Draft, Drafts, flag, objectAt } from '../draft.ts'

const KWH_PER_WH = 0.001
const KWH_PER_WATT_MINUTE = 1 / 60_000
const IGNORED =
  /^(announce|command|input|input_event|longpush|temperature_f|temperature_status|overpower_value|sensor\/(act_reasons|error|lux|illumination|vibration|tilt|state|motion|humidity|ext_power|charger))(\/|$)/

/**
 * Shelly of the first generation (shelly-api-docs.shelly.cloud/gen1): `shellies/{model}-{id}/{path}`, one value a topic as
 * plain text, and `…/info` with the whole status as JSON. No clock. Counters of `emeter` are Wh, those of `relay`, `light`
 * and `roller` watt-minutes that start again at each reboot. The three-phase meter's emeters 0…2 are phases 1…3.
 */
export const shellyGen1: Decoder = {
  name: 'shelly-gen1',
  claims: (packet) => packet.topic.startsWith('shellies/'),
  decode(packet, context) {
    const [, id = '', ...levels] = packet.topic.split('/')
    const path = levels.join('/')
    if (path === '' || path.endsWith('/command') || path.endsWith('/set') || IGNORED.test(path)) {
      return refuse('ignored', 'nothing in it is read')
    }
    if (path === 'info') return decodeInfo(id, packet, context)
    return decodeValue(id, path, levels, packet, context)
  },
}

function kindOfModel(id: string): DeviceKind | null {
  if (/^shellysmoke/i.test(id)) return 'smoke'
  if (/^shellyflood/i.test(id)) return 'water'
  if (/^shelly(gas|ht|dw|motion|button|ix|trv|uni)/i.test(id)) return 'other'
  return /^shelly/i.test(id) ? 'electricity' : null
}

const isThreePhase = (id: string): boolean => /^shellyem3-/i.test(id)

function decodeValue(
  id: string,
  path: string,
  levels: readonly string[],
  packet: Packet,
  context: DecodeContext,
): Decoded {
  const drafts = new Drafts(packet, context)
  const text = packet.text()?.trim() ?? null
  if (text === null || text === '') return refuse('malformed', 'an empty value, or none that is text')
  const [part = '', number, quantity] = levels
  const known =
    putDeviceValue(drafts.of(id, kindOfModel(id)), path, text, drafts) ||
    (part === 'emeter' && putEmeter(drafts, id, Number(number), quantity ?? '', text)) ||
    (/^(relay|light|white|color|roller)$/.test(part) && putRelay(drafts, id, number ?? '', quantity, text))
  return known ? drafts.decoded() : refuse('ignored', 'a topic that is not read')
}

/** A state as text; what is neither yes nor no is refused, never taken for no. */
function putState(draft: Draft, metric: string, text: string): void {
  draft.state(metric, flag(text) ?? text)
}

function putDeviceValue(draft: Draft, path: string, text: string, drafts: Drafts): boolean {
  switch (path) {
    case 'online':
      putState(draft, 'online', text)
      return true
    case 'sensor/smoke':
      draft.kind ??= 'smoke'
      putState(draft, 'smoke', text)
      return true
    case 'sensor/flood':
      draft.kind ??= 'water'
      putState(draft, 'leak', text)
      return true
    case 'sensor/battery':
      draft.numberText('battery_pct', text)
      return true
    case 'sensor/temperature':
    case 'temperature':
      draft.numberText('temperature_c', text)
      return true
    case 'voltage':
      draft.numberText('voltage_l1_v', text)
      return true
    case 'overtemperature':
      if (flag(text) === undefined) drafts.refusals.add('malformed', 'overtemperature is 0 or 1')
      else draft.state('fault', flag(text))
      return true
    default:
      return false
  }
}

function putEmeter(drafts: Drafts, id: string, index: number, quantity: string, text: string): boolean {
  if (!Number.isInteger(index) || index < 0 || index > 2) return false
  const draft = emeterDraft(drafts, id, index)
  const phase = isThreePhase(id) ? index + 1 : 1
  switch (quantity) {
    case 'power':
      draft.numberText('power_w', text)
      return true
    case 'voltage':
      draft.numberText(`voltage_l${phase}_v`, text)
      return true
    case 'current':
      draft.numberText(`current_l${phase}_a`, text)
      return true
    case 'total':
      draft.numberText('energy_import_kwh', text, KWH_PER_WH)
      return true
    case 'total_returned':
      draft.numberText('energy_export_kwh', text, KWH_PER_WH)
      return true
    default:
      // `energy` and `returned_energy` count the last interval only.
      return false
  }
}

const emeterDraft = (drafts: Drafts, id: string, index: number): Draft =>
  drafts.of(id, 'electricity', isThreePhase(id) ? index + 1 : index)

/** `relay/0`, `relay/0/power`; the Shelly 2 has one meter for both relays, at `relay/power`. */
function putRelay(
  drafts: Drafts,
  id: string,
  number: string,
  quantity: string | undefined,
  text: string,
): boolean {
  const shared = number === 'power' || number === 'energy'
  if (!shared && !/^\d$/.test(number)) return false
  const draft = drafts.of(id, 'electricity', shared ? undefined : number)
  switch (shared ? number : quantity) {
    case undefined:
      // `overpower` says that the relay has switched itself off.
      putState(draft, 'switch_on', text === 'overpower' ? 'off' : text)
      return true
    case 'power':
      draft.numberText('power_w', text)
      return true
    case 'energy':
      draft.numberText('energy_import_kwh', text, KWH_PER_WATT_MINUTE)
      return true
    default:
      return false
  }
}

function decodeInfo(id: string, packet: Packet, context: DecodeContext): Decoded {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return refuse('malformed', 'info is a JSON object')
  const info = json.value
  const drafts = new Drafts(packet, context)
  const device = drafts.of(id, kindOfModel(id)).time(info['unixtime'], 'device')
  // A sensor that says itself that it is not valid has said neither yes nor no.
  const alarm = (said: unknown) => (info['is_valid'] === false && said === false ? null : said)
  if (typeof info['smoke'] === 'boolean') device.state('smoke', alarm(info['smoke']))
  if (typeof info['flood'] === 'boolean') device.state('leak', alarm(info['flood']))
  device.number('battery_pct', at(info, 'bat', 'value')).number('battery_v', at(info, 'bat', 'voltage'))
  if (at(info, 'tmp', 'is_valid') === true) device.number('temperature_c', at(info, 'tmp', 'tC'))
  for (const [index, relay] of itemsAt(info, 'relays').entries()) {
    drafts.of(id, 'electricity', index).state('switch_on', relay['ison'])
  }
  for (const [index, meter] of itemsAt(info, 'meters').entries()) {
    if (meter['is_valid'] !== true) continue
    const draft = drafts.of(id, 'electricity', index).time(info['unixtime'], 'device')
    draft.number('power_w', meter['power']).number('energy_import_kwh', meter['total'], KWH_PER_WATT_MINUTE)
  }
  for (const [index, meter] of itemsAt(info, 'emeters').entries()) {
    if (meter['is_valid'] !== true) continue
    const phase = isThreePhase(id) ? index + 1 : 1
    const draft = emeterDraft(drafts, id, index).time(info['unixtime'], 'device')
    draft.number('power_w', meter['power']).number(`voltage_l${phase}_v`, meter['voltage'])
    draft.number(`current_l${phase}_a`, meter['current'])
    draft.number('energy_import_kwh', meter['total'], KWH_PER_WH)
    draft.number('energy_export_kwh', meter['total_returned'], KWH_PER_WH)
  }
  return drafts.decoded()
}

/** The first three objects of a list; a list in a home's device has no more. */
function itemsAt(info: JsonObject, key: string): JsonObject[] {
  const items = info[key]
  return Array.isArray(items) ? items.slice(0, 3).map((item) => objectAt({ item }, 'item')) : []
}
