import type { JurisdictionId } from '../../contracts/ids.ts'
import type { StateTables } from '../../store/state.ts'

/** From a place up to the root, itself first. */
export async function pathUp(
  { jurisdictions }: Pick<StateTables, 'jurisdictions'>,
  id: JurisdictionId,
): Promise<JurisdictionId[]> {
  const parents = new Map((await jurisdictions.all()).map((node) => [node.id, node.parentId]))
  const path: JurisdictionId[] = []
  for (let at: JurisdictionId | null = id; at !== null && !path.includes(at); at = parents.get(at) ?? null)
    path.push(at)
  return path
}
