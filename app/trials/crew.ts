import { Worker } from 'node:worker_threads'
import { columnsOf, type PackedHistory } from '../past/history.ts'
import type { HomeTrial } from './home-trial.ts'
import type { WorkerTask } from './worker.ts'

/** Homes on their way to or with one worker: enough that it never waits, few enough that memory stays small. */
const HOMES_AHEAD = 3

interface Member {
  worker: Worker
  waiting: { resolve(answer: HomeTrial): void; reject(error: Error): void }[]
  /** Why it takes nothing more; null: it is there. */
  gone: Error | null
  left: Promise<void>
}

/** Threads that try homes, so that the thread which takes readings in keeps its time. */
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
      member.worker.postMessage(packed, columnsOf(packed))
    })
  }

  hasRoom(): boolean {
    return this.#idlest().waiting.length < HOMES_AHEAD
  }

  /** Whoever is at work is cut off; the others leave by themselves, so that no thread is ended while it still loads. */
  async dismiss(): Promise<void> {
    await Promise.all(
      this.#members.map(async ({ worker, waiting, left }) => {
        if (waiting.length > 0) await worker.terminate()
        else worker.postMessage('leave', [])
        await left
      }),
    )
  }

  #idlest(): Member {
    return this.#members.reduce((idlest, member) =>
      member.waiting.length < idlest.waiting.length ? member : idlest,
    )
  }
}

function enlist(task: WorkerTask): Member {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task })
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  const member: Member = { worker, waiting: [], gone: null, left }
  const fail = (error: Error) => {
    member.gone ??= error
    for (const { reject } of member.waiting.splice(0)) reject(error)
  }
  worker.on('message', (answer: HomeTrial) => member.waiting.shift()?.resolve(answer))
  worker.on('error', fail)
  worker.on('messageerror', fail)
  worker.on('exit', () => {
    fail(new Error('a trial was ended'))
    leave()
  })
  return member
}
