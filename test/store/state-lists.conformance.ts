import { describe, expect, it } from 'vitest'
import { HomeId } from '../../contracts/ids.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { Severity } from '../../contracts/severity.ts'
import type { Page, PageRequest } from '../../store/state/lists.ts'
import type { StateStore, StateTables } from '../../store/state.ts'
import {
  account,
  alert,
  allPages,
  anyAlert,
  device,
  finding,
  firstPage,
  gateway,
  home,
  refusedMessage,
  resident,
  token,
  within,
} from './state-samples.ts'

/** A list under test: `put` makes the item with that number, `keyOf` tells its number from what was listed. */
interface PagedList {
  put: (tables: StateTables, n: number) => Promise<unknown>
  list: (tables: StateTables, page: PageRequest) => Promise<Page<number>>
}

const padded = (n: number) => String(n).padStart(4, '0')
const numberIn = (id: string) => Number(id.slice(1))
const numbers = <T>({ items, next }: Page<T>, numberOf: (item: T) => number): Page<number> => ({
  items: items.map(numberOf),
  next,
})
const h1 = HomeId.parse('h1')

const LISTS: Record<string, PagedList> = {
  homes: {
    put: (tables, n) => tables.homes.put(home(`h${padded(n)}`)),
    list: async (tables, page) =>
      numbers(await tables.homes.list({ scope: null, archived: false }, page), ({ id }) => numberIn(id)),
  },
  residents: {
    put: (tables, n) => tables.residents.put(resident(`r${padded(n)}`)),
    list: async (tables, page) =>
      numbers(await tables.residents.list({ scope: null, search: '王' }, page), ({ id }) => numberIn(id)),
  },
  devices: {
    put: (tables, n) => tables.devices.put(device(`d${padded(n)}`)),
    list: async (tables, page) =>
      numbers(
        await tables.devices.list({ scope: null, homeId: null, kind: null, gatewayId: null }, page),
        ({ id }) => numberIn(id),
      ),
  },
  gateways: {
    put: (tables, n) => tables.gateways.put(gateway(`g${padded(n)}`)),
    list: async (tables, page) =>
      numbers(await tables.gateways.list({ scope: null }, page), ({ id }) => numberIn(id)),
  },
  'alerts by urgency': {
    put: (tables, n) =>
      tables.alerts.put(
        alert(`a${padded(n)}`, { severity: Severity.options[n % 4] ?? 'P4', openedAt: n % 7 }),
      ),
    list: async (tables, page) =>
      numbers(await tables.alerts.list(anyAlert, 'urgency', page), ({ id }) => numberIn(id)),
  },
  'alerts, newest first': {
    put: (tables, n) => tables.alerts.put(alert(`a${padded(n)}`, { openedAt: n % 7 })),
    list: async (tables, page) =>
      numbers(await tables.alerts.list({ ...anyAlert, states: ['open'] }, 'newest', page), ({ id }) =>
        numberIn(id),
      ),
  },
  findings: {
    put: (tables, n) => tables.findings.put(finding(`f${padded(n)}`, { raisedAt: n % 7 })),
    list: async (tables, page) =>
      numbers(await tables.findings.list({ homeId: h1, kinds: null, from: null, to: null }, page), ({ id }) =>
        numberIn(id),
      ),
  },
  quarantine: {
    put: (tables, n) => tables.quarantine.add([refusedMessage({ receivedAt: n })], within(1_000)),
    list: async (tables, page) =>
      numbers(
        await tables.quarantine.list({ code: null, principal: null, decoded: null }, page),
        (item) => item.receivedAt,
      ),
  },
  'rule settings': {
    put: (tables, n) => tables.settings.putRules({ ...defaultRuleSettings, version: n + 1 }, n, 'system'),
    list: async (tables, page) => numbers(await tables.settings.rulesHistory(page), ({ at }) => at),
  },
  accounts: {
    put: (tables, n) => tables.accounts.put(account(`a${padded(n)}`)),
    list: async (tables, page) => numbers(await tables.accounts.list(page), ({ id }) => numberIn(id)),
  },
  tokens: {
    put: (tables, n) => tables.accounts.putToken(`hash ${n}`, token(`t${padded(n)}`)),
    list: async (tables, page) => numbers(await tables.accounts.tokens(page), ({ id }) => numberIn(id)),
  },
  'access log': {
    put: (tables, n) =>
      tables.access.append([{ at: n, actor: 'system', what: 'curve', homeId: h1, route: '/' }]),
    list: async (tables, page) =>
      numbers(await tables.access.list({ scope: null, homeId: null, actor: null }, page), ({ at }) => at),
  },
}

export function holdsLists(opened: () => StateStore): void {
  describe.each(Object.entries(LISTS))('paging through %s', (_, { put, list }) => {
    const COUNT = 46
    /** Even numbers stand there from the start; odd ones come in while somebody pages. */
    const early = Array.from({ length: COUNT / 2 }, (_, i) => 2 * i)

    it('finds everything once, in one order whatever the size of a page', async () => {
      const store = opened()
      await store.transaction(async (tables) => {
        for (const n of early) await put(tables, n)
      })
      const { items: whole } = await list(store, { limit: COUNT, after: null })
      expect([...whole].sort((a, b) => a - b)).toEqual(early)
      for (const limit of [1, 7, early.length, early.length + 1])
        expect(await allPages((page) => list(store, page), limit)).toEqual(whole)
    })

    it('neither loses nor doubles what stood there when more comes in meanwhile', async () => {
      const store = opened()
      await store.transaction(async (tables) => {
        for (const n of early) await put(tables, n)
      })
      let next = 1
      const seen = await allPages(
        (page) => list(store, page),
        4,
        async () => {
          for (let i = 0; i < 3 && next < COUNT; i += 1, next += 2) await put(store, next)
        },
      )
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter((n) => n % 2 === 0).sort((a, b) => a - b)).toEqual(early)
    })
  })

  describe('a mark', () => {
    it('that belongs to no list or another one is refused', async () => {
      const store = opened()
      for (const id of ['a1', 'a2']) await store.alerts.put(alert(id))
      const { next } = await store.alerts.list(anyAlert, 'urgency', { limit: 1, after: null })
      const refused = { code: 'bad_request' }
      for (const after of ['rubbish', '', next])
        await expect(
          store.homes.list({ scope: null, archived: true }, { limit: 1, after }),
        ).rejects.toMatchObject(refused)
    })

    it('is null on an empty list', async () => {
      expect(await opened().alerts.list(anyAlert, 'newest', firstPage)).toEqual({ items: [], next: null })
    })
  })
}
