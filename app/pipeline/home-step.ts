import type { Alert } from '../../contracts/alert.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { Finding } from '../../contracts/finding.ts'
import type { HomeEvent, Outage, RuleContext, StepResult } from '../../contracts/home.ts'
import type { AlertId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { RotaSettings } from '../../contracts/rota.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type EpochMs, minutesMs } from '../../contracts/time.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import { isAskedAbout } from '../../dispatch/waiting.ts'
import { type HomeState, newHomeState } from '../../rules/home.ts'
import type { StateTables } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import type { Duty } from '../duty/duty.ts'
import { sendingFor } from '../duty/sending.ts'
import type { ShadowHome } from '../past/shadow.ts'
import { type CaseStepResult, stepCases } from './case-step.ts'
import { NextDue, stepDue } from './due.ts'
import { type DutyEntry, takeDutyEntry } from './duty-entries.ts'
import { DutySteps } from './duty-step.ts'
import { type Held, holding, tryAgain } from './held-cases.ts'
import { HomeMemories, type HomeRuleOptions, type Memory, stepHome } from './home-memory.ts'
import { NeighbourhoodSteps } from './neighbourhood-step.ts'
import { NodeSteps, type OnFault } from './node-step.ts'
import { PeopleSteps } from './people-steps.ts'
import { planDay, putRota } from './rota-step.ts'

export interface HomeStepOptions extends HomeRuleOptions {
  circumstances: Circumstances
  duty: Duty
  newAlertId(): AlertId
  /** There is a channel by which residents can be asked. */
  canAsk: boolean
  onFault: OnFault
}

/**
 * Takes one home through rules, its place's correlator and dispatch, inside the transaction of a batch. Memories are
 * written once a batch (`flush`); after a failed transaction `forget` drops all that may never have been.
 */
export class HomeSteps {
  readonly #options: HomeStepOptions
  readonly #memories: HomeMemories
  readonly #nodes: NodeSteps
  readonly #watches: DutySteps
  /** What befell each home whose past is being lived through again. */
  readonly #relearning = new Map<HomeId, { event: HomeEvent; at: EpochMs }[]>()
  readonly #next: NextDue
  /** What befalls the homes of a place together. */
  readonly neighbourhood: NeighbourhoodSteps
  /** What is done by those who act upon cases, and by the residents whom they are about. */
  readonly people: PeopleSteps
  settings: RuleSettings
  outages: Outage[]

  constructor(options: HomeStepOptions, settings: RuleSettings, outages: Outage[]) {
    this.#options = options
    this.#memories = new HomeMemories(options)
    this.#nodes = new NodeSteps(options)
    this.#watches = new DutySteps(options.duty, this.#nodes)
    this.#next = new NextDue(options)
    this.neighbourhood = new NeighbourhoodSteps({
      directory: options.directory,
      circumstances: options.circumstances,
      nodes: this.#nodes,
      watches: this.#watches,
      next: this.#next,
      settings: () => this.settings,
      dispatch: (tables, homeId, event, now) => this.#dispatch(tables, homeId, event, now),
    })
    this.people = new PeopleSteps({
      nodes: this.#nodes,
      neighbourhood: this.neighbourhood,
      next: this.#next,
      onFault: options.onFault,
      settings: () => this.settings,
      dispatch: (tables, homeId, event, now, also) => this.#dispatch(tables, homeId, event, now, also),
      rules: (tables, homeId, event, now) => this.rules(tables, homeId, event, now),
    })
    this.settings = settings
    this.outages = outages
  }

  async rules(tables: StateTables, homeId: HomeId, event: HomeEvent, now: EpochMs): Promise<KeptLiveEvent[]> {
    const context = this.#context(homeId)
    const memory = await this.#memories.of(tables, context, now)
    this.#relearning.get(homeId)?.push({ event, at: now })
    const result = stepHome(memory.rules, event, now, context, this.#options)
    return this.#take(tables, homeId, memory, result, now)
  }

  async #take(
    tables: StateTables,
    homeId: HomeId,
    memory: Memory,
    result: StepResult<HomeState>,
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    this.#keep(homeId, { ...memory, rules: result.state, rulesDueAt: result.deadline })
    // The place first: what concludes an incident is not to ring by itself beside it.
    const events = await this.neighbourhood.tellPlace(tables, homeId, memory.rules, result, now)
    events.push(...(await this.#findings(tables, homeId, result.findings, now)))
    return [...events, ...(await this.neighbourhood.countMembers(tables, now))]
  }

  /** From here on what befalls the home is written down beside, until `adopt` or `endRelearning`. */
  beginRelearning(homeId: HomeId): void {
    this.#relearning.set(homeId, [])
  }

  endRelearning(homeId: HomeId): void {
    this.#relearning.delete(homeId)
  }

  /**
   * The home as it was lived through again, and what befell it since, take the place of what is remembered. What holds
   * stays as it is, so nobody is told twice. Throws the `Refusal` not_ready when what befell it was not written down.
   */
  async adopt(
    tables: StateTables,
    homeId: HomeId,
    lived: ShadowHome,
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    const since = this.#relearning.get(homeId)
    const { directory } = this.#options
    const home = directory.home(homeId)
    if (since === undefined || home === null)
      throw new Refusal('not_ready', 'what befell the home is not known')
    this.#relearning.delete(homeId)
    for (const { event, at } of since) lived.take(event, at)
    lived.take({ type: 'zone', zone: home.zone }, now)
    lived.take({ type: 'devices', devices: directory.devicesOf(homeId) }, now)
    const context = this.#context(homeId)
    const memory = await this.#memories.of(tables, context, now)
    const state = withPresent(lived.state, memory.rules)
    const result = stepHome(state, { type: 'circumstances' }, now, context, this.#options)
    return this.#take(tables, homeId, memory, result, now)
  }

  /** Whoever lived there is nobody's to know: their habits go, and what holds of the home stays as it is. */
  async forgetHabits(tables: StateTables, homeId: HomeId, now: EpochMs): Promise<KeptLiveEvent[]> {
    const { directory } = this.#options
    const home = directory.home(homeId)
    if (home === null) return []
    // One that is being learned anew from the past would bring them back.
    this.#relearning.delete(homeId)
    const context = this.#context(homeId)
    const memory = await this.#memories.of(tables, context, now)
    const state = { ...newHomeState(home.zone), open: memory.rules.open }
    const event = { type: 'devices', devices: directory.devicesOf(homeId) } as const
    const result = stepHome(state, event, now, context, this.#options)
    return this.#take(tables, homeId, memory, result, now)
  }

  /** Who is on duty has changed, or what became of a page. Throws the `Refusal` of what comes too late. */
  async duty(tables: StateTables, entry: DutyEntry): Promise<KeptLiveEvent[]> {
    const { duty } = this.#options
    const now = entry.at
    const events = await takeDutyEntry(tables, entry, {
      duty,
      steps: this.#watches,
      settings: this.settings,
      aboutAlert: async (alert, event) =>
        alert.homeId === null
          ? this.#nodes.aboutAlert(tables, alert, event, now, this.settings)
          : (await this.#dispatch(tables, alert.homeId, event, now, [alert])).events,
    })
    this.#next.forget()
    return [...events, ...(await this.neighbourhood.countMembers(tables, now))]
  }

  /** What came due up to and at `until`, in order; `now` says what time it is for a step that was due at an instant. */
  due(tables: StateTables, until: EpochMs, now: (dueAt: EpochMs) => EpochMs): Promise<KeptLiveEvent[]> {
    return stepDue(tables, until, now, this.#next, this.#options, {
      cuts: (at) => this.neighbourhood.cutsBegin(tables, at),
      watch: (nodeId, at) => this.#watches.take(tables, nodeId, { type: 'deadline' }, at, this.settings),
      rota: (nodeId, at) => this.#planDay(tables, nodeId, at),
      node: async (nodeId, at) => {
        const change = await this.#nodes.due(tables, nodeId, at, this.settings)
        return this.neighbourhood.tellHomes(tables, nodeId, change, at)
      },
      home: (homeId, at) => this.#homeDue(tables, homeId, at),
      flush: () => this.flush(tables),
    })
  }

  /** From here on a place plans its friendly visits so. */
  async rota(tables: StateTables, settings: RotaSettings, now: EpochMs): Promise<KeptLiveEvent[]> {
    await putRota(tables, settings, now, this.#nodes.rotaFault(settings.jurisdictionId))
    this.#next.forget()
    return this.neighbourhood.countMembers(tables, now)
  }

  async #planDay(tables: StateTables, nodeId: JurisdictionId, now: EpochMs): Promise<KeptLiveEvent[]> {
    const events = await planDay(
      tables,
      nodeId,
      now,
      async (homeId, event) => (await this.#dispatch(tables, homeId, event, now)).events,
      this.#nodes.rotaFault(nodeId),
    )
    return [...events, ...(await this.neighbourhood.countMembers(tables, now))]
  }

  async #homeDue(tables: StateTables, homeId: HomeId, at: EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    const memory = await this.#memories.of(tables, this.#context(homeId), at)
    if (memory.rulesDueAt !== null && memory.rulesDueAt <= at)
      events.push(...(await this.rules(tables, homeId, { type: 'deadline' }, at)))
    if (memory.held && memory.held.dueAt <= at)
      events.push(...(await this.#tryAgain(tables, homeId, memory.held, at)))
    else if (memory.casesDueAt !== null && memory.casesDueAt <= at)
      events.push(...(await this.#dispatch(tables, homeId, { type: 'deadline' }, at)).events)
    return [...events, ...(await this.neighbourhood.countMembers(tables, at))]
  }

  /** What dispatch broke on, once more. */
  async #tryAgain(tables: StateTables, homeId: HomeId, held: Held, now: EpochMs): Promise<KeptLiveEvent[]> {
    const present = () => this.#memories.of(tables, this.#context(homeId), now)
    const put = async (next: Held | null) => this.#keep(homeId, holding(await present(), next))
    const { events, isOver } = await tryAgain(held, now, put, (event) =>
      this.#dispatch(tables, homeId, event, now),
    )
    const nodeId = this.#options.directory.jurisdictionOf(homeId)
    if (isOver && nodeId !== null) this.#nodes.noteFault({ subject: homeId, nodeId, fault: null })
    return events
  }

  async flush(tables: StateTables): Promise<void> {
    await this.#memories.flush(tables)
    await this.#nodes.flush(tables)
    await this.#options.duty.flush(tables)
  }

  forget(): void {
    this.#memories.forget()
    this.#nodes.forget()
    this.neighbourhood.forget()
    // What failed is tried again and would be written down twice.
    this.#relearning.clear()
    this.#next.forget()
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
    const { directory, circumstances, newAlertId, duty } = this.#options
    const jurisdictionId = directory.jurisdictionOf(homeId)
    if (jurisdictionId === null) throw new Error(`home ${homeId} is in no jurisdiction`)
    const context = this.#context(homeId)
    const { held = null } = await this.#memories.of(tables, context, now)
    const active = await tables.alerts.activeOf(homeId)
    const known = [...active, ...also.filter((one) => !active.some((alert) => alert.id === one.id))]
    const result = await stepCases(tables, known, event, now, {
      homeId,
      jurisdictionId,
      inhibitors: await this.#nodes.inhibitors(tables, jurisdictionId),
      cuts: circumstances.cutsAt(jurisdictionId, now),
      ...(await sendingFor(tables, duty, homeId, jurisdictionId, event, now)),
      answerMs: await this.#answerMs(tables, homeId, event),
      newAlertId,
      settings: this.settings,
      duty,
      held,
    })
    if (result.fault)
      this.#nodes.noteFault({ subject: homeId, nodeId: jurisdictionId, fault: result.fault }, event.type)
    this.#nodes.noteGaps(result.gaps)
    this.neighbourhood.noteIncidents(result.incidents)
    const memory = await this.#memories.of(tables, context, now)
    if (memory.casesDueAt !== result.deadline || held !== result.held)
      this.#keep(homeId, holding({ ...memory, casesDueAt: result.deadline }, result.held))
    return result
  }

  /** How long the resident has to answer about this; null: not asked, for want of a reason, a channel or a phone. */
  async #answerMs(tables: StateTables, homeId: HomeId, event: CaseEvent): Promise<number | null> {
    const { enabled, waitMinutes } = this.settings.checkIn
    if (!enabled || !this.#options.canAsk || event.type !== 'finding' || !isAskedAbout(event.finding))
      return null
    const residents = await tables.residents.ofHomes([homeId])
    return residents.some(({ phone }) => phone.trim() !== '') ? minutesMs(waitMinutes) : null
  }

  #context(homeId: HomeId): RuleContext {
    const { directory, circumstances } = this.#options
    const home = directory.home(homeId)
    return {
      homeId,
      settings: circumstances.settingsOf(homeId, this.settings),
      outages: this.outages,
      ...(home === null ? {} : circumstances.of(home)),
    }
  }

  #keep(homeId: HomeId, memory: Memory): void {
    this.#next.notLaterThan(this.#memories.keep(homeId, memory))
  }
}

/** The past knows the habits; the present knows what was told and what the resident said. */
const withPresent = (lived: HomeState, present: HomeState): HomeState => ({
  ...lived,
  open: present.open,
  smokeSeen: [
    ...lived.smokeSeen,
    ...present.smokeSeen.filter(({ subject }) => !lived.smokeSeen.some((one) => one.subject === subject)),
  ],
  ...(present.signOfLifeAt === undefined ? {} : { signOfLifeAt: present.signOfLifeAt }),
})
