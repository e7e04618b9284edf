import type { Mapping } from '../../contracts/mapping.ts'
import { isObject } from '../coercion.ts'
import { type Decoder, refuse } from '../decoder.ts'
import { at, Drafts, textAt } from '../draft.ts'
import { eventOf, propertiesOf, putProperties } from '../thing-model.ts'

const TOPIC = /^tylink\/([^/]+)\/(.+)$/

/** What Tuya's standard instruction sets of smoke and water detectors fix (some say `1` for alarm); scales are the product's. */
const STANDARD: Mapping = {
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
 * `data: {code: {value, time}}`, times in seconds or ms, or `…/thing/data/batch_report` with `data: {properties, events}`. Values are
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
    const said = json.ok ? at(json.value, 'data') : undefined
    // A batch may hold events alone.
    const data = batch && isObject(said) ? (said['properties'] ?? {}) : said
    if (!json.ok || !isObject(data)) return refuse('malformed', 'a report without data')
    const drafts = new Drafts(packet, context)
    const time = at(json.value, 'time')
    if (isEvent) {
      putEvents(drafts, device, { [textAt(data, 'eventCode') ?? '']: data }, time)
      return drafts.decoded()
    }
    if (batch) putEvents(drafts, device, at(json.value, 'data', 'events'), time)
    const properties = propertiesOf(data).map((property) => ({ ...property, time: property.time ?? time }))
    putProperties(drafts, device, properties, STANDARD)
    return drafts.decoded()
  },
}

function putEvents(drafts: Drafts, device: string, events: unknown, time: unknown): void {
  for (const [code, said] of Object.entries(isObject(events) ? events : {}).slice(0, 100)) {
    const happened = eventOf(code, at(said, 'outputParams'), at(said, 'eventTime') ?? time)
    putProperties(drafts, device, happened, {})
  }
}
