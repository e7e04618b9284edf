import { once } from 'node:events'
import { parseArgs } from 'node:util'
import type { Decoded, Sample } from '../contracts/message.ts'
import { iso } from '../contracts/time.ts'
import { isObject, statedTime } from './coercion.ts'
import { type DecodeContext, noContext, Packet, refuse } from './decoder.ts'
import { decoders } from './decoders/index.ts'
import { decodePacket } from './decoding.ts'
import { DialectMemory } from './dialect-memory.ts'

/**
 * `npm run --silent decode`: what the decoders make of messages. Reads JSON lines
 * `{"topic", "payload", "encoding"?: "base64", "receivedAt"?: ISO or epoch}` and prints for each, in order,
 * `{"readings": [{"deviceId", "channel"?, "kind", "measuredAt", "measuredAtSource", "seq"?, "values", "quality"}],
 * "refused": null | {"code", "message"}}`. `deviceId` is the source's own id. Nothing is registered here and lateness is
 * not judged: it shows what the message says. The lines are taken for those of one gateway, whose births and announcements
 * explain what follows. A line that is none is refused as `malformed`; the rest goes on.
 */
export function decodeLine(line: string, now: number, context: DecodeContext = noContext): string {
  const packet = packetOf(line, now)
  const { samples, refused } =
    packet === null
      ? refuse('malformed', 'not a JSON line with topic and payload')
      : decodeAll(packet, context)
  return JSON.stringify({ readings: samples.map(shown), refused })
}

const decodeAll = (packet: Packet, context: DecodeContext): Decoded =>
  decodePacket(decoders, packet, context, (decoder) => {
    console.error(`the ${decoder} decoder failed on topic ${packet.topic}`)
  })

const shown = ({ sourceId, measuredAt, ...rest }: Sample) => ({
  deviceId: sourceId,
  measuredAt: iso(measuredAt),
  ...rest,
})

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

function packetOf(line: string, now: number): Packet | null {
  let said: unknown
  try {
    said = JSON.parse(line)
  } catch {
    return null
  }
  if (!isObject(said)) return null
  const { topic, payload, encoding } = said
  const receivedAt = statedTime(said['receivedAt'])
  if (typeof topic !== 'string' || typeof payload !== 'string') return null
  if (receivedAt !== 'absent' && typeof receivedAt !== 'object') return null
  const binary = encoding === 'base64'
  if ((encoding !== undefined && encoding !== 'utf8' && !binary) || (binary && !BASE64.test(payload)))
    return null
  return new Packet({
    topic,
    payload: Buffer.from(payload, binary ? 'base64' : 'utf8'),
    receivedAt: receivedAt === 'absent' ? now : receivedAt.at,
    retained: false,
  })
}

/** Lines end at LF alone: `node:readline` also breaks at U+2028, which JSON strings may hold. */
async function* linesOf(stream: NodeJS.ReadStream): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

const USAGE = `usage: npm run --silent decode < FILE

What the decoders make of messages: reads JSON lines
  {"topic", "payload", "encoding"?: "base64", "receivedAt"?: ISO or epoch}
and prints for each, in order,
  {"readings": [...], "refused": null | {"code", "message"}}
The lines are taken for those of one gateway.
`

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } })
  if (values.help) {
    process.stdout.write(USAGE)
    return
  }
  // A reader that has seen enough, such as `head -1`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  const context: DecodeContext = { ...noContext, memory: new DialectMemory() }
  for await (const line of linesOf(process.stdin)) {
    const answer = decodeLine(line, Date.now(), context)
    if (!process.stdout.write(`${answer}\n`)) await once(process.stdout, 'drain')
  }
}

if (import.meta.main) await main()
