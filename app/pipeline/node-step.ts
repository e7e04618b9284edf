import type { Alert } from '../../contracts/alert.ts'
import type { AlertCommand } from '../../contracts/command.ts'
import type { Evidence } from '../../contracts/finding.ts'
import type { AlertId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { NodeEvent, NodeFinding } from '../../contracts/neighbourhood.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type EpochMs, earlier } from '../../contracts/time.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import type { Inhibitor } from '../../dispatch/waiting.ts'
import { type NodeState, newNodeState, step } from '../../rules/neighbourhood.ts'
import type { StateTables } from '../../store/state.ts'
import type { Duty } from '../duty/duty.ts'
import { NOBODY_SENT } from '../duty/sending.ts'
import { type CaseStepResult, stepCases } from './case-step.ts'
import { type Fault, type Held, holding, tryAgain } from './held-cases.ts'
import { NodeMemories, type NodeMemory, type NodeMemoryOptions } from './node-memory.ts'

/** What a step of a place means for its homes. */
export interface NodeChange {
  /** When the place comes due by itself. */
  dueAt: EpochMs | null
  events: KeptLiveEvent[]
  began: { incident: Inhibitor; evidence: Evidence }[]
  over: AlertId[]
}

/** A home or place by its id, or the watch over a place's duty, or its rota. */
export type FaultSubject = HomeId | JurisdictionId | `watch/${JurisdictionId}` | `rota/${JurisdictionId}`

/** Dispatch broke on a home or place, or no longer does. `nodeId`: whose people are told. */
export interface NotedFault {
  subject: FaultSubject
  nodeId: JurisdictionId
  /** Null: it is over. */
  fault: Fault | null
}

/** `code`: what was being done. Null fault: it is over. */
export type OnFault = (subject: FaultSubject, fault: Fault | null, code: string) => void

export interface NodeStepOptions extends NodeMemoryOptions {
  duty: Duty
  newAlertId(): AlertId
  onFault: OnFault
}

/** Takes one place through its correlator and its own alerts, in the same way and the same transaction as its homes. */
export class NodeSteps {
  readonly #options: NodeStepOptions
  readonly #memories: NodeMemories
  /** Nodes where a ladder found nobody on duty. */
  readonly #gaps = new Set<JurisdictionId>()
  #faults: NotedFault[] = []

  constructor(options: NodeStepOptions) {
    this.#options = options
    this.#memories = new NodeMemories(options)
  }

  /** `zone`: of the home that speaks, for a place that is heard for the first time. */
  async step(
    tables: StateTables,
    nodeId: JurisdictionId,
    zone: string,
    events: readonly NodeEvent[],
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<NodeChange> {
    let memory = await this.#memories.of(tables, nodeId, zone, now)
    const findings: NodeFinding[] = []
    for (const event of events) {
      const result = this.#decide(memory.rules, event, now, nodeId, settings)
      findings.push(...result.findings)
      const rulesDueAt = result.deadline === null ? null : Math.max(Math.ceil(result.deadline), now + 1)
      memory = { ...memory, rules: result.state, rulesDueAt }
    }
    findings.push(...lostIncidents(memory, findings, nodeId, now, settings.version))
    this.#memories.keep(nodeId, memory)
    const change: NodeChange = { dueAt: null, events: [], began: [], over: [] }
    for (const finding of findings) await this.#conclude(tables, nodeId, finding, now, settings, change)
    const { rulesDueAt, casesDueAt } = await this.#memories.of(tables, nodeId, zone, now)
    return { ...change, dueAt: earlier(rulesDueAt, casesDueAt) }
  }

  inhibitors(tables: StateTables, nodeId: JurisdictionId): Promise<readonly Inhibitor[]> {
    return this.#memories.incidentsAt(tables, nodeId)
  }

  async command(
    tables: StateTables,
    alert: Alert,
    command: AlertCommand,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<CaseStepResult> {
    return this.#dispatch(tables, alert.jurisdictionId, { type: 'command', command }, now, settings, [alert])
  }

  /** Anything else that befalls the alerts of a place. */
  take(
    tables: StateTables,
    nodeId: JurisdictionId,
    event: CaseEvent,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<CaseStepResult> {
    return this.#dispatch(tables, nodeId, event, now, settings)
  }

  /** How many alerts of homes are merged into the incident has changed. */
  async countMembers(
    tables: StateTables,
    incident: AlertId,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const alert = await tables.alerts.get(incident)
    if (alert === null) return []
    const members = (await tables.alerts.mergedInto(incident)).length
    const event = { type: 'members', incident, members } as const
    return (await this.#dispatch(tables, alert.jurisdictionId, event, now, settings, [alert])).events
  }

  /** What came due at `now` in this place. */
  async due(
    tables: StateTables,
    nodeId: JurisdictionId,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<NodeChange> {
    const memory = await this.#memories.of(tables, nodeId, 'UTC', now)
    const rulesDue = memory.rulesDueAt !== null && memory.rulesDueAt <= now
    const change = await this.step(
      tables,
      nodeId,
      memory.rules.zone,
      rulesDue ? [{ type: 'deadline' }] : [],
      now,
      settings,
    )
    if (memory.held && memory.held.dueAt <= now)
      change.events.push(...(await this.#tryAgain(tables, nodeId, memory.held, now, settings)))
    else if (memory.casesDueAt !== null && memory.casesDueAt <= now)
      change.events.push(
        ...(await this.#dispatch(tables, nodeId, { type: 'deadline' }, now, settings)).events,
      )
    return change
  }

  /** What dispatch broke on, once more. */
  async #tryAgain(
    tables: StateTables,
    nodeId: JurisdictionId,
    held: Held,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const present = () => this.#memories.of(tables, nodeId, 'UTC', now)
    const put = async (next: Held | null) => this.#memories.keep(nodeId, holding(await present(), next))
    const { events, isOver } = await tryAgain(held, now, put, (event) =>
      this.#dispatch(tables, nodeId, event, now, settings),
    )
    if (isOver) this.noteFault({ subject: nodeId, nodeId, fault: null })
    return events
  }

  /** An event about an alert of a place, such as what became of a page. */
  async aboutAlert(
    tables: StateTables,
    alert: Alert,
    event: CaseEvent,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    return (await this.#dispatch(tables, alert.jurisdictionId, event, now, settings, [alert])).events
  }

  /** Something is found about the service to a place. Found again while it holds, it says nothing new. */
  async found(
    tables: StateTables,
    finding: NodeFinding,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const active = await tables.alerts.activeAt(finding.jurisdictionId)
    const holds = active.some((alert) => alert.findings.includes(finding.id))
    if (holds === (finding.phase !== 'cleared')) return []
    const event = { type: 'finding', finding } as const
    return (await this.#dispatch(tables, finding.jurisdictionId, event, now, settings)).events
  }

  noteGaps(gaps: readonly JurisdictionId[]): void {
    for (const nodeId of gaps) this.#gaps.add(nodeId)
  }

  /** It is said and counted at once, and told with the next `takeFaults`. */
  noteFault(noted: NotedFault, code = 'retry'): void {
    this.#options.onFault(noted.subject, noted.fault, code)
    this.#faults.push(noted)
  }

  /** What breaks in planning the day of a place. */
  rotaFault(nodeId: JurisdictionId): (error: unknown) => void {
    const noted = { subject: `rota/${nodeId}`, nodeId } as const
    return (error) => this.noteFault({ ...noted, fault: { error, severity: 'P2' } }, 'rota')
  }

  takeFaults(): NotedFault[] {
    return this.#faults.splice(0)
  }

  takeGaps(): JurisdictionId[] {
    const gaps = [...this.#gaps]
    this.#gaps.clear()
    return gaps
  }

  flush(tables: StateTables): Promise<void> {
    return this.#memories.flush(tables)
  }

  forget(): void {
    this.#memories.forget()
    this.#gaps.clear()
    this.#faults = []
  }

  /** A fault in the correlator may cost a place its memory, never a home its alarm. */
  #decide(state: NodeState, event: NodeEvent, now: EpochMs, nodeId: JurisdictionId, settings: RuleSettings) {
    try {
      return step(state, event, now, { nodeId, settings })
    } catch (error) {
      this.#options.onLostMemory(nodeId, error)
      return { state: newNodeState(state.zone, now), findings: [], deadline: null }
    }
  }

  async #conclude(
    tables: StateTables,
    nodeId: JurisdictionId,
    finding: NodeFinding,
    now: EpochMs,
    settings: RuleSettings,
    change: NodeChange,
  ): Promise<void> {
    const result = await this.#dispatch(tables, nodeId, { type: 'finding', finding }, now, settings)
    change.events.push(...result.events)
    const { incidents, ...memory } = await this.#memories.of(tables, nodeId, 'UTC', now)
    const { id: findingId, kind, evidence } = finding
    const rest = incidents.filter((one) => one.findingId !== findingId)
    if (finding.phase === 'cleared') {
      change.over.push(...incidents.flatMap((one) => (one.findingId === findingId ? one.alertId : [])))
      this.#memories.keep(nodeId, { ...memory, incidents: rest })
      return
    }
    const alert = result.alerts.find((one) => one.findings.includes(findingId))
    if (!alert) return
    this.#memories.keep(nodeId, { ...memory, incidents: [...rest, { findingId, kind, alertId: alert.id }] })
    change.began.push({ incident: { kind, alertId: alert.id }, evidence })
  }

  async #dispatch(
    tables: StateTables,
    nodeId: JurisdictionId,
    event: CaseEvent,
    now: EpochMs,
    settings: RuleSettings,
    also: readonly Alert[] = [],
  ): Promise<CaseStepResult> {
    const { held = null } = await this.#memories.of(tables, nodeId, 'UTC', now)
    const active = await tables.alerts.activeAt(nodeId)
    const known = [...active, ...also.filter((one) => !active.some((alert) => alert.id === one.id))]
    const { newAlertId, duty } = this.#options
    const alone = { inhibitors: [], cuts: [], ...NOBODY_SENT }
    const place = { homeId: null, jurisdictionId: nodeId, ...alone, answerMs: null }
    const result = await stepCases(tables, known, event, now, { ...place, newAlertId, settings, duty, held })
    if (result.fault) this.noteFault({ subject: nodeId, nodeId, fault: result.fault }, event.type)
    this.noteGaps(result.gaps)
    const memory = await this.#memories.of(tables, nodeId, 'UTC', now)
    if (memory.casesDueAt !== result.deadline || held !== result.held)
      this.#memories.keep(nodeId, holding({ ...memory, casesDueAt: result.deadline }, result.held))
    return result
  }
}

/** Incidents of which the correlator knows nothing any more: nobody would ever say that they are over, so they are. */
function lostIncidents(
  { rules, incidents }: NodeMemory,
  findings: readonly NodeFinding[],
  jurisdictionId: JurisdictionId,
  now: EpochMs,
  settingsVersion: number,
): NodeFinding[] {
  return incidents
    .filter(({ findingId }) => ![...rules.open, ...findings].some((one) => one.id === findingId))
    .map(({ findingId, kind }) => ({
      id: findingId,
      jurisdictionId,
      kind,
      severity: 'P3',
      phase: 'cleared',
      since: now,
      raisedAt: now,
      clearedAt: now,
      evidence: LOST,
      settingsVersion,
    }))
}

const LOST: Evidence = {
  data: { reason: 'memory_lost' },
  sentence: {
    zh: '判断依据已丢失，不再合并',
    en: 'The grounds for it were lost: homes are looked at one by one',
  },
}
