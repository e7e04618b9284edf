import type { Mapping } from '../../contracts/mapping.ts'
import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, Drafts, textAt } from '../draft.ts'
import { eventOf, eventsOf, propertiesOf, putProperties } from '../thing-model.ts'

const TOPIC = /^\/sys\/([^/]+)\/([^/]+)\/thing\/(.+)$/
const MANY = /^event\/property\/(pack|history|batch)\/post$/

/** What Alibaba's standard function library fixes. */
const STANDARD: Mapping = {
  BatteryPercentage: { metric: 'battery_pct' },
  SmokeSensorState: { metric: 'smoke', trueWhen: [1, true], falseWhen: [0, false] },
  WaterSensorState: { metric: 'leak', trueWhen: [1, true], falseWhen: [0, false] },
}

/**
 * Alink (help.aliyun.com, IoT Platform, device properties): `/sys/{product}/{device}/thing/event/property/post`, `params` with
 * `Name: value` or `Name: {value, time}`, each property with its own time in ms; `…/property/batch/post`,
 * and `…/property/pack/post` and `…/property/history/post` with sub-devices; a history is the past. What a name means is in the
 * product model, so the registration maps it.
 */
export const alink: Decoder = {
  name: 'alink',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, , device = '', path = ''] = TOPIC.exec(packet.topic) ?? []
    if (path === 'model/up_raw') return refuse('undecoded', 'bytes that only the product’s script can read')
    if (path.endsWith('_reply') || !path.startsWith('event/') || !path.endsWith('/post')) {
      return refuse('ignored', 'no report of the device')
    }
    const json = packet.json()
    const params = json.ok ? at(json.value, 'params') : undefined
    if (!isObject(params) && !Array.isArray(params)) return refuse('malformed', 'a report without params')
    return decodeParams(device, path, params, packet, context)
  },
}

function decodeParams(
  device: string,
  path: string,
  params: JsonObject | unknown[],
  packet: Packet,
  context: DecodeContext,
): Decoded {
  const drafts = new Drafts(packet, context)
  if (path === 'event/property/post' && isObject(params)) {
    putProperties(drafts, device, propertiesOf(params), STANDARD)
    return drafts.decoded()
  }
  if (!MANY.test(path)) {
    const name = path.slice('event/'.length, -'/post'.length)
    putProperties(drafts, device, eventOf(name, at(params, 'value'), at(params, 'time')), {})
    return drafts.decoded()
  }
  const parts = isObject(params) ? [params, ...listAt(params, 'subDevices')] : params
  for (const part of parts.slice(0, 200)) {
    if (!isObject(part)) continue
    const name = textAt(part, 'identity', 'deviceName') ?? device
    const said = [
      ...groupsOf(part['properties']).map((group) =>
        putProperties(drafts, name, propertiesOf(group), STANDARD),
      ),
      ...groupsOf(part['events']).map((group) => putProperties(drafts, name, eventsOf(group), {})),
    ]
    if (path.includes('/history/')) for (const draft of said.flat()) draft.quality('historical')
  }
  return drafts.decoded()
}

/** Names with their values, alone or (in a history) as a list of those. */
const groupsOf = (said: unknown): JsonObject[] =>
  (Array.isArray(said) ? said.slice(0, 500) : [said]).filter(isObject)

const listAt = (said: JsonObject, key: string): unknown[] => {
  const list = said[key]
  return Array.isArray(list) ? list : []
}
