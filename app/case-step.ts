import type { Alert } from '../contracts/alert.ts'
import type { AlertId, HomeId } from '../contracts/ids.ts'
import type { KeptLiveEvent } from '../contracts/live.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import { type EpochMs, HOUR_MS } from '../contracts/time.ts'
import type { CaseContext, CaseEvent, CaseResult } from '../dispatch/case.ts'
import { step } from '../dispatch/lifecycle.ts'
import type { StateTables } from '../store/state.ts'
import { CHECK_IN_CHANNEL } from './outbox.ts'

export type CaseStepContext = Pick<
  CaseContext,
  'homeId' | 'jurisdictionId' | 'inhibitors' | 'answerMs' | 'newAlertId'
> & { settings: RuleSettings }

export interface CaseStepResult extends Omit<CaseResult, 'timeline' | 'asks'> {
  events: KeptLiveEvent[]
  /** Incidents of the place that gained or lost an alert of a home. */
  incidents: AlertId[]
}

/** One event through dispatch, and everything that follows from it kept: alerts, timeline, live events, questions. */
export async function stepCases(
  tables: StateTables,
  known: readonly Alert[],
  event: CaseEvent,
  now: EpochMs,
  { settings, ...context }: CaseStepContext,
): Promise<CaseStepResult> {
  const { timeline, asks, ...result } = step(known, event, now, {
    ...context,
    quietHoursAfterResolve: settings.quietHoursAfterResolve,
    duty: null,
    holdMs: settings['neighbourhood.quiet'].holdHours * HOUR_MS,
  })
  const { homeId, jurisdictionId } = context
  const events: KeptLiveEvent[] = []
  for (const alert of result.alerts) {
    await tables.alerts.put(alert)
    events.push(await tables.live.append({ type: 'alert', homeId, jurisdictionId, alert }, now))
  }
  for (const entry of timeline) await tables.alerts.append(entry)
  if (homeId !== null) for (const alertId of asks) await ask(tables, homeId, alertId, now)
  return { ...result, events, incidents: movedBetween(known, result.alerts) }
}

const ask = (tables: StateTables, homeId: HomeId, alertId: AlertId, at: EpochMs): Promise<void> =>
  tables.outbox.add({
    key: `${CHECK_IN_CHANNEL}:${alertId}`,
    channel: CHECK_IN_CHANNEL,
    payload: { homeId, alertId, at },
    notBefore: at,
  })

function movedBetween(before: readonly Alert[], after: readonly Alert[]): AlertId[] {
  return after.flatMap((alert) => {
    const was = before.find((one) => one.id === alert.id)?.mergedInto ?? null
    return was === alert.mergedInto ? [] : [was, alert.mergedInto].filter((id) => id !== null)
  })
}
