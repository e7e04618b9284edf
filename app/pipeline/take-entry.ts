import type { Alert } from '../../contracts/alert.ts'
import { Refusal } from '../../contracts/errors.ts'
import type { DeviceId } from '../../contracts/ids.ts'
import type { JournalEntry } from '../../contracts/journal.ts'
import type { HeardEvent, KeptLiveEvent } from '../../contracts/live.ts'
import type { Meters } from '../../contracts/telemetry.ts'
import { DAY_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { StateTables } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import type { DeviceHealths } from '../devices/device-health.ts'
import type { Directory } from '../directory.ts'
import { takeDecision } from '../learning/proposals.ts'
import type { Adoptions } from './adoption.ts'
import { stepCircumstance } from './circumstance-step.ts'
import type { HomeSteps } from './home-step.ts'
import { stepRegistry } from './registry-step.ts'

/** Shorter absences are ordinary restarts within every meter's reporting interval. */
const OUTAGE_MIN_MS = MINUTE_MS
const OUTAGES_KEPT_MS = 40 * DAY_MS

/** What a batch did, told to the outside only after its commit. */
export interface Effects {
  kept: KeptLiveEvent[]
  heard: Map<DeviceId, HeardEvent>
  answers: Map<number, Alert | Refusal | null>
}

export interface EntryContext {
  homes: HomeSteps
  adoptions: Adoptions
  healths: DeviceHealths
  directory: Directory
  circumstances: Circumstances
  meters: Meters
}

type Entry<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>

/** One entry of the journal, inside the transaction of its batch: what it does goes to `effects`. */
export async function takeEntry(
  tables: StateTables,
  entry: JournalEntry,
  effects: Effects,
  context: EntryContext,
): Promise<void> {
  const { homes } = context
  const { at } = entry
  // What was due before this entry comes first, at its own instant: the service was there and saw nothing.
  if (entry.type !== 'started') effects.kept.push(...(await homes.due(tables, at, (dueAt) => dueAt)))
  const took = (events: readonly KeptLiveEvent[], answer: Alert | Refusal | null = null): void => {
    effects.kept.push(...events)
    effects.answers.set(entry.seq, answer)
  }
  switch (entry.type) {
    case 'readings':
      return takeReadings(tables, entry, effects, context)
    case 'settings':
      return took(...(await takeSettings(tables, entry, context)))
    case 'relearned': {
      const followed = await context.adoptions.step(tables, entry.homeId, at)
      return followed instanceof Refusal ? took([], followed) : took(followed)
    }
    case 'registry':
      return took(await stepRegistry(tables, entry.change, at, context))
    case 'circumstance':
      return took(await stepCircumstance(tables, entry.change, at, context))
    case 'check_in_failed':
      return took(await homes.people.askFailed(tables, entry, at))
    case 'rota':
      return took(await homes.rota(tables, entry.settings, at))
    case 'started':
      return took(await takeStart(tables, entry, context))
    case 'tick':
      return took([])
    default:
      try {
        const { events, alert = null } = await takeAct(tables, entry, context)
        return took(events, alert)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return took([], error)
      }
  }
}

/** What people and channels did, which may be refused: what is refused has changed nothing. */
async function takeAct(
  tables: StateTables,
  entry: Entry<
    | 'command'
    | 'report'
    | 'proposal'
    | 'act'
    | 'check_in'
    | 'duty'
    | 'page_result'
    | 'page_answered'
    | 'channel_state'
    | 'clock_state'
  >,
  context: EntryContext,
): Promise<{ events: KeptLiveEvent[]; alert?: Alert }> {
  const { homes } = context
  const { at } = entry
  switch (entry.type) {
    case 'command':
      return homes.people.command(tables, entry.command, at)
    case 'report':
      return homes.people.report(tables, entry.report, at)
    case 'proposal':
      return { events: await takeDecision(tables, entry.decision, at, context) }
    case 'act':
      return { events: await homes.people.act(tables, entry.act, at) }
    case 'check_in':
      return { events: await homes.people.answer(tables, entry, at) }
    case 'duty':
    case 'page_result':
    case 'page_answered':
    case 'channel_state':
    case 'clock_state':
      return { events: await homes.duty(tables, entry) }
  }
}

async function takeReadings(
  tables: StateTables,
  { homeId, deviceId, readings, at }: Entry<'readings'>,
  effects: Effects,
  { homes, healths, directory, meters }: EntryContext,
): Promise<void> {
  await healths.heard(tables, deviceId, readings, at)
  if (homeId === null) return
  const jurisdictionId = directory.jurisdictionOf(homeId)
  if (jurisdictionId === null) {
    meters.count('rules_unknown_home_total')
    return
  }
  effects.kept.push(...(await homes.rules(tables, homeId, { type: 'readings', readings }, at)))
  const measuredAt = Math.max(...readings.map((reading) => reading.measuredAt))
  effects.heard.set(deviceId, { type: 'heard', homeId, jurisdictionId, deviceId, measuredAt })
}

/** New settings hold from here on; every home is asked once, because its next deadline may have moved. */
async function takeSettings(
  tables: StateTables,
  { settings, by, at }: Entry<'settings'>,
  { homes, directory }: EntryContext,
): Promise<[events: KeptLiveEvent[], refused: Refusal | null]> {
  const present = homes.settings.version
  if (settings.version !== present + 1)
    return [[], new Refusal('version_conflict', `the settings are at version ${present} by now`)]
  await tables.settings.putRules(settings, at, by)
  homes.settings = settings
  const events: KeptLiveEvent[] = []
  for (const homeId of directory.homeIds())
    events.push(...(await homes.rules(tables, homeId, { type: 'deadline' }, at)))
  return [[...events, ...(await homes.neighbourhood.askPlaces(tables, at))], null]
}

/** A time in which we were not there is remembered before anything that came due in it is looked at. */
async function takeStart(
  tables: StateTables,
  { lastAliveAt, at }: Entry<'started'>,
  { homes }: EntryContext,
): Promise<KeptLiveEvent[]> {
  if (lastAliveAt !== null && at - lastAliveAt >= OUTAGE_MIN_MS) {
    const outage = { from: lastAliveAt, to: at }
    await tables.outages.put(outage)
    homes.outages = [...homes.outages.filter((one) => one.to > at - OUTAGES_KEPT_MS), outage]
  }
  return homes.due(tables, at, () => at)
}
