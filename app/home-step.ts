import type { Alert } from '../contracts/alert.ts'
import type { CheckInAnswer, CheckInFailure } from '../contracts/check-in.ts'
import type { AlertCommand } from '../contracts/command.ts'
import { Refusal } from '../contracts/errors.ts'
import type { Finding, Json } from '../contracts/finding.ts'
import type { HomeEvent, Outage, RuleContext, StepResult } from '../contracts/home.ts'
import type { AlertId, HomeId, JurisdictionId } from '../contracts/ids.ts'
import type { KeptLiveEvent } from '../contracts/live.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import { type EpochMs, MINUTE_MS } from '../contracts/time.ts'
import type { CaseEvent } from '../dispatch/case.ts'
import { isAskedAbout } from '../dispatch/waiting.ts'
import { type HomeState, newHomeState, readHomeState, step as ruleStep } from '../rules/home.ts'
import { signalsOf } from '../rules/signals.ts'
import type { HomeMemory, StateTables } from '../store/state.ts'
import { type CaseStepResult, stepCases } from './case-step.ts'
import type { Directory } from './directory.ts'
import { type NodeChange, NodeSteps } from './node-step.ts'

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
  /** There is a channel by which residents can be asked. */
  canAsk: boolean
  onEarlyDeadline(homeId: HomeId): void
  /** A home's memory could not be read, or the rules broke on it: it begins anew. */
  onLostMemory(subject: HomeId | JurisdictionId, error: unknown): void
}

/**
 * Takes one home through rules, its place's correlator and dispatch, inside the transaction of a batch. Memories are written once a batch
 * (`flush`), and kept parsed between batches; after a failed transaction `forget` drops all that may never have been.
 */
export class HomeSteps {
  readonly #options: HomeStepOptions
  readonly #memories = new Map<HomeId, Memory>()
  readonly #touched = new Set<HomeId>()
  readonly #nodes: NodeSteps
  /** Incidents whose members are to be counted anew. */
  readonly #incidents = new Set<AlertId>()
  /** Lower bound of the next instant at which anything is due, over all homes; null: nothing. Undefined: not known. */
  #nextDueAt: EpochMs | null | undefined
  settings: RuleSettings
  outages: Outage[]

