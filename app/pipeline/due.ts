import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import { type EpochMs, earlier } from '../../contracts/time.ts'
import type { StateTables } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import type { Duty } from '../duty/duty.ts'

export interface DueOptions {
  circumstances: Circumstances
  duty: Duty
}

/** When anything is next due, over all homes and places, without asking the tables for every entry. */
export class NextDue {
  readonly #options: DueOptions
  /** Lower bound; null: nothing is due. Undefined: not known. */
  #at: EpochMs | null | undefined

  constructor(options: DueOptions) {
    this.#options = options
  }

  /** Something is due at `at` that may not have been before. */
  notLaterThan(at: EpochMs | null): void {
    if (this.#at !== undefined) this.#at = earlier(this.#at, at)
  }

  /** It is asked of the tables again. */
  forget(): void {
    this.#at = undefined
  }

  async at(tables: StateTables): Promise<EpochMs | null> {
    const { duty, circumstances } = this.#options
    if (this.#at === undefined)
      this.#at = earlier(
        earlier(duty.nextDueAt(), circumstances.nextCutAt()),
        earlier(
          await tables.rotas.nextDueAt(),
          earlier(await tables.memories.nextDueAt(), await tables.nodeMemories.nextDueAt()),
        ),
      )
    return this.#at
  }
}

/** What is done with each thing that came due, at the instant at which it is done. */
export interface DueSteps {
  cuts(at: EpochMs): Promise<KeptLiveEvent[]>
  watch(nodeId: JurisdictionId, at: EpochMs): Promise<KeptLiveEvent[]>
  rota(nodeId: JurisdictionId, at: EpochMs): Promise<KeptLiveEvent[]>
  node(nodeId: JurisdictionId, at: EpochMs): Promise<KeptLiveEvent[]>
  home(homeId: HomeId, at: EpochMs): Promise<KeptLiveEvent[]>
  /** What is due next is asked of the tables, so they must know all. */
  flush(): Promise<void>
}

/** What came due up to and at `until`, in order; `now` says what time it is for a step that was due at an instant. */
export async function stepDue(
  tables: StateTables,
  until: EpochMs,
  now: (dueAt: EpochMs) => EpochMs,
  next: NextDue,
  { circumstances, duty }: DueOptions,
  steps: DueSteps,
): Promise<KeptLiveEvent[]> {
  const flushAndLook = async (): Promise<void> => {
    await steps.flush()
    next.forget()
  }
  const isSomethingDue = async (): Promise<boolean> => {
    const bound = await next.at(tables)
    if (bound === null || bound > until) return false
    await flushAndLook()
    const dueAt = await next.at(tables)
    return dueAt !== null && dueAt <= until
  }
  const events: KeptLiveEvent[] = []
  while (await isSomethingDue()) {
    const [home] = await tables.memories.due(until, 1)
    const [node] = await tables.nodeMemories.due(until, 1)
    const watch = duty.due()
    const rota = await tables.rotas.due(until)
    const cutAt = circumstances.nextCutAt()
    // A cut that begins explains what would ring at the same instant.
    const othersAt = Math.min(until, home?.dueAt ?? until, node?.dueAt ?? until)
    if (cutAt !== null && cutAt <= Math.min(othersAt, watch?.dueAt ?? until))
      events.push(...(await steps.cuts(now(cutAt))))
    // Then the watch: a step of the same instant is to know who answers.
    else if (watch && watch.dueAt <= othersAt)
      events.push(...(await steps.watch(watch.nodeId, now(watch.dueAt))))
    else if (rota && rota.dueAt <= Math.min(home?.dueAt ?? until, node?.dueAt ?? until))
      events.push(...(await steps.rota(rota.nodeId, now(rota.dueAt))))
    else if (node && node.dueAt < (home?.dueAt ?? Number.POSITIVE_INFINITY))
      events.push(...(await steps.node(node.nodeId, now(node.dueAt))))
    else if (home) events.push(...(await steps.home(home.homeId, now(home.dueAt))))
    else break
    await flushAndLook()
  }
  return events
}
