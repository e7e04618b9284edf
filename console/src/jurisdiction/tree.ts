import type { Jurisdiction, Me, Role } from '../api/types.ts'

export interface TreeNode {
  value: string
  title: string
  children: TreeNode[]
}

export const LEVELS = ['district', 'street', 'community', 'compound'] as const
export type Level = (typeof LEVELS)[number]

/** Those whose parent is out of sight are the roots of what may be seen. */
export const treeOf = (places: readonly Jurisdiction[]): TreeNode[] => {
  const known = new Set(places.map((place) => place.id))
  const below = Map.groupBy(places, (place) =>
    place.parentId !== null && known.has(place.parentId) ? place.parentId : null,
  )
  const nodes = (parentId: string | null): TreeNode[] =>
    (below.get(parentId) ?? [])
      .toSorted((a, b) => a.name.localeCompare(b.name, 'zh'))
      .map((place) => ({ value: place.id, title: place.name, children: nodes(place.id) }))
  return nodes(null)
}

/** From the root down to `id`. */
export const pathTo = (id: string, places: readonly Jurisdiction[]): Jurisdiction[] => {
  const path: Jurisdiction[] = []
  for (let at: string | null = id; at !== null && path.length <= LEVELS.length; ) {
    const place: Jurisdiction | undefined = places.find((one) => one.id === at)
    if (place === undefined) break
    path.unshift(place)
    at = place.parentId
  }
  return path
}

/** What may lie in a place of `level`, the next level first. */
export const levelsBelow = (level: Level): Level[] => LEVELS.slice(LEVELS.indexOf(level) + 1)

/** Whether the account holds `role` at that place: granted there or above it. */
export const reaches = (
  me: Me,
  role: Role,
  placeId: string | undefined,
  places: readonly Jurisdiction[],
): boolean => {
  if (placeId === undefined) return false
  const path = new Set(pathTo(placeId, places).map((place) => place.id)).add(placeId)
  return me.account.grants.some((grant) => grant.role === role && path.has(grant.jurisdictionId))
}
