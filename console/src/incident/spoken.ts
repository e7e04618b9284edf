import type { MissedAlarmReview } from '../api/types.ts'

type Rule = MissedAlarmReview['rules'][number]

/**
 * What a rule would have done about an emergency that others found: spoken before or after that, held already when it
 * happened (and so said nothing new), or said nothing in the time that was looked at.
 */
export type Spoken = 'before' | 'after' | 'held' | 'never'

export const spokenOf = ({ at, heldBefore, afterFound }: Rule): Spoken => {
  if (heldBefore) return 'held'
  if (at === null) return 'never'
  return afterFound ? 'after' : 'before'
}

/** Rules that say something, the first first; those that do not are listed shortly. */
export const spokenRules = (
  rules: readonly Rule[],
): { said: { rule: Rule; spoken: Spoken }[]; silent: Rule[] } => ({
  said: rules.flatMap((rule) => {
    const spoken = spokenOf(rule)
    return spoken === 'never' ? [] : [{ rule, spoken }]
  }),
  silent: rules.filter((rule) => spokenOf(rule) === 'never'),
})

/** Whether anything that was switched on would have spoken before somebody else found it. */
export const wasHeard = (rules: readonly Rule[]): boolean =>
  rules.some((rule) => rule.enabled && spokenOf(rule) === 'before')
