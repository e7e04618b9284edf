import type { Decoded, Sample } from '../contracts/message.ts'
import type { DeviceKind, Quality, Values } from '../contracts/reading.ts'
import {
  isObject,
  isSentinel,
  type JsonObject,
  kindByMetrics,
  putValue,
  statedTime,
  withoutNoise,
} from './coercion.ts'
import type { DecodeContext, Packet } from './decoder.ts'
import { localInstant } from './local-time.ts'
import { Refusals } from './refusals.ts'

const DECIMAL = /^[+-]?(\d{1,15})(\.\d{1,15})?(e[+-]?\d{1,3})?$/i

/** The number that a whole text is, and nothing but it: `12.5`, ` 7 `, never `12.5 m3`, `12,5` or an empty text. */
export function decimal(text: unknown): number | null {
  if (typeof text !== 'string') return null
  const trimmed = text.trim()
  return DECIMAL.test(trimmed) ? Number(trimmed) : null
}

/** 1 and 0, also as booleans and as `on`/`off`, `true`/`false`, `yes`/`no`; anything else says nothing. */
export function flag(said: unknown): boolean | undefined {
  const word = typeof said === 'string' ? said.trim().toLowerCase() : said
  if (word === true || word === 1 || word === '1' || word === 'true' || word === 'on' || word === 'yes')
    return true
  if (word === false || word === 0 || word === '0' || word === 'false' || word === 'off' || word === 'no')
    return false
  return undefined
}

/** The value at a path of own keys, such as `params`, `sys`; undefined where it ends. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined
    here = here[key]
  }
  return here
}

/** The object under an own key; an empty one when there is none. */
export const objectAt = (value: unknown, ...path: readonly string[]): JsonObject => {
  const found = at(value, ...path)
  return isObject(found) ? found : {}
}

export const textAt = (value: unknown, ...path: readonly string[]): string | null => {
  const found = at(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}

/**
 * A sample in the making. Families put in what a message says, in the source's own units; nothing missing, null or
 * impossible gets in. Without a usable clock, arrival serves.
 */
export class Draft {
  readonly sourceId: string
  readonly values: Values = {}
  /** The family's own word on what the source is; the registration's word comes first, the metrics' last. `other`: no word. */
  kind: DeviceKind | null
  channel: string | undefined
  readonly #message: Drafts
  readonly #time: Pick<Sample, 'measuredAt' | 'measuredAtSource'>
  readonly #quality = new Set<Quality>(['clock_missing'])

  constructor(message: Drafts, sourceId: string, kind: DeviceKind | null = null, channel?: string | number) {
    this.#message = message
    this.sourceId = sourceId
    this.kind = kind
    this.channel = channel === undefined ? undefined : String(channel).slice(0, 64)
    this.#time = { measuredAt: message.receivedAt, measuredAtSource: 'broker' }
  }

  /** The source's own time: an ISO instant, epoch seconds or ms, or a local time if the site's zone is known. */
  time(said: unknown, source: 'device' | 'gateway'): this {
    const stated = statedTime(said)
    const { receivedAt } = this.#message
    const siteZone = this.#message.zoneOf(this.sourceId)
    if (typeof stated === 'object') return this.#clocked(stated.at, source)
    if (stated !== 'local') return this
    const instant =
      siteZone === null || typeof said !== 'string' ? null : localInstant(said, siteZone, receivedAt)
    if (instant !== null) return this.#clocked(instant, source)
    this.#quality.add('local_time')
    return this
  }

  #clocked(measuredAt: number, source: 'device' | 'gateway'): this {
    this.#time.measuredAt = measuredAt
    this.#time.measuredAtSource = source
    this.#quality.delete('clock_missing')
    return this
  }

  /** The message says something under a name that a mapping may explain. */
  asks(name: string, said: unknown): void {
    this.#message.context.onAsked?.(this.sourceId, name, said)
  }

  /** The instant that the sample has so far. */
  get measuredAt(): number {
    return this.#time.measuredAt
  }

  get isClocked(): boolean {
    return this.#time.measuredAtSource !== 'broker'
  }

  /** A number, times what its unit is in that of the metric. Missing and null say nothing; a bad one is refused. */
  number(metric: string, said: unknown, factor = 1): this {
    if (said === undefined || said === null) return this
    const isScaled = typeof said === 'number' && factor !== 1
    // All ones stay all ones, whatever unit they would be in.
    if (isScaled && isSentinel(said)) {
      this.#message.refusals.add('out_of_range', `${metric} is ${said}, which stands for nothing`)
      return this
    }
    putValue(this.values, metric, isScaled ? withoutNoise(said * factor) : said, this.#message.refusals)
    return this
  }

  /** The same for a source that writes its numbers as text. */
  numberText(metric: string, said: unknown, factor = 1): this {
    return this.number(metric, typeof said === 'string' ? (decimal(said) ?? said) : said, factor)
  }

  /** true, false or null (not said); undefined leaves the state out; anything else is refused. */
  state(metric: string, said: unknown): this {
    return this.own(metric, said)
  }

  /** What a source says under a metric's own name, in its unit: number or state. */
  own(metric: string, said: unknown): this {
    if (said !== undefined) putValue(this.values, metric, said, this.#message.refusals)
    return this
  }

  quality(quality: Quality): this {
    this.#quality.add(quality)
    return this
  }

  get isEmpty(): boolean {
    return Object.keys(this.values).length === 0
  }

  sample(registered: DeviceKind | null): Sample {
    return {
      sourceId: this.sourceId,
      ...(this.channel === undefined ? {} : { channel: this.channel }),
      kind:
        registered ?? (this.kind === null || this.kind === 'other' ? kindByMetrics(this.values) : this.kind),
      ...this.#time,
      values: this.values,
      quality: [...this.#quality],
    }
  }
}

/** One message on its way through a family: what surrounds it, the drafts that it gives, and why parts were not taken. */
export class Drafts {
  readonly receivedAt: number
  readonly refusals = new Refusals()
  readonly context: DecodeContext
  readonly #drafts: Draft[] = []

  constructor(packet: Packet, context: DecodeContext) {
    this.receivedAt = packet.receivedAt
    this.context = context
  }

  /** The zone in which a source's local times are read; null: none is known. */
  zoneOf(sourceId: string): string | null {
    return this.context.zoneOf?.(sourceId) ?? this.context.siteZone ?? null
  }

  of(sourceId: string, kind: DeviceKind | null = null, channel?: string | number): Draft {
    const draft = new Draft(this, sourceId, kind, channel)
    this.#drafts.push(draft)
    return draft
  }

  /** The drafts that say something, as samples. A message in which nothing is read is ignored. */
  decoded(): Decoded {
    const samples: Sample[] = []
    for (const draft of this.#drafts) {
      if (draft.isEmpty) continue
      if (draft.sourceId === '') this.refusals.add('malformed', 'it does not say which device it is of')
      else samples.push(draft.sample(this.context.kindOf(draft.sourceId)))
    }
    const refused = this.refusals.summary()
    if (samples.length > 0 || refused !== null) return { samples, refused }
    return { samples, refused: { code: 'ignored', message: 'nothing in it is read' } }
  }
}
