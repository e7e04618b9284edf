import { Refusal } from '../../contracts/errors.ts'
import type { HomeId } from '../../contracts/ids.ts'
import { defaultRuleSettings, type RuleSettings } from '../../contracts/settings.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { type Clock, DAY_MS } from '../../contracts/time.ts'
import type { Trial, TrialResult, Trials } from '../../contracts/trial.ts'
import type { SeriesStore } from '../../store/series.ts'
import type { StateStore } from '../../store/state.ts'
import { type HistorySources, readHistory } from '../past/home-history.ts'
import { Comparison } from './comparison.ts'
import { Crew } from './crew.ts'
import { type HomeTerms, type HomeTrial, LEARNING_MS, type TrialPeriod } from './home-trial.ts'

/** Trials wait for one another: each takes all the processors there are. */
const MOST_WAITING = 5
/** Finished ones are kept for whoever comes back to them. */
const KEPT = 20
/** Injected incidents in each home: enough for the median of a community, few enough to be cheap. */
const INCIDENTS_A_MONTH = 4
/** One home alone has to say enough by itself. */
const INCIDENT_EVERY_MS = 2.5 * DAY_MS
const LEAST_INCIDENTS = 8
export interface TrialOptions {
  state: HistorySources['state'] & Pick<StateStore, 'outages' | 'settings'>
  series: Pick<SeriesStore, 'points'>
  civil: Clock
  newId(): string
  log: Log
  workers: number
}

/** Runs trials one after another in processes of their own. They live in memory: a restart forgets them. */
export class TrialDesk implements Trials {
  readonly #options: TrialOptions
  readonly #trials = new Map<string, Trial>()
  #queue: Promise<void> = Promise.resolve()
  #ended = false

  constructor(options: TrialOptions) {
    this.#options = options
  }

  async start({ settings, homeIds, days, by }: Parameters<Trials['start']>[0]): Promise<Trial> {
    const waiting = [...this.#trials.values()].filter(({ state }) => state === 'waiting')
    if (waiting.length >= MOST_WAITING)
      throw new Refusal('too_many_requests', 'Several trials wait already. Try again when one has ended.')
    const trial: Trial = {
      id: this.#options.newId(),
      by,
      state: 'waiting',
      createdAt: this.#options.civil.now(),
      days,
      homes: homeIds.length,
      homesDone: 0,
      result: null,
    }
    this.#trials.set(trial.id, trial)
    this.#letGoOfOld()
    this.#queue = this.#queue.then(() => this.#run(trial, settings, homeIds))
    return { ...trial }
  }

  get(id: string): Trial | null {
    return this.#trials.get(id) ?? null
  }

  /** One home over its last `days`, as it was and under `terms`; after the trials that wait. */
  async compareHome(
    homeId: HomeId,
    days: number,
    termsFor: (period: Pick<TrialPeriod, 'from' | 'to'>) => HomeTerms,
  ): Promise<TrialResult> {
    const compared = this.#queue.then(async () => {
      if (this.#ended) throw new Error('the service stops')
      const { state, civil } = this.#options
      const settings = (await state.settings.rules()) ?? defaultRuleSettings
      const to = civil.now()
      const earliest = to - days * DAY_MS
      const packed = await readHistory(this.#options, homeId, { from: earliest - LEARNING_MS, to })
      if (packed === null) throw new Refusal('not_found', 'No such home.')
      // Before it was first heard nobody can say anything of it.
      const heardFrom = packed.receivedAt.reduce((first, at) => Math.min(first, at), to - DAY_MS)
      const from = Math.max(earliest, heardFrom)
      const incidents = Math.max(LEAST_INCIDENTS, Math.round((to - from) / INCIDENT_EVERY_MS))
      const outages = await state.outages.since(earliest - LEARNING_MS)
      const period: TrialPeriod = { from, to, incidents, outages }
      const task = { period, present: settings, proposed: settings, terms: termsFor(period) }
      const crew = new Crew(task, 1)
      try {
        const comparison = new Comparison({ from, to }, { present: settings, proposed: settings })
        comparison.take(await crew.tryHome(packed))
        return comparison.result()
      } finally {
        await crew.dismiss()
      }
    })
    this.#queue = compared.then(
      () => {},
      () => {},
    )
    return compared
  }

  /** Settles when no trial runs any more; those that wait are not begun. */
  async stop(): Promise<void> {
    this.#ended = true
    await this.#queue
  }

  async #run(trial: Trial, proposed: RuleSettings, homeIds: readonly HomeId[]): Promise<void> {
    if (this.#ended) return
    trial.state = 'running'
    try {
      trial.result = await this.#resultOf(trial, proposed, homeIds)
      trial.state = 'done'
    } catch (error) {
      trial.state = 'failed'
      this.#options.log.error({ err: error, trial: trial.id }, 'a trial of rule settings failed')
    }
  }

  async #resultOf(trial: Trial, proposed: RuleSettings, homeIds: readonly HomeId[]): Promise<TrialResult> {
    const { state, civil, workers } = this.#options
    const present = (await state.settings.rules()) ?? defaultRuleSettings
    const to = civil.now()
    const from = to - trial.days * DAY_MS
    const outages = await state.outages.since(from - LEARNING_MS)
    const incidents = Math.max(1, Math.round((trial.days / 30) * INCIDENTS_A_MONTH))
    const period: TrialPeriod = { from, to, incidents, outages }
    const comparison = new Comparison({ from, to }, { present, proposed })
    const crew = new Crew(
      { period, present, proposed, terms: null },
      Math.min(workers, Math.max(1, homeIds.length)),
    )
    try {
      await this.#runHomes(trial, homeIds, crew, period, comparison)
      return comparison.result()
    } finally {
      await crew.dismiss()
    }
  }

  async #runHomes(
    trial: Trial,
    homeIds: readonly HomeId[],
    crew: Crew,
    period: TrialPeriod,
    comparison: Comparison,
  ): Promise<void> {
    const underWay = new Set<Promise<void>>()
    const failures: unknown[] = []
    const throwFirst = () => {
      if (failures.length > 0) throw failures[0]
    }
    const learnt = { from: period.from - LEARNING_MS, to: period.to }
    const take = (answer: HomeTrial) => {
      comparison.take(answer)
      trial.homesDone += 1
    }
    for (const homeId of homeIds) {
      while (!crew.hasRoom()) await Promise.race(underWay)
      throwFirst()
      if (this.#ended) throw new Error('the service stops')
      const packed = await readHistory(this.#options, homeId, learnt)
      if (packed === null) {
        trial.homes -= 1
        continue
      }
      // A failure is noted as it comes, whatever is waited for meanwhile: one that nobody waits for ends the process.
      const counted: Promise<void> = crew
        .tryHome(packed)
        .then(take)
        .catch((error: unknown) => void failures.push(error))
        .then(() => void underWay.delete(counted))
      underWay.add(counted)
    }
    await Promise.all(underWay)
    throwFirst()
  }

  #letGoOfOld(): void {
    for (const [id, { state }] of this.#trials) {
      if (this.#trials.size <= KEPT) return
      if (state === 'done' || state === 'failed') this.#trials.delete(id)
    }
  }
}
