import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Alert } from '../../contracts/alert.ts'
import type { Finding, FindingKind } from '../../contracts/finding.ts'
import type { Outage } from '../../contracts/home.ts'
import type { LiveFeed } from '../../contracts/live.ts'
import type { MissedAlarmReview, MissedRule } from '../../contracts/missed-alarm.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { type Clock, DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import { type Arrival, type HomeHistory, unpackHistory } from '../past/history.ts'
import { type HistorySources, readHistory } from '../past/home-history.ts'
import { REMEMBERED_MS } from '../past/past-home.ts'
import { settingsAt } from '../past/settings-then.ts'
import { ShadowHome } from '../past/shadow.ts'
import { StandStill } from '../trials/incident.ts'
import { type Chore, startChore } from './chore.ts'

/** What no rule said in three days it would not have said in time. */
const LOOK_AHEAD_MS = 72 * HOUR_MS
const OUTAGES_MS = 40 * DAY_MS
const AT_A_TIME = 500

export interface MissedAlarmOptions extends HistorySources {
  state: HistorySources['state'] & Pick<StateStore, 'missedAlarms' | 'settings' | 'outages'>
  settled(): Promise<void>
  live: LiveFeed
  civil: Clock
  log: Log
}

/** For each emergency that somebody reports, asks the home's own past when each rule would have spoken. */
export function reviewMissedAlarms(options: MissedAlarmOptions): Chore {
  const { state, live, log, settled, civil } = options
  const isReported = (alert: Alert) => alert.kind === 'incident.manual' && !alert.drill
  return startChore(
    live,
    // Of any version: where somebody is on duty, the first that is heard of it is that they were told.
    (event) => event.type === 'alert' && isReported(event.alert),
    async (isEnded) => {
      try {
        for (const alert of await state.missedAlarms.toReview()) {
          if (isEnded()) return
          await settled()
          await state.missedAlarms.put(await reviewed(options, alert, civil.now()))
        }
      } catch (error) {
        log.error({ err: error }, 'missed alarms could not be looked into')
      }
    },
  )
}

async function reviewed(
  options: MissedAlarmOptions,
  alert: Alert,
  reviewedAt: EpochMs,
): Promise<MissedAlarmReview> {
  const { homeId, since: happenedAt, openedAt: foundAt, id: alertId } = alert
  if (homeId === null) throw new Error(`incident ${alertId} is of no home`)
  const settings = await settingsAt(options.state.settings, happenedAt)
  const until = foundAt + LOOK_AHEAD_MS
  const told = { alertId, homeId, reviewedAt, happenedAt, foundAt, until, settingsVersion: settings.version }
  try {
    const packed = await readHistory(options, homeId, { from: happenedAt - REMEMBERED_MS, to: foundAt + 1 })
    if (packed === null) throw new Error(`home ${homeId} is gone`)
    const outages = (await options.state.outages.since(happenedAt - OUTAGES_MS)).filter(
      ({ from }) => from < foundAt,
    )
    const span = { happenedAt, foundAt, until }
    return {
      ...told,
      state: 'done',
      rules: await whatRulesSay(unpackHistory(packed), span, settings, outages),
    }
  } catch (error) {
    options.log.error({ err: error, alertId }, 'a missed alarm could not be looked into')
    return { ...told, state: 'failed', rules: [] }
  }
}

interface Span {
  happenedAt: EpochMs
  foundAt: EpochMs
  until: EpochMs
}

/**
 * For each rule the home lives through its past again with that rule alone switched on: some hold back while another
 * speaks. After it was found nobody acts any more, and the devices report as they did before.
 */
export async function whatRulesSay(
  history: HomeHistory,
  span: Span,
  settings: RuleSettings,
  outages: readonly Outage[],
): Promise<MissedRule[]> {
  const lived = { ...history, arrivals: [...history.arrivals, ...standingStill(history, span.foundAt)] }
  const rules: MissedRule[] = []
  for (const kind of ruleNames(settings)) {
    const { said, heldBefore } = await saidAlone(kind, lived, span, onlyOn(settings, kind), outages)
    const rule: object = settings[kind as keyof RuleSettings] as object
    rules.push({
      kind,
      enabled: !('enabled' in rule) || rule.enabled === true,
      heldBefore,
      at: said?.raisedAt ?? null,
      afterFound: said !== null && said.raisedAt > span.foundAt,
      evidence: said?.evidence ?? null,
    })
  }
  const never = Number.POSITIVE_INFINITY
  return rules.sort((a, b) => (a.at ?? never) - (b.at ?? never) || (a.kind < b.kind ? -1 : 1))
}

async function saidAlone(
  kind: FindingKind,
  { homeId, zone, arrivals, befell }: HomeHistory,
  { happenedAt, until }: Span,
  settings: RuleSettings,
  outages: readonly Outage[],
): Promise<{ said: Finding | null; heldBefore: boolean }> {
  const said: Finding[] = []
  const start = Math.min(arrivals[0]?.at ?? happenedAt, happenedAt)
  const home = new ShadowHome({ homeId, zone, settings, outages, befell }, start, (finding) => {
    if (finding.kind === kind && finding.phase === 'raised' && finding.raisedAt > happenedAt)
      said.push(finding)
  })
  let heldBefore: boolean | null = null
  const noteHeld = (at: EpochMs) => {
    if (heldBefore !== null || at <= happenedAt) return
    home.passTo(happenedAt)
    heldBefore = [...home.open].some((open) => open.kind === kind)
  }
  for (const [i, { at, readings }] of arrivals.entries()) {
    // What is told already is told: the rest of the way is long.
    if (said.length > 0) break
    noteHeld(at)
    home.hear(readings, at)
    if (i % AT_A_TIME === AT_A_TIME - 1) await yieldToOthers()
  }
  if (said.length === 0) {
    noteHeld(until)
    home.passTo(until)
  }
  return { said: said[0] ?? null, heldBefore: heldBefore ?? false }
}

/** The reports of the last days once more, from `foundAt` on, had nobody acted any more. */
function standingStill(history: HomeHistory, foundAt: EpochMs): Arrival[] {
  const still = new StandStill(history, history.arrivals.length, foundAt)
  return history.arrivals
    .filter(({ at }) => at > foundAt - LOOK_AHEAD_MS)
    .map(({ at, readings }) =>
      still.change({
        at: at + LOOK_AHEAD_MS,
        readings: readings.map((reading) => ({
          ...reading,
          measuredAt: reading.measuredAt + LOOK_AHEAD_MS,
          receivedAt: reading.receivedAt + LOOK_AHEAD_MS,
        })),
      }),
    )
}

/** A settings entry that is a rule of homes. */
const ruleNames = (settings: RuleSettings): FindingKind[] =>
  Object.entries(settings).flatMap(([name, rule]) =>
    typeof rule === 'object' && name.includes('.') && !name.startsWith('neighbourhood.')
      ? [name as FindingKind]
      : [],
  )

const onlyOn = (settings: RuleSettings, kind: FindingKind): RuleSettings =>
  RuleSettings.parse(
    Object.fromEntries(
      Object.entries(settings).map(([name, rule]) =>
        typeof rule === 'object' && 'enabled' in rule && name.includes('.')
          ? [name, { ...rule, enabled: name === kind }]
          : [name, rule],
      ),
    ),
  )
