import { describe, expect, it } from 'vitest'
import type { AccessEntry } from '../../contracts/access.ts'
import { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { StateStore } from '../../store/state.ts'
import { account, firstPage, home, token } from './state-samples.ts'

const a1 = account('a1')
const a2 = account('a2', { enabled: false, language: 'en', grants: [] })

const look = (at: number, actor: string, homeId: string): Omit<AccessEntry, 'id'> => ({
  at,
  actor,
  what: 'identity',
  homeId: HomeId.parse(homeId),
  route: '/api/v1/residents/:id',
})

export function holdsAccounts(opened: () => StateStore): void {
  describe('accounts', () => {
    it('are found by id and name, and counted', async () => {
      const { accounts } = opened()
      expect(await accounts.count()).toBe(0)
      await accounts.put(a1)
      await accounts.put(a2)
      expect([await accounts.get(a1.id), await accounts.byName(a2.name)]).toEqual([a1, a2])
      expect([await accounts.get(account('a3').id), await accounts.byName('nobody')]).toEqual([null, null])
      expect(await accounts.count()).toBe(2)
    })

    it('have a name of their own', async () => {
      const { accounts } = opened()
      await accounts.put(a1)
      await expect(accounts.put(account('a2', { name: a1.name }))).rejects.toMatchObject({ code: 'conflict' })
    })

    it('keep their password when anything else changes', async () => {
      const { accounts } = opened()
      await accounts.put(a1)
      expect(await accounts.passwordHash(a1.id)).toBeNull()
      await accounts.setPasswordHash(a1.id, 'scrypt$1')
      await accounts.put({ ...a1, language: 'en' })
      expect(await accounts.passwordHash(a1.id)).toBe('scrypt$1')
      await expect(accounts.setPasswordHash(account('a9').id, 'x')).rejects.toMatchObject({
        code: 'not_found',
      })
    })
  })

  describe('sign-in', () => {
    it('links work once, also when two come at the same moment', async () => {
      const { accounts } = opened()
      await accounts.putLink('hash', a1.id, 2_000)
      const taken = await Promise.all([accounts.takeLink('hash', 1_000), accounts.takeLink('hash', 1_000)])
      expect(taken).toEqual([a1.id, null])
      expect(await accounts.takeLink('hash', 1_000)).toBeNull()
      expect(await accounts.takeLink('unknown', 1_000)).toBeNull()
    })

    it('links end with their time', async () => {
      const { accounts } = opened()
      await accounts.putLink('hash', a1.id, 2_000)
      expect(await accounts.takeLink('hash', 2_000)).toBeNull()
      expect(await accounts.takeLink('hash', 1_000)).toBeNull()
    })

    it('sessions are found until they are deleted, one or all of an account', async () => {
      const { accounts } = opened()
      const session = (hash: string, accountId = a1.id) => ({
        hash,
        accountId,
        createdAt: 1_000,
        expiresAt: 9_000,
      })
      for (const hash of ['s1', 's2', 's3']) await accounts.putSession(session(hash))
      await accounts.putSession(session('other', a2.id))
      expect(await accounts.session('s1')).toEqual(session('s1'))
      await accounts.deleteSession('s1')
      expect([await accounts.session('s1'), await accounts.session('s2')]).toEqual([null, session('s2')])
      await accounts.deleteSessionsOf(a1.id)
      expect([await accounts.session('s3'), await accounts.session('other')]).toEqual([
        null,
        session('other', a2.id),
      ])
    })

    it('tokens are found by their hash and remember when they were used', async () => {
      const { accounts } = opened()
      await accounts.putToken('hash', token('t1', { grants: a1.grants, expiresAt: 9_000 }))
      await accounts.touchToken(token('t1').id, 5_000)
      const used = token('t1', { grants: a1.grants, expiresAt: 9_000, lastUsedAt: 5_000 })
      expect(await accounts.token('hash')).toEqual(used)
      expect((await accounts.tokens(firstPage)).items).toEqual([used])
      await accounts.deleteToken(used.id)
      expect([await accounts.token('hash'), (await accounts.tokens(firstPage)).items]).toEqual([null, []])
    })
  })

  describe('the access log', () => {
    it('is read newest first, by place, home and who looked', async () => {
      const { access, homes } = opened()
      const west = JurisdictionId.parse('west')
      await homes.put(home('h1'))
      await homes.put(home('h2', { jurisdictionId: west }))
      await access.append([look(1, 'account:li', 'h1'), look(2, 'token:t1', 'h2')])
      await access.append([look(3, 'account:li', 'h2')])
      await access.append([])
      const listed = async (filter: Partial<Parameters<typeof access.list>[0]>) =>
        (await access.list({ scope: null, homeId: null, actor: null, ...filter }, firstPage)).items.map(
          ({ at }) => at,
        )
      expect(await listed({})).toEqual([3, 2, 1])
      expect(await listed({ homeId: HomeId.parse('h2') })).toEqual([3, 2])
      expect(await listed({ actor: 'account:li' })).toEqual([3, 1])
      expect(await listed({ scope: [west] })).toEqual([3, 2])
      expect(await listed({ scope: [] })).toEqual([])
      expect((await access.list({ scope: null, homeId: null, actor: 'token:t1' }, firstPage)).items).toEqual([
        { id: 2, ...look(2, 'token:t1', 'h2') },
      ])
    })
  })
}
