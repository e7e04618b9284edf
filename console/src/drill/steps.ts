import type { DrillReport } from '../api/types.ts'

export type DrillPhase = 'planned' | 'running' | 'over'

export const phaseOf = ({ startsAt, isOver }: DrillReport, now: number): DrillPhase => {
  if (isOver) return 'over'
  return Date.parse(startsAt) > now ? 'planned' : 'running'
}

/** In the order in which they come in a case that goes well. */
export const STEPS = [
  'firstTold',
  'firstArrived',
  'firstAnswered',
  'acknowledged',
  'offered',
  'accepted',
  'onScene',
  'resolved',
  'closed',
] as const
export type Step = (typeof STEPS)[number]

export interface StepTime {
  step: Step
  /** After the start; null: it did not happen, or not yet. */
  afterMs: number | null
  /** Since the step before that did happen. */
  tookMs: number | null
}

/** How long each step took. A step that was skipped took no time and gives none to the next. */
export const stepTimes = (report: DrillReport): StepTime[] => {
  let before = 0
  return STEPS.map((step) => {
    const afterMs = report[`${step}Ms`]
    if (afterMs === null) return { step, afterMs, tookMs: null }
    const tookMs = Math.max(0, afterMs - before)
    before = Math.max(before, afterMs)
    return { step, afterMs, tookMs }
  })
}
