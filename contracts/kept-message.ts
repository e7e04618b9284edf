import type { AskedField, SourceMapping } from './mapping.ts'
import type { DecodeRefusal, Sample } from './message.ts'
import type { QuarantineItem } from './quarantine.ts'
import type { Device } from './registry.ts'

/** What would come of a message under a mapping that nobody has put yet. */
export interface Preview {
  /** The names that a mapping may explain. */
  fields: AskedField[]
  samples: Sample[]
  refused: DecodeRefusal | null
}

/** Messages that wait for a registration. */
export interface KeptMessages {
  /** Null when too little of the message was kept. Changes and counts nothing. */
  preview(item: QuarantineItem, proposed: { sourceId: string; mapping: SourceMapping } | null): Preview | null
  /** Decodes what waits for these devices, as they are registered now; says how many messages that were. */
  decode(devices: readonly Device[]): Promise<number>
}
