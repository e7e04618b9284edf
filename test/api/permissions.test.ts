import { describe, expect, it } from 'vitest'
import { JurisdictionTree, mayGrant, reachOf } from '../../api/permissions.ts'
import { JurisdictionId } from '../../contracts/ids.ts'
import type { Role } from '../../contracts/registry.ts'
import { jurisdiction } from '../store/state-samples.ts'

const id = (text: string) => JurisdictionId.parse(text)
const place = (name: string, parent: string | null) =>
  jurisdiction(name, { parentId: parent === null ? null : id(parent) })
const grant = (role: Role, at: string) => ({ role, jurisdictionId: id(at) })
const tree = new JurisdictionTree([
  place('root', null),
  place('a', 'root'),
  place('b', 'root'),
  place('a1', 'a'),
])

describe('the reach of grants', () => {
  it('is the place granted and all below it', () => {
    const reach = reachOf([grant('case_worker', 'a')], 'people.read', tree)
    expect([...reach.ids].sort()).toEqual(['a', 'a1'])
    expect(reach.has(id('b'))).toBe(false)
    expect(reach.everywhere).toBe(false)
  })

  it('counts only roles that have the ability', () => {
    const grants = [grant('administrator', 'root'), grant('case_worker', 'a1')]
    expect([...reachOf(grants, 'people.read', tree).ids]).toEqual(['a1'])
    expect(reachOf(grants, 'gateways.manage', tree).everywhere).toBe(true)
    expect(reachOf(grants, 'gateways.manage', tree).scope).toBeNull()
  })

  it('is nothing for a place that is not there, and for no grants at all', () => {
    expect(reachOf([grant('case_worker', 'gone')], 'people.read', tree).isNowhere).toBe(true)
    expect(reachOf([], 'people.read', new JurisdictionTree([])).isNowhere).toBe(true)
    expect(reachOf([], 'people.read', new JurisdictionTree([])).scope).toEqual([])
  })

  it('narrows to a subtree, and knows nothing of one outside', () => {
    const reach = reachOf([grant('case_worker', 'a')], 'people.read', tree)
    expect(reach.within(id('a1'), tree).scope).toEqual(['a1'])
    expect(() => reach.within(id('b'), tree)).toThrow('No such jurisdiction')
    expect(() => reach.within(id('gone'), tree)).toThrow('No such jurisdiction')
  })

  it('ends even where a place is its own ancestor', () => {
    const knot = new JurisdictionTree([place('x', 'y'), place('y', 'x')])
    expect([...knot.subtreeOf(id('x'))].sort()).toEqual(['x', 'y'])
    expect(knot.pathOf(id('x')).map((node) => node.id)).toEqual(['y', 'x'])
  })

  it('lets nobody grant beyond it', () => {
    const reach = reachOf([grant('administrator', 'a')], 'accounts.manage', tree)
    expect(mayGrant(reach, [grant('case_worker', 'a1')])).toBe(true)
    expect(mayGrant(reach, [grant('case_worker', 'a1'), grant('administrator', 'root')])).toBe(false)
  })
})
