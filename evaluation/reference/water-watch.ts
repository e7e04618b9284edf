import type { EpochMs } from '../../contracts/time.ts'
import type { Alarm, Report, Watch } from '../watch.ts'

/** What a report said of the water since the one before it. */
export interface Flow {
  from: EpochMs
  to: EpochMs
  litres: number
}

/** A millilitre: below it a difference is rounding. */
const LEAST_LITRES = 0.001

/**
 * The ground that reference rules stand on: litres between two reports of the register, and one alarm at a time. They
 * speak only when a report comes. `State` is replaced, never written, so that a fork may share it.
 */
export abstract class WaterWatch<State> implements Watch {
  readonly alarms: Alarm[] = []
  protected abstract readonly first: State
  #state: State | null = null
  #register: { at: EpochMs; m3: number } | null = null

  /** What is known after `flow`. */
  protected abstract learn(state: State, flow: Flow): State
  /** Whether it alarms now, `flow` being the last that is known of. */
  protected abstract isAlarming(state: State, flow: Flow): boolean
  protected abstract blank(): WaterWatch<State>

  hear({ at, readings }: Report): void {
    for (const { values, quality } of readings) {
      const m3 = values.water_total_m3
      if (typeof m3 !== 'number') continue
      const before = this.#register
      this.#register = { at, m3 }
      const anew = quality.includes('counter_reset') || (before !== null && m3 < before.m3)
      if (before === null) continue
      const litres = anew ? 0 : (m3 - before.m3) * 1_000
      this.#take({ from: before.at, to: at, litres: litres < LEAST_LITRES ? 0 : litres })
    }
  }

  /** They know of time only by reports. */
  passTo(_at: EpochMs): void {}

  fork(): Watch {
    const fork = this.blank()
    fork.#state = this.#state
    fork.#register = this.#register
    fork.alarms.push(...this.alarms.filter(({ clearedAt }) => clearedAt === null))
    return fork
  }

  #take(flow: Flow): void {
    const state = this.learn(this.#state ?? this.first, flow)
    this.#state = state
    const holds = this.isAlarming(state, flow)
    const last = this.alarms.at(-1)
    const open = last !== undefined && last.clearedAt === null
    if (holds && !open) this.alarms.push({ raisedAt: flow.to, clearedAt: null })
    if (!holds && open) this.alarms[this.alarms.length - 1] = { ...last, clearedAt: flow.to }
  }
}
