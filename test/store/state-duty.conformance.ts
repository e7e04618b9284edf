import { describe, expect, it } from 'vitest'
import { AccountId, AlertId, ChannelId, JurisdictionId } from '../../contracts/ids.ts'
import { defaultPolicy } from '../../dispatch/policy.ts'
import type { StateStore } from '../../store/state.ts'
import { dutyPage, firstPage, person, roster } from './state-samples.ts'

const east = JurisdictionId.parse('east')

/** People, rosters, policies and pages. */
export function holdsDuty(store: () => StateStore): void {
  describe('duty', () => {
    it('finds somebody by id, by account, by name, by place and by whether they still serve', async () => {
      const { people } = store()
      await people.put(person('p1', { name: '李梅', accountId: AccountId.parse('acc') }))
      await people.put(person('p2', { name: '王刚', kind: 'volunteer', enabled: false }))
      await people.put(person('p3', { jurisdictionId: JurisdictionId.parse('west') }))
      expect((await people.byAccount(AccountId.parse('acc')))?.id).toBe('p1')
      expect(await people.byAccount(AccountId.parse('nobody'))).toBeNull()
      expect((await people.of([person('p2').id, person('p9').id])).map(({ id }) => id)).toEqual(['p2'])
      const all = { scope: null, kind: null, search: null, enabled: null }
      const ids = async (filter: Partial<Parameters<typeof people.list>[0]>) =>
        (await people.list({ ...all, ...filter }, firstPage)).items.map(({ id }) => id)
      expect(await ids({})).toEqual(['p1', 'p2', 'p3'])
      expect(await ids({ scope: [east] })).toEqual(['p1', 'p2'])
      expect(await ids({ enabled: true, scope: [east] })).toEqual(['p1'])
      expect(await ids({ kind: 'volunteer' })).toEqual(['p2'])
      expect(await ids({ search: '李' })).toEqual(['p1'])
      expect(await ids({ search: '%' })).toEqual([])
      const [chat, mail] = [ChannelId.parse('chat'), ChannelId.parse('mail')]
      const addresses = [chat, chat, mail].map((channelId) => ({ channelId, address: 'li' }))
      await people.put(person('p1', { name: '李梅', accountId: AccountId.parse('acc'), addresses }))
      expect([await people.countIn(chat), await people.countIn(ChannelId.parse('sms'))]).toEqual([1, 0])
      expect((await people.onFile()).map(({ id, enabled }) => [id, enabled])).toEqual([
        ['p1', true],
        ['p2', false],
        ['p3', true],
      ])
    })

    it('keeps every version of a roster and of a policy, and changes none', async () => {
      const { rosters, policies } = store()
      await rosters.put(roster('east', 1, { to: '2026-03-31' }))
      await rosters.put(roster('east', 2, { to: '2026-12-31' }))
      expect((await rosters.get(east, 1))?.to).toBe('2026-03-31')
      expect((await rosters.newest(east))?.version).toBe(2)
      expect(await rosters.newest(JurisdictionId.parse('north'))).toBeNull()
      await rosters.put(roster('west', 1, { to: '2026-01-31' }))
      await rosters.put(roster('west', 2, { to: '2026-02-28' }))
      const kept = await rosters.newestAndEndingFrom('2026-04-01')
      // Where nobody is on duty any more it is still known that somebody was.
      expect(kept.map(({ jurisdictionId, version }) => [jurisdictionId, version])).toEqual([
        ['east', 2],
        ['west', 2],
      ])
      await expect(rosters.put(roster('east', 2))).rejects.toThrow()
      await policies.put({ ...defaultPolicy, name: 'a' })
      await policies.put({ ...defaultPolicy, name: 'b', version: 2 })
      expect((await policies.all()).map(({ name }) => name)).toEqual(['a', 'b'])
      expect((await policies.get(defaultPolicy.id, 1))?.name).toBe('a')
      await expect(policies.put({ ...defaultPolicy, version: 2 })).rejects.toThrow()
    })

    it('keeps a page once under its key', async () => {
      const { pages } = store()
      expect(await pages.add(dutyPage('k1', { createdAt: 1_000 }))).toBe(true)
      expect(await pages.add(dutyPage('k1', { createdAt: 2_000 }))).toBe(false)
      expect((await pages.get('k1'))?.createdAt).toBe(1_000)
      await pages.update(dutyPage('k1', { createdAt: 1_000, state: 'sent' }))
      expect((await pages.get('k1'))?.state).toBe('sent')
      expect(await pages.get('k2')).toBeNull()
    })

    it('lists what an alert told and what each was told; tests tire nobody and are let go', async () => {
      const { pages } = store()
      await pages.add(dutyPage('k1', { createdAt: 1_000 }))
      await pages.add(dutyPage('k2', { createdAt: 3_000, recipient: 'person:p2' }))
      await pages.add(dutyPage('t1', { createdAt: 2_000, alertId: null, purpose: 'test' }))
      expect((await pages.ofAlert(AlertId.parse('a1'))).map(({ key }) => key)).toEqual(['k1', 'k2'])
      expect(await pages.since(2_000)).toEqual([{ recipient: 'person:p2', createdAt: 3_000 }])
      const all = { scope: null, recipient: null, alertId: null }
      const keys = async (filter: Partial<Parameters<typeof pages.list>[0]>) =>
        (await pages.list({ ...all, ...filter }, firstPage)).items.map(({ key }) => key)
      expect(await keys({ scope: [east] })).toEqual(['k2', 't1', 'k1'])
      expect(await keys({ recipient: 'person:p1' })).toEqual(['t1', 'k1'])
      expect(await keys({ alertId: AlertId.parse('a1') })).toEqual(['k2', 'k1'])
      await pages.trimTests(10_000)
      expect(await keys({})).toEqual(['k2', 'k1'])
    })

    it('counts how often each was told of an alert, and shows the last time', async () => {
      const { pages } = store()
      await pages.add(dutyPage('k1', { createdAt: 1_000 }))
      await pages.add(dutyPage('k2', { createdAt: 3_000, recipient: 'person:p2' }))
      await pages.add(dutyPage('k3', { createdAt: 4_000 }))
      await pages.add(dutyPage('offer', { createdAt: 5_000, purpose: 'offer', recipient: 'person:p3' }))
      await pages.add(dutyPage('t1', { createdAt: 2_000, alertId: null, purpose: 'test' }))
      const told = await pages.toldOf(AlertId.parse('a1'))
      expect(told.map(({ page, times }) => [page.key, times])).toEqual([
        ['k3', 2],
        ['k2', 1],
      ])
    })

    it('remembers the watch over each duty, and what of it is due first', async () => {
      const { dutyWatches } = store()
      expect(await dutyWatches.nextDueAt()).toBeNull()
      await dutyWatches.put({ nodeId: east, dueAt: 5_000, body: { n: 1 } })
      await dutyWatches.put({ nodeId: JurisdictionId.parse('west'), dueAt: null, body: {} })
      await dutyWatches.put({ nodeId: east, dueAt: 4_000, body: { n: 2 } })
      expect(await dutyWatches.all()).toEqual([
        { nodeId: 'east', dueAt: 4_000, body: { n: 2 } },
        { nodeId: 'west', dueAt: null, body: {} },
      ])
      expect(await dutyWatches.nextDueAt()).toBe(4_000)
    })
  })
}
