import type { PushPlatform } from '../contracts/source.ts'
import { isObject, type JsonObject } from './coercion.ts'
import { at, objectAt, textAt } from './draft.ts'

/** A message as the families know it, taken out of the envelope in which a platform pushes it. */
export interface Unwrapped {
  topic: string
  payload: Uint8Array
}

/**
 * What a platform pushes over HTTP, in the topic and form in which its devices would have published it, so that one
 * family reads both. What is in no form known here goes on as it is, under `push/{platform}`: families that are known by
 * payload alone read it, or it waits in quarantine. Never throws.
 */
export function unwrap(platform: PushPlatform, body: Uint8Array, query: Record<string, string>): Unwrapped[] {
  const asIs = [{ topic: `push/${platform}`, payload: body }]
  if (platform === 'generic' || platform === 'ctwing') return asIs
  const said = parsed(body)
  if (said === null) return asIs
  const found = WAYS[platform](said, query, body)
  return found.length === 0 ? asIs : found
}

type Way = (said: JsonObject, query: Record<string, string>, body: Uint8Array) => Unwrapped[]

const SEGMENT = /^[^/+#]{1,100}$/
const segment = (said: unknown): string | null =>
  typeof said === 'string' && SEGMENT.test(said) ? said : null
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

const WAYS: Record<Exclude<PushPlatform, 'generic' | 'ctwing'>, Way> = {
  /** HTTP integration (chirpstack.io): the event of MQTT, its name in the query. */
  chirpstack(said, query, body) {
    const application = segment(at(said, 'deviceInfo', 'applicationId'))
    const device = segment(at(said, 'deviceInfo', 'devEui'))
    const event = segment(query['event'])
    if (application === null || device === null || event === null) return []
    return [{ topic: `application/${application}/device/${device}/event/${event}`, payload: body }]
  },

  /** Webhooks (thethingsindustries.com): the same JSON as over MQTT. */
  tts(said, _query, body) {
    const application = segment(at(said, 'end_device_ids', 'application_ids', 'application_id'))
    const device = segment(at(said, 'end_device_ids', 'device_id'))
    if (application === null || device === null || !Object.hasOwn(said, 'uplink_message')) return []
    return [{ topic: `v3/${application}/devices/${device}/up`, payload: body }]
  },

  /** Data forwarding of device properties (support.huaweicloud.com): `notify_data: {header, body}`. */
  huawei(said) {
    const device = segment(at(said, 'notify_data', 'header', 'device_id'))
    const report = objectAt(said, 'notify_data', 'body')
    if (device === null || said['resource'] !== 'device.property') return []
    return [{ topic: `$oc/devices/${device}/sys/properties/report`, payload: json(report) }]
  },

  /** HTTP push (open.iot.10086.cn): `msg` is an object, or its text, or a list of them. */
  onenet(said) {
    const text = textAt(said, 'msg')
    const inner: unknown = text === null ? said['msg'] : parsedText(text)
    const list: unknown[] = Array.isArray(inner) ? inner.slice(0, 500) : [inner]
    return list.flatMap((one) => (isObject(one) ? oneOfOneNet(one) : []))
  },
}

function oneOfOneNet(msg: JsonObject): Unwrapped[] {
  const product = segment(msg['productId'])
  const device = segment(msg['deviceName'])
  const kind = textAt(msg, 'notifyType')
  if (product !== null && device !== null && (kind === 'property' || kind === 'event')) {
    const params = objectAt(msg, 'data', 'params')
    return [{ topic: `$sys/${product}/${device}/thing/${kind}/post`, payload: json({ params }) }]
  }
  // The older data points: `type` 1 is one value of one stream.
  const id = msg['dev_id']
  const stream = textAt(msg, 'ds_id')
  if (msg['type'] !== 1 || stream === null || (typeof id !== 'number' && segment(id) === null)) return []
  const dp = { [stream]: [{ v: msg['value'], t: msg['at'] }] }
  return [{ topic: `$sys/push/${String(id)}/dp/post/json`, payload: json({ dp }) }]
}

function parsed(body: Uint8Array): JsonObject | null {
  const value = parsedText(Buffer.from(body).toString('utf8'))
  return isObject(value) ? value : null
}

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
