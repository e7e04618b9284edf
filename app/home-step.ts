import type { Alert } from '../contracts/alert.ts'
import type { AlertCommand } from '../contracts/command.ts'
import { Refusal } from '../contracts/errors.ts'
import type { Finding, Json } from '../contracts/finding.ts'
import type { HomeEvent, Outage, RuleContext, StepResult } from '../contracts/home.ts'
import type { AlertId, HomeId } from '../contracts/ids.ts'
import type { KeptLiveEvent } from '../contracts/live.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import { type EpochMs, MINUTE_MS } from '../contracts/time.ts'
import type { CaseEvent } from '../dispatch/case.ts'
import { step as dispatchStep } from '../dispatch/lifecycle.ts'
import { type HomeState, newHomeState, readHomeState, step as ruleStep } from '../rules/home.ts'
import type { HomeMemory, StateTables } from '../store/state.ts'
import type { Directory } from './directory.ts'

/** What is remembered of a home between two events: the rules' state, and when either room wants to be asked again. */
interface Memory {
  rules: HomeState
  rulesDueAt: EpochMs | null
  casesDueAt: EpochMs | null
}

const earlier = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

/** Homes whose memory is kept parsed; the rest is read from the store when they speak. */
const CACHED_HOMES = 50_000

export interface HomeStepOptions {
  directory: Directory
  newAlertId(): AlertId
  onEarlyDeadline(homeId: HomeId): void
  /** A home's memory could not be read, or the rules broke on it: it begins anew. */
  onLostMemory(homeId: HomeId, error: unknown): void
}

/**
 * Takes one home through rules and dispatch, inside the transaction of a batch. Memories are written once a batch
 * (`flush`), and kept parsed between batches; after a failed transaction `forget` drops all that may never have been.
 */
export class HomeSteps {
  readonly #options: HomeStepOptions
  readonly #memories = new Map<HomeId, Memory>()
  readonly #touched = new Set<HomeId>()
  /** Lower bound of the next instant at which anything is due, over all homes; null: nothing. Undefined: not known. */
  #nextDueAt: EpochMs | null | undefined
  settings: RuleSettings
  outages: Outage[]

  constructor(options: HomeStepOptions, settings: RuleSettings, outages: Outage[]) {
    this.#options = options
    this.settings = settings
    this.outages = outages
  }

  async rules(tables: StateTables, homeId: HomeId, event: HomeEvent, now: EpochMs): Promise<KeptLiveEvent[]> {
    const memory = await this.#memory(tables, homeId, now)
    const context: RuleContext = { homeId, settings: this.settings, outages: this.outages }
    const result = this.#step(memory.rules, event, now, context)
    let dueAt = result.deadline
    if (dueAt !== null && dueAt <= now) {
      // A rule that asks for the past would be asked for ever: a fault of ours that must not stop the other homes.
      this.#options.onEarlyDeadline(homeId)
      dueAt = now + MINUTE_MS
    }
    this.#keep(homeId, { ...memory, rules: result.state, rulesDueAt: dueAt })
    return this.#findings(tables, homeId, result.findings, now)
  }

