import type { Decoded } from '../../contracts/message.ts'
import { METRICS } from '../../contracts/metric.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, refuse } from '../decoder.ts'
import { type Draft, Drafts, decimal } from '../draft.ts'
import { putMapped } from '../mapping.ts'

const TELEMETRY = /^(v1\/devices\/me\/telemetry|v2\/t)$/
const GATEWAY = /^v1\/gateway\/(telemetry|connect|disconnect)$/
const MAX_ITEMS = 1_000
/** Names that ThingsBoard's own documentation and device library use with one unit only. */
const COMMON: Readonly<Record<string, string>> = {
  temperature: 'temperature_c',
  battery: 'battery_pct',
  batteryLevel: 'battery_pct',
  leak: 'leak',
  waterLeak: 'leak',
  smokeAlarm: 'smoke',
  smoke: 'smoke',
}

/**
 * ThingsBoard's MQTT API (thingsboard.io/docs/reference/mqtt-api): `v1/devices/me/telemetry` or, short, `v2/t`, where the connection
 * tells the device, and `v1/gateway/telemetry`, an object by device name. Values stand flat or as `{"ts", "values"}`, alone or in a list;
 * `ts` is epoch ms. Names are the owner's: our own metric names and a few common ones are read, the registration maps others.
 */
export const thingsboard: Decoder = {
  name: 'thingsboard',
  claims: (packet) => /^(v1\/(devices\/me|gateway)\/|v2\/[afrt](\/|$))/.test(packet.topic),
  decode(packet, context) {
    const json = packet.json()
    const drafts = new Drafts(packet, context)
    if (TELEMETRY.test(packet.topic)) {
      if (!json.ok || typeof json.value !== 'object' || json.value === null) {
        return refuse('malformed', 'telemetry is a JSON object or list')
      }
      putTelemetry(drafts, context.deviceId ?? 'me', json.value)
      return askForMapping(drafts.decoded())
    }
    const [, part] = GATEWAY.exec(packet.topic) ?? []
    if (part === undefined) return refuse('ignored', 'attributes, calls or claims')
    if (!json.ok || !isObject(json.value)) return refuse('malformed', 'not a JSON object')
    if (part === 'telemetry') {
      for (const [device, telemetry] of Object.entries(json.value).slice(0, MAX_ITEMS)) {
        putTelemetry(drafts, device, telemetry)
      }
      return askForMapping(drafts.decoded())
    }
    const { device } = json.value
    if (typeof device !== 'string') return refuse('malformed', 'it does not say which device')
    drafts.of(device).state('online', part === 'connect')
    return drafts.decoded()
  },
}

/** A name of the owner's that nobody has explained is a question, not noise. */
const askForMapping = (decoded: Decoded): Decoded =>
  decoded.refused?.code === 'ignored'
    ? refuse('needs_mapping', 'none of its names is known; the registration can map them')
    : decoded

function putTelemetry(drafts: Drafts, sourceId: string, telemetry: unknown): void {
  const items = Array.isArray(telemetry) ? telemetry.slice(0, MAX_ITEMS) : [telemetry]
  for (const item of items) {
    if (!isObject(item)) {
      drafts.refusals.add('malformed', 'telemetry is an object')
      continue
    }
    const nested = isObject(item['values'])
    const draft = drafts.of(sourceId)
    if (nested) draft.time(decimal(item['ts']) ?? item['ts'], 'device')
    putNames(drafts, draft, nested ? (item['values'] as JsonObject) : item)
  }
}

function putNames(drafts: Drafts, draft: Draft, said: JsonObject): void {
  const mapping = drafts.context.mappingOf?.(draft.sourceId) ?? null
  for (const name of putMapped(draft, mapping, Object.entries(said).slice(0, MAX_ITEMS))) {
    const metric = METRICS.has(name) ? name : Object.hasOwn(COMMON, name) ? COMMON[name] : undefined
    if (metric === undefined) continue
    if (METRICS.get(metric)?.form === 'state') {
      if (typeof said[name] === 'boolean' || said[name] === null) draft.state(metric, said[name])
    } else if (name !== 'battery' || Number.isInteger(said[name])) {
      // With decimals a battery is in volts, as a rule.
      draft.number(metric, said[name])
    }
  }
}
