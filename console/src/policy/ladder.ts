import type { Policy, Severity } from '../api/types.ts'

export type SeverityPolicy = Policy['ladders'][string]
export type LadderStep = SeverityPolicy['steps'][number]
export type Target = LadderStep['tell'][number]

export const SEVERITIES: readonly Severity[] = ['P1', 'P2', 'P3', 'P4']
export const TARGETS: readonly Target[] = ['primary', 'backup', 'street', 'district', 'resident', 'contacts']

/** In order of time, as it climbs; of two at once the one written first. */
export const inOrder = (steps: readonly LadderStep[]): LadderStep[] =>
  steps.toSorted((a, b) => a.afterMinutes - b.afterMinutes)

/** Where a ladder for a severity that has none begins. */
export const newLadder = (): SeverityPolicy => ({
  steps: [{ afterMinutes: 0, tell: ['primary'] }],
  repeatMinutes: 1_440,
  progressMinutes: 1_440,
  sceneMinutes: 4_320,
  workingHoursOnly: true,
  tellFireService: false,
})

/** The policy as a place writes it: the version that was looked at, and nothing that the service gives by itself. */
export const policyDraft = ({ id: _id, jurisdictionId: _place, ...draft }: Policy) => ({
  ...draft,
  ladders: Object.fromEntries(
    Object.entries(draft.ladders).map(([severity, ladder]) => [
      severity,
      { ...ladder, steps: inOrder(ladder.steps) },
    ]),
  ),
})

/** Every step tells somebody, and every ladder has one. */
export const isClimbable = ({ ladders }: Pick<Policy, 'ladders'>): boolean =>
  Object.values(ladders).every(({ steps }) => steps.length > 0 && steps.every(({ tell }) => tell.length > 0))
