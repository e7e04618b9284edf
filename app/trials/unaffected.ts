import { type FindingKind, familyOf } from '../../contracts/finding.ts'
import { RuleSettings } from '../../contracts/settings.ts'

/** What has to be tried: a family of rules that both documents set alike says the same under both. */
export interface Question {
  present: RuleSettings
  proposed: RuleSettings
  /** The proposed settings with the families that are not affected switched off: their alerts are taken over. */
  tried: RuleSettings
  /** Families whose alerts under the present settings hold under the proposed ones, too. */
  unaffected: ReadonlySet<string>
}

export function questionOf(present: RuleSettings, proposed: RuleSettings): Question {
  const rules = Object.entries(proposed).flatMap(([name, rule]) =>
    typeof rule === 'object' && 'enabled' in rule && name.includes('.') ? [{ name, rule }] : [],
  )
  const changed = new Set(
    Object.entries(proposed)
      .filter(([name, rule]) => JSON.stringify(rule) !== JSON.stringify(present[name as keyof RuleSettings]))
      .map(([name]) => familyOf(name as FindingKind)),
  )
  const unaffected = new Set(
    rules.map(({ name }) => familyOf(name as FindingKind)).filter((family) => !changed.has(family)),
  )
  const off = rules
    .filter(({ name }) => unaffected.has(familyOf(name as FindingKind)))
    .map(({ name, rule }) => [name, { ...rule, enabled: false }])
  const tried = RuleSettings.parse({ ...proposed, ...Object.fromEntries(off) })
  return { present, proposed, tried, unaffected }
}
