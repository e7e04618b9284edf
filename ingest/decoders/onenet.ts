import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, refuse } from '../decoder.ts'
import { at, Drafts, textAt } from '../draft.ts'
import { eventsOf, type Property, propertiesOf, putProperties } from '../thing-model.ts'

const TOPIC = /^\$sys\/([^/]+)\/([^/]+)\/(thing\/(?:property|history|pack|event)\/post|dp\/post\/json|.+)$/

/**
 * OneNET (China Mobile, iot.10086.cn): `$sys/{product}/{device}/thing/property/post` and `…/thing/history/post` or
 * `…/thing/pack/post`, where a gateway names its sub-devices by `identity` (a history is the past); and the older data points,
 * `…/dp/post/json` with `{"dp": {name: [{"v", "t"}]}}`. Numbers may be text, times are ms (`t`: seconds). Names are the product's.
 */
export const onenet: Decoder = {
  name: 'onenet',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, , device = '', path = ''] = TOPIC.exec(packet.topic) ?? []
    if (!/^(thing\/(property|history|pack|event)\/post|dp\/post\/json)$/.test(path)) {
      return refuse('ignored', 'no report of the device')
    }
    const json = packet.json()
    if (!json.ok || !isObject(json.value)) return refuse('malformed', 'not a JSON object')
    const drafts = new Drafts(packet, context)
    if (path === 'dp/post/json') {
      const points = at(json.value, 'dp')
      if (!isObject(points)) return refuse('malformed', 'a report without dp')
      putProperties(drafts, device, dataPoints(points), {})
      return drafts.decoded()
    }
    const { params } = json.value
    if (path === 'thing/event/post' && isObject(params)) {
      putProperties(drafts, device, eventsOf(params), {})
      return drafts.decoded()
    }
    const parts = Array.isArray(params) ? params.slice(0, 500) : [params]
    if (!parts.some(isObject)) return refuse('malformed', 'a report without params')
    for (const part of parts) {
      if (!isObject(part)) continue
      const properties = path === 'thing/property/post' ? part : part['properties']
      const name = textAt(part, 'identity', 'deviceName') ?? device
      const happened = path === 'thing/property/post' ? undefined : (part['events'] ?? part['event'])
      const said = [
        ...(isObject(properties) ? putProperties(drafts, name, propertiesOf(properties), {}) : []),
        ...(isObject(happened) ? putProperties(drafts, name, eventsOf(happened), {}) : []),
      ]
      if (path === 'thing/history/post') for (const draft of said) draft.quality('historical')
    }
    return drafts.decoded()
  },
}

const dataPoints = (points: JsonObject): Property[] =>
  Object.entries(points).flatMap(([name, list]): Property[] =>
    (Array.isArray(list) ? list.slice(0, 1_000) : []).map((point) => ({
      name,
      said: at(point, 'v'),
      time: at(point, 't'),
    })),
  )
