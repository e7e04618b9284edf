import { type ChildProcess, fork } from 'node:child_process'
import type { PackedHistory } from '../past/history.ts'
import type { HomeTrial } from './home-trial.ts'
import type { WorkerAnswer, WorkerTask } from './worker.ts'

/** Homes on their way to or with one worker: enough that it never waits, few enough that memory stays small. */
const HOMES_AHEAD = 3

interface Member {
  worker: ChildProcess
  waiting: { resolve(answer: HomeTrial): void; reject(error: Error): void }[]
  /** Why it takes nothing more; null: it is there. */
  gone: Error | null
  fail(error: Error): void
  left: Promise<void>
}

/**
 * Processes that try homes, so that the one which takes readings in keeps its time. Not threads: whatever ends a worker,
 * be it memory or a fault of the engine, ends its trial and not the watch.
 */
export class Crew {
  readonly #members: Member[]

  constructor(task: WorkerTask, size: number) {
    this.#members = Array.from({ length: size }, () => enlist(task))
  }

  /** Settles with the answer; rejects when the trial breaks on this home or its worker has ended. Ask `hasRoom` first. */
  tryHome(packed: PackedHistory): Promise<HomeTrial> {
    const member = this.#idlest()
    if (member.gone !== null) return Promise.reject(member.gone)
    return new Promise((resolve, reject) => {
      member.waiting.push({ resolve, reject })
      tell(member, packed)
    })
  }

  hasRoom(): boolean {
    return this.#idlest().waiting.length < HOMES_AHEAD
  }

  /** Whoever is at work is cut off; the others leave when nothing more can come. */
  async dismiss(): Promise<void> {
    for (const { worker, waiting } of this.#members) {
      if (waiting.length > 0) worker.kill('SIGKILL')
      else if (worker.connected) worker.disconnect()
    }
    await Promise.all(this.#members.map(({ left }) => left))
  }

  #idlest(): Member {
    return this.#members.reduce((idlest, member) =>
      member.waiting.length < idlest.waiting.length ? member : idlest,
    )
  }
}

function enlist(task: WorkerTask): Member {
  const worker = fork(new URL('./worker.ts', import.meta.url), { serialization: 'advanced' })
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  const waiting: Member['waiting'] = []
  const fail = (error: Error) => {
    member.gone ??= error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  const member: Member = { worker, waiting, gone: null, fail, left }
  worker.on('message', (answer: WorkerAnswer) => {
    const asker = waiting.shift()
    if (answer instanceof Error) asker?.reject(answer)
    else asker?.resolve(answer)
  })
  worker.on('error', (error) => {
    fail(error)
    // One that was never born does not leave either.
    if (worker.pid === undefined) leave()
  })
  worker.on('exit', (code, signal) => {
    fail(new Error(`a trial was ended (${signal ?? code})`))
    leave()
  })
  tell(member, task)
  return member
}

function tell({ worker, fail }: Member, what: WorkerTask | PackedHistory): void {
  worker.send(what, (error) => {
    if (error !== null) fail(error)
  })
}
