import type { Decoded } from '../../contracts/message.ts'
import { putUplink } from '../codecs/uplink.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, Drafts, objectAt, textAt } from '../draft.ts'

const TOPIC = /(?:^|\/)application\/[^/]+\/device\/([0-9a-f]{16})\/(?:event|command)\/([a-z]+)$/i

/**
 * ChirpStack v4 (chirpstack.io, events of the MQTT integration): `application/{id}/device/{devEui}/event/{event}`, JSON. `up`
 * carries `object`, what the payload codec made of the bytes; without a codec only bytes. `status` has the battery as the
 * network asked for it. `time` is the network's. Absent numbers are 0 and absent words false, as protobuf writes JSON.
 */
export const chirpstack: Decoder = {
  name: 'chirpstack',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, devEui = '', event] = TOPIC.exec(packet.topic) ?? []
    if (event !== 'up' && event !== 'status') return refuse('ignored', 'about the network, not a reading')
    const json = packet.json()
    if (!json.ok || !isObject(json.value) || !isObject(json.value['deviceInfo'])) {
      return refuse('malformed', 'not an event of ChirpStack 4 in JSON')
    }
    if (event === 'status') return decodeStatus(devEui, json.value, packet, context)
    return decodeUp(devEui, json.value, packet, context)
  },
}

function decodeUp(devEui: string, said: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const object = at(said, 'object')
  if (!isObject(object) || Object.keys(object).length === 0) {
    return refuse('undecoded', 'the network has no payload codec for this device')
  }
  const drafts = new Drafts(packet, context)
  const { deviceName, deviceProfileName } = objectAt(said, 'deviceInfo')
  putUplink({
    object,
    devEui,
    description: [deviceName, deviceProfileName].filter((name) => typeof name === 'string').join(' '),
    draft: () => drafts.of(devEui).time(textAt(said, 'time'), 'gateway'),
    drafts,
  })
  return drafts.decoded()
}

function decodeStatus(devEui: string, said: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const drafts = new Drafts(packet, context)
  const draft = drafts.of(devEui).time(textAt(said, 'time'), 'gateway')
  const known = said['batteryLevelUnavailable'] !== true && said['externalPowerSource'] !== true
  if (known) draft.number('battery_pct', said['batteryLevel'])
  return drafts.decoded()
}
