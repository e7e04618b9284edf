import { METRICS } from '../../contracts/metric.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import type { Draft, Drafts } from '../draft.ts'
import { putMapped, withoutMapped } from '../mapping.ts'
import { excerpt } from '../refusals.ts'
import { axioma } from './axioma.ts'
import { browan } from './browan.ts'
import { dragino } from './dragino.ts'
import { kamstrup } from './kamstrup.ts'
import { milesight } from './milesight.ts'
import { netvox } from './netvox.ts'
import { quandify } from './quandify.ts'
import { sensative } from './sensative.ts'
import { sensus } from './sensus.ts'
import { tg563a } from './tg563a.ts'

/** What a network server hands on of one LoRaWAN uplink: the object that the product's payload codec made of its bytes. */
export interface Uplink {
  object: JsonObject
  devEui: string
  /** Names that the network server knows of device and profile; they may tell the model. */
  description: string
  /** A draft of this device at the uplink's network time. */
  draft(): Draft
  drafts: Drafts
}

/** One vendor's payload codec: whether an object is of its making, and what it says. */
export interface Codec {
  readonly name: string
  claims(uplink: Uplink): boolean
  put(uplink: Uplink): void
}

/** Every payload codec that is known; each is one file and one line. */
const CODECS: readonly Codec[] = [
  axioma,
  tg563a,
  netvox,
  dragino,
  sensative,
  browan,
  quandify,
  kamstrup,
  sensus,
  milesight,
]
const MAX_DEPTH = 4
const MAX_NAMES = 300

/** Whether the object is of a product's own payload codec. */
export const isKnown = (uplink: Uplink): boolean => CODECS.some((known) => known.claims(uplink))

/** Reads what the registration maps as it says, and the rest by the codec that it comes from. */
export function putUplink(uplink: Uplink): void {
  const mapping = uplink.drafts.context.mappingOf?.(uplink.devEui) ?? null
  const unknown = new Set(putMapped(uplink.draft(), mapping, namesIn(uplink.object)))
  const rest = { ...uplink, object: withoutMapped(uplink.object, mapping) }
  const codec = CODECS.find((known) => known.claims(uplink))
  if (codec !== undefined) codec.put(rest)
  else putOwnNames(rest, mapping === null ? unknown : new Set())
}

/** A codec that the site wrote may use our own metric names; any other name is a question. */
function putOwnNames({ object, drafts, draft: newDraft }: Uplink, unknown: ReadonlySet<string>): void {
  const own = Object.keys(object).filter((name) => METRICS.has(name))
  const draft = newDraft()
  for (const name of own) draft.own(name, object[name])
  const [first] = unknown
  if (own.length > 0 || first === undefined) return
  drafts.refusals.add('needs_mapping', `no payload codec that is known names ${excerpt(first)}`)
}

/** All names of an object with their values, nested ones as `status.alarm`. Lists are left out. */
export function namesIn(object: JsonObject): [name: string, said: unknown][] {
  const named: [string, unknown][] = []
  const collect = (said: JsonObject, prefix: string, depth: number): void => {
    for (const key of Object.keys(said)) {
      if (named.length >= MAX_NAMES) return
      const value = said[key]
      if (!isObject(value)) named.push([prefix + key, value])
      else if (depth < MAX_DEPTH) collect(value, `${prefix}${key}.`, depth + 1)
    }
  }
  collect(object, '', 1)
  return named
}
