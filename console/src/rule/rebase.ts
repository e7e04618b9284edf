export type Setting = number | boolean
export type Rule = Record<string, Setting>
/** All rules in one document, with its `version` and single numbers beside them. */
export type RuleDocument = Record<string, number | Rule>

export const isRule = (value: number | Rule | undefined): value is Rule => typeof value === 'object'

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The changes that led from `base` to `draft`, rule by rule, on top of what somebody else saved meanwhile. */
export const rebase = (draft: RuleDocument, base: RuleDocument, newest: RuleDocument): RuleDocument => {
  const mine = Object.entries(draft).filter(([name, rule]) => name !== 'version' && !isSame(rule, base[name]))
  return { ...newest, ...Object.fromEntries(mine) }
}

/** The rules that differ, by name. */
export const changedRules = (document: RuleDocument, present: RuleDocument): string[] =>
  Object.keys(document).filter((name) => isRule(document[name]) && !isSame(document[name], present[name]))
