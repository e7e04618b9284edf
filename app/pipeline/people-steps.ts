import type { Alert } from '../../contracts/alert.ts'
import type { CheckInAnswer, CheckInFailure } from '../../contracts/check-in.ts'
import type { AlertCommand } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { HomeEvent } from '../../contracts/home.ts'
import type { HomeId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { Report } from '../../contracts/report.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { VisitCommand } from '../../contracts/visit.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import type { StateTables } from '../../store/state.ts'
import { propose } from '../learning/proposals.ts'
import { stepAct } from './act-step.ts'
import type { CaseStepResult } from './case-step.ts'
import type { NextDue } from './due.ts'
import type { NeighbourhoodSteps } from './neighbourhood-step.ts'
import type { NodeSteps, OnFault } from './node-step.ts'

export interface PeopleStepParts {
  nodes: NodeSteps
  neighbourhood: NeighbourhoodSteps
  next: NextDue
  onFault: OnFault
  settings(): RuleSettings
  dispatch(
    tables: StateTables,
    homeId: HomeId,
    event: CaseEvent,
    now: EpochMs,
    also?: readonly Alert[],
  ): Promise<CaseStepResult>
  rules(tables: StateTables, homeId: HomeId, event: HomeEvent, now: EpochMs): Promise<KeptLiveEvent[]>
}

/** What people do about a case: each comes to its home, or to the place that it is of, inside the transaction of a batch. */
export class PeopleSteps {
  readonly #parts: PeopleStepParts

  constructor(parts: PeopleStepParts) {
    this.#parts = parts
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
        ? await this.#parts.dispatch(tables, command.homeId, event, now, about ? [about] : [])
        : about && (await this.#parts.nodes.command(tables, about, command, now, this.#parts.settings()))
    // The place may have been given a deadline of its own.
    if (command.homeId === null) this.#parts.next.forget()
    if (!result) throw new Refusal('not_found', 'no such alert')
    const { refused, subject } = result
    if (refused) throw new Refusal(refused.code, refused.message)
    const events = [...result.events, ...(await this.#parts.neighbourhood.countMembers(tables, now))]
    if (!subject) throw new Error(`a command on alert ${command.alertId} answered no alert`)
    const { homeId, jurisdictionId } = subject
    const { onFault } = this.#parts
    if (command.type === 'review')
      await propose(tables, subject, this.#parts.settings(), now, (error) =>
        onFault(homeId ?? jurisdictionId, { error, severity: 'P4' }, 'proposal'),
      )
    return { events, alert: subject }
  }

  /** A person opens a case; throws the `Refusal` that dispatch answers, having changed nothing. */
  async report(
    tables: StateTables,
    report: Report,
    now: EpochMs,
  ): Promise<{ events: KeptLiveEvent[]; alert: Alert }> {
    const { homeId, jurisdictionId } = report
    const event = { type: 'report', report } as const
    const { refused, subject, events } =
      homeId === null
        ? await this.#parts.nodes.take(tables, jurisdictionId, event, now, this.#parts.settings())
        : await this.#parts.dispatch(tables, homeId, event, now)
    if (homeId === null) this.#parts.next.forget()
    if (refused) throw new Refusal(refused.code, refused.message)
    if (!subject) throw new Error(`a report opened no alert ${report.alertId}`)
    return {
      events: [...events, ...(await this.#parts.neighbourhood.countMembers(tables, now))],
      alert: subject,
    }
  }

  /** Whoever was sent did something; throws the `Refusal` that it meets. */
  async act(tables: StateTables, act: VisitCommand, now: EpochMs): Promise<KeptLiveEvent[]> {
    const events = await stepAct(tables, act, now, (event, also) =>
      this.#parts.dispatch(tables, act.homeId, event, now, also),
    )
    return [...events, ...(await this.#parts.neighbourhood.countMembers(tables, now))]
  }

  /** A resident answered. Throws the `Refusal` of an alert that is not theirs. */
  async answer(tables: StateTables, answer: CheckInAnswer, now: EpochMs): Promise<KeptLiveEvent[]> {
    const { homeId, alertId } = answer
    const about = await tables.alerts.get(alertId)
    if (about?.homeId !== homeId) throw new Refusal('not_found', 'no such alert in this home')
    const event = { type: 'answer', alertId, answer: answer.answer } as const
    const { events } = await this.#parts.dispatch(tables, homeId, event, now, [about])
    if (answer.answer === 'well')
      events.push(...(await this.#parts.rules(tables, homeId, { type: 'sign_of_life', at: now }, now)))
    return [...events, ...(await this.#parts.neighbourhood.countMembers(tables, now))]
  }

  async askFailed(tables: StateTables, failure: CheckInFailure, now: EpochMs): Promise<KeptLiveEvent[]> {
    const { homeId, alertId, reason } = failure
    const { events } = await this.#parts.dispatch(
      tables,
      homeId,
      { type: 'ask_failed', alertId, reason },
      now,
    )
    return [...events, ...(await this.#parts.neighbourhood.countMembers(tables, now))]
  }
}
