import type { DeviceAct } from '../../contracts/device-command.ts'
import type { DeviceCommandId } from '../../contracts/ids.ts'
import type { Mapping } from '../../contracts/mapping.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import type { Packet } from '../decoder.ts'

export interface CommandTarget {
  kind: DeviceKind
  /** As registered; empty when nobody said. */
  model: string
  address: string
  abilities: Readonly<Record<string, unknown>>
  /** What the registration says of the source's own names; null when it says nothing. */
  mapping: Mapping | null
}

export interface Downlink {
  id: DeviceCommandId
  act: DeviceAct
  /** Civil, epoch ms; as is the next. */
  requestedAt: number
  expiresAt: number
}

/** What goes out, or why this cannot be asked of it. */
export type Encoded = { ok: true; topic: string; payload: string } | { ok: false; reason: string }

export const cannot = (reason: string): Encoded => ({ ok: false, reason })

/** What a message says of a command: by its id; or by where it went, with the beginning of its id or, if known, what it was. */
export interface Answer {
  to: { id: string } | { address: string; idBegins: string } | { address: string; act: DeviceAct | null }
  outcome: 'acknowledged' | 'failed'
  reason: string | null
}

/** One family that listens. `name` is that of its decoder. */
export interface CommandFamily {
  readonly name: string
  /** The other side keeps a command until the device wakes: it is handed over once and not repeated. */
  readonly keptThere: boolean
  /** Where the device listens whose message this was; null when the topic does not tell. */
  addressOf(topic: string, sourceId: string): string | null
  encode(downlink: Downlink, target: CommandTarget): Encoded
  answerOf(packet: Packet): Answer | null
  /** What the family tells of its devices' abilities, by address; null when this is no such message. */
  abilitiesIn?(packet: Packet): ReadonlyMap<string, Record<string, unknown>> | null
}

/** JSON object of a packet; null when it is none. */
export function objectOf(packet: Packet): Record<string, unknown> | null {
  const json = packet.json()
  if (!json.ok || typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
    return null
  return json.value as Record<string, unknown>
}

/** A stranger's words, short enough to be shown. */
export const reasonIn = (said: unknown): string | null =>
  typeof said === 'string' && said !== '' ? said.slice(0, 200) : null
