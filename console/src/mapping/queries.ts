import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import { keys } from '../api/queries.ts'
import type { MappingSubject, Metric, SourceMapping } from '../api/types.ts'

const mappingsKey = ['mappings']
const NONE: readonly Metric[] = []

/** What can be measured changes with the program alone. */
export const useMetrics = (): readonly Metric[] =>
  useQuery({
    queryKey: ['metric-names'],
    staleTime: Infinity,
    queryFn: async () => (await answer(client.GET('/api/v1/metric-names'))).items,
  }).data ?? NONE

/** All that is said of names and units, and what waits for it. */
export const useMappings = () =>
  useQuery({
    queryKey: mappingsKey,
    refetchInterval: 60_000,
    queryFn: async () => (await answer(client.GET('/api/v1/mappings'))).items,
  })

export interface SaidMapping {
  subject: MappingSubject
  /** Null takes it away. */
  mapping: SourceMapping | null
}

/** Kept messages that it explains are decoded before this settles. */
export const useSaveMapping = (onSaved: (decoded: number) => void) => {
  const changed = useDevicesChanged()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: SaidMapping) => answer(client.PUT('/api/v1/mappings', { body })),
    onSuccess: ({ decoded }) => {
      changed()
      for (const queryKey of [mappingsKey, keys.quarantine]) void queries.invalidateQueries({ queryKey })
      onSaved(decoded)
    },
  })
}
