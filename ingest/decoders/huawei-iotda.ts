import type { Mapping } from '../../contracts/mapping.ts'
import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, Drafts, textAt } from '../draft.ts'
import { type Property, putProperties } from '../thing-model.ts'

const TOPIC = /^\$oc\/devices\/([^/]+)\/(?:sys|user)\/(.+)$/
/** `20151212T121212Z`, also with milliseconds. */
const COMPACT_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.?(\d{3})?Z$/

/** The service that Huawei's own product samples have in common. */
const STANDARD: Mapping = {
  'Battery.level': { metric: 'battery_pct' },
  'Battery.batteryLevel': { metric: 'battery_pct' },
}

/**
 * Huawei IoTDA (support.huaweicloud.com, MQTT device API): `$oc/devices/{device}/sys/properties/report` with
 * `services: [{service_id, properties, event_time}]`, and a gateway's `…/sys/gateway/sub_devices/properties/report` with
 * `devices: [{device_id, services}]`; also the answer to a question for properties, and in `…/sys/events/up` which sub-devices
 * are online. Names are `service.property` of the product model, which the registration maps.
 */
export const huaweiIotda: Decoder = {
  name: 'huawei-iotda',
  claims: (packet) => TOPIC.test(packet.topic),
  decode(packet, context) {
    const [, device = '', path = ''] = TOPIC.exec(packet.topic) ?? []
    const ofGateway = path === 'gateway/sub_devices/properties/report'
    const isReport = ofGateway || path === 'properties/report' || path.startsWith('properties/get/response/')
    if (!isReport && path !== 'events/up') return refuse('ignored', 'no report of properties')
    const json = packet.json()
    if (!json.ok || !isObject(json.value)) return refuse('malformed', 'not a JSON object')
    if (!isReport) return decodeEvents(json.value, packet, context)
    const reports: unknown = ofGateway ? json.value['devices'] : [{ ...json.value, device_id: device }]
    if (!Array.isArray(reports)) return refuse('malformed', 'a report without devices')
    const drafts = new Drafts(packet, context)
    for (const report of reports.slice(0, 200)) {
      const properties = servicesOf(report)
      if (properties === null) drafts.refusals.add('malformed', 'a report without services')
      else putProperties(drafts, textAt(report, 'device_id') ?? '', properties, STANDARD)
    }
    return drafts.decoded()
  },
}

/** What a gateway says of the devices behind it; all other events are of files, clocks and upgrades. */
function decodeEvents(said: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const drafts = new Drafts(packet, context)
  const services = Array.isArray(said['services']) ? said['services'].slice(0, 200) : []
  for (const service of services) {
    const statuses = at(service, 'paras', 'device_statuses')
    if (textAt(service, 'event_type') !== 'sub_device_update_status' || !Array.isArray(statuses)) continue
    const time = isoOf(textAt(service, 'event_time'))
    for (const status of statuses.slice(0, 200)) {
      const online = textAt(status, 'status')
      if (online !== 'ONLINE' && online !== 'OFFLINE') continue
      drafts
        .of(textAt(status, 'device_id') ?? '')
        .time(time, 'gateway')
        .state('online', online === 'ONLINE')
    }
  }
  return drafts.decoded()
}

function servicesOf(report: unknown): Property[] | null {
  if (!isObject(report) || !Array.isArray(report['services'])) return null
  return report['services'].slice(0, 200).flatMap((service: unknown): Property[] => {
    const properties = isObject(service) ? service['properties'] : undefined
    if (!isObject(properties)) return []
    const id = textAt(service, 'service_id') ?? ''
    const time = isoOf(textAt(service, 'event_time'))
    return Object.entries(properties).map(([name, said]) => ({ name: `${id}.${name}`, said, time }))
  })
}

function isoOf(said: string | null): string | undefined {
  const parts = said === null ? null : COMPACT_TIME.exec(said)
  if (parts === null) return said ?? undefined
  const [, year, month, day, hour, minute, second, ms = '000'] = parts
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`
}
