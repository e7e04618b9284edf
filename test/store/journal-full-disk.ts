// Run as a process of its own by the tests, which limit the size of its files: fills the journal in argv[2] until the
// disk refuses, has the limit lifted, and says as JSON what became of the appends.
import { execFileSync } from 'node:child_process'
import { openJournal } from '../../store/sqlite/journal.ts'

const journal = openJournal({ file: process.argv[2] ?? '' })
const tick = { type: 'tick' } as const
const large = { type: 'started', lastAliveAt: 1, padding: 'x'.repeat(50_000) } as const

let kept = 0
let refused = 0
while (refused === 0) {
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, () => journal.append([tick, large], 1_000)),
  )
  kept += 2 * settled.filter(({ status }) => status === 'fulfilled').length
  refused += settled.filter(({ status }) => status === 'rejected').length
}
const headWhenFull = journal.head()
execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:unlimited'])
const after = await journal.append([tick], 1_000)
console.log(
  JSON.stringify({ kept, refused, headWhenFull, after, readable: (await journal.read(0, 100_000)).length }),
)
await journal.close()
