import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, client } from './client.ts'
import { keys } from './queries.ts'
import type { VisitState } from './types.ts'

/** Who was told, and who is next: as of a version of the alert. Of the single pages nothing is shown. */
export const useTold = (id: string, version: number) =>
  useQuery({
    queryKey: [...keys.alert(id), 'pages', version],
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(client.GET('/api/v1/alerts/{id}/pages', { params: { path: { id }, query: { limit: 1 } } })),
  })

/** A whole history, the newest first, for one that is too long to come with its alert. */
export const useTimeline = (id: string, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: [...keys.alert(id), 'timeline'],
    enabled,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/alerts/{id}/timeline', {
          params: {
            path: { id },
            query: { limit: 500, ...(pageParam === '' ? {} : { after: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
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
