import { Refusal } from '../contracts/errors.ts'
import type { JurisdictionId } from '../contracts/ids.ts'
import type { Grant, Jurisdiction, Role } from '../contracts/registry.ts'
import type { Scope } from '../store/state/lists.ts'

/** What one may do, and which roles may: the one table. A case worker sees people, an administrator the works. */
const ROLES_WITH = {
  'people.read': ['case_worker'],
  'people.write': ['case_worker'],
  'alerts.read': ['case_worker'],
  'alerts.act': ['case_worker'],
  'visits.own': ['visitor', 'case_worker'],
  'visits.read': ['case_worker'],
  'readings.read': ['case_worker'],
  'circumstances.read': ['case_worker'],
  'circumstances.write': ['case_worker'],
  'place_sensitivity.write': ['administrator', 'case_worker'],
  'home_settings.write': ['administrator'],
  relearn: ['administrator'],
  'places.read': ['administrator', 'case_worker'],
  'places.write': ['administrator'],
  'devices.read': ['administrator', 'case_worker'],
  'devices.write': ['administrator'],
  /** What a resident feels at once: their water, their detector's horn. */
  'devices.intervene': ['administrator', 'case_worker'],
  'gateways.manage': ['administrator'],
  'channels.manage': ['administrator'],
  'quarantine.read': ['administrator'],
  'rules.read': ['administrator'],
  'rules.write': ['administrator'],
  'rules.try': ['administrator', 'case_worker'],
  'accounts.manage': ['administrator'],
  'duty.read': ['administrator', 'case_worker'],
  'duty.write': ['administrator'],
  'access_log.read': ['administrator'],
} as const satisfies Record<string, readonly Role[]>

export type Ability = keyof typeof ROLES_WITH

export const rolesWith = (ability: Ability): readonly Role[] => ROLES_WITH[ability]

/** The places as a tree, for one request. A node whose parent is missing, or its own ancestor, counts as a root. */
export class JurisdictionTree {
  readonly #byId = new Map<JurisdictionId, Jurisdiction>()
  readonly #children = new Map<JurisdictionId, JurisdictionId[]>()

  constructor(jurisdictions: readonly Jurisdiction[]) {
    for (const node of jurisdictions) this.#byId.set(node.id, node)
    for (const { id, parentId } of jurisdictions) {
      if (parentId === null) continue
      const siblings = this.#children.get(parentId)
      if (siblings === undefined) this.#children.set(parentId, [id])
      else siblings.push(id)
    }
  }

  get size(): number {
    return this.#byId.size
  }

  /** From the root down to `id`; empty when it is unknown. */
  pathOf(id: JurisdictionId): Jurisdiction[] {
    const path: Jurisdiction[] = []
    const seen = new Set<JurisdictionId>()
    for (let at: JurisdictionId | null = id; at !== null && !seen.has(at); ) {
      const node = this.#byId.get(at)
      if (node === undefined) break
      seen.add(at)
      path.unshift(node)
      at = node.parentId
    }
    return path
  }

  /** `id` and all below it; empty when it is unknown. */
  subtreeOf(id: JurisdictionId): Set<JurisdictionId> {
    const found = new Set<JurisdictionId>()
    const waiting = this.#byId.has(id) ? [id] : []
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (found.has(at)) continue
      found.add(at)
      waiting.push(...(this.#children.get(at) ?? []))
    }
    return found
  }
}

/** The part of the tree in which a caller has an ability. */
export class Reach {
  readonly ids: ReadonlySet<JurisdictionId>
  /** True when nothing lies outside, and things that stand nowhere are seen too. */
  readonly everywhere: boolean

  constructor(ids: ReadonlySet<JurisdictionId>, everywhere: boolean) {
    this.ids = ids
    this.everywhere = everywhere
  }

  has(id: JurisdictionId): boolean {
    return this.everywhere || this.ids.has(id)
  }

  get isNowhere(): boolean {
    return !this.everywhere && this.ids.size === 0
  }

  get scope(): Scope {
    return this.everywhere ? null : [...this.ids]
  }

  /** The part of it at and below `id`. Refused as unknown when that lies outside. */
  within(id: JurisdictionId | undefined, tree: JurisdictionTree): Reach {
    if (id === undefined) return this
    const below = tree.subtreeOf(id)
    if (below.size === 0 || !this.has(id)) throw new Refusal('not_found', 'No such jurisdiction.')
    return new Reach(below, false)
  }
}

/** Whether `grants` hold `ability` anywhere at all, known place or not. */
export const holds = (grants: readonly Grant[], ability: Ability): boolean =>
  grants.some((grant) => rolesWith(ability).includes(grant.role))

/** Where `grants` give `ability`: the union of the subtrees of those whose role has it. */
export const reachOf = (grants: readonly Grant[], ability: Ability, tree: JurisdictionTree): Reach => {
  const ids = new Set<JurisdictionId>()
  for (const grant of grants) {
    if (!rolesWith(ability).includes(grant.role)) continue
    for (const id of tree.subtreeOf(grant.jurisdictionId)) ids.add(id)
  }
  return new Reach(ids, tree.size > 0 && ids.size === tree.size)
}

/** Nobody hands out, or takes over by a link, rights over places that he does not administer himself. */
export const mayGrant = (reach: Reach, grants: readonly Grant[]): boolean =>
  grants.every((grant) => reach.has(grant.jurisdictionId))