  /**
   * A fault in a rule must cost one home its memory at the most: never its smoke alarm, and never another home anything.
   * So what breaks on the remembered state is tried once more on a fresh one.
   */
  #step(state: HomeState, event: HomeEvent, now: EpochMs, context: RuleContext): StepResult<HomeState> {
    try {
      return ruleStep(state, event, now, context)
    } catch (error) {
      this.#options.onLostMemory(context.homeId, error)
      const fresh = this.#freshState(context, now)
      try {
        return ruleStep(fresh, event, now, context)
      } catch (again) {
        this.#options.onLostMemory(context.homeId, again)
        return { state: fresh, findings: [], deadline: null }
      }
    }
  }

  #freshState(context: RuleContext, now: EpochMs): HomeState {
    const { directory } = this.#options
    const zone = directory.home(context.homeId)?.zone ?? 'UTC'
    const devices = directory.devicesOf(context.homeId)
    return ruleStep(newHomeState(zone), { type: 'devices', devices }, now, context).state
  }

  /** A person's act; throws the `Refusal` that dispatch answers, having changed nothing. */
  async command(
    tables: StateTables,
    command: AlertCommand,
    now: EpochMs,
  ): Promise<{ events: KeptLiveEvent[]; alert: Alert }> {
    const about = await tables.alerts.get(command.alertId)
    const { events, refused, subject } = await this.#dispatch(
      tables,
      command.homeId,
      { type: 'command', command },
      now,
      about ? [about] : [],
    )
    if (refused) throw new Refusal(refused.code, refused.message)
    if (!subject) throw new Error(`a command on alert ${command.alertId} answered no alert`)
    return { events, alert: subject }
  }

  /** What came due up to and at `until`, in order; `now` says what time it is for a step that was due at an instant. */
  async due(tables: StateTables, until: EpochMs, now: (dueAt: EpochMs) => EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    while (await this.#somethingDue(tables, until)) {
      const [first] = await tables.memories.due(until, 1)
      if (!first) break
      const at = now(first.dueAt)
      const memory = await this.#memory(tables, first.homeId, at)
      if (memory.rulesDueAt !== null && memory.rulesDueAt <= at)
        events.push(...(await this.rules(tables, first.homeId, { type: 'deadline' }, at)))
      if (memory.casesDueAt !== null && memory.casesDueAt <= at)
        events.push(...(await this.#dispatch(tables, first.homeId, { type: 'deadline' }, at)).events)
      await this.#write(tables, first.homeId)
      this.#nextDueAt = await tables.memories.nextDueAt()
    }
    return events
  }

  async nextDueAt(tables: StateTables): Promise<EpochMs | null> {
    if (this.#nextDueAt === undefined) this.#nextDueAt = await tables.memories.nextDueAt()
    return this.#nextDueAt
  }

  async flush(tables: StateTables): Promise<void> {
    for (const homeId of this.#touched) await this.#write(tables, homeId)
    for (const homeId of this.#memories.keys()) {
      if (this.#memories.size <= CACHED_HOMES) break
      this.#memories.delete(homeId)
    }
  }

  forget(): void {
    this.#memories.clear()
    this.#touched.clear()
    this.#nextDueAt = undefined
  }

  async #somethingDue(tables: StateTables, until: EpochMs): Promise<boolean> {
    const bound = await this.nextDueAt(tables)
    if (bound === null || bound > until) return false
    for (const homeId of this.#touched) await this.#write(tables, homeId)
    this.#nextDueAt = await tables.memories.nextDueAt()
    return this.#nextDueAt !== null && this.#nextDueAt <= until
  }

  async #findings(
    tables: StateTables,
    homeId: HomeId,
    findings: readonly Finding[],
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const finding of findings) {
      await tables.findings.put(finding)
      events.push(...(await this.#dispatch(tables, homeId, { type: 'finding', finding }, now)).events)
    }
    return events
  }

  async #dispatch(
    tables: StateTables,
    homeId: HomeId,
    event: CaseEvent,
    now: EpochMs,
    also: readonly Alert[] = [],
  ) {
    const { directory, newAlertId } = this.#options
    const jurisdictionId = directory.jurisdictionOf(homeId)
    if (jurisdictionId === null) throw new Error(`home ${homeId} is in no jurisdiction`)
    const active = await tables.alerts.activeOf(homeId)
    const known = [...active, ...also.filter((one) => !active.some((alert) => alert.id === one.id))]
    const { quietHoursAfterResolve } = this.settings
    const result = dispatchStep(known, event, now, {
      homeId,
      jurisdictionId,
      quietHoursAfterResolve,
      newAlertId,
    })
    const events: KeptLiveEvent[] = []
    for (const alert of result.alerts) {
      await tables.alerts.put(alert)
      events.push(await tables.live.append({ type: 'alert', homeId, jurisdictionId, alert }, now))
    }
    for (const entry of result.timeline) await tables.alerts.append(entry)
    const memory = await this.#memory(tables, homeId, now)
    if (memory.casesDueAt !== result.deadline) this.#keep(homeId, { ...memory, casesDueAt: result.deadline })
    return { events, refused: result.refused, subject: result.subject }
  }

  async #memory(tables: StateTables, homeId: HomeId, now: EpochMs): Promise<Memory> {
    const cached = this.#memories.get(homeId)
    if (cached) return cached
    const stored = await tables.memories.get(homeId)
    const home = this.#options.directory.home(homeId)
    if (!home) throw new Error(`home ${homeId} is not registered`)
    const memory = stored
      ? this.#readMemory(stored, now)
      : { rules: newHomeState(home.zone), rulesDueAt: null, casesDueAt: null }
    this.#memories.set(homeId, memory)
    return memory
  }

  #readMemory({ homeId, rules: json }: HomeMemory, now: EpochMs): Memory {
    const { rules, rulesDueAt, casesDueAt } = json as unknown as { rules: Json } & Omit<Memory, 'rules'>
    try {
      return { rules: readHomeState(rules), rulesDueAt, casesDueAt }
    } catch (error) {
      this.#options.onLostMemory(homeId, error)
      const context = { homeId, settings: this.settings, outages: this.outages }
      return { rules: this.#freshState(context, now), rulesDueAt: now, casesDueAt }
    }
  }

  #keep(homeId: HomeId, memory: Memory): void {
    this.#memories.set(homeId, memory)
    this.#touched.add(homeId)
    const dueAt = earlier(memory.rulesDueAt, memory.casesDueAt)
    if (dueAt !== null && this.#nextDueAt !== undefined) this.#nextDueAt = earlier(this.#nextDueAt, dueAt)
  }

  async #write(tables: StateTables, homeId: HomeId): Promise<void> {
    if (!this.#touched.delete(homeId)) return
    const memory = this.#memories.get(homeId)
    if (!memory) throw new Error(`home ${homeId} was touched and is not in memory`)
    await tables.memories.put({
      homeId,
      rules: memory as unknown as Json,
      dueAt: earlier(memory.rulesDueAt, memory.casesDueAt),
    })
  }
}
