import type { Alert } from '../../contracts/alert.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { VisitCommand } from '../../contracts/visit.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import type { StateTables } from '../../store/state.ts'
import type { CaseStepResult } from './case-step.ts'

/**
 * Whoever was sent did something; throws the `Refusal` that it meets. The same act again is answered as it was, and
 * changes nothing: its receipt is kept with what it did. `dispatch` takes it through the case of its home.
 */
export async function stepAct(
  tables: StateTables,
  act: VisitCommand,
  now: EpochMs,
  dispatch: (event: CaseEvent, also: readonly Alert[]) => Promise<CaseStepResult>,
): Promise<KeptLiveEvent[]> {
  const { actId, visitId, personId, type, doneAt } = act
  const before = await tables.acts.get(actId)
  if (before !== null) {
    if (before.visitId !== visitId || before.personId !== personId || before.type !== type)
      throw new Refusal('conflict', 'another act was told under this id')
    if (before.refused !== null) throw new Refusal(before.refused.code, before.refused.message)
    return []
  }
  const visit = await tables.visits.get(visitId)
  if (visit?.homeId !== act.homeId) throw new Refusal('not_found', 'no such visit')
  const alert = visit.alertId === null ? null : await tables.alerts.get(visit.alertId)
  const { events, refused } = await dispatch({ type: 'act', act }, alert === null ? [] : [alert])
  // A fault of ours is no answer to keep: the same act is to be tried again.
  if (refused?.code === 'not_ready') throw new Refusal(refused.code, refused.message)
  await tables.acts.put({ actId, visitId, personId, type, doneAt, receivedAt: now, refused })
  if (refused) throw new Refusal(refused.code, refused.message)
  return events
}
