import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { DeviceCare, DeviceKind } from '../api/types.ts'

export type CareReason = DeviceCare['reasons'][number]

/** The catalogue changes with the program alone. */
export const useProfiles = () =>
  useQuery({
    queryKey: ['profiles'],
    staleTime: Infinity,
    queryFn: async () => (await answer(client.GET('/api/v1/profiles'))).items,
  })

export interface CareFilter {
  jurisdictionId: string | null
  kind: DeviceKind | null
  reason: CareReason | null
}

export const carePage = (filter: CareFilter, after: string, limit: number) =>
  answer(
    client.GET('/api/v1/device-care', {
      params: {
        query: {
          limit,
          ...(filter.jurisdictionId === null ? {} : { jurisdictionId: filter.jurisdictionId }),
          ...(filter.kind === null ? {} : { kind: filter.kind }),
          ...(filter.reason === null ? {} : { reason: filter.reason }),
          ...(after === '' ? {} : { after }),
        },
      },
    }),
  )

/** What needs a technician first. */
export const useDeviceCare = (filter: CareFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.devices, 'care', filter],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    queryFn: ({ pageParam }) => carePage(filter, pageParam, 100),
    getNextPageParam: (page) => page.next,
  })
