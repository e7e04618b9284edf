// Run as a process of its own by the tests: appends to the journal in argv[2] for ever and prints what is acknowledged.
import { openJournal } from '../../store/sqlite/journal.ts'

const [file = '', mode = 'single'] = process.argv.slice(2)
const journal = openJournal({ file })
const IN_FLIGHT = 64

async function appendForEver(): Promise<void> {
  for (let n = 0; ; n += 1) {
    const size = mode === 'single' ? 1 : 1 + (n % 3)
    const bodies = Array.from({ length: size }, (_, i) => ({
      type: 'started' as const,
      lastAliveAt: size * 10 + i,
    }))
    const { firstSeq, lastSeq } = await journal.append(bodies, Date.now())
    process.stdout.write(`${firstSeq}-${lastSeq}\n`)
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, appendForEver))
