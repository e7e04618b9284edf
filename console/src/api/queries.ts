import {
  keepPreviousData,
  QueryCache,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { sortByUrgency } from '../live/alerts.ts'
import { recallVisitor, rememberVisitor } from '../session/visitor.ts'
import { ApiError, answer, client } from './client.ts'
import type {
  AlertState,
  AlertView,
  AwayPeriod,
  DeviceKind,
  Me,
  SensitivePeriod,
  VisitState,
} from './types.ts'

export const keys = {
  session: ['session'] as const,
  unresolved: ['alerts', 'unresolved'] as const,
  listed: ['alerts', 'listed'] as const,
  visits: ['visits'] as const,
  alert: (id: string) => ['alert', id] as const,
  home: (id: string) => ['home', id] as const,
  homes: ['homes'] as const,
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

const PAGE = 500
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

/** Null when nobody is signed in. */
export const useSessionQuery = () =>
  useQuery({
    queryKey: keys.session,
    staleTime: Infinity,
    // Also without reception: then whoever goes on visits is let in to what their phone keeps.
    networkMode: 'always',
    queryFn: async () => {
      try {
        const me = await answer(client.GET('/api/v1/session'))
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
const everyPage = async <Item>(
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

/** Who was told, and who is next: as of a version of the alert. */
export const usePages = (id: string, version: number) =>
  useQuery({
    queryKey: [...keys.alert(id), 'pages', version],
    placeholderData: keepPreviousData,
    queryFn: () => answer(client.GET('/api/v1/alerts/{id}/pages', { params: { path: { id } } })),
  })

export const useMembers = (id: string, version: number) =>
  useQuery({
    queryKey: [...keys.alert(id), 'members', version],
    placeholderData: keepPreviousData,
    queryFn: () => answer(client.GET('/api/v1/alerts/{id}/members', { params: { path: { id } } })),
  })

export const useCandidates = (id: string, crewSize: number) =>
  useQuery({
    queryKey: [...keys.alert(id), 'candidates', crewSize],
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(client.GET('/api/v1/alerts/{id}/candidates', { params: { path: { id }, query: { crewSize } } })),
  })

export const useVisitRecord = (id: string | null) =>
  useQuery({
    queryKey: [...keys.visits, 'record', id],
    enabled: id !== null,
    queryFn: () => answer(client.GET('/api/v1/visits/{id}/record', { params: { path: { id: id ?? '' } } })),
  })

export const useVisits = (states: readonly VisitState[]) =>
  useInfiniteQuery({
    queryKey: [...keys.visits, 'list', ...states],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/visits', {
          params: {
            query: {
              state: states.join(','),
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

export interface HomesFilter {
  jurisdictionId: string | null
  search: string
  show: 'all' | 'blind' | 'archived'
}

export const useHomes = ({ jurisdictionId, search, show }: HomesFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.homes, jurisdictionId, search, show],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/homes', {
          params: {
            query: {
              limit: 100,
              ...(jurisdictionId === null ? {} : { jurisdictionId }),
              ...(search === '' ? {} : { search }),
              ...(show === 'blind' ? { blind: 'true' } : {}),
              ...(show === 'archived' ? { archived: 'true' } : {}),
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

/** What the rules make of a home: now (null), or at an instant of its past. */
export const useOutlook = (homeId: string, at: number | null) =>
  useQuery({
    queryKey: [...keys.outlook, homeId, at],
    placeholderData: keepPreviousData,
    ...(at === null ? { refetchInterval: 60_000 } : { staleTime: Infinity }),
    queryFn: () =>
      answer(
        client.GET('/api/v1/homes/{id}/why-not', {
          params: { path: { id: homeId }, query: at === null ? {} : { at: new Date(at).toISOString() } },
        }),
      ),
  })

export const useCircumstances = (homeId: string, enabled: boolean) =>
  useQuery({
    queryKey: [...keys.circumstances, homeId],
    enabled,
    refetchInterval: 60_000,
    queryFn: () =>
      answer(client.GET('/api/v1/homes/{id}/circumstances', { params: { path: { id: homeId } } })),
  })

export const usePlaceSensitivities = (placeId: string) =>
  useQuery({
    queryKey: [...keys.circumstances, 'place', placeId],
    queryFn: () =>
      answer(client.GET('/api/v1/jurisdictions/{id}/sensitivities', { params: { path: { id: placeId } } })),
  })

export const useHomeSettings = (homeId: string) =>
  useQuery({
    queryKey: keys.homeSettings(homeId),
    queryFn: () => answer(client.GET('/api/v1/homes/{id}/settings', { params: { path: { id: homeId } } })),
  })

/** They are back, or it is over. */
export const useEndPeriod = () => {
  const queries = useQueryClient()
  return useMutation<unknown, Error, AwayPeriod | SensitivePeriod>({
    mutationFn: (period) => {
      const { id: periodId, homeId } = period
      if (!('factor' in period))
        return answer(
          client.POST('/api/v1/homes/{id}/away/{periodId}/end', {
            params: { path: { id: period.homeId, periodId } },
          }),
        )
      return homeId === null
        ? answer(
            client.POST('/api/v1/jurisdictions/{id}/sensitivities/{periodId}/end', {
              params: { path: { id: period.jurisdictionId ?? '', periodId } },
            }),
          )
        : answer(
            client.POST('/api/v1/homes/{id}/sensitivities/{periodId}/end', {
              params: { path: { id: homeId, periodId } },
            }),
          )
    },
    onSuccess: () => {
      for (const queryKey of [keys.circumstances, keys.outlook]) void queries.invalidateQueries({ queryKey })
    },
  })
}

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

/** Those that somebody must look after first. */
export const useDevices = ({ kind, onlySilent }: { kind: DeviceKind | null; onlySilent: boolean }) =>
  useInfiniteQuery({
    queryKey: [...keys.devices, kind, onlySilent],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/devices', {
          params: {
            query: {
              limit: 100,
              order: 'silent',
              ...(kind === null ? {} : { kind }),
              ...(onlySilent ? { silent: 'true' } : {}),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

/** To be called after any change of a device: homes show theirs, and messages may have found their sender. */
export const useDevicesChanged = () => {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of [keys.devices, keys.homes, ['home'], keys.summary, keys.quarantine])
      void queries.invalidateQueries({ queryKey })
  }
}

export const useGateways = (enabled = true) =>
  useQuery({
    queryKey: keys.gateways,
    enabled,
    queryFn: () =>
      everyPage((after) =>
        answer(client.GET('/api/v1/gateways', { params: { query: { limit: PAGE, ...after } } })),
      ),
  })

export const useSources = () =>
  useQuery({
    queryKey: keys.sources,
    refetchInterval: 5_000,
    queryFn: async () => (await answer(client.GET('/api/v1/sources'))).items,
  })

export interface QuarantineFilter {
  code: string | null
  principal: string | null
  decoded: boolean
}
export const useQuarantine = (filter: QuarantineFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.quarantine, filter],
    initialPageParam: '',
    refetchInterval: 30_000,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/quarantine', {
          params: {
            query: {
              limit: 50,
              decoded: filter.decoded ? 'true' : 'false',
              ...(filter.code === null ? {} : { code: filter.code }),
              ...(filter.principal === null ? {} : { principal: filter.principal }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
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
