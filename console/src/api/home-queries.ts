import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { answer, client } from './client.ts'
import { keys } from './queries.ts'
import type { AwayPeriod, SensitivePeriod } from './types.ts'

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
