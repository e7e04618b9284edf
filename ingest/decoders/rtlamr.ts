import type { DeviceKind } from '../../contracts/reading.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts, textAt } from '../draft.ts'
import { putMapped } from '../mapping.ts'
import { ertKind } from './rtl433.ts'

const TYPES = /^(SCM|SCM\+|IDM|NetIDM|R900|R900BCD)$/
const IDS = ['ID', 'EndpointID', 'ERTSerialNumber']
const COUNTERS = [
  'Consumption',
  'LastConsumptionCount',
  'LastConsumption',
  'LastConsumptionNet',
  'LastGenerationCount',
]

/**
 * rtlamr and rtlamr2mqtt (github.com/bemasher/rtlamr, JSON): `{"Time", "Type", "Message"}` on any topic. Time has its offset
 * and is the gateway's. Consumption is a raw count, of which only the meter's model says what it is: the registration maps
 * it. R900's Leak and BackFlow are the past weeks; LeakNow is the last day.
 */
export const rtlamr: Decoder = {
  name: 'rtlamr',
  claims: (packet) => frameOf(packet) !== null,
  decode(packet, context) {
    const frame = frameOf(packet)
    if (frame === null) return refuse('undecoded', 'not a frame of rtlamr')
    const { message, type } = frame
    const id = IDS.map((key) => message[key]).find(
      (said) => typeof said === 'number' || typeof said === 'string',
    )
    if (id === undefined) return refuse('malformed', 'a frame without id')
    const drafts = new Drafts(packet, context)
    const draft = drafts.of(String(id), kindOf(type, message)).time(frame.time, 'gateway')
    if (type.startsWith('R900')) putR900(draft, message)
    else putTamper(draft, message)
    const counters = COUNTERS.filter((name) => typeof message[name] === 'number')
    const mapping = context.mappingOf?.(draft.sourceId) ?? null
    const unknown = putMapped(
      draft,
      mapping,
      counters.map((name) => [name, message[name]]),
    )
    if (unknown.length > 0 && unknown.length === counters.length) {
      drafts.refusals.add('needs_mapping', `what one count of ${unknown[0]} is depends on the meter`)
    }
    return drafts.decoded()
  },
}

function frameOf(packet: Packet): { time: unknown; type: string; message: JsonObject } | null {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return null
  const type = textAt(json.value, 'Type')
  const message = json.value['Message']
  if (type === null || !TYPES.test(type) || !isObject(message)) return null
  return { time: json.value['Time'], type, message }
}

function kindOf(type: string, message: JsonObject): DeviceKind {
  if (type.startsWith('R900')) return 'water'
  return ertKind(message['Type'] ?? message['EndpointType'] ?? message['ERTType']) ?? 'other'
}

function putR900(draft: Draft, message: JsonObject): void {
  const { LeakNow: now, BackFlow: back } = message
  if (typeof now === 'number') draft.state('leak', now > 0)
  if (back === 0) draft.state('backflow', false)
}

/** Counters of tampering, which the utility clears: anything but 0 wants a look. */
function putTamper(draft: Draft, message: JsonObject): void {
  const said = ['TamperPhy', 'TamperEnc']
    .map((key) => message[key])
    .filter((count) => typeof count === 'number')
  if (said.length > 0)
    draft.state(
      'tamper',
      said.some((count) => count !== 0),
    )
}
