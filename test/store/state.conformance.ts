import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StateStore, StateTables } from '../../store/state.ts'
import { holdsAccounts } from './state-accounts.conformance.ts'
import { holdsAlerts } from './state-alerts.conformance.ts'
import { holdsChannels } from './state-channels.conformance.ts'
import { holdsCircumstances } from './state-circumstances.conformance.ts'
import { holdsDeviceCommands } from './state-device-commands.conformance.ts'
import { holdsDuty } from './state-duty.conformance.ts'
import { holdsLists } from './state-lists.conformance.ts'
import { holdsOnboarding } from './state-onboarding.conformance.ts'
import { holdsPipeline } from './state-pipeline.conformance.ts'
import { holdsProposals } from './state-proposals.conformance.ts'
import { holdsRegistry } from './state-registry.conformance.ts'
import { holdsRetention } from './state-retention.conformance.ts'
import { account, alert, device, gateway, home } from './state-samples.ts'
import { holdsVisits } from './state-visits.conformance.ts'

/** Opens the state kept at `place`: a folder of its own for each test, the same one for the same state. */
export type OpenState = (place: string) => Promise<StateStore>

/** What every driver of the state holds. */
export function stateConformance(name: string, open: OpenState): void {
  describe(`state: ${name}`, () => {
    let place: string
    let store: StateStore

    beforeEach(async () => {
      place = mkdtempSync(join(tmpdir(), 'state-'))
      store = await open(place)
    })
    afterEach(async () => {
      await store.close()
      rmSync(place, { recursive: true, force: true })
    })
    const opened = () => store

    holdsTransactions(opened)
    holdsRegistry(opened)
    holdsCircumstances(opened)
    holdsAlerts(opened)
    holdsDuty(opened)
    holdsPipeline(opened)
    holdsAccounts(opened)
    holdsChannels(opened)
    holdsDeviceCommands(opened)
    holdsLists(opened)
    holdsVisits(opened)
    holdsOnboarding(opened)
    holdsProposals(opened)
    holdsRetention(opened)

    it('is all there after a restart', async () => {
      await store.transaction(async (tables) => {
        await tables.homes.put(home('h1'))
        await tables.alerts.put(alert('a1'))
        await tables.cursors.set('rules', 17)
      })
      await store.facts.put('mode', 'real')
      await store.close()
      store = await open(place)
      expect(await store.homes.get(home('h1').id)).toEqual(home('h1'))
      expect(await store.alerts.get(alert('a1').id)).toEqual(alert('a1'))
      expect([await store.cursors.get('rules'), await store.facts.get('mode')]).toEqual([17, 'real'])
    })

    it('is on disk when a write says so: a second handle sees it at once', async () => {
      await store.facts.put('mode', 'real')
      const second = await open(place)
      expect(await second.facts.get('mode')).toBe('real')
      await second.close()
    })

    it('finishes what was begun before closing, and takes nothing after', async () => {
      const pending = store.facts.put('mode', 'real')
      await store.close()
      await pending
      await expect(store.facts.put('mode', 'demo')).rejects.toThrow('closed')
      store = await open(place)
      expect(await store.facts.get('mode')).toBe('real')
    })
  })
}

function holdsTransactions(opened: () => StateStore): void {
  describe('a transaction', () => {
    it('is kept whole, and answers what its work returns', async () => {
      const answer = await opened().transaction(async (tables) => {
        await tables.facts.put('a', '1')
        await tables.cursors.set('rules', 5)
        return 'done'
      })
      expect(answer).toBe('done')
      expect([await opened().facts.get('a'), await opened().cursors.get('rules')]).toEqual(['1', 5])
    })

    it('leaves nothing behind when its work throws, and the store goes on', async () => {
      const failed = opened().transaction(async (tables) => {
        await tables.alerts.put(alert('a1'))
        await tables.live.append({ type: 'registry', homeId: null, jurisdictionId: null }, 1)
        await tables.cursors.set('rules', 5)
        throw new Error('thought better of it')
      })
      await expect(failed).rejects.toThrow('thought better of it')
      expect(await opened().alerts.get(alert('a1').id)).toBeNull()
      expect(await opened().live.bounds()).toEqual({ first: 0, last: 0 })
      expect(await opened().cursors.get('rules')).toBe(0)
      await opened().facts.put('a', '1')
      expect(await opened().facts.get('a')).toBe('1')
    })

    it('reads what it wrote itself; nobody else does before it is kept', async () => {
      await opened().facts.put('a', 'old')
      await opened().transaction(async (tables) => {
        await tables.facts.put('a', 'new')
        await tables.homes.put(home('h1'))
        expect(await tables.facts.get('a')).toBe('new')
        expect(await opened().facts.get('a')).toBe('old')
        expect(await opened().homes.get(home('h1').id)).toBeNull()
      })
      expect(await opened().facts.get('a')).toBe('new')
      expect(await opened().homes.get(home('h1').id)).toEqual(home('h1'))
    })

    it('waits for the one before it, so counting up loses nothing', async () => {
      const store = opened()
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          i % 2 === 0
            ? store.transaction(async (tables) => {
                const seq = await tables.cursors.get('counter')
                await new Promise((resolve) => setImmediate(resolve))
                await tables.cursors.set('counter', seq + 1)
              })
            : store.facts.put(`fact ${i}`, 'written in between'),
        ),
      )
      expect(await store.cursors.get('counter')).toBe(25)
      expect(await store.facts.get('fact 49')).toBe('written in between')
    })

    it('is not kept in part: a write that failed in it condemns it, though its work went on', async () => {
      const failed = opened().transaction(async (tables) => {
        await tables.facts.put('a', '1')
        await tables.accounts.put(account('one', { name: 'same' }))
        await tables.accounts.put(account('two', { name: 'same' })).catch(() => {})
        await tables.facts.put('b', '2').catch(() => {})
      })
      await expect(failed).rejects.toThrow('has failed')
      expect([await opened().facts.get('a'), await opened().accounts.count()]).toEqual([null, 0])
    })

    it('refuses a write on the store from inside, which would wait for itself', async () => {
      const store = opened()
      const stuck = store.transaction(async (tables) => {
        await tables.facts.put('a', '1')
        await store.facts.put('b', '2')
      })
      await expect(stuck).rejects.toThrow('through its own tables')
      await expect(store.transaction(() => store.transaction(async () => {}))).rejects.toThrow('own tables')
      expect(await store.facts.get('a')).toBeNull()
    })

    it('is over when it is over: its tables take nothing afterwards', async () => {
      let leaked: StateTables | undefined
      await opened().transaction(async (tables) => {
        leaked = tables
      })
      await expect(leaked?.facts.put('a', '1')).rejects.toThrow('has ended')
      await expect(leaked?.facts.get('a')).rejects.toThrow('has ended')
    })

    it('holds a write of several steps together by itself', async () => {
      const store = opened()
      await store.gateways.put(gateway('g1'))
      const g1 = gateway('g1').id
      await store.devices.put(device('s1', { gatewayId: g1, sourceId: '0x01' }))
      await expect(
        store.devices.put(device('s2', { gatewayId: g1, sourceId: '0x01' })),
      ).rejects.toMatchObject({ code: 'conflict' })
      expect((await store.devices.all()).map(({ id }) => id)).toEqual(['s1'])
    })
  })
}
