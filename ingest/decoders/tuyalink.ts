import type { Mapping } from '../../contracts/mapping.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, refuse } from '../decoder.ts'
import { at, Drafts, objectAt, textAt } from '../draft.ts'
import { eventOf, propertiesOf, putProperties } from '../thing-model.ts'

const TOPIC = /^tylink\/([^/]+)\/(.+)$/

/** What Tuya's standard instruction sets of smoke and water detectors fix (some say `1` for alarm); scales are the product's. */
export const TUYA_STANDARD: Mapping = {
  battery_percentage: { metric: 'battery_pct' },
  battery_state: { metric: 'battery_low', trueWhen: ['low'], falseWhen: ['middle', 'high'] },
  smoke_sensor_status: { metric: 'smoke', trueWhen: ['alarm', '1'], falseWhen: ['normal'] },
  smoke_sensor_state: { metric: 'smoke', trueWhen: ['alarm', '1'], falseWhen: ['normal'] },
  watersensor_state: { metric: 'leak', trueWhen: ['alarm'], falseWhen: ['normal'] },
  temper_alarm: { metric: 'tamper' },
  muffling: { metric: 'muted' },
}

/**
 * TuyaLink (developer.tuya.com, MQTT standard protocol): `tylink/{device}/thing/property/report` with
 * `data: {code: {value, time}}`, times in seconds or ms, or `…/thing/data/batch_report` with `data: {properties, events}`
 * and the same for each of a gateway's `subDevices`. Values are
 * integers scaled as the product model says, so the registration maps them.
 */
export const tuyaLink: Decoder = {
  name: 'tuyalink',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, device = '', path = ''] = TOPIC.exec(packet.topic) ?? []
    const isEvent = path === 'thing/event/trigger'
    const batch = path === 'thing/data/batch_report'
    if (path !== 'thing/property/report' && !batch && !isEvent)
      return refuse('ignored', 'no report of the device')
    const json = packet.json()
    const data = json.ok ? at(json.value, 'data') : undefined
    if (!json.ok || !isObject(data)) return refuse('malformed', 'a report without data')
    const drafts = new Drafts(packet, context)
    const time = at(json.value, 'time')
    if (isEvent) putPart(drafts, device, { events: { [textAt(data, 'eventCode') ?? '']: data } }, time)
    else if (!batch) putPart(drafts, device, { properties: data }, time)
    else {
      putPart(drafts, device, data, time)
      const children = Array.isArray(data['subDevices']) ? data['subDevices'].slice(0, 100) : []
      for (const child of children) putPart(drafts, textAt(child, 'deviceId') ?? '', child, time)
    }
    return drafts.decoded()
  },
}

/** What one device says in a report: `properties` by their codes, and `events`. */
function putPart(drafts: Drafts, device: string, part: unknown, time: unknown): void {
  const properties = propertiesOf(objectAt(part, 'properties'))
  const timed = properties.map((property) => ({ ...property, time: property.time ?? time }))
  putProperties(drafts, device, timed, TUYA_STANDARD)
  putEvents(drafts, device, objectAt(part, 'events'), time)
}

function putEvents(drafts: Drafts, device: string, events: JsonObject, time: unknown): void {
  for (const [code, said] of Object.entries(events).slice(0, 100)) {
    const happened = eventOf(code, at(said, 'outputParams'), at(said, 'eventTime') ?? time)
    putProperties(drafts, device, happened, {})
  }
}
