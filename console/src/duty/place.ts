import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { useJurisdictions } from '../api/queries.ts'
import type { Jurisdiction, Me, Role } from '../api/types.ts'
import { reaches, type TreeNode, treeOf } from '../jurisdiction/tree.ts'
import { useMe } from '../session/session.ts'

const reachesAny = (me: Me, roles: readonly Role[], id: string, places: readonly Jurisdiction[]) =>
  roles.some((role) => reaches(me, role, id, places))

export interface ChosenPlace {
  /** Of those in reach for these roles. */
  tree: TreeNode[]
  places: readonly Jurisdiction[]
  place: Jurisdiction | undefined
  choose(id: string): void
}

/** The place that a page about duty is about: named in its address, so that a link leads to it. */
export const useChosenPlace = (roles: readonly Role[]): ChosenPlace => {
  const me = useMe()
  const [parameters, setParameters] = useSearchParams()
  const known = useJurisdictions().data
  const places = useMemo(() => known ?? [], [known])
  const inReach = useMemo(
    () => places.filter(({ id }) => reachesAny(me, roles, id, places)),
    [me, roles, places],
  )
  const tree = useMemo(() => treeOf(inReach), [inReach])
  const named = parameters.get('place')
  const place = inReach.find(({ id }) => id === named) ?? inReach.find(({ id }) => id === tree[0]?.value)
  return { tree, places, place, choose: (id) => setParameters({ place: id }, { replace: true }) }
}
