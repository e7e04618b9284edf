import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { BrokerLimits } from '../../broker/broker.ts'
import { type Experience, Innocents } from '../attack/innocent.ts'
import { TargetProcess } from '../attack/target-process.ts'
import { closed, open } from '../attack/wire-client.ts'
import { type Conversation, conversation } from './conversation.ts'

const USAGE = `usage: node test/fuzz/broker.ts [--seconds N] [--seed S] [--first I] [--count N]

Connection after connection says to a broker what the seed makes of its number, good and bad, while two innocent
devices do their work. Prints the seed, then the report; exit code 1 where something should not have been.
  --seconds  how long (60)
  --seed     the same seed says the same again (any)
  --first    the number of the first connection (0)
  --count    how many connections (as many as fit into the time)
`

/**
 * Connection after connection says what the seed makes of its number, good and bad, cut up and mixed, while two innocent
 * devices do their work. A failure is seen again with its seed.
 */
export interface FuzzPlan {
  seconds: number
  seed: number
  first?: number
  /** Connections to make; without it, as many as fit into the time. */
  count?: number
}

export interface FuzzReport {
  connections: number
  innocents: Experience
  /** Live heap at the end less that after a quarter of the time, garbage aside, with nobody connected but innocents. */
  growthBytes: number
  faults: Record<string, number>
  /** What should not have been, in words; empty when all is well. */
  failures: string[]
}

const AT_ONCE = 24
const LINGER_MS = 100
/** Nobody is turned away for coming often: here everybody comes from one address, and depth is what is wanted. */
const UNLIMITED = { burst: 1e9, perSecond: 1e9 }
const limits: Partial<BrokerLimits> = {
  connectionRatePerAddress: UNLIMITED,
  admissionRatePerPrincipal: UNLIMITED,
  failureRate: UNLIMITED,
  // Longer than a starved machine keeps an innocent newcomer waiting; nobody here lingers for so long.
  connectMs: 10_000,
  packetMs: 10_000,
  sessionExpiryMs: 1_000,
}
const MAX_GROWTH_BYTES = 24 * 1_024 * 1_024

export async function fuzzBroker({
  seconds,
  seed,
  first = 0,
  count = Infinity,
}: FuzzPlan): Promise<FuzzReport> {
  const target = await TargetProcess.start('shouwang', limits)
  const innocents = new Innocents(target.port)
  const beganAt = performance.now()
  let next = first
  const until = async (share: number) => {
    const worker = async () => {
      while (!target.dead && next < first + count && performance.now() - beganAt < seconds * 1_000 * share) {
        await converse(target.port, conversation(seed, next++))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
  await until(0.25)
  const early = target.dead ? null : await target.measure()
  await until(1)
  const late = target.dead ? null : await target.measure()
  const experience = await innocents.stop()
  await target.stop()
  const growthBytes = (late?.heapBytes ?? 0) - (early?.heapBytes ?? 0)
  const failures = (late?.wrong ?? []).map((what) => `accepted from ${what}`)
  if (late === null) failures.push(`the broker died before connection ${next}`)
  if (growthBytes > MAX_GROWTH_BYTES) failures.push(`grew by ${growthBytes} bytes`)
  if (experience.cut > 0) failures.push(`the innocent was cut ${experience.cut} times`)
  if (experience.turnedAway > 0) failures.push(`${experience.turnedAway} newcomers were turned away`)
  if ((late?.accepted['innocent'] ?? 0) < experience.acknowledged - 1)
    failures.push('acknowledged, but not kept')
  return {
    connections: next - first,
    innocents: experience,
    growthBytes,
    faults: late?.faults ?? {},
    failures,
  }
}

async function converse(port: number, { chunks, unhurried, reads, end }: Conversation): Promise<void> {
  const socket = await open(port)
  if (socket === null) return
  if (reads) socket.resume()
  for (const chunk of chunks) {
    if (socket.destroyed) return
    socket.write(chunk)
    if (unhurried) await nextTurn()
  }
  if (end === 'linger') await Promise.race([closed(socket), delay(LINGER_MS)])
  else if (end === 'fin') {
    socket.end()
    await Promise.race([closed(socket), delay(LINGER_MS)])
  }
  if (!socket.destroyed) socket.resetAndDestroy()
}

if (import.meta.main) {
  const number = { type: 'string' } as const
  const help = { type: 'boolean', short: 'h' } as const
  const { values } = parseArgs({
    options: { help, seconds: number, seed: number, first: number, count: number },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    process.exit(0)
  }
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  process.stdout.write(`seed ${seed}\n`)
  const report = await fuzzBroker({
    seconds: Number(values.seconds ?? 60),
    seed,
    first: Number(values.first ?? 0),
    ...(values.count !== undefined && { count: Number(values.count) }),
  })
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  process.exit(report.failures.length > 0 ? 1 : 0)
}
