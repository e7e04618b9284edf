import type { HomeId } from '../../contracts/ids.ts'
import type { Log, Meters } from '../../contracts/telemetry.ts'
import { type Clock, DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { Relearning } from '../../contracts/why-not.ts'
import type { StateStore } from '../../store/state.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { SeriesReader } from '../series-reader.ts'
import { type HistorySources, readHistory } from './home-history.ts'
import { REMEMBERED_MS, relive } from './past-home.ts'

/** A meter whose clock runs ahead has measured what is yet to come. */
const AHEAD_MS = DAY_MS
const OUTAGES_MS = 40 * DAY_MS
/** A memory that the rules break on again must not be learned for ever. */
const SELF_MS = DAY_MS
const TRIES = 3

export interface RelearningOptions extends HistorySources {
  state: HistorySources['state'] & Pick<StateStore, 'outages'>
  pipeline: Pick<Pipeline, 'adoptions' | 'execute' | 'settings' | 'head'>
  reader: Pick<SeriesReader, 'reached'>
  civil: Clock
  log: Log
  meters: Meters
}

/**
 * Rebuilds what the rules remember of a home from its kept readings, one home at a time: while the past is lived
 * through again, what happens is written down; then both are put together and take the place of the present memory.
 */
export class Relearner implements Relearning {
  readonly #options: RelearningOptions
  readonly #waiting = new Set<HomeId>()
  readonly #learnedItself = new Map<HomeId, EpochMs>()
  #work: Promise<void> | null = null
  #stopped = false

  constructor(options: RelearningOptions) {
    this.#options = options
  }

  ask(homeId: HomeId): number {
    const before = this.#waiting.size
    this.#waiting.add(homeId)
    this.#work ??= this.#run()
    return before
  }

  /** The rules have lost what they knew of it. */
  lost(homeId: HomeId): void {
    const { civil, log } = this.#options
    const last = this.#learnedItself.get(homeId)
    if (last !== undefined && civil.now() - last < SELF_MS) {
      log.error(
        { homeId },
        'the memory of this home was lost again within a day; it is not learned anew by itself',
      )
      return
    }
    this.#learnedItself.set(homeId, civil.now())
    this.ask(homeId)
  }

  /** Settles when no home is waiting. */
  async settled(): Promise<void> {
    while (this.#work !== null) await this.#work
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#work
  }

  async #run(): Promise<void> {
    for (const homeId of this.#waiting) {
      if (this.#stopped) break
      await this.#learn(homeId)
      this.#waiting.delete(homeId)
    }
    this.#work = null
  }

  async #learn(homeId: HomeId): Promise<void> {
    const { pipeline, log, meters } = this.#options
    try {
      for (let tried = 0; tried < TRIES && !this.#stopped; tried++) {
        if (!(await this.#tryOnce(homeId))) continue
        meters.count('rules_relearned_memories_total')
        log.info({ homeId }, 'the habits of this home were learned anew from its kept readings')
        return
      }
    } catch (error) {
      log.error({ err: error, homeId }, 'the habits of this home could not be learned anew')
    } finally {
      pipeline.adoptions.end(homeId)
    }
  }

  /** False when the batch that would have taken it failed, or the home is no more: what was written down is gone. */
  async #tryOnce(homeId: HomeId): Promise<boolean> {
    const { pipeline, reader, civil, state } = this.#options
    pipeline.adoptions.begin(homeId)
    const [until, head] = [civil.now(), pipeline.head()]
    await reader.reached(head)
    if (this.#stopped) return false
    const span = { from: until - REMEMBERED_MS, to: until + AHEAD_MS }
    const packed = await readHistory(this.#options, homeId, span)
    if (packed === null) return false
    const outages = await state.outages.since(until - REMEMBERED_MS - OUTAGES_MS)
    const lived = await relive(packed, { settings: pipeline.settings, outages, until })
    return pipeline.adoptions.adopt(pipeline, homeId, lived, civil.now())
  }
}
