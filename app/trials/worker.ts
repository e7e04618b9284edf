import { parentPort, workerData } from 'node:worker_threads'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type PackedHistory, unpackHistory } from '../history.ts'
import { type HomeTrial, type TrialPeriod, tryHome } from './home-trial.ts'
import { questionOf } from './unaffected.ts'

/** What a worker is born with: one trial's question. */
export interface WorkerTask {
  period: TrialPeriod
  present: RuleSettings
  proposed: RuleSettings
}

/** A home in, its trial out, in order. */
export type WorkerRequest = PackedHistory
export type WorkerAnswer = HomeTrial

const { period, present, proposed } = workerData as WorkerTask
const question = questionOf(present, proposed)
parentPort?.on('message', (packed: WorkerRequest) => {
  const answer: WorkerAnswer = tryHome(unpackHistory(packed), period, question)
  parentPort?.postMessage(answer, [])
})
