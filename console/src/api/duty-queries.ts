import {
  keepPreviousData,
  useInfiniteQuery,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { answer, client } from './client.ts'
import type { PersonKind } from './types.ts'

export const dutyKeys = {
  duty: ['duty'] as const,
  people: ['people'] as const,
  person: (id: string) => ['person', id] as const,
  policy: ['policy'] as const,
  channels: ['channels'] as const,
  channelForms: ['channel-forms'] as const,
  cuts: ['cuts'] as const,
  ownPages: ['own-pages'] as const,
  push: ['push'] as const,
}

/** Who is on duty for a place, from now on. */
export const useDuty = (placeId: string | undefined, days: number) =>
  useQuery({
    queryKey: [...dutyKeys.duty, placeId, days],
    enabled: placeId !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    queryFn: () =>
      answer(
        client.GET('/api/v1/jurisdictions/{id}/duty', {
          params: { path: { id: placeId ?? '' }, query: { days } },
        }),
      ),
  })

export interface PeopleFilter {
  jurisdictionId: string | null
  search: string
  kind: PersonKind | null
  enabled: boolean | null
}

export const usePeople = ({ jurisdictionId, search, kind, enabled }: PeopleFilter) =>
  useInfiniteQuery({
    queryKey: [...dutyKeys.people, jurisdictionId, search, kind, enabled],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/people', {
          params: {
            query: {
              limit: 100,
              ...(jurisdictionId === null ? {} : { jurisdictionId }),
              ...(search === '' ? {} : { search }),
              ...(kind === null ? {} : { kind }),
              ...(enabled === null ? {} : { enabled: enabled ? 'true' : 'false' }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

/** Names of those that rosters and pages name by id; of somebody out of reach there is none. */
export const usePersonNames = (ids: readonly string[]): ReadonlyMap<string, string> => {
  const found = useQueries({
    queries: [...new Set(ids)].map((id) => ({
      queryKey: dutyKeys.person(id),
      staleTime: 300_000,
      queryFn: () => answer(client.GET('/api/v1/people/{id}', { params: { path: { id } } })),
    })),
  })
  return new Map(found.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.name] as const])))
}

/** The ladder in force for a place: its own, or that of the next place above it. */
export const usePolicy = (placeId: string | undefined) =>
  useQuery({
    queryKey: [...dutyKeys.policy, placeId],
    enabled: placeId !== undefined,
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(client.GET('/api/v1/jurisdictions/{id}/policy', { params: { path: { id: placeId ?? '' } } })),
  })

export const useChannels = (enabled = true) =>
  useQuery({
    queryKey: dutyKeys.channels,
    enabled,
    refetchInterval: 30_000,
    queryFn: async () => (await answer(client.GET('/api/v1/channels'))).items,
  })

/** What each kind of channel must be given; the same until the service is replaced. */
export const useChannelForms = (enabled = true) =>
  useQuery({
    queryKey: dutyKeys.channelForms,
    enabled,
    staleTime: Infinity,
    queryFn: async () => (await answer(client.GET('/api/v1/channels/kinds'))).items,
  })

export const useCuts = (placeId: string | undefined) =>
  useQuery({
    queryKey: [...dutyKeys.cuts, placeId],
    enabled: placeId !== undefined,
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(client.GET('/api/v1/jurisdictions/{id}/cuts', { params: { path: { id: placeId ?? '' } } })),
  })

/** What whoever is signed in was told, the newest first. */
export const useOwnPages = () =>
  useQuery({
    queryKey: dutyKeys.ownPages,
    refetchInterval: 15_000,
    queryFn: async () =>
      (await answer(client.GET('/api/v1/pages', { params: { query: { limit: 50 } } }))).items,
  })

/** To be called after any change of people or rosters: who is on duty, and how they are called, may have changed. */
export const useDutyChanged = () => {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of [dutyKeys.duty, dutyKeys.people, ['person'], dutyKeys.policy, ['summary']])
      void queries.invalidateQueries({ queryKey })
  }
}
