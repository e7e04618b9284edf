import { Refusal } from '../../contracts/errors.ts'
import type { HomeId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { StateTables } from '../../store/state.ts'
import type { ShadowHome } from '../past/shadow.ts'
import type { HomeSteps } from './home-step.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * Homes that were lived through again, on their way into memory. What was learned is handed over beside the journal,
 * whose entry says only when it takes its place: after a restart the entry finds nothing, and changes nothing.
 */
export class Adoptions {
  readonly #homes: HomeSteps
  readonly #lived = new Map<HomeId, ShadowHome>()

  constructor(homes: HomeSteps) {
    this.#homes = homes
  }

  /** From here on what befalls the home is kept for `adopt`. */
  begin(homeId: HomeId): void {
    this.#homes.beginRelearning(homeId)
  }

  end(homeId: HomeId): void {
    this.#homes.endRelearning(homeId)
  }

  /** `lived` takes the place of what is remembered of the home; false when that failed and has to be begun anew. */
  async adopt(
    pipeline: Pick<Pipeline, 'execute'>,
    homeId: HomeId,
    lived: ShadowHome,
    at: EpochMs,
  ): Promise<boolean> {
    this.#lived.set(homeId, lived)
    try {
      await pipeline.execute({ type: 'relearned', homeId }, at)
      return true
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not_ready') return false
      throw error
    } finally {
      this.#lived.delete(homeId)
    }
  }

  /** The entry of the journal. Answers what followed, or the `Refusal` not_ready. */
  async step(tables: StateTables, homeId: HomeId, at: EpochMs): Promise<KeptLiveEvent[] | Refusal> {
    const lived = this.#lived.get(homeId)
    if (lived === undefined) return new Refusal('not_ready', 'what was learned is gone')
    try {
      return await this.#homes.adopt(tables, homeId, lived, at)
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    }
  }
}
