import { type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { Candidate } from '../watch.ts'
import { type Flow, WaterWatch } from './water-watch.ts'

/**
 * Nothing used for `hours`. The oldest rule there is: 8 h in Sakaki, Nagano (electric kettles and water meters of
 * people living alone), 12 h and 16 h in many products.
 */
export const timer = (hours: number): Candidate => ({
  name: `nothing for ${hours} h`,
  curve: 'N h timer',
  watch: () => new Timer(hours),
})

class Timer extends WaterWatch<{ usedAt: EpochMs | null }> {
  protected readonly first = { usedAt: null }
  readonly #hours: number

  constructor(hours: number) {
    super()
    this.#hours = hours
  }

  protected learn(state: { usedAt: EpochMs | null }, flow: Flow) {
    return flow.litres > 0 || state.usedAt === null ? { usedAt: flow.to } : state
  }

  protected isAlarming({ usedAt }: { usedAt: EpochMs | null }, flow: Flow): boolean {
    return usedAt !== null && flow.to - usedAt >= this.#hours * HOUR_MS
  }

  protected blank(): Timer {
    return new Timer(this.#hours)
  }
}
