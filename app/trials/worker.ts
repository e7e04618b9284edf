import { constants, setPriority } from 'node:os'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type PackedHistory, unpackHistory } from '../past/history.ts'
import { type HomeTerms, type HomeTrial, type TrialPeriod, tryHome } from './home-trial.ts'
import { type Question, questionOf } from './unaffected.ts'

/** What a worker is told first: one trial's question. */
export interface WorkerTask {
  period: TrialPeriod
  present: RuleSettings
  proposed: RuleSettings
  /** Of the one home that is tried; null: all homes as they are. */
  terms: HomeTerms | null
}

/** What came of a home, or what the rules broke on. */
export type WorkerAnswer = HomeTrial | Error

// A trial can wait, and readings cannot.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

/** Then a home in, its trial out, in order, until whoever asks lets go. */
process.once('message', (task: WorkerTask) => {
  const { period, terms } = task
  const question = questionBy(task)
  process.on('message', (packed: PackedHistory) => {
    process.send?.(answerOf(() => tryHome(unpackHistory(packed), period, question, terms)))
  })
})

function answerOf(trial: () => HomeTrial): WorkerAnswer {
  try {
    return trial()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** What a home has otherwise may bear on every family of rules. */
function questionBy({ present, proposed, terms }: WorkerTask): Question {
  if (terms === null) return questionOf(present, proposed)
  return { present, proposed, tried: proposed, unaffected: new Set<string>() }
}
