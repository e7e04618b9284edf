import type { CircumstanceChange } from '../../contracts/circumstance.ts'
import type { HomeId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { StateTables } from '../../store/state.ts'
import { bearsOn, type Circumstances, putCircumstance } from '../circumstances.ts'
import type { Directory } from '../directory.ts'
import type { HomeSteps } from './home-step.ts'

/** The homes that a change bears on are asked once, because what they wait for may have moved. */
export async function stepCircumstance(
  tables: StateTables,
  change: CircumstanceChange,
  at: EpochMs,
  {
    directory,
    circumstances,
    homes,
  }: { directory: Directory; circumstances: Circumstances; homes: HomeSteps },
): Promise<KeptLiveEvent[]> {
  await putCircumstance(tables, change)
  circumstances.put(change)
  const { homeId, jurisdictionId } = bearsOn(change)
  const isUnder = (id: HomeId): boolean => {
    const place = directory.jurisdictionOf(id)
    return place !== null && jurisdictionId !== null && circumstances.liesIn(place, jurisdictionId)
  }
  // A cut means nothing to the rules: it explains what they conclude.
  const events = change.type === 'cut' ? await homes.neighbourhood.cutChanged(tables, change.cut, at) : []
  const touched = homeId === null ? directory.homeIds().filter(isUnder) : [homeId]
  for (const id of change.type === 'cut' ? [] : touched)
    if (directory.home(id) !== null)
      events.push(...(await homes.rules(tables, id, { type: 'circumstances' }, at)))
  const place = homeId === null ? jurisdictionId : directory.jurisdictionOf(homeId)
  return [...events, await tables.live.append({ type: 'registry', homeId, jurisdictionId: place }, at)]
}
