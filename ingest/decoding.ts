import type { Decoded, Sample } from '../contracts/message.ts'
import { METRICS } from '../contracts/metric.ts'
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
        const { samples, refused } = decoder.decode(packet, context)
        return { samples: withPastMarked(samples), refused, family: decoder.name }
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

const STATES: readonly string[] = [...METRICS]
  .filter(([, { form }]) => form === 'state')
  .map(([name]) => name)

/**
 * Whoever saves up readings sends a state with its end in one message. A sample whose state a later one of the same message
 * takes back is the past (`historical`): its alarm rang and is over, its all-clear no longer holds.
 */
function withPastMarked(samples: Sample[]): Sample[] {
  if (samples.length < 2) return samples
  const last = new Map<string, { at: number; said: unknown }>()
  const keyOf = ({ sourceId, channel }: Sample, state: string) => JSON.stringify([sourceId, channel, state])
  for (const sample of samples) {
    for (const state of statesOf(sample)) {
      const key = keyOf(sample, state)
      const said = sample.values[state]
      const known = last.get(key)
      if (known === undefined || known.at < sample.measuredAt) last.set(key, { at: sample.measuredAt, said })
      // Both at once: the alarm counts.
      else if (known.at === sample.measuredAt && said === true) known.said = said
    }
  }
  const isPast = (sample: Sample) =>
    statesOf(sample).some((state) => {
      const latest = last.get(keyOf(sample, state))
      return latest !== undefined && latest.at > sample.measuredAt && latest.said !== sample.values[state]
    })
  return samples.map((sample) =>
    !sample.quality.includes('historical') && isPast(sample)
      ? { ...sample, quality: [...sample.quality, 'historical'] }
      : sample,
  )
}

const statesOf = ({ values }: Sample): string[] =>
  STATES.filter((state) => typeof values[state] === 'boolean')
