import { QueryCache, QueryClient, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { sortByUrgency } from '../live/alerts.ts'
import { recallVisitor, rememberVisitor } from '../session/visitor.ts'
import { ApiError, answer, client } from './client.ts'
import type { AlertState, AlertView, Me } from './types.ts'

export const keys = {
  session: ['session'] as const,
  unresolved: ['alerts', 'unresolved'] as const,
  listed: ['alerts', 'listed'] as const,
  visits: ['visits'] as const,
  alert: (id: string) => ['alert', id] as const,
  home: (id: string) => ['home', id] as const,
  homes: ['homes'] as const,
  consents: ['consents'] as const,
  jurisdictions: ['jurisdictions'] as const,
  gateways: ['gateways'] as const,
  sources: ['sources'] as const,
  quarantine: ['quarantine'] as const,
  devices: ['devices'] as const,
  summary: ['summary'] as const,
  outlook: ['outlook'] as const,
  circumstances: ['circumstances'] as const,
  homeSettings: (id: string) => ['home-settings', id] as const,
  rules: ['rules'] as const,
  accounts: ['accounts'] as const,
  tokens: ['tokens'] as const,
}

const isOurFault = (error: Error) => error instanceof ApiError && error.status >= 400 && error.status < 500

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended shows at whatever was asked first; the gate then asks for a new one.
    onError: (error, query) => {
      if (error instanceof ApiError && error.status === 401 && query.queryKey[0] !== 'session')
        void queryClient.invalidateQueries({ queryKey: keys.session })
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Asking again does not turn a refusal into an answer.
      retry: (failures, error) => !isOurFault(error) && failures < 2,
      refetchOnWindowFocus: true,
    },
  },
})

/**
 * From here on another account is at the desk, or nobody: null. What the one before saw is forgotten; the session itself
 * is replaced and not removed, because whoever watches a removed query is not told of the next one under its key.
 */
export const beginSession = (queries: QueryClient, me: Me | null): void => {
  rememberVisitor(me)
  queries.setQueryData(keys.session, me)
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] })
  queries.getMutationCache().clear()
}

export const PAGE = 500
const UNRESOLVED: readonly AlertState[] = [
  'suspected',
  'open',
  'acknowledged',
  'verifying',
  'dispatched',
  'accepted',
  'on_scene',
  'recovered',
  'transferred',
  'shelved',
]

/** On a line that is neither there nor gone nobody answers for minutes; the phone knows whose it is all the while. */
const VISITORS_PATIENCE_MS = 3_000

/** Null when nobody is signed in. */
export const useSessionQuery = () =>
  useQuery({
    queryKey: keys.session,
    staleTime: Infinity,
    // Also without reception: then whoever goes on visits is let in to what their phone keeps.
    networkMode: 'always',
    queryFn: async () => {
      const patience = recallVisitor() === null ? {} : { signal: AbortSignal.timeout(VISITORS_PATIENCE_MS) }
      try {
        const me = await answer(client.GET('/api/v1/session', patience))
        rememberVisitor(me)
        return me
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (error.status === 401) return null
        const visitor = error.status === 0 ? recallVisitor() : null
        if (visitor !== null) return visitor
        throw error
      }
    },
  })

/** Turns the pages of a list to its end. */
export const everyPage = async <Item>(
  list: (after: { after?: string }) => Promise<{ items: Item[]; next: string | null }>,
): Promise<Item[]> => {
  const found: Item[] = []
  let after: string | null = null
  do {
    const page: { items: Item[]; next: string | null } = await list(after === null ? {} : { after })
    found.push(...page.items)
    after = page.next
  } while (after !== null)
  return found
}

const allUnresolved = async (): Promise<AlertView[]> =>
  sortByUrgency(
    await everyPage((after) =>
      answer(
        client.GET('/api/v1/alerts', {
          params: { query: { state: UNRESOLVED.join(','), order: 'urgency', limit: PAGE, ...after } },
        }),
      ),
    ),
  )

/** Every alert that is not resolved, most urgent first; kept current by the live events. */
export const useUnresolvedAlerts = (enabled: boolean) =>
  useQuery({ queryKey: keys.unresolved, queryFn: allUnresolved, enabled, staleTime: Infinity })

/** What is not kept in memory: what waits, and what is over. */
export const useListedAlerts = (states: readonly AlertState[]) =>
  useInfiniteQuery({
    queryKey: [...keys.listed, ...states],
    enabled: states.length > 0,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/alerts', {
          params: {
            query: {
              state: states.join(','),
              order: 'newest',
              limit: 50,
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useSummary = () =>
  useQuery({
    queryKey: keys.summary,
    queryFn: () => answer(client.GET('/api/v1/summary')),
    refetchInterval: 30_000,
  })

/** The places in reach and those above them, all of them. */
export const useJurisdictions = () =>
  useQuery({
    queryKey: keys.jurisdictions,
    staleTime: 300_000,
    queryFn: () =>
      everyPage((after) =>
        answer(client.GET('/api/v1/jurisdictions', { params: { query: { limit: PAGE, ...after } } })),
      ),
  })

export const useAccessLog = (actor: string | null) =>
  useInfiniteQuery({
    queryKey: ['access-log', actor],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/access-log', {
          params: {
            query: {
              limit: 100,
              ...(actor === null ? {} : { actor }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const rulesQuery = queryOptions({
  queryKey: keys.rules,
  queryFn: () => answer(client.GET('/api/v1/rules')),
})
export const useRules = () => useQuery(rulesQuery)

/** Asked for again and again until it is done. */
export const useTrial = (id: string | null) =>
  useQuery({
    queryKey: ['trial', id],
    enabled: id !== null,
    staleTime: Infinity,
    queryFn: () => answer(client.GET('/api/v1/rules/trials/{id}', { params: { path: { id: id ?? '' } } })),
    refetchInterval: ({ state }) =>
      state.data?.state === 'waiting' || state.data?.state === 'running' ? 1_000 : false,
  })

export const useAccounts = () =>
  useQuery({
    queryKey: keys.accounts,
    queryFn: () => answer(client.GET('/api/v1/accounts', { params: { query: { limit: PAGE } } })),
  })

export const useTokens = () =>
  useQuery({
    queryKey: keys.tokens,
    queryFn: () => answer(client.GET('/api/v1/tokens', { params: { query: { limit: PAGE } } })),
  })
