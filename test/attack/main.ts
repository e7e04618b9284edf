import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Experience, Innocents } from './innocent.ts'
import { type TargetKind, TargetProcess } from './target-process.ts'

const CALM_MS = 1_500
const MIB = 1_024 * 1_024
const KINDS: readonly TargetKind[] = ['bare', 'shouwang']

let attackers = 0
/** On loopback, one for each attacker: the ports of the one before are still taken for a while. */
const nextAddress = () => `127.0.${1 + attackers++}.${1 + (process.pid % 250)}`

interface Outcome extends Experience {
  /** Of the process, at its highest; what V8 has not given back yet is in it. */
  peakGrowth: number
  /** Of what is alive while the attack still goes on, garbage aside. */
  heldGrowth: number
  died: boolean
}

async function suffer(kind: TargetKind, name: string, attackMs: number): Promise<Outcome> {
  const target = await TargetProcess.start(kind)
  const innocents = new Innocents(target.port)
  await delay(CALM_MS)
  const heldBefore = (await target.measure()).heapBytes
  const before = target.memoryBytes().now
  const attacker = fork(join(import.meta.dirname, 'attacker.ts'), [name, `${target.port}`], {
    stdio: 'inherit',
    env: { ...process.env, LOCAL_ADDRESS: nextAddress() },
  })
  let peak = before
  for (const end = performance.now() + attackMs; performance.now() < end && !target.dead; ) {
    peak = target.memoryBytes().peak
    await delay(50)
  }
  const died = target.dead
  const heldAfter = died ? 0 : (await target.measure()).heapBytes
  attacker.kill('SIGKILL')
  const experience = await innocents.stop()
  await target.stop()
  return { ...experience, peakGrowth: peak - before, heldGrowth: heldAfter - heldBefore, died }
}

const ms = (value: number): string => (value >= 10_000 ? '>10 s' : `${value.toFixed(value < 10 ? 1 : 0)} ms`)

function row(name: string, kind: TargetKind, outcome: Outcome): string {
  const mib = (bytes: number) => `+${Math.max(0, bytes / MIB).toFixed(0)} MB`
  const memory = outcome.died
    ? `died at ${mib(outcome.peakGrowth)} | –`
    : `${mib(outcome.peakGrowth)} | ${mib(outcome.heldGrowth)}`
  const resident =
    outcome.cut > 0 ? `${ms(outcome.worstPubackMs)}, cut ${outcome.cut}×` : ms(outcome.worstPubackMs)
  const turned = outcome.turnedAway > 0 ? `, ${outcome.turnedAway} turned away` : ''
  return `| ${name} | ${kind} | ${memory} | ${resident} | ${ms(outcome.worstNewcomerMs)}${turned} |`
}

const all = readdirSync(join(import.meta.dirname, 'attacks')).map((file) => basename(file, '.ts'))
const USAGE = `usage: node test/attack/main.ts [NAME...] [--seconds N]

Each attack (default: all) for so many seconds (6) against bare Aedes and against ours, on loopback, and what the
broker's memory and two innocent devices made of it:
  ${all.join(', ')}
`
const print = (line: string) => process.stdout.write(`${line}\n`)

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' }, seconds: { type: 'string', default: '6' } },
})
if (values.help) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const attackMs = Number(values.seconds) * 1_000

print('| attack | broker | memory, peak | held | worst PUBACK of a resident | worst newcomer |')
print('| --- | --- | --- | --- | --- | --- |')
for (const name of named.length > 0 ? named : all) {
  for (const kind of KINDS) print(row(name, kind, await suffer(kind, name, attackMs)))
}
process.exit(0)
