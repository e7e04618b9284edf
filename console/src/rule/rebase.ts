export type Setting = number | boolean
export type Rule = Record<string, Setting>
/** All rules in one document, with its `version` and single numbers beside them. */
export type RuleDocument = Record<string, number | Rule>

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The changes that led from `base` to `draft`, rule by rule, on top of what somebody else saved meanwhile. */
export const rebase = (draft: RuleDocument, base: RuleDocument, newest: RuleDocument): RuleDocument => {
  const mine = Object.entries(draft).filter(([name, rule]) => name !== 'version' && !isSame(rule, base[name]))
  return { ...newest, ...Object.fromEntries(mine) }
}
