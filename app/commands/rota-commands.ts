import type { Commands } from '../../contracts/command.ts'
import type { RotaSettings } from '../../contracts/rota.ts'
import { rotaOf } from '../duty/rota.ts'
import type { CaseCommandOptions } from './alert-commands.ts'
import { found } from './found.ts'

/** How a place plans friendly visits, and who has waited for how long. */
export function rotaCommands({
  state,
  pipeline,
  clocks,
}: Pick<CaseCommandOptions, 'state' | 'pipeline' | 'clocks'>) {
  return {
    async putRota(jurisdictionId, given, changedBy) {
      await found(state.jurisdictions.get(jurisdictionId), 'jurisdiction')
      const changedAt = clocks.civil.now()
      const settings: RotaSettings = { ...given, jurisdictionId, changedAt, changedBy }
      await pipeline.execute({ type: 'rota', settings }, changedAt)
      return settings
    },
    rota: (jurisdictionId) => rotaOf(state, jurisdictionId, clocks.civil.now()),
  } satisfies Pick<Commands, 'putRota' | 'rota'>
}
