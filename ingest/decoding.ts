import type { Decoded } from '../contracts/message.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from './decoder.ts'

/** What came of a message, and the name of the family that took it; null when none did. */
export type DecodedBy = Decoded & { family: string | null }

/**
 * Lets the first family that claims a message decode it. A packet must never stop the service, so a decoder that throws
 * refuses its message; `onFailure` is told, because that is a fault of ours and not of the sender.
 */
export function decodePacket(
  decoders: readonly Decoder[],
  packet: Packet,
  context: DecodeContext,
  onFailure: (decoder: string) => void,
): DecodedBy {
  for (const decoder of decoders) {
    try {
      if (decoder.claims(packet, context)) {
        return { ...decoder.decode(packet, context), family: decoder.name }
      }
    } catch {
      onFailure(decoder.name)
      return {
        ...refuse('undecoded', `the ${decoder.name} decoder failed on it`),
        family: decoder.name,
      }
    }
  }
  return { ...refuse('undecoded', 'no decoder knows this topic and form'), family: null }
}
