import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrokerLimits } from '../../broker/broker.ts'
import type { TargetReport } from './target.ts'

export type TargetKind = 'shouwang' | 'bare'
type Measured = Extract<TargetReport, { event: 'measured' }>

/** Beyond this the process is out of memory: enough to tell the bounded from the unbounded. */
const HEAP_MB = 1_024
const KIB = 1_024

/** A broker to attack, in a process that can be measured and may die. */
export class TargetProcess {
  readonly port: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  static async start(kind: TargetKind, limits: Partial<BrokerLimits> = {}): Promise<TargetProcess> {
    const child = fork(join(import.meta.dirname, 'target.ts'), [kind], {
      env: { ...process.env, LIMITS: JSON.stringify(limits) },
      execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const [ready] = (await once(child, 'message')) as [TargetReport]
    if (ready.event !== 'ready') throw new Error(`the target said ${ready.event}`)
    return new TargetProcess(child, ready.port)
  }

  get dead(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** What its process occupies now, and at most until now. */
  memoryBytes(): { now: number; peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
    return { now: kib('VmRSS') * KIB, peak: kib('VmHWM') * KIB }
  }

  /** After a collection of garbage. */
  async measure(): Promise<Measured> {
    this.#child.send('measure')
    const [measured] = (await once(this.#child, 'message')) as [TargetReport]
    if (measured.event !== 'measured') throw new Error(`the target said ${measured.event}`)
    return measured
  }

  async stop(): Promise<void> {
    if (this.dead) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}
