import { parentPort, workerData } from 'node:worker_threads'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type PackedHistory, unpackHistory } from '../past/history.ts'
import { type HomeTerms, type HomeTrial, type TrialPeriod, tryHome } from './home-trial.ts'
import { questionOf } from './unaffected.ts'

/** What a worker is born with: one trial's question. */
export interface WorkerTask {
  period: TrialPeriod
  present: RuleSettings
  proposed: RuleSettings
  /** Of the one home that is tried; null: all homes as they are. */
  terms: HomeTerms | null
}

/** A home in, its trial out, in order; or nothing more is to come. */
type WorkerRequest = PackedHistory | 'leave'

const { period, present, proposed, terms } = workerData as WorkerTask
// What a home has otherwise may bear on every family of rules.
const question =
  terms === null
    ? questionOf(present, proposed)
    : { present, proposed, tried: proposed, unaffected: new Set<string>() }
parentPort?.on('message', (request: WorkerRequest) => {
  if (request === 'leave') {
    parentPort?.close()
    return
  }
  const answer: HomeTrial = tryHome(unpackHistory(request), period, question, terms)
  parentPort?.postMessage(answer, [])
})
