import type { Decoded } from '../../contracts/message.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import { isObject } from '../coercion.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts, decimal } from '../draft.ts'

const QUANTITY =
  /^(value|raw|error|rate|rate_per_time_unit|rate_per_digitization_round|changeabsolut|timestamp|json|problem)$/
const WILL = /^(connected|connection lost)$/
const STATUS = /^(ip|mac|hostname|interval|uptime|freemem|wifirssi|cputemp)$/i

/**
 * AI-on-the-edge (jomjol, a camera on a water, gas or power meter): `{main}/{number}/{quantity}` as text and `…/json`, and
 * `{main}/connection` as last will. The reading counts in the meter's own unit, as a rule m³; an electricity meter is
 * registered as such and counts kWh. A reading with words in it is an older one with a complaint. Times are local.
 */
export const aiOnTheEdge: Decoder = {
  name: 'ai-on-the-edge',
  claims(packet, context) {
    const { last, levels } = topicOf(packet.topic)
    if (last === 'connection' && levels > 1)
      return levels === 2 ? /^connect/i.test(packet.text() ?? '') : WILL.test(packet.text() ?? '')
    // A camera that reads one number may leave its name out.
    if (levels === 2 && last === 'json' && looksLikeReading(packet)) return true
    if (levels < 3 || !QUANTITY.test(last))
      return levels === 2 && context.baseTopic !== null && STATUS.test(last)
    // `json` and `value` alone may be anybody's; the number's name is `main` unless there are several.
    return packet.topic.split('/').at(-2) === 'main' || looksLikeReading(packet)
  },
  decode(packet, context) {
    const { last, id, number } = topicOf(packet.topic)
    const drafts = new Drafts(packet, context)
    if (last === 'connection') {
      const main = packet.topic.slice(0, packet.topic.lastIndexOf('/'))
      const text = packet.text()?.trim().toLowerCase()
      if (text !== 'connected' && text !== 'connection lost')
        return refuse('malformed', 'connected, or connection lost')
      drafts.of(main, 'water').state('online', text === 'connected')
      return drafts.decoded()
    }
    const channel = number === 'main' || number === '' ? undefined : number
    const draft = drafts.of(id, kindOf(id, context), channel)
    if (last === 'json') return decodeJson(packet, draft, drafts)
    const text = packet.text()?.trim() ?? ''
    if (last === 'error' && text !== '') {
      draft.state('fault', text.toLowerCase() !== 'no error')
      return drafts.decoded()
    }
    if (last !== 'value' || text === '') return refuse('ignored', 'nothing in it is read')
    if (decimal(text) === null) return refuse('malformed', 'the reading is not a number')
    putReading(draft, decimal(text))
    return drafts.decoded()
  },
}

function topicOf(topic: string): { id: string; number: string; last: string; levels: number } {
  const levels = topic.split('/')
  const last = (levels.at(-1) ?? '').toLowerCase()
  if (levels.length < 3) return { id: levels[0] ?? '', number: '', last, levels: levels.length }
  return { id: levels.slice(0, -2).join('/'), number: levels.at(-2) ?? '', last, levels: levels.length }
}

function looksLikeReading(packet: Packet): boolean {
  const json = packet.topic.endsWith('/json') ? packet.json() : null
  return (
    json?.ok === true &&
    isObject(json.value) &&
    ['value', 'raw', 'error'].every((key) => Object.hasOwn(json.value as object, key))
  )
}

const kindOf = (id: string, context: DecodeContext): DeviceKind => context.kindOf(id) ?? 'water'

function putReading(draft: Draft, value: number | null): void {
  if (draft.kind === 'electricity') draft.number('energy_import_kwh', value)
  else if (draft.kind === 'water') draft.number('water_total_m3', value)
}

function decodeJson(packet: Packet, draft: Draft, drafts: Drafts): Decoded {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return refuse('malformed', 'not a JSON object')
  const { value, error, timestamp } = json.value
  draft.time(timestamp, 'device')
  const sound = typeof error !== 'string' || error === '' || /^no error$/i.test(error)
  if (typeof error === 'string' && error !== '') draft.state('fault', !sound)
  // With an error the reading is the last good one, not what the camera saw.
  const reading = typeof value === 'number' ? value : decimal(value)
  if (sound && reading !== null) putReading(draft, reading)
  else if (sound && value !== undefined && value !== '')
    drafts.refusals.add('malformed', 'the reading is not a number')
  return drafts.decoded()
}
