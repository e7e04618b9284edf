import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { InstallationSheet } from '../api/types.ts'

const LOOK_EVERY_MS = 1_500
const sheetKey = (id: string) => ['installation', id]

export const useConsents = (homeId: string | null) =>
  useQuery({
    queryKey: [...keys.consents, homeId],
    enabled: homeId !== null,
    queryFn: () =>
      answer(client.GET('/api/v1/homes/{id}/consents', { params: { path: { id: homeId ?? '' } } })),
  })

/** Looked at again and again until it is accepted: whoever waits stands on a ladder. */
export const useInstallation = (id: string) =>
  useQuery({
    queryKey: sheetKey(id),
    queryFn: () => answer(client.GET('/api/v1/installations/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.installation.acceptedAt == null ? LOOK_EVERY_MS : false),
  })

export const useAccept = (id: string) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => answer(client.POST('/api/v1/installations/{id}/accept', { params: { path: { id } } })),
    onSuccess: (sheet: InstallationSheet) => queries.setQueryData(sheetKey(id), sheet),
  })
}
