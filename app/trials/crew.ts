import { Worker } from 'node:worker_threads'
import { columnsOf, type PackedHistory } from '../past/history.ts'
import type { HomeTrial } from './home-trial.ts'
import type { WorkerTask } from './worker.ts'

/** Homes on their way to or with one worker: enough that it never waits, few enough that memory stays small. */
const HOMES_AHEAD = 3

interface Member {
  worker: Worker
  waiting: { resolve(answer: HomeTrial): void; reject(error: Error): void }[]
}

/** Threads that try homes, so that the thread which takes readings in keeps its time. */
export class Crew {
  readonly #members: Member[]

  constructor(task: WorkerTask, size: number) {
    this.#members = Array.from({ length: size }, () => enlist(task))
  }

  /** Settles with the answer. Ask `hasRoom` first. */
  tryHome(packed: PackedHistory): Promise<HomeTrial> {
    const member = this.#idlest()
    return new Promise((resolve, reject) => {
      member.waiting.push({ resolve, reject })
      member.worker.postMessage(packed, columnsOf(packed))
    })
  }

  hasRoom(): boolean {
    return this.#idlest().waiting.length < HOMES_AHEAD
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()))
  }

  #idlest(): Member {
    return this.#members.reduce((idlest, member) =>
      member.waiting.length < idlest.waiting.length ? member : idlest,
    )
  }
}

function enlist(task: WorkerTask): Member {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task })
  const member: Member = { worker, waiting: [] }
  worker.on('message', (answer: HomeTrial) => member.waiting.shift()?.resolve(answer))
  const fail = (error: Error) => {
    for (const { reject } of member.waiting.splice(0)) reject(error)
  }
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('a trial was ended')))
  return member
}
