import { useMutation } from '@tanstack/react-query'
import { ApiError, answer, client } from '../api/client.ts'
import { useDutyChanged } from '../api/duty-queries.ts'
import type { Roster, RosterFault } from '../api/types.ts'
import { faultsIn, type RosterDraft } from './draft.ts'

export const useCheckRoster = (placeId: string) =>
  useMutation<{ faults: RosterFault[] }, Error, RosterDraft>({
    mutationFn: (body) =>
      answer(
        client.POST('/api/v1/jurisdictions/{id}/roster/check', { params: { path: { id: placeId } }, body }),
      ),
  })

export const usePublishRoster = (placeId: string, onPublished: (roster: Roster) => void) => {
  const changed = useDutyChanged()
  const publish = useMutation<Roster, Error, RosterDraft>({
    mutationFn: (body) =>
      answer(client.POST('/api/v1/jurisdictions/{id}/roster', { params: { path: { id: placeId } }, body })),
    onSuccess: (roster) => {
      changed()
      onPublished(roster)
    },
  })
  const { error } = publish
  const faults = error instanceof ApiError && error.code === 'roster_faulty' ? faultsIn(error.details) : null
  return { publish, faults }
}