  constructor(options: HomeStepOptions, settings: RuleSettings, outages: Outage[]) {
    this.#options = options
    this.#nodes = new NodeSteps(options)
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
    // The place first: what concludes an incident is not to ring by itself beside it.
    const events = await this.#tellPlace(tables, homeId, memory.rules, result, now)
    events.push(...(await this.#findings(tables, homeId, result.findings, now)))
    return [...events, ...(await this.#countMembers(tables, now))]
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
    const event = { type: 'command', command } as const
    const result =
      command.homeId !== null
        ? await this.#dispatch(tables, command.homeId, event, now, about ? [about] : [])
        : about && (await this.#nodes.command(tables, about, command, now, this.settings))
    // The place may have been given a deadline of its own.
    if (command.homeId === null) this.#nextDueAt = undefined
    if (!result) throw new Refusal('not_found', 'no such alert')
    const { refused, subject } = result
    const events = [...result.events, ...(await this.#countMembers(tables, now))]
    if (refused) throw new Refusal(refused.code, refused.message)
    if (!subject) throw new Error(`a command on alert ${command.alertId} answered no alert`)
    return { events, alert: subject }
  }

  /** A resident answered. Throws the `Refusal` of an alert that is not theirs. */
  async answer(tables: StateTables, answer: CheckInAnswer, now: EpochMs): Promise<KeptLiveEvent[]> {
    const { homeId, alertId } = answer
    const about = await tables.alerts.get(alertId)
    if (about?.homeId !== homeId) throw new Refusal('not_found', 'no such alert in this home')
    const event = { type: 'answer', alertId, answer: answer.answer } as const
    const { events } = await this.#dispatch(tables, homeId, event, now, [about])
    if (answer.answer === 'well')
      events.push(...(await this.rules(tables, homeId, { type: 'sign_of_life', at: now }, now)))
    return [...events, ...(await this.#countMembers(tables, now))]
  }

  async askFailed(tables: StateTables, failure: CheckInFailure, now: EpochMs): Promise<KeptLiveEvent[]> {
    const { homeId, alertId, reason } = failure
    const { events } = await this.#dispatch(tables, homeId, { type: 'ask_failed', alertId, reason }, now)
    return [...events, ...(await this.#countMembers(tables, now))]
  }

  /** The home hangs on `nodeId` no longer: no incident there explains anything about it. */
  async left(
    tables: StateTables,
    homeId: HomeId,
    nodeId: JurisdictionId,
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const { mergedInto: incident } of await tables.alerts.activeOf(homeId))
      if (incident !== null)
        events.push(
          ...(await this.#dispatch(tables, homeId, { type: 'incident_over', incident }, now)).events,
        )
    const zone = this.#options.directory.home(homeId)?.zone ?? 'UTC'
    const change = await this.#nodes.step(
      tables,
      nodeId,
      zone,
      [{ type: 'left', homeId }],
      now,
      this.settings,
    )
    return [...events, ...(await this.#tellHomes(tables, nodeId, change, now))]
  }

  /** Every place is asked once, because settings have changed. */
  async askPlaces(tables: StateTables, now: EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const [nodeId, zone] of this.#options.directory.placesWithHomes()) {
      const change = await this.#nodes.step(tables, nodeId, zone, [{ type: 'deadline' }], now, this.settings)
      events.push(...(await this.#tellHomes(tables, nodeId, change, now)))
    }
    return events
  }

  /** What came due up to and at `until`, in order; `now` says what time it is for a step that was due at an instant. */
  async due(tables: StateTables, until: EpochMs, now: (dueAt: EpochMs) => EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    while (await this.#somethingDue(tables, until)) {
      const [home] = await tables.memories.due(until, 1)
      const [node] = await tables.nodeMemories.due(until, 1)
      if (node && node.dueAt < (home?.dueAt ?? Number.POSITIVE_INFINITY)) {
        const change = await this.#nodes.due(tables, node.nodeId, now(node.dueAt), this.settings)
        events.push(...(await this.#tellHomes(tables, node.nodeId, change, now(node.dueAt))))
      } else if (home) events.push(...(await this.#homeDue(tables, home.homeId, now(home.dueAt))))
      else break
      await this.#flushAll(tables)
    }
    return events
  }

  async #homeDue(tables: StateTables, homeId: HomeId, at: EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    const memory = await this.#memory(tables, homeId, at)
    if (memory.rulesDueAt !== null && memory.rulesDueAt <= at)
      events.push(...(await this.rules(tables, homeId, { type: 'deadline' }, at)))
    if (memory.casesDueAt !== null && memory.casesDueAt <= at)
      events.push(...(await this.#dispatch(tables, homeId, { type: 'deadline' }, at)).events)
    return [...events, ...(await this.#countMembers(tables, at))]
  }

  async nextDueAt(tables: StateTables): Promise<EpochMs | null> {
    if (this.#nextDueAt === undefined)
      this.#nextDueAt = earlier(await tables.memories.nextDueAt(), await tables.nodeMemories.nextDueAt())
    return this.#nextDueAt
  }

  async flush(tables: StateTables): Promise<void> {
    for (const homeId of this.#touched) await this.#write(tables, homeId)
    await this.#nodes.flush(tables)
    for (const homeId of this.#memories.keys()) {
      if (this.#memories.size <= CACHED_HOMES) break
      this.#memories.delete(homeId)
    }
  }

  forget(): void {
    this.#memories.clear()
    this.#touched.clear()
    this.#nodes.forget()
    this.#incidents.clear()
    this.#nextDueAt = undefined
  }

  async #somethingDue(tables: StateTables, until: EpochMs): Promise<boolean> {
    const bound = await this.nextDueAt(tables)
    if (bound === null || bound > until) return false
    await this.#flushAll(tables)
    const dueAt = await this.nextDueAt(tables)
    return dueAt !== null && dueAt <= until
  }

  async #flushAll(tables: StateTables): Promise<void> {
    for (const homeId of this.#touched) await this.#write(tables, homeId)
    await this.#nodes.flush(tables)
    this.#nextDueAt = undefined
  }

  /** What a home's step means for its place, and what that means for all the homes there. */
  async #tellPlace(
    tables: StateTables,
    homeId: HomeId,
    before: HomeState,
    { state, findings }: StepResult<HomeState>,
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    const { directory } = this.#options
    const nodeId = directory.jurisdictionOf(homeId)
    if (nodeId === null) return []
    const signals = signalsOf(homeId, before, state, findings, () => directory.watchedHomesAt(nodeId))
    if (signals.length === 0) return []
    const change = await this.#nodes.step(tables, nodeId, state.zone, signals, now, this.settings)
    return this.#tellHomes(tables, nodeId, change, now)
  }

  async #tellHomes(
    tables: StateTables,
    nodeId: JurisdictionId,
    change: NodeChange,
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    const events = [...change.events]
    if (this.#nextDueAt !== undefined) this.#nextDueAt = earlier(this.#nextDueAt, change.dueAt)
    for (const began of change.began)
      for (const homeId of homesOf(await this.#shownAt(tables, nodeId)))
        events.push(
          ...(await this.#dispatch(tables, homeId, { type: 'incident_began', ...began }, now)).events,
        )
    for (const incident of change.over)
      for (const homeId of homesOf(await tables.alerts.mergedInto(incident)))
        events.push(
          ...(await this.#dispatch(tables, homeId, { type: 'incident_over', incident }, now)).events,
        )
    return [...events, ...(await this.#countMembers(tables, now))]
  }

  async #shownAt(tables: StateTables, nodeId: JurisdictionId): Promise<Alert[]> {
    const none = { severities: null, kinds: null, homeId: null, from: null, to: null }
    const filter = { ...none, scope: [nodeId], states: ['open', 'acknowledged', 'recovered'] as const }
    const shown: Alert[] = []
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page = await tables.alerts.list(filter, 'newest', { limit: 500, after })
      shown.push(...page.items)
      after = page.next
    }
    return shown
  }

  async #countMembers(tables: StateTables, now: EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const incident of this.#incidents)
      events.push(...(await this.#nodes.countMembers(tables, incident, now, this.settings)))
    this.#incidents.clear()
    return events
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
  ): Promise<CaseStepResult> {
    const { directory, newAlertId } = this.#options
    const jurisdictionId = directory.jurisdictionOf(homeId)
    if (jurisdictionId === null) throw new Error(`home ${homeId} is in no jurisdiction`)
    const active = await tables.alerts.activeOf(homeId)
    const known = [...active, ...also.filter((one) => !active.some((alert) => alert.id === one.id))]
    const result = await stepCases(tables, known, event, now, {
      homeId,
      jurisdictionId,
      inhibitors: await this.#nodes.inhibitors(tables, jurisdictionId),
      answerMs: await this.#answerMs(tables, homeId, event),
      newAlertId,
      settings: this.settings,
    })
    for (const incident of result.incidents) this.#incidents.add(incident)
    const memory = await this.#memory(tables, homeId, now)
    if (memory.casesDueAt !== result.deadline) this.#keep(homeId, { ...memory, casesDueAt: result.deadline })
    return result
  }

  /** How long the resident has to answer about this; null: not asked, for want of a reason, a channel or a phone. */
  async #answerMs(tables: StateTables, homeId: HomeId, event: CaseEvent): Promise<number | null> {
    const { enabled, waitMinutes } = this.settings.checkIn
    if (!enabled || !this.#options.canAsk || event.type !== 'finding' || !isAskedAbout(event.finding))
      return null
    const residents = await tables.residents.ofHomes([homeId])
    return residents.some(({ phone }) => phone.trim() !== '') ? waitMinutes * MINUTE_MS : null
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

const homesOf = (alerts: readonly Alert[]): Set<HomeId> =>
  new Set(alerts.flatMap((alert) => alert.homeId ?? []))
