import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { VisitId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { RotaSettings } from '../../contracts/rota.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import { LAPSES_AFTER_MS, nextPlanAt, planRota } from '../../dispatch/rota.ts'
import type { StateTables } from '../../store/state.ts'
import { rotaOf } from '../duty/rota.ts'
import { newId } from '../secrets.ts'

type Dispatch = (homeId: HomeId, event: CaseEvent) => Promise<readonly KeptLiveEvent[]>

/** From here on a place plans its days so. False: when it is to plan could not be told, and it is asked a day later. */
export async function putRota(
  tables: StateTables,
  settings: RotaSettings,
  now: EpochMs,
  onFault: (error: unknown) => void,
): Promise<boolean> {
  const nextAt = orElse(() => ({ at: nextPlanAt(settings, now) }), null, onFault)
  await tables.rotas.put(settings, nextAt === null ? now + DAY_MS : nextAt.at)
  return nextAt !== null
}

/** The hour has come: what was forgotten is taken back, then the day is planned and the first are asked. */
export async function planDay(
  tables: StateTables,
  nodeId: JurisdictionId,
  now: EpochMs,
  dispatch: Dispatch,
  onFault: (error: unknown) => void,
): Promise<KeptLiveEvent[]> {
  const settings = await tables.rotas.get(nodeId)
  if (settings === null) throw new Error(`${nodeId} plans its day and has no rota`)
  if (!(await putRota(tables, settings, now, onFault))) return []
  const events: KeptLiveEvent[] = []
  for (const { homeId } of (await rotaOf(tables, nodeId, now)).homes.filter(({ isPlanned }) => isPlanned))
    for (const { id: visitId, alertId, state, acceptedAt, enRouteAt } of await tables.visits.openOf(homeId))
      if (
        alertId === null &&
        state !== 'offered' &&
        (enRouteAt ?? acceptedAt ?? now) <= now - LAPSES_AFTER_MS
      )
        events.push(...(await dispatch(homeId, { type: 'routine_lapsed', visitId })))
  const { homes, helpers } = await rotaOf(tables, nodeId, now)
  for (const { homeId, kind, candidates } of orElse(
    () => planRota(homes, helpers, settings, now),
    [],
    onFault,
  )) {
    const visit = { id: VisitId.parse(newId('visit')), kind, candidates }
    events.push(...(await dispatch(homeId, { type: 'routine', visit })))
  }
  return events
}

/** A day without friendly visits is no danger; a rota that breaks again and again would keep everybody else waiting. */
function orElse<T>(work: () => T, otherwise: T, onFault: (error: unknown) => void): T {
  try {
    return work()
  } catch (error) {
    onFault(error)
    return otherwise
  }
}
