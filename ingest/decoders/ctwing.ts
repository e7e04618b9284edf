import type { Mapping } from '../../contracts/mapping.ts'
import type { Decoded } from '../../contracts/message.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { at, Drafts, textAt } from '../draft.ts'
import { eventOf, putProperties } from '../thing-model.ts'

const IMEI = /^\d{14,17}$/
/** What the device says of its radio: no reading, and no question either. */
const RADIO = /^(IMEI|IMSI|ICCID|Cell_?ID(_Length)?|CSQ|SNR|SINR|RSRP|RSRQ|PCI|ECL|EARFCN)$/i

const STANDARD: Mapping = {
  Battery_Level: { metric: 'battery_pct' },
  battery_level: { metric: 'battery_pct' },
  battery_value: { metric: 'battery_pct' },
  battery_voltage: { metric: 'battery_v' },
}

/**
 * CTWing (China Telecom, AEP) pushes, over HTTP or bridged to any topic, known by `messageType`, `productId` or `tenantId`,
 * and `deviceId`. The source's id is the IMEI, if there is one, else the platform's. `payload.serviceData` holds the product's
 * properties; `APPdata` and `msg` are bytes that only the maker can read. What an alarm code means differs from maker to
 * maker: until it is mapped it neither raises nor clears anything.
 */
export const ctwing: Decoder = {
  name: 'ctwing',
  claims: (packet) => pushOf(packet) !== null,
  decode(packet, context) {
    const push = pushOf(packet)
    if (push === null) return refuse('undecoded', 'not a push of CTWing')
    const sourceId = sourceIdOf(push, context)
    const { messageType } = push
    if (messageType === 'deviceOnlineOfflineReport') return decodeOnline(sourceId, push, packet, context)
    if (messageType === 'eventReport') return decodeEvent(sourceId, push, packet, context)
    if (messageType !== 'dataReport') return refuse('ignored', 'no report of the device')
    const data = propertiesOf(push)
    if (data === null) return refuse('undecoded', 'bytes that only the maker can read')
    return decodeData(sourceId, data, push, packet, context)
  },
}

/** Of coming and going the platform tells under its own id alone, so the IMEI that belongs to it is remembered. */
function sourceIdOf(push: JsonObject, context: DecodeContext): string {
  const [imei, platformId] = [textAt(push, 'IMEI'), textAt(push, 'deviceId') ?? '']
  const memoryKey = `ctwing:${platformId}`
  if (imei === null || !IMEI.test(imei)) {
    const known = context.memory?.get(memoryKey)
    return typeof known === 'string' ? known : platformId
  }
  context.memory?.set(memoryKey, imei)
  return imei
}

function pushOf(packet: Packet): JsonObject | null {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return null
  const said = json.value
  const platform = typeof said['tenantId'] === 'string' || typeof said['productId'] === 'string'
  return typeof said['messageType'] === 'string' && typeof said['deviceId'] === 'string' && platform
    ? said
    : null
}

function propertiesOf(push: JsonObject): JsonObject | null {
  const payload = push['payload']
  if (!isObject(payload)) return null
  const data = payload['serviceData'] ?? payload
  return isObject(data) && !Object.hasOwn(data, 'APPdata') && !Object.hasOwn(data, 'msg') ? data : null
}

function decodeData(
  sourceId: string,
  data: JsonObject,
  push: JsonObject,
  packet: Packet,
  context: DecodeContext,
): Decoded {
  const drafts = new Drafts(packet, context)
  const properties = Object.entries(data)
    .filter(([name]) => !RADIO.test(name))
    .map(([name, said]) => ({ name, said, time: push['timestamp'] }))
  const [draft] = putProperties(drafts, sourceId, properties, STANDARD, 'gateway')
  // LiAn's smoke detectors: the code in Alarm_Status is the maker's own.
  const isDetector = Object.hasOwn(data, 'Alarm_Status') && Object.hasOwn(data, 'TData')
  if (draft !== undefined && isDetector) {
    draft.kind = 'smoke'
    if (draft.values['smoke'] === undefined) draft.state('smoke', null)
  }
  return drafts.decoded()
}

/** `eventContent` holds what happened; the event itself goes by its number in the product model. */
function decodeEvent(sourceId: string, push: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const drafts = new Drafts(packet, context)
  const number = push['serviceId'] ?? push['eventType']
  const name = typeof number === 'number' || typeof number === 'string' ? `event-${number}` : 'event'
  const happened = eventOf(name, push['eventContent'], push['timestamp'])
  putProperties(drafts, sourceId, happened, {}, 'gateway')
  return drafts.decoded()
}

function decodeOnline(sourceId: string, push: JsonObject, packet: Packet, context: DecodeContext): Decoded {
  const { eventType } = push
  if (eventType !== 0 && eventType !== 1) return refuse('malformed', 'neither online nor offline')
  const drafts = new Drafts(packet, context)
  drafts
    .of(sourceId)
    .time(at(push, 'timestamp'), 'gateway')
    .state('online', eventType === 1)
  return drafts.decoded()
}
