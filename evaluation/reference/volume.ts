import { type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { Candidate } from '../watch.ts'
import { type Flow, WaterWatch } from './water-watch.ts'

/**
 * Less than `litres` in the last `hours`: the template of Shanghai's districts (12 h, 10 L) and of Haishu, Ningbo (24 h,
 * 8 L), as their announcements give it.
 */
export const volume = (hours: number, litres: number): Candidate => ({
  name: `${hours} h, less than ${litres} L`,
  curve: 'district template',
  watch: () => new Volume(hours, litres),
})

interface Recent {
  since: EpochMs | null
  flows: readonly Flow[]
}

class Volume extends WaterWatch<Recent> {
  protected readonly first: Recent = { since: null, flows: [] }
  readonly #hours: number
  readonly #litres: number

  constructor(hours: number, litres: number) {
    super()
    this.#hours = hours
    this.#litres = litres
  }

  protected learn({ since, flows }: Recent, flow: Flow): Recent {
    const horizon = flow.to - this.#hours * HOUR_MS
    const recent = flows.filter(({ to }) => to > horizon)
    return { since: since ?? flow.from, flows: flow.litres > 0 ? [...recent, flow] : recent }
  }

  protected isAlarming({ since, flows }: Recent, { to }: Flow): boolean {
    if (since === null || to - since < this.#hours * HOUR_MS) return false
    return flows.reduce((sum, { litres }) => sum + litres, 0) < this.#litres
  }

  protected blank(): Volume {
    return new Volume(this.#hours, this.#litres)
  }
}
