import type { AlertCommand, AlertDeed, Commands } from '../../contracts/command.ts'
import type { DutyDesk } from '../../contracts/duty-desk.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { HomeId } from '../../contracts/ids.ts'
import { VisitId } from '../../contracts/ids.ts'
import type { Clocks } from '../../contracts/time.ts'
import { rankCandidates } from '../../dispatch/candidates.ts'
import type { StateStore } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import { candidateFacts, homeToVisit } from '../duty/sending.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { newId } from '../secrets.ts'
import { found } from './found.ts'

export interface CaseCommandOptions {
  state: StateStore
  pipeline: Pick<Pipeline, 'execute'>
  circumstances: Circumstances
  dutyDesk: Pick<DutyDesk, 'policyFor'>
  clocks: Clocks
}

/** What people do to an alert. Their words are kept apart from the act, where they can be erased. */
export function alertCommands({ state, pipeline, circumstances, dutyDesk, clocks }: CaseCommandOptions) {
  return {
    async actOnAlert(deed) {
      const { homeId } = await found(state.alerts.get(deed.alertId), 'alert')
      const noteId = await keepNote(state, homeId, deed.note)
      const command = commandOf(deed, homeId, noteId)
      const alert = await pipeline.execute({ type: 'command', command }, clocks.civil.now())
      if (!alert) throw new Error(`a command on alert ${deed.alertId} was answered without it`)
      return alert
    },
    async candidatesFor(alertId, crewSize) {
      const { homeId, jurisdictionId, severity } = await found(state.alerts.get(alertId), 'alert')
      if (homeId === null) return []
      const scope = circumstances.pathOf(jurisdictionId)
      const policy = await dutyDesk.policyFor(jurisdictionId)
      const facts = await candidateFacts(state, scope, [], policy, clocks.civil.now())
      return rankCandidates(await homeToVisit(state, homeId), facts, { severity, crewSize })
    },
  } satisfies Pick<Commands, 'actOnAlert' | 'candidatesFor'>
}

function commandOf(deed: AlertDeed, homeId: HomeId | null, noteId: string | null): AlertCommand {
  const { note: _, ...act } = deed
  if (act.type === 'dispatch') return { ...act, homeId, noteId, visitId: VisitId.parse(newId('visit')) }
  if (act.type !== 'note') return { ...act, homeId, noteId }
  if (noteId === null) throw new Refusal('bad_request', 'a note needs a text')
  return { ...act, homeId, noteId }
}

/** Kept before the act that points at it: a line without its text would be worse than a text alone. */
export async function keepNote(
  { notes }: Pick<StateStore, 'notes'>,
  homeId: HomeId | null,
  text: string | null,
): Promise<string | null> {
  if (text === null) return null
  const id = newId('note')
  await notes.put(id, homeId, text)
  return id
}
