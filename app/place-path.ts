import type { JurisdictionId } from '../contracts/ids.ts'
import type { StateTables } from '../store/state.ts'

/** From a place up to the root, itself first. Ends where a place is not known, and where a ring would begin. */
export function placePath(
  id: JurisdictionId,
  parentOf: (id: JurisdictionId) => JurisdictionId | null | undefined,
): JurisdictionId[] {
  const path = new Set<JurisdictionId>()
  for (let at: JurisdictionId | null = id; at !== null && !path.has(at); at = parentOf(at) ?? null)
    path.add(at)
  return [...path]
}

/** The same, asked of the tables. */
export async function readPlacePath(
  { jurisdictions }: Pick<StateTables, 'jurisdictions'>,
  id: JurisdictionId,
): Promise<JurisdictionId[]> {
  const parents = new Map((await jurisdictions.all()).map((place) => [place.id, place.parentId]))
  return placePath(id, (at) => parents.get(at))
}
