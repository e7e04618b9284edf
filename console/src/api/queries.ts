import { keepPreviousData, QueryCache, QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { sortByUrgency } from '../live/alerts.ts'
import { ApiError, answer, client } from './client.ts'
import type { AlertState, AlertView, DeviceKind } from './types.ts'

export const keys = {
  session: ['session'] as const,
  unresolved: ['alerts', 'unresolved'] as const,
  alert: (id: string) => ['alert', id] as const,
  home: (id: string) => ['home', id] as const,
  homes: ['homes'] as const,
  devices: ['devices'] as const,
  summary: ['summary'] as const,
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

const PAGE = 500
const UNRESOLVED: readonly AlertState[] = ['suspected', 'open', 'acknowledged', 'recovered']

/** Null when nobody is signed in. */
export const useSessionQuery = () =>
  useQuery({
    queryKey: keys.session,
    staleTime: Infinity,
    queryFn: async () => {
      try {
        return await answer(client.GET('/api/v1/session'))
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null
        throw error
      }
    },
  })

const allUnresolved = async (): Promise<AlertView[]> => {
  const found: AlertView[] = []
  let after: string | undefined
  do {
    const page = await answer(
      client.GET('/api/v1/alerts', {
        params: {
          query: {
            state: UNRESOLVED.join(','),
            order: 'urgency',
            limit: PAGE,
            ...(after === undefined ? {} : { after }),
          },
        },
      }),
    )
    found.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined)
  return sortByUrgency(found)
}

/** Every alert that is not resolved, most urgent first; kept current by the live events. */
export const useUnresolvedAlerts = (enabled: boolean) =>
  useQuery({ queryKey: keys.unresolved, queryFn: allUnresolved, enabled, staleTime: Infinity })

export const useResolvedAlerts = (enabled: boolean) =>
  useInfiniteQuery({
    queryKey: ['alerts', 'resolved'],
    enabled,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/alerts', {
          params: {
            query: {
              state: 'resolved',
              order: 'newest',
              limit: 50,
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useAlertsOfHome = (homeId: string, from: string, enabled: boolean) =>
  useQuery({
    queryKey: ['alerts', 'home', homeId, from],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(
        client.GET('/api/v1/alerts', { params: { query: { homeId, from, order: 'newest', limit: 200 } } }),
      ),
  })

export const useAlert = (id: string | null) =>
  useQuery({
    queryKey: keys.alert(id ?? ''),
    enabled: id !== null,
    queryFn: () => answer(client.GET('/api/v1/alerts/{id}', { params: { path: { id: id ?? '' } } })),
  })

export const useSummary = () =>
  useQuery({
    queryKey: keys.summary,
    queryFn: () => answer(client.GET('/api/v1/summary')),
    refetchInterval: 30_000,
  })

export const useJurisdictions = () =>
  useQuery({
    queryKey: ['jurisdictions'],
    staleTime: 300_000,
    queryFn: () => answer(client.GET('/api/v1/jurisdictions', { params: { query: { limit: PAGE } } })),
  })

export const useHomes = (filter: { jurisdictionId: string | null; search: string }) =>
  useInfiniteQuery({
    queryKey: [...keys.homes, filter],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/homes', {
          params: {
            query: {
              limit: 100,
              ...(filter.jurisdictionId === null ? {} : { jurisdictionId: filter.jurisdictionId }),
              ...(filter.search === '' ? {} : { search: filter.search }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useHome = (id: string, enabled = true) =>
  useQuery({
    queryKey: keys.home(id),
    enabled,
    refetchInterval: 60_000,
    queryFn: () => answer(client.GET('/api/v1/homes/{id}', { params: { path: { id } } })),
  })

export interface ReadingsQuery {
  homeId: string
  metrics: readonly string[]
  fromAt: number
  toAt: number
  resolutionS: number
}

export const useReadings = (query: ReadingsQuery | null) =>
  useQuery({
    queryKey: ['readings', query?.homeId, query],
    enabled: query !== null,
    placeholderData: keepPreviousData,
    queryFn: () => {
      if (query === null) throw new Error('asked for no readings')
      return answer(
        client.GET('/api/v1/homes/{id}/readings', {
          params: {
            path: { id: query.homeId },
            query: {
              metrics: query.metrics.join(','),
              from: new Date(query.fromAt).toISOString(),
              to: new Date(query.toAt).toISOString(),
              resolution: query.resolutionS,
            },
          },
        }),
      )
    },
  })

export const useActogram = (homeId: string, days: number, enabled: boolean) =>
  useQuery({
    queryKey: ['actogram', homeId, days],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(
        client.GET('/api/v1/homes/{id}/actogram', {
          params: { path: { id: homeId }, query: { days, resolution: '15' } },
        }),
      ),
  })

export const useDevices = (kind: DeviceKind | null) =>
  useInfiniteQuery({
    queryKey: [...keys.devices, kind],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/devices', {
          params: {
            query: {
              limit: PAGE,
              ...(kind === null ? {} : { kind }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useQuarantine = (code: string | null) =>
  useInfiniteQuery({
    queryKey: ['quarantine', code],
    initialPageParam: '',
    refetchInterval: 30_000,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/quarantine', {
          params: {
            query: {
              limit: 50,
              ...(code === null ? {} : { code }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useRules = () =>
  useQuery({ queryKey: keys.rules, queryFn: () => answer(client.GET('/api/v1/rules')) })

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
