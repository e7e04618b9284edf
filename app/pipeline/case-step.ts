import type { Alert } from '../../contracts/alert.ts'
import type { Page } from '../../contracts/duty.ts'
import type { AlertId, HomeId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type EpochMs, hoursMs } from '../../contracts/time.ts'
import type { Visit } from '../../contracts/visit.ts'
import { type CaseContext, type CaseEvent, type CaseResult, isRinging } from '../../dispatch/case.ts'
import type { StateTables } from '../../store/state.ts'
import type { Duty } from '../duty/duty.ts'
import { CHECK_IN_CHANNEL, PAGE_CHANNEL } from '../telling/outbox.ts'
import { type Fault, type Held, stepHolding } from './held-cases.ts'

export type CaseStepContext = Pick<
  CaseContext,
  | 'homeId'
  | 'jurisdictionId'
  | 'inhibitors'
  | 'cuts'
  | 'visits'
  | 'candidates'
  | 'homeToVisit'
  | 'answerMs'
  | 'newAlertId'
> & { settings: RuleSettings; duty: Duty; held: Held | null }

export interface CaseStepResult extends Omit<CaseResult, 'timeline' | 'asks' | 'pages'> {
  events: KeptLiveEvent[]
  /** Incidents of the place that gained or lost an alert of a home. */
  incidents: AlertId[]
  /** What could not be decided until now. */
  held: Held | null
  /** What broke just now. */
  fault: Fault | null
}

/** One event through dispatch, and everything that follows from it kept: alerts, timeline, live events, questions. */
export async function stepCases(
  tables: StateTables,
  known: readonly Alert[],
  event: CaseEvent,
  now: EpochMs,
  { settings, duty, held: before, ...context }: CaseStepContext,
): Promise<CaseStepResult> {
  const { homeId, jurisdictionId } = context
  const view = {
    quietHoursAfterResolve: settings.quietHoursAfterResolve,
    duty: await duty.view(tables, jurisdictionId, homeId),
    holdMs: hoursMs(settings['neighbourhood.quiet'].holdHours),
  }
  const { result: decided, held, fault } = stepHolding(known, event, now, { ...context, ...view }, before)
  const { timeline, asks, pages, ...result } = decided
  const events: KeptLiveEvent[] = []
  for (const alert of result.alerts) {
    await tables.alerts.put(alert)
    events.push(await tables.live.append({ type: 'alert', homeId, jurisdictionId, alert }, now))
  }
  const closed: AlertId[] = []
  for (const alert of result.alerts) {
    const was = known.find(({ id }) => id === alert.id)
    if (was && isRinging(was) && !isRinging(alert)) await dropPages(tables, alert.id)
    if (was?.state !== 'closed' && alert.state === 'closed') closed.push(alert.id)
  }
  for (const entry of timeline) await tables.alerts.append(entry)
  for (const visit of result.visits) {
    await tables.visits.put(visit)
    // A routine visit has no case that could be closed: it is over with its report.
    if (visit.alertId === null && visit.state === 'submitted') await keepNamedPhotos(tables, visit)
    const { homeId: visitedId, jurisdictionId: placeId } = visit
    const event = { type: 'visit', homeId: visitedId, jurisdictionId: placeId, visit } as const
    events.push(await tables.live.append(event, now))
  }
  for (const alertId of closed) await dropPhotos(tables, alertId)
  if (homeId !== null) for (const alertId of asks) await ask(tables, homeId, alertId, now)
  for (const page of pages) await keepPage(tables, page, duty)
  return { ...result, events, incidents: movedBetween(known, result.alerts), held, fault }
}

/** Somebody has it, or it is over: whoever has not been told yet need not be. */
async function dropPages({ pages }: StateTables, id: AlertId): Promise<void> {
  for (const page of await pages.ofAlert(id))
    if (page.state === 'queued' && page.purpose === 'alert') await pages.update({ ...page, state: 'dropped' })
}

/** Until the case is closed a phone without reception may still name what it has sent. */
async function dropPhotos(tables: StateTables, id: AlertId): Promise<void> {
  for (const visit of await tables.visits.ofAlert(id)) await keepNamedPhotos(tables, visit)
}

const keepNamedPhotos = ({ photos }: StateTables, { id: visitId, homeId, photoIds }: Visit): Promise<void> =>
  photos.keepOnly({ homeId, visitId }, photoIds)

/** Told once under its key, however often that is decided; it leaves through the outbox. */
export async function keepPage(tables: StateTables, page: Page, duty: Duty): Promise<void> {
  if (!(await tables.pages.add(page))) return
  duty.paged(page)
  const { key, createdAt: notBefore } = page
  await tables.outbox.add({ key, channel: PAGE_CHANNEL, payload: { key }, notBefore })
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
