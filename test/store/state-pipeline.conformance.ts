import { describe, expect, it } from 'vitest'
import { HomeId } from '../../contracts/ids.ts'
import type { LiveEvent } from '../../contracts/live.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import type { StateStore } from '../../store/state.ts'
import { alert, firstPage, refusedMessage } from './state-samples.ts'

const [h1, h2, h3] = [HomeId.parse('h1'), HomeId.parse('h2'), HomeId.parse('h3')]

const batch = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => refusedMessage({ receivedAt: from + i }))

export function holdsPipeline(opened: () => StateStore): void {
  describe('what is remembered of homes', () => {
    it('comes due in the order of time', async () => {
      const { memories } = opened()
      expect(await memories.nextDueAt()).toBeNull()
      await memories.put({ homeId: h1, rules: { v: 1, last: [1, null, '二'] }, dueAt: 300 })
      await memories.put({ homeId: h2, rules: null, dueAt: 100 })
      await memories.put({ homeId: h3, rules: {}, dueAt: null })
      expect(await memories.get(h1)).toEqual({
        homeId: h1,
        rules: { v: 1, last: [1, null, '二'] },
        dueAt: 300,
      })
      expect(await memories.get(HomeId.parse('h9'))).toBeNull()
      expect(await memories.nextDueAt()).toBe(100)
      expect(await memories.due(300, 10)).toEqual([
        { homeId: h2, dueAt: 100 },
        { homeId: h1, dueAt: 300 },
      ])
      expect(await memories.due(300, 1)).toEqual([{ homeId: h2, dueAt: 100 }])
      expect(await memories.due(99, 10)).toEqual([])
      await memories.put({ homeId: h2, rules: null, dueAt: null })
      expect(await memories.nextDueAt()).toBe(300)
    })
  })

  describe('live events', () => {
    const registry: LiveEvent = { type: 'registry', homeId: h1, jurisdictionId: null }
    const raised: LiveEvent = {
      type: 'alert',
      homeId: h1,
      jurisdictionId: alert('a').jurisdictionId,
      alert: alert('a'),
    }

    it('are numbered and given to whoever comes back', async () => {
      const { live } = opened()
      expect(await live.bounds()).toEqual({ first: 0, last: 0 })
      expect(await live.append(registry, 10)).toEqual({ id: 1, at: 10, event: registry })
      expect(await live.append(raised, 20)).toEqual({ id: 2, at: 20, event: raised })
      await live.append(registry, 30)
      expect(await live.after(1, 1)).toEqual([{ id: 2, at: 20, event: raised }])
      expect((await live.after(0, 10)).map(({ id }) => id)).toEqual([1, 2, 3])
      expect(await live.bounds()).toEqual({ first: 1, last: 3 })
    })

    it('are trimmed to the last few, and no number comes twice', async () => {
      const { live } = opened()
      for (let at = 1; at <= 10; at += 1) await live.append(registry, at)
      await live.trim(20)
      expect(await live.bounds()).toEqual({ first: 1, last: 10 })
      await live.trim(3)
      expect(await live.bounds()).toEqual({ first: 8, last: 10 })
      await live.trim(0)
      expect(await live.bounds()).toEqual({ first: 11, last: 10 })
      expect((await live.append(registry, 11)).id).toBe(11)
      expect(await live.bounds()).toEqual({ first: 11, last: 11 })
    })
  })

  describe('quarantine', () => {
    it('keeps the newest up to its bound and says how many went', async () => {
      const { quarantine } = opened()
      expect(await quarantine.add(batch(0, 4), 5)).toBe(0)
      expect(await quarantine.add(batch(4, 3), 5)).toBe(2)
      expect(
        (await quarantine.list({ code: null, principal: null }, firstPage)).items.map(
          (item) => item.receivedAt,
        ),
      ).toEqual([6, 5, 4, 3, 2])
      expect(await quarantine.add(batch(7, 20), 5)).toBe(20)
      expect(await quarantine.countByCode()).toEqual({ malformed: 5 })
    })

    it('is looked at by id, reason and sender', async () => {
      const { quarantine } = opened()
      await quarantine.add(
        [refusedMessage(), refusedMessage({ code: 'too_large', sourceId: '0x01', principal: 'gateway:g1' })],
        9,
      )
      const listed = async (code: string | null, principal: string | null) =>
        (await quarantine.list({ code, principal }, firstPage)).items
      const [large] = await listed('too_large', null)
      expect(large).toMatchObject({ code: 'too_large', sourceId: '0x01', principal: 'gateway:g1' })
      expect(await quarantine.get(large?.id ?? 0)).toEqual(large)
      expect(await quarantine.get(999)).toBeNull()
      expect(await listed(null, 'gateway:g1')).toEqual([large])
      expect(await listed('malformed', 'gateway:g1')).toEqual([])
      expect(await quarantine.countByCode()).toEqual({ malformed: 1, too_large: 1 })
    })
  })

  describe('settings, outages, cursors and facts', () => {
    it('keep every document of the rules', async () => {
      const { settings } = opened()
      expect(await settings.rules()).toBeNull()
      const second = { ...defaultRuleSettings, version: 2, quietHoursAfterResolve: 6 }
      await settings.putRules(defaultRuleSettings, 10, 'system')
      await settings.putRules(second, 20, 'account:li')
      expect(await settings.rules()).toEqual(second)
      expect((await settings.rulesHistory(firstPage)).items).toEqual([
        { settings: second, at: 20, by: 'account:li' },
        { settings: defaultRuleSettings, at: 10, by: 'system' },
      ])
    })

    it('tell the outages that reach into a time', async () => {
      const { outages } = opened()
      await outages.put({ from: 500, to: 600 })
      await outages.put({ from: 100, to: 200 })
      await outages.put({ from: 500, to: 700 })
      expect(await outages.since(0)).toEqual([
        { from: 100, to: 200 },
        { from: 500, to: 700 },
      ])
      expect(await outages.since(650)).toEqual([{ from: 500, to: 700 }])
      expect(await outages.since(700)).toEqual([])
    })

    it('are found under their names', async () => {
      const { cursors, facts } = opened()
      expect([await cursors.get('rules'), await facts.get('mode')]).toEqual([0, null])
      await cursors.set('rules', 3)
      await cursors.set('rules', 4)
      await facts.put('mode', 'real')
      await facts.put('mode', 'demo')
      expect([await cursors.get('rules'), await facts.get('mode')]).toEqual([4, 'demo'])
    })
  })
}
