import type { Alert, AlertState } from '../../contracts/alert.ts'
import type { PlannedCut } from '../../contracts/circumstance.ts'
import type { StepResult } from '../../contracts/home.ts'
import type { AlertId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import { TOLD_STATES } from '../../dispatch/states.ts'
import type { HomeState } from '../../rules/home.ts'
import { signalsOf } from '../../rules/signals.ts'
import type { StateTables } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import type { Directory } from '../directory.ts'
import type { CaseStepResult } from './case-step.ts'
import type { NextDue } from './due.ts'
import type { DutySteps } from './duty-step.ts'
import type { NodeChange, NodeSteps } from './node-step.ts'

export interface NeighbourhoodOptions {
  directory: Directory
  circumstances: Circumstances
  nodes: NodeSteps
  watches: DutySteps
  next: NextDue
  /** Those that hold now. */
  settings(): RuleSettings
  /** Takes an event through the cases of a home. */
  dispatch(tables: StateTables, homeId: HomeId, event: CaseEvent, now: EpochMs): Promise<CaseStepResult>
}

/** What a home's step means for its place, and what an incident or a cut there means for all the homes of the place. */
export class NeighbourhoodSteps {
  readonly #options: NeighbourhoodOptions
  /** Incidents whose members are to be counted anew. */
  readonly #incidents = new Set<AlertId>()

  constructor(options: NeighbourhoodOptions) {
    this.#options = options
  }

  /** Alerts of homes were merged into these, or left them. */
  noteIncidents(incidents: Iterable<AlertId>): void {
    for (const incident of incidents) this.#incidents.add(incident)
  }

  forget(): void {
    this.#incidents.clear()
  }

  /** What a home's step means for its place, and what that means for all the homes there. */
  async tellPlace(
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
    const change = await this.#options.nodes.step(
      tables,
      nodeId,
      state.zone,
      signals,
      now,
      this.#options.settings(),
    )
    return this.tellHomes(tables, nodeId, change, now)
  }

  async tellHomes(
    tables: StateTables,
    nodeId: JurisdictionId,
    change: NodeChange,
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    const events = [...change.events]
    this.#options.next.notLaterThan(change.dueAt)
    for (const began of change.began)
      for (const homeId of homesOf(await this.#alertsAt(tables, [nodeId], TOLD_STATES)))
        events.push(
          ...(await this.#options.dispatch(tables, homeId, { type: 'incident_began', ...began }, now)).events,
        )
    for (const incident of change.over)
      for (const homeId of homesOf(await tables.alerts.mergedInto(incident)))
        events.push(
          ...(await this.#options.dispatch(tables, homeId, { type: 'incident_over', incident }, now)).events,
        )
    return [...events, ...(await this.countMembers(tables, now))]
  }

  async #alertsAt(
    tables: StateTables,
    scope: readonly JurisdictionId[],
    states: readonly AlertState[],
  ): Promise<Alert[]> {
    const none = { severities: null, kinds: null, homeId: null, from: null, to: null }
    const found: Alert[] = []
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page = await tables.alerts.list({ ...none, scope, states }, 'newest', { limit: 500, after })
      found.push(...page.items)
      after = page.next
    }
    return found
  }

  async countMembers(tables: StateTables, now: EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const incident of this.#incidents)
      events.push(
        ...(await this.#options.nodes.countMembers(tables, incident, now, this.#options.settings())),
      )
    this.#incidents.clear()
    const gaps = await this.#options.watches.settle(tables, now, this.#options.settings())
    // The place above may have been given a deadline of its own.
    if (gaps.length > 0) this.#options.next.forget()
    return [...events, ...gaps]
  }

  /** A cut was announced or taken back. */
  async cutChanged(tables: StateTables, cut: PlannedCut, now: EpochMs): Promise<KeptLiveEvent[]> {
    await this.#options.circumstances.cutsBegun(tables, now)
    this.#options.next.forget()
    return this.#lookAtCut(tables, cut, now)
  }

  async cutsBegin(tables: StateTables, now: EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const cut of await this.#options.circumstances.cutsBegun(tables, now))
      events.push(...(await this.#lookAtCut(tables, cut, now)))
    return events
  }

  /** What a cut at and below its place explains, or no longer does, is looked at once. */
  async #lookAtCut(
    tables: StateTables,
    { id, jurisdictionId: nodeId }: PlannedCut,
    now: EpochMs,
  ): Promise<KeptLiveEvent[]> {
    const { directory, circumstances } = this.#options
    const places = directory.placesWithHomes().map(([id]) => id)
    const touched = await this.#alertsAt(
      tables,
      places.filter((id) => circumstances.liesIn(id, nodeId)),
      [...TOLD_STATES, 'suppressed'],
    )
    const events: KeptLiveEvent[] = []
    for (const homeId of homesOf(touched))
      events.push(
        ...(await this.#options.dispatch(tables, homeId, { type: 'cuts', began: [id] }, now)).events,
      )
    return [...events, ...(await this.countMembers(tables, now))]
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
          ...(await this.#options.dispatch(tables, homeId, { type: 'incident_over', incident }, now)).events,
        )
    const zone = this.#options.directory.home(homeId)?.zone ?? 'UTC'
    const change = await this.#options.nodes.step(
      tables,
      nodeId,
      zone,
      [{ type: 'left', homeId }],
      now,
      this.#options.settings(),
    )
    return [...events, ...(await this.tellHomes(tables, nodeId, change, now))]
  }

  /** Every place is asked once, because settings have changed. */
  async askPlaces(tables: StateTables, now: EpochMs): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const [nodeId, zone] of this.#options.directory.placesWithHomes()) {
      const change = await this.#options.nodes.step(
        tables,
        nodeId,
        zone,
        [{ type: 'deadline' }],
        now,
        this.#options.settings(),
      )
      events.push(...(await this.tellHomes(tables, nodeId, change, now)))
    }
    return events
  }
}

const homesOf = (alerts: readonly Alert[]): Set<HomeId> =>
  new Set(alerts.flatMap((alert) => alert.homeId ?? []))
