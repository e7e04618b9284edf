import { isKnown, putUplink } from '../codecs/uplink.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, refuse } from '../decoder.ts'
import { at, type Draft, Drafts, textAt } from '../draft.ts'

const TOPIC =
  /(?:^|\/)v3\/[^/]+@?[^/]*\/devices\/([^/]+)\/(up|join|down\/[a-z]+|service\/data|location\/solved)$/

/**
 * The Things Stack v3 (thethingsindustries.com, MQTT server): `v3/{application}@{tenant}/devices/{device}/up`, JSON with
 * `uplink_message.decoded_payload`, what the payload formatter made of the bytes, or `normalized_payload` in its common
 * units (V, °C, litres, Wh). The source's id is `dev_eui`; the time that of the network server. Empty fields are left out.
 */
export const thingsStack: Decoder = {
  name: 'things-stack',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, deviceId = '', kind] = TOPIC.exec(packet.topic) ?? []
    if (kind !== 'up') return refuse('ignored', 'about the network, not a reading')
    const json = packet.json()
    const uplink = json.ok ? at(json.value, 'uplink_message') : undefined
    if (!json.ok || !isObject(uplink)) return refuse('malformed', 'not an uplink of The Things Stack 3')
    const sourceId = textAt(json.value, 'end_device_ids', 'dev_eui') ?? deviceId
    const time = textAt(uplink, 'received_at') ?? textAt(json.value, 'received_at')
    const drafts = new Drafts(packet, context)
    const draft = () => drafts.of(sourceId).time(time, 'gateway')
    const normalized = uplink['normalized_payload']
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
        if (isObject(measurement)) putNormalized(draft(), measurement)
      }
    } else return refuse('undecoded', 'the network has no payload formatter for this device')
    return drafts.decoded()
  },
}

const isNonEmptyArray = (said: unknown): said is unknown[] => Array.isArray(said) && said.length > 0

const modelOf = (uplink: JsonObject): string =>
  `${textAt(uplink, 'version_ids', 'brand_id') ?? ''} ${textAt(uplink, 'version_ids', 'model_id') ?? ''}`

/** A measurement of its own time is one that the device kept. */
function putNormalized(draft: Draft, said: JsonObject): void {
  draft.time(said['time'], 'device')
  draft.number('battery_v', said['battery'])
  draft.number('temperature_c', at(said, 'air', 'temperature'))
  draft.number('water_total_m3', at(said, 'metering', 'water', 'total'), 0.001)
  draft.number('energy_import_kwh', at(said, 'metering', 'energy', 'total'), 0.001)
  draft.number('power_w', at(said, 'power', 'active'))
  const leak = at(said, 'water', 'leak')
  if (typeof leak === 'boolean') draft.state('leak', leak)
  const smoke = at(said, 'action', 'smoke', 'detected')
  if (typeof smoke === 'boolean') draft.state('smoke', smoke)
}
