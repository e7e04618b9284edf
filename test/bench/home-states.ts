import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Json } from '../../contracts/finding.ts'
import { HomeId } from '../../contracts/ids.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { type HomeState, readHomeState } from '../../rules/home.ts'
import { openState } from '../../store/sqlite/state.ts'
import type { StateStore } from '../../store/state.ts'
import { livedHomes } from './lived-homes.ts'
import { median, spread } from './spread.ts'

const LOADED_HOMES = 100_000
const TICKED_HOMES = 1_000_000
const LIVES = 100
const ROUNDS = 3
const PAST_DAYS = 60

/** How large a home's state is, how long all of them take to load, and what a tick costs in which nothing is due. */
export async function benchHomeStates(print: (line: string) => void): Promise<void> {
  const { states } = livedHomes(LIVES, PAST_DAYS, 0)
  print(`state of a home that has lived ${PAST_DAYS} days, JSON: ${sizesOf(states)}`)
  await inStore((state, file) => load(state, file, states, print))
  await inStore((state, file) => tick(state, file, print))
}

async function inStore(work: (state: StateStore, file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const file = join(folder, 'state.db')
  const state = openState({ file })
  try {
    await work(state, file)
  } finally {
    await state.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function sizesOf(states: readonly HomeState[]): string {
  const bytes = (value: unknown) => JSON.stringify(value ?? null).length
  const parts: [string, (home: HomeState) => unknown][] = [
    ['whole', (home) => home],
    ['habits', (home) => home.personal?.baseline],
    ['uses of water', (home) => home.devices.flatMap((device) => device.water.map(({ uses }) => uses))],
    ['hours of power', (home) => home.devices.flatMap((device) => device.power.map(({ hours }) => hours))],
    ['days', (home) => home.days],
  ]
  const size = (value: number) => `${(value / 1_024).toFixed(2)} KB`
  return parts
    .map(
      ([name, of]) =>
        `${name} ${spread(
          states.map((home) => bytes(of(home))),
          size,
        )}`,
    )
    .join(' · ')
}

const homeIds = (count: number): HomeId[] =>
  Array.from({ length: count }, (_, n) => HomeId.parse(`home-${n}`))

async function load(
  state: StateStore,
  file: string,
  states: readonly HomeState[],
  print: (line: string) => void,
): Promise<void> {
  const ids = homeIds(LOADED_HOMES)
  await state.transaction(async ({ memories }) => {
    for (const [n, homeId] of ids.entries()) {
      const rules = {
        rules: states[n % states.length],
        rulesDueAt: null,
        casesDueAt: null,
      } as unknown as Json
      await memories.put({ homeId, rules, dueAt: null })
    }
  })
  const db = new DatabaseSync(file, { readOnly: true })
  const select = db.prepare('select rules from memories where home_id = ?')
  const [bare, whole]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await cpuMs(async () => ids.forEach((id) => select.get(id))))
    whole.push(
      await cpuMs(async () => {
        for (const id of ids) {
          const memory = await state.memories.get(id)
          if (memory === null) throw new Error(`${id} is not kept`)
          readHomeState((memory.rules as { rules: Json }).rules)
        }
      }),
    )
  }
  db.close()
  print(`${LOADED_HOMES} homes' states loaded`)
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`
  print(`  ${'SELECT of the same bytes'.padEnd(44)} ${spread(bare, seconds)} CPU`)
  print(
    `  ${'shouwang: read and checked'.padEnd(44)} ${spread(whole, seconds)} CPU · ratio ${ratio(whole, bare)}`,
  )
}

async function tick(state: StateStore, file: string, print: (line: string) => void): Promise<void> {
  const now = Date.parse('2026-05-01T00:00:00Z')
  await state.transaction(async ({ memories }) => {
    for (const [n, homeId] of homeIds(TICKED_HOMES).entries())
      await memories.put({ homeId, rules: null, dueAt: now + 1 + ((n * 7_919) % DAY_MS) })
  })
  const db = new DatabaseSync(file, { readOnly: true })
  const scan = db.prepare('select count(*) as due from memories where +due_at <= ?')
  const [naive, asked]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    naive.push(await cpuMs(async () => scan.get(now)))
    const ticks = 1_000
    const all = await cpuMs(async () => {
      for (let n = 0; n < ticks; n++) {
        const due = await state.memories.due(now, 1)
        if (due.length > 0 || (await state.memories.nextDueAt()) === null) throw new Error('something is due')
      }
    })
    asked.push(all / ticks)
  }
  db.close()
  print(`a tick with nothing due, ${TICKED_HOMES} homes`)
  const ms = (value: number) => `${value.toFixed(3)} ms`
  print(`  ${'a look at every home'.padEnd(44)} ${spread(naive, ms)} CPU`)
  print(
    `  ${'shouwang: what is due, and when next'.padEnd(44)} ${spread(asked, ms)} CPU · ratio ${ratio(asked, naive)}`,
  )
}

const ratio = (values: readonly number[], base: readonly number[]): string =>
  (median(values) / median(base)).toPrecision(2)

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

if (import.meta.main) await benchHomeStates((line) => process.stdout.write(`${line}\n`))
