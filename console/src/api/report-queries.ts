import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, answer, client } from './client.ts'
import { keys } from './queries.ts'
import type { HomeName, Proposal } from './types.ts'

export const reportKeys = {
  proposals: ['proposals'] as const,
  rota: ['rota'] as const,
  routineVisits: ['routine-visits'] as const,
  drills: ['drills'] as const,
  missedAlarms: (alertId: string) => ['missed-alarms', alertId] as const,
}

const SOON_MS = 3_000

/** What reviewed cases propose, the newest first; `alertId`: only what came of that alert. */
export const useProposals = (states: readonly Proposal['state'][], alertId: string | null, enabled = true) =>
  useInfiniteQuery({
    queryKey: [...reportKeys.proposals, 'list', alertId, ...states],
    enabled,
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/proposals', {
          params: {
            query: {
              limit: 20,
              ...(states.length === 0 ? {} : { state: states.join(',') }),
              ...(alertId === null ? {} : { alertId }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useProposal = (id: string) =>
  useQuery({
    queryKey: [...reportKeys.proposals, id],
    queryFn: () => answer(client.GET('/api/v1/proposals/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) =>
      state.data?.state === 'pending' && state.data.replay === null ? SOON_MS : false,
  })

export const useRota = (placeId: string | undefined) =>
  useQuery({
    queryKey: [...reportKeys.rota, placeId],
    enabled: placeId !== undefined,
    queryFn: () =>
      answer(client.GET('/api/v1/jurisdictions/{id}/rota', { params: { path: { id: placeId ?? '' } } })),
  })

/** The newest visits of a place, whatever became of them: those of today are among them. */
export const useNewestVisits = (placeId: string | undefined) =>
  useQuery({
    queryKey: [...reportKeys.routineVisits, placeId],
    enabled: placeId !== undefined,
    refetchInterval: 60_000,
    queryFn: async () =>
      (
        await answer(
          client.GET('/api/v1/visits', {
            params: { query: { limit: 200, jurisdictionId: placeId ?? '' } },
          }),
        )
      ).items,
  })

export const useDrills = (placeId: string | undefined) =>
  useInfiniteQuery({
    queryKey: [...reportKeys.drills, 'list', placeId],
    enabled: placeId !== undefined,
    initialPageParam: '',
    refetchInterval: 15_000,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/drills', {
          params: {
            query: {
              limit: 20,
              ...(placeId === undefined ? {} : { jurisdictionId: placeId }),
              ...(pageParam === '' ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useDrill = (alertId: string) =>
  useQuery({
    queryKey: [...reportKeys.drills, alertId],
    queryFn: () => answer(client.GET('/api/v1/drills/{id}', { params: { path: { id: alertId } } })),
    refetchInterval: ({ state }) => (state.data?.isOver ? false : SOON_MS),
  })

/** Null: not looked into yet. */
export const useMissedAlarms = (alertId: string) =>
  useQuery({
    queryKey: reportKeys.missedAlarms(alertId),
    queryFn: async () => {
      try {
        return await answer(
          client.GET('/api/v1/alerts/{id}/missed-alarms', { params: { path: { id: alertId } } }),
        )
      } catch (error) {
        if (error instanceof ApiError && error.code === 'not_found') return null
        throw error
      }
    },
    refetchInterval: ({ state }) => (state.data === null ? SOON_MS : false),
  })

const NAMES = [...keys.homes, 'names'] as const
/** The service takes a hundred; more would make its address too long. */
const NAMES_AT_ONCE = 50

/**
 * Who lives in homes that are named by id: name, place and door, or the id where nobody is recorded or known. A list that
 * grows asks for what it does not know yet, for every answer is a look that is written down.
 */
export const useHomeNames = (ids: readonly string[]): ((id: string) => string) => {
  const queries = useQueryClient()
  const wanted = [...new Set(ids)].sort()
  const names = useQuery({
    queryKey: [...NAMES, ...wanted],
    enabled: wanted.length > 0,
    staleTime: 300_000,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const fresh = queries.getQueriesData<HomeName[]>({ queryKey: NAMES, stale: false })
      const known = new Map(fresh.flatMap(([, items]) => items ?? []).map((item) => [item.homeId, item]))
      const unknown = wanted.filter((id) => !known.has(id))
      for (let from = 0; from < unknown.length; from += NAMES_AT_ONCE) {
        const query = { ids: unknown.slice(from, from + NAMES_AT_ONCE).join(',') }
        const { items } = await answer(client.GET('/api/v1/home-names', { params: { query } }))
        for (const item of items) known.set(item.homeId, item)
      }
      return wanted.flatMap((id) => known.get(id) ?? [])
    },
  }).data
  return (id) => {
    const named = names?.find(({ homeId }) => homeId === id)
    return named === undefined ? id : wordsOf(named)
  }
}

const wordsOf = ({ homeId, place, resident }: HomeName): string =>
  [resident?.name ?? homeId, place, resident?.door].filter(Boolean).join(' · ')
