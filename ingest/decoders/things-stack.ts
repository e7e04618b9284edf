import { isKnown, putUplink } from '../codecs/uplink.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, refuse } from '../decoder.ts'
import { at, type Draft, Drafts, textAt } from '../draft.ts'

const TOPIC =
  /(?:^|\/)v3\/[^/]+@?[^/]*\/devices\/([^/]+)\/(up|up\/normalized|join|down\/[a-z]+|service\/data|location\/solved)$/

/**
 * The Things Stack v3 (thethingsindustries.com, MQTT server): `v3/{application}@{tenant}/devices/{device}/up`, JSON with
 * `uplink_message.decoded_payload`, what the payload formatter made of the bytes, or `normalized_payload` in its common
 * units (V, °C, litres, Wh), which `…/up/normalized` has one by one. The source's id is `dev_eui`; the time that of the
 * network server. Empty fields are left out.
 */
export const thingsStack: Decoder = {
  name: 'things-stack',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, deviceId = '', kind] = TOPIC.exec(packet.topic) ?? []
    const isNormalized = kind === 'up/normalized'
    if (kind !== 'up' && !isNormalized) return refuse('ignored', 'about the network, not a reading')
    const json = packet.json()
    const uplink = json.ok ? at(json.value, isNormalized ? 'uplink_normalized' : 'uplink_message') : undefined
    if (!json.ok || !isObject(uplink)) return refuse('malformed', 'not an uplink of The Things Stack 3')
    const sourceId = textAt(json.value, 'end_device_ids', 'dev_eui') ?? deviceId
    const time = textAt(uplink, 'received_at') ?? textAt(json.value, 'received_at')
    const drafts = new Drafts(packet, context)
    const draft = () => drafts.of(sourceId).time(time, 'gateway')
    const normalized = isNormalized ? [uplink['normalized_payload']] : uplink['normalized_payload']
    const object = uplink['decoded_payload']
    const decoded = isObject(object) && Object.keys(object).length > 0 ? object : null
    const uplinkOf = decoded && {
      object: decoded,
      devEui: sourceId,
      description: modelOf(uplink),
      draft,
      drafts,
    }
    // What a known product says itself is more than what of it has a common name.
    if (uplinkOf !== null && (isKnown(uplinkOf) || !isNonEmptyArray(normalized))) putUplink(uplinkOf)
    else if (isNonEmptyArray(normalized)) {
      for (const measurement of normalized.slice(0, 100)) {
        if (isObject(measurement)) putNormalized(draft(), measurement, drafts)
      }
    } else return refuse('undecoded', 'the network has no payload formatter for this device')
    return drafts.decoded()
  },
}

const MOST_BATTERY_V = 15

const isNonEmptyArray = (said: unknown): said is unknown[] => Array.isArray(said) && said.length > 0

const modelOf = (uplink: JsonObject): string =>
  `${textAt(uplink, 'version_ids', 'brand_id') ?? ''} ${textAt(uplink, 'version_ids', 'model_id') ?? ''}`

/** A measurement of its own time is one that the device kept. */
function putNormalized(draft: Draft, said: JsonObject, drafts: Drafts): void {
  draft.time(said['time'], 'device')
  // Some formatters pass a percentage on as volts (Sensative).
  const { battery } = said
  if (typeof battery !== 'number' || battery <= MOST_BATTERY_V) draft.number('battery_v', battery)
  draft.number('temperature_c', at(said, 'air', 'temperature'))
  const litres = at(said, 'metering', 'water', 'total')
  const wattHours = at(said, 'metering', 'energy', 'total')
  if (litres !== undefined && wattHours !== undefined) {
    drafts.refusals.add('needs_mapping', 'water and energy of one meter are those of heating')
  } else {
    draft.number('water_total_m3', litres, 0.001)
    draft.number('energy_import_kwh', wattHours, 0.001).number('power_w', at(said, 'power', 'active'))
  }
  const leak = at(said, 'water', 'leak')
  if (typeof leak === 'boolean') draft.state('leak', leak)
  const smoke = at(said, 'action', 'smoke', 'detected')
  if (typeof smoke === 'boolean') draft.state('smoke', smoke)
}
