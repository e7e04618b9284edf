import { ReadingSchema } from '../../contracts/reading.ts'
import { HOUR_MS } from '../../contracts/time.ts'
import { hear, type LivedHomes, livedHomes } from './lived-homes.ts'
import { median, spread, thousands } from './spread.ts'

const ROUNDS = 5
const HOMES = 200
const PAST_DAYS = 60
const NEXT_DAYS = 14

/** Processor seconds of this process, its garbage collector included. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** Readings through all rules, beside what parsing and checking the same readings costs, and the simplest of rules. */
export function benchRules(print: (line: string) => void): void {
  const lived = livedHomes(HOMES, PAST_DAYS, NEXT_DAYS)
  const count = lived.next.length
  print(
    `${count} readings of ${HOMES} homes that have lived ${PAST_DAYS} days, all default rules and the personal one`,
  )
  const texts = lived.next.map(({ reading }) => JSON.stringify(reading))
  const contenders: [name: string, work: () => void][] = [
    ['JSON.parse and zod', () => parseAll(texts)],
    ['one timer a home: nothing used for 12 h', () => timers(lived)],
    ['shouwang: all rules', () => allRules(lived)],
  ]
  const rates = contenders.map(([, work]) => {
    work()
    return [] as number[]
  })
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, [, work]] of contenders.entries()) rates[i]?.push(count / cpuSeconds(work))
  for (const [i, [name]] of contenders.entries()) {
    const ratio = median(rates[i] ?? []) / median(rates[0] ?? [])
    print(`  ${name.padEnd(44)} ${spread(rates[i] ?? [], thousands)} /CPU s · ratio ${ratio.toFixed(2)}`)
  }
}

function parseAll(texts: readonly string[]): void {
  for (const text of texts) ReadingSchema.parse(JSON.parse(text))
}

function allRules({ states, contexts, next }: LivedHomes): void {
  const homes = [...states]
  for (const { home, at, reading } of next) {
    const [state, context] = [homes[home], contexts[home]]
    if (state !== undefined && context !== undefined) homes[home] = hear(state, at, reading, context)
  }
}

/** Returns how often it would have rung, so that nothing of it is left out. */
function timers({ next }: LivedHomes): number {
  const homes = new Map<number, { total: number; usedAt: number; rings: boolean }>()
  let rung = 0
  for (const { home, at, reading } of next) {
    const total = reading.values['water_total_m3']
    if (typeof total !== 'number') continue
    const known = homes.get(home)
    if (known === undefined || total > known.total) homes.set(home, { total, usedAt: at, rings: false })
    else if (!known.rings && at - known.usedAt >= 12 * HOUR_MS) {
      known.rings = true
      rung++
    }
  }
  return rung
}

if (import.meta.main) benchRules((line) => process.stdout.write(`${line}\n`))
