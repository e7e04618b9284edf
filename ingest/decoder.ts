import type { Mapping } from '../contracts/mapping.ts'
import type { Decoded, Message } from '../contracts/message.ts'
import type { DeviceKind } from '../contracts/reading.ts'
import type { DialectMemory } from './dialect-memory.ts'

/** What the surroundings know of a message beyond its bytes. */
export interface DecodeContext {
  /** Topic prefix, without `/#`, under which the sending gateway is registered; null when there is none. */
  baseTopic: string | null
  /** The kind with which a source's device is registered; null when it is not registered. */
  kindOf(sourceId: string): DeviceKind | null
  /** The device that speaks for itself on this connection; null or absent behind a gateway. */
  deviceId?: string | null
  /** IANA zone in which a local time without offset is read; without it arrival serves. */
  siteZone?: string | null
  /** The zone of one source where it is not the site's; null: the site's. */
  zoneOf?(sourceId: string): string | null
  /** What the registration says of a source's own names and units; null when it says nothing. */
  mappingOf?(sourceId: string): Mapping | null
  /** Told of every name that a mapping may explain, explained or not, so that a form can show what there is to map. */
  onAsked?(sourceId: string, name: string, said: unknown): void
  /** What stateful dialects remember of this gateway's earlier messages; without it they answer `needs_mapping`. */
  memory?: DialectMemory
}

/** Used where nothing is registered, such as by `npm run decode`. */
export const noContext: DecodeContext = { baseTopic: null, kindOf: () => null }

/**
 * One device family. The first decoder that claims a message decodes it; `claims` looks at topic and shape only.
 * `decode` never judges lateness or the clock: it states the source's own time and leaves that to `clock-policy.ts`.
 */
export interface Decoder {
  readonly name: string
  claims(packet: Packet, context: DecodeContext): boolean
  decode(packet: Packet, context: DecodeContext): Decoded
}

export type ParsedJson = { ok: true; value: unknown } | { ok: false }

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A message whose text and JSON are read once, however many decoders look at them. */
export class Packet {
  readonly message: Message
  #text: string | null | undefined
  #json: ParsedJson | undefined

  constructor(message: Message) {
    this.message = message
  }

  get topic(): string {
    return this.message.topic
  }

  get receivedAt(): number {
    return this.message.receivedAt
  }

  /** The payload as text; null when it is not UTF-8. */
  text(): string | null {
    if (this.#text === undefined) {
      try {
        this.#text = utf8.decode(this.message.payload)
      } catch {
        this.#text = null
      }
    }
    return this.#text
  }

  json(): ParsedJson {
    if (this.#json === undefined) {
      const text = this.text()
      try {
        this.#json = text === null ? { ok: false } : { ok: true, value: JSON.parse(text) }
      } catch {
        this.#json = { ok: false }
      }
    }
    return this.#json
  }
}

/** Nothing was taken, for this one reason. */
export const refuse = (code: NonNullable<Decoded['refused']>['code'], message: string): Decoded => ({
  samples: [],
  refused: { code, message },
})
