import type { Mapping } from '../../contracts/mapping.ts'
import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, Drafts, textAt } from '../draft.ts'
import { eventOf, propertiesOf, putProperties } from '../thing-model.ts'

const TOPIC = /^\/sys\/([^/]+)\/([^/]+)\/thing\/(.+)$/

/** What Alibaba's standard function library fixes. */
const STANDARD: Mapping = {
  BatteryPercentage: { metric: 'battery_pct' },
  SmokeSensorState: { metric: 'smoke', trueWhen: [1, true], falseWhen: [0, false] },
  WaterSensorState: { metric: 'leak', trueWhen: [1, true], falseWhen: [0, false] },
}

/**
 * Alink (help.aliyun.com, IoT Platform, device properties): `/sys/{product}/{device}/thing/event/property/post`, `params` with
 * `Name: value` or `Name: {value, time}`, each property with its own time in ms; `…/property/pack/post` and
 * `…/property/history/post` with sub-devices. What a name means is in the product model, so the registration maps it.
 */
export const alink: Decoder = {
  name: 'alink',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, , device = '', path = ''] = TOPIC.exec(packet.topic) ?? []
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
  if (path !== 'event/property/pack/post' && path !== 'event/property/history/post') {
    const name = path.slice('event/'.length, -'/post'.length)
    putProperties(drafts, device, eventOf(name, at(params, 'value'), at(params, 'time')), {})
    return drafts.decoded()
  }
  const parts = isObject(params) ? [params, ...listAt(params, 'subDevices')] : params
  for (const part of parts.slice(0, 200)) {
    if (!isObject(part)) continue
    const name = textAt(part, 'identity', 'deviceName') ?? device
    const groups = Array.isArray(part['properties']) ? part['properties'] : [part['properties']]
    for (const group of groups.slice(0, 500)) {
      if (isObject(group)) putProperties(drafts, name, propertiesOf(group), STANDARD)
    }
  }
  return drafts.decoded()
}

const listAt = (said: JsonObject, key: string): unknown[] => {
  const list = said[key]
  return Array.isArray(list) ? list : []
}
