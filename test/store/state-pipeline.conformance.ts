import { describe, expect, it } from 'vitest'
import { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { LiveEvent } from '../../contracts/live.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import type { StateStore } from '../../store/state.ts'
import { alert, firstPage, refusedMessage, within } from './state-samples.ts'

const [h1, h2, h3] = [HomeId.parse('h1'), HomeId.parse('h2'), HomeId.parse('h3')]

const [east, west] = [JurisdictionId.parse('east'), JurisdictionId.parse('west')]

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

  describe('what is remembered of places', () => {
    it('comes due in the order of time, apart from the homes', async () => {
      const { memories, nodeMemories } = opened()
      await nodeMemories.put({ nodeId: east, rules: { v: 1, hours: [1, 2] }, dueAt: 300 })
      await nodeMemories.put({ nodeId: west, rules: {}, dueAt: 200 })
      expect(await nodeMemories.get(east)).toEqual({
        nodeId: east,
        rules: { v: 1, hours: [1, 2] },
        dueAt: 300,
      })
      expect(await nodeMemories.get(JurisdictionId.parse('north'))).toBeNull()
      expect(await nodeMemories.due(300, 10)).toEqual([
        { nodeId: west, dueAt: 200 },
        { nodeId: east, dueAt: 300 },
      ])
      await nodeMemories.put({ nodeId: west, rules: {}, dueAt: null })
      expect(await nodeMemories.nextDueAt()).toBe(300)
      expect(await memories.nextDueAt()).toBeNull()
    })
  })

  describe('the outbox', () => {
    const item = (key: string, notBefore: number) => ({
      key,
      channel: 'check_in',
      payload: { key },
      notBefore,
    })
    const keysOf = (items: readonly { key: string }[]) => items.map(({ key }) => key)

    it('gives what is due, earliest first, until it is marked', async () => {
      const { outbox } = opened()
      await outbox.add(item('b', 200))
      await outbox.add(item('a', 100))
      await outbox.add(item('c', 300))
      const [first] = await outbox.due(200, 10)
      expect(first).toEqual({ id: 2, ...item('a', 100), attempts: 0, state: 'waiting' })
      expect(keysOf(await outbox.due(200, 10))).toEqual(['a', 'b'])
      expect(keysOf(await outbox.due(300, 1))).toEqual(['a'])
      expect(keysOf(await outbox.due(300, 1, new Set([2])))).toEqual(['b'])
      expect(keysOf(await outbox.due(300, 10, new Set([1, 3])))).toEqual(['a'])
      await outbox.update({ id: 2, notBefore: 250, attempts: 1, state: 'waiting' })
      expect(keysOf(await outbox.due(300, 10))).toEqual(['b', 'a', 'c'])
      for (const state of ['sent', 'failed', 'dropped'] as const) {
        const [next] = await outbox.due(300, 1)
        await outbox.update({ id: next?.id ?? 0, notBefore: 0, attempts: 2, state })
      }
      expect(await outbox.due(999, 10)).toEqual([])
    })

    it('takes a key once, whatever became of it', async () => {
      const { outbox } = opened()
      await outbox.add(item('a', 100))
      await outbox.add(item('a', 50))
      expect(await outbox.due(99, 10)).toEqual([])
      await outbox.update({ id: 1, notBefore: 100, attempts: 1, state: 'sent' })
      await outbox.add(item('a', 100))
      expect(await outbox.due(999, 10)).toEqual([])
    })

    it('is trimmed of the old and done, never of what waits', async () => {
      const { outbox } = opened()
      for (const key of ['a', 'b', 'c', 'd']) await outbox.add(item(key, 0))
      for (const id of [2, 3, 4]) await outbox.update({ id, notBefore: 0, attempts: 1, state: 'sent' })
      await outbox.trim(1)
      await outbox.add(item('b', 0))
      await outbox.add(item('d', 0))
      expect(keysOf(await outbox.due(0, 10))).toEqual(['a', 'b'])
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
      expect(await quarantine.add(batch(0, 4), within(5))).toBe(0)
      expect(await quarantine.add(batch(4, 3), within(5))).toBe(2)
      expect(
        (await quarantine.list({ code: null, principal: null, decoded: null }, firstPage)).items.map(
          (item) => item.receivedAt,
        ),
      ).toEqual([6, 5, 4, 3, 2])
      expect(await quarantine.add(batch(7, 20), within(5))).toBe(20)
      expect(await quarantine.countByCode()).toEqual({ malformed: 5 })
    })

    it('keeps what waits whole, and lets go of it by size, by source and once it is decoded', async () => {
      const { quarantine } = opened()
      const large = Buffer.alloc(30_000, 7).toString('base64')
      const waits = (n: number, sourceId: string | null = '0x01') =>
        refusedMessage({
          code: 'needs_mapping',
          principal: 'gateway:g1',
          sourceId,
          receivedAt: n,
          payload: large,
        })
      const bounds = { items: 100, itemsPerSource: 3, payloadBytes: large.length * 5 }
      await quarantine.add([waits(1), waits(2), waits(3), waits(4), waits(5, null)], bounds)
      const of = (sourceId: string | null, after = 0) =>
        quarantine.waiting({ principal: 'gateway:g1', sourceId }, after, 10)
      const own = await of('0x01')
      expect(own.map((item) => item.receivedAt)).toEqual([2, 3, 4])
      expect(own.every((item) => item.payload === large)).toBe(true)
      expect((await of('0x01', own[0]?.id)).map((item) => item.receivedAt)).toEqual([3, 4])
      expect((await of(null)).map((item) => item.receivedAt)).toEqual([5])
      const [listed] = (await quarantine.list({ code: null, principal: null, decoded: false }, firstPage))
        .items
      expect(listed?.payload).toBe(large.slice(0, 5_464))

      await quarantine.markDecoded([own[0]?.id ?? 0], 99)
      expect((await of('0x01')).map((item) => item.receivedAt)).toEqual([3, 4])
      expect(await quarantine.get(own[0]?.id ?? 0)).toMatchObject({
        decodedAt: 99,
        payload: large.slice(0, 5_464),
      })
      const decoded = await quarantine.list({ code: null, principal: null, decoded: true }, firstPage)
      expect(decoded.items.map((item) => item.receivedAt)).toEqual([2])

      expect(
        await quarantine.add(
          Array.from({ length: 3 }, (_, i) => waits(6, `0x0${i}`)),
          bounds,
        ),
      ).toBeGreaterThan(0)
      const { items } = await quarantine.list({ code: null, principal: null, decoded: null }, firstPage)
      expect(items.length).toBeLessThanOrEqual(5)
    })

    it('is looked at by id, reason and sender', async () => {
      const { quarantine } = opened()
      await quarantine.add(
        [refusedMessage(), refusedMessage({ code: 'too_large', sourceId: '0x01', principal: 'gateway:g1' })],
        within(9),
      )
      const listed = async (code: string | null, principal: string | null) =>
        (await quarantine.list({ code, principal, decoded: null }, firstPage)).items
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
