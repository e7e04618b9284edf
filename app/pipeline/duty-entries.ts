import type { Alert } from '../../contracts/alert.ts'
import type { Page } from '../../contracts/duty.ts'
import type { DutyChange } from '../../contracts/duty-change.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { JournalEntry } from '../../contracts/journal.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import type { StateTables } from '../../store/state.ts'
import type { Duty } from '../duty/duty.ts'
import type { DutySteps } from './duty-step.ts'

export type DutyEntry = Extract<
  JournalEntry,
  { type: 'duty' | 'page_result' | 'page_answered' | 'channel_state' | 'clock_state' }
>

export interface DutyEntryOptions {
  duty: Duty
  steps: DutySteps
  settings: RuleSettings
  /** Takes an event about an alert through the cases of its home or place. */
  aboutAlert(alert: Alert, event: CaseEvent): Promise<KeptLiveEvent[]>
}

/** An entry about who is on duty and what they were told. Throws the `Refusal` of a change that comes too late. */
export async function takeDutyEntry(
  tables: StateTables,
  entry: DutyEntry,
  options: DutyEntryOptions,
): Promise<KeptLiveEvent[]> {
  const { steps, settings } = options
  switch (entry.type) {
    case 'duty':
      return change(tables, entry.change, entry.at, options)
    case 'channel_state':
      return steps.channel(tables, entry, entry.at, settings)
    case 'clock_state':
      return steps.clock(tables, entry, entry.at, settings)
    case 'page_result': {
      const { key, channelId, outcome, reason, at: sentAt } = entry
      const page = await tables.pages.get(key)
      // A late word of a page that was answered meanwhile, or told of already, says nothing new. One that was under way
      // while somebody took the case on has been told all the same.
      const isNews = page?.state === 'queued' || (page?.state === 'dropped' && outcome === 'sent')
      if (page === null || !isNews) return []
      const told = { ...page, state: outcome, channelId, reason, sentAt: outcome === 'sent' ? sentAt : null }
      return tell(tables, told, 'page_result', entry.at, options)
    }
    case 'page_answered': {
      const page = await tables.pages.get(entry.key)
      if (page === null) throw new Refusal('not_found', 'no such page')
      if (page.state === 'answered') return []
      return tell(tables, { ...page, state: 'answered' }, 'page_answered', entry.at, options)
    }
  }
}

async function tell(
  tables: StateTables,
  page: Page,
  type: 'page_result' | 'page_answered',
  now: EpochMs,
  { steps, settings, aboutAlert }: DutyEntryOptions,
): Promise<KeptLiveEvent[]> {
  await tables.pages.update(page)
  // The watch first: who proves not to be there is passed over by the step that follows at once.
  const events = await steps.page(tables, page, now, settings)
  const alert = page.alertId === null ? null : await tables.alerts.get(page.alertId)
  return alert === null ? events : [...events, ...(await aboutAlert(alert, { type, page }))]
}

async function change(
  tables: StateTables,
  body: DutyChange,
  now: EpochMs,
  { duty, steps, settings }: DutyEntryOptions,
): Promise<KeptLiveEvent[]> {
  if (body.type === 'roster') {
    const { jurisdictionId, version } = body.roster
    const present = (await tables.rosters.newest(jurisdictionId))?.version ?? 0
    if (version !== present + 1)
      throw new Refusal('version_conflict', `the roster is at version ${present} by now`)
    await tables.rosters.put(body.roster)
    duty.change(body)
    return steps.take(tables, jurisdictionId, { type: 'deadline' }, now, settings)
  }
  if (body.type === 'policy') {
    const { id, version } = body.policy
    if ((await tables.policies.get(id, version)) !== null)
      throw new Refusal('version_conflict', 'this version of the policy is there already')
    await tables.policies.put(body.policy)
  }
  if (body.type === 'person') return changePerson(tables, body, now, { duty, steps, settings })
  duty.change(body)
  return []
}

/** Whoever leaves in the middle of a shift is missed from then on, and not from the next page. */
async function changePerson(
  tables: StateTables,
  change: Extract<DutyChange, { type: 'person' }>,
  now: EpochMs,
  { duty, steps, settings }: Pick<DutyEntryOptions, 'duty' | 'steps' | 'settings'>,
): Promise<KeptLiveEvent[]> {
  const { id: personId } = change.person
  const served = duty.serves(personId)
  duty.change(change)
  if (duty.serves(personId) === served) return []
  const event = served ? ({ type: 'deadline' } as const) : ({ type: 'returned', personId } as const)
  const events: KeptLiveEvent[] = []
  for (const nodeId of duty.nodesOf(personId, now))
    events.push(...(await steps.take(tables, nodeId, event, now, settings)))
  return events
}
