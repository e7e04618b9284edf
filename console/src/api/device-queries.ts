import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from './client.ts'
import { everyPage, keys, PAGE } from './queries.ts'
import type { DeviceKind } from './types.ts'

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

/** To be called after any change of a device: homes show theirs and what was agreed to, and messages may have found their sender. */
export const useDevicesChanged = () => {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of [keys.devices, keys.homes, ['home'], keys.consents, keys.summary, keys.quarantine])
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
