import type { Finding } from '../../contracts/finding.ts'
import type { HomeDevice, HomeEvent, Outage, RuleContext } from '../../contracts/home.ts'
import type { HomeId } from '../../contracts/ids.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type EpochMs, iso } from '../../contracts/time.ts'
import { type HomeState, newHomeState, step } from '../../rules/home.ts'
import { withOwn } from '../circumstances.ts'
import type { Bearing, Befallen } from './history.ts'

export interface ShadowOptions {
  homeId: HomeId
  zone: string
  /** Those for all homes. */
  settings: RuleSettings
  outages?: readonly Outage[]
  /** Ascending; each comes at its own instant, between what is heard. */
  befell?: readonly Befallen[]
}

/** Hears every finding in each of its phases; `held` is the finding as it was last said before it cleared. */
export type ShadowListener = (finding: Finding, held: Finding) => void

/**
 * One home driven through the rules in event time, with nothing behind it: no journal, no store, no outbox. The rules
 * never change a state in place, so a fork costs nothing: what would have happened can be tried from any instant on.
 */
export class ShadowHome {
  readonly #options: ShadowOptions
  readonly #listener: ShadowListener
  #context: RuleContext
  #nextBefallen = 0
  #state: HomeState
  #deadline: EpochMs | null = null
  #now: EpochMs
  #open: ReadonlyMap<string, Finding> = new Map()

  constructor(options: ShadowOptions, start: EpochMs, listener: ShadowListener) {
    const { homeId, zone, settings, outages = [] } = options
    this.#options = options
    this.#context = { homeId, settings, outages }
    this.#listener = listener
    this.#state = newHomeState(zone)
    this.#now = start
  }

  get now(): EpochMs {
    return this.#now
  }

  get context(): RuleContext {
    return this.#context
  }

  /** What the rules remember of it now; never changed in place. */
  get state(): HomeState {
    return this.#state
  }

  /** What holds now, as it was last said. */
  get open(): Iterable<Finding> {
    return this.#open.values()
  }

  /** The same home, going on by itself. */
  fork(listener: ShadowListener): ShadowHome {
    const fork = new ShadowHome(this.#options, this.#now, listener)
    fork.#context = this.#context
    fork.#nextBefallen = this.#nextBefallen
    fork.#state = this.#state
    fork.#deadline = this.#deadline
    fork.#open = this.#open
    return fork
  }

  /** Nothing is heard until `until`: what befell it and what comes due by then comes, each at its own instant. */
  passTo(until: EpochMs): void {
    const { befell = [] } = this.#options
    for (let one = befell[this.#nextBefallen]; one !== undefined && one.at <= until; ) {
      this.#waitTo(one.at)
      this.#now = Math.max(this.#now, one.at)
      this.#befall(one)
      one = befell[++this.#nextBefallen]
    }
    this.#waitTo(until)
  }

  #befall(one: Befallen): void {
    if (one.type === 'event') this.#step(one.event)
    else this.#bear(one)
  }

  #bear({ circumstances, own }: Bearing): void {
    const { homeId, settings, outages = [] } = this.#options
    this.#context = { homeId, settings: withOwn(settings, own), outages, ...circumstances }
    this.#step({ type: 'circumstances' })
  }

  #waitTo(until: EpochMs): void {
    while (this.#deadline !== null && this.#deadline <= until) {
      const before = this.#deadline
      this.#now = Math.max(this.#now, before)
      this.#step({ type: 'deadline' })
      // A rule that asks for the past would be asked for ever.
      if (this.#deadline !== null && this.#deadline <= before) throw askedForThePast(this.#context, before)
    }
  }

  /** What arrived together at `at`. */
  hear(readings: Reading[], at: EpochMs): void {
    this.passTo(at)
    this.#now = Math.max(this.#now, at)
    this.#step({ type: 'readings', readings })
  }

  /** Anything else that befell it at `at`. */
  take(event: HomeEvent, at: EpochMs): void {
    this.passTo(at)
    this.#now = Math.max(this.#now, at)
    this.#step(event)
  }

  setDevices(devices: HomeDevice[], at: EpochMs): void {
    this.passTo(at)
    this.#now = Math.max(this.#now, at)
    this.#step({ type: 'devices', devices })
  }

  #step(event: HomeEvent): void {
    const { state, findings, deadline } = step(this.#state, event, this.#now, this.#context)
    this.#state = state
    this.#deadline = deadline
    for (const finding of findings) this.#note(finding)
  }

  /** The map of open findings is shared with forks, so it is replaced and never written. */
  #note(finding: Finding): void {
    const open = new Map(this.#open)
    const held = open.get(finding.id) ?? finding
    if (finding.phase === 'cleared') open.delete(finding.id)
    else open.set(finding.id, finding)
    this.#open = open
    this.#listener(finding, held)
  }
}

const askedForThePast = ({ homeId }: RuleContext, at: EpochMs) =>
  new Error(`home ${homeId} asks again for ${iso(at)}, which has passed`)
