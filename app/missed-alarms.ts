import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Alert } from '../contracts/alert.ts'
import type { Finding, FindingKind } from '../contracts/finding.ts'
import type { Outage } from '../contracts/home.ts'
import type { LiveFeed } from '../contracts/live.ts'
import type { MissedAlarmReview, MissedRule } from '../contracts/missed-alarm.ts'
import { RuleSettings } from '../contracts/settings.ts'
import type { Log } from '../contracts/telemetry.ts'
import { type Clock, DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import type { StateStore } from '../store/state.ts'
import { type Chore, startChore } from './chore.ts'
import { withOwn } from './circumstances.ts'
import { type Arrival, type HomeHistory, unpackHistory } from './history.ts'
import { type HistorySources, readHistory } from './home-history.ts'
import { REMEMBERED_MS } from './past-home.ts'
import { settingsAt } from './settings-then.ts'
import { ShadowHome } from './shadow.ts'
import { StandStill } from './trials/incident.ts'

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
    (event) => event.type === 'alert' && event.alert.version === 1 && isReported(event.alert),
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
 * The home lives through its past again with every rule switched on: no rule knows what another has said, so each says
 * what it would say alone. After it was found nobody acts any more, and the devices report as they did before.
 */
export async function whatRulesSay(
  history: HomeHistory,
  { happenedAt, foundAt, until }: Span,
  settings: RuleSettings,
  outages: readonly Outage[],
): Promise<MissedRule[]> {
  const { homeId, zone, arrivals, standing, circumstances, own } = history
  const first = new Map<FindingKind, Finding>()
  const start = Math.min(arrivals[0]?.at ?? happenedAt, standing[0]?.at ?? happenedAt, happenedAt)
  const shared = { homeId, zone, settings: withOwn(allOn(settings), own), outages, circumstances }
  const home = new ShadowHome(shared, start, (finding) => {
    const isNew = finding.phase === 'raised' && finding.raisedAt > happenedAt
    if (isNew && !first.has(finding.kind)) first.set(finding.kind, finding)
  })
  let heldBefore: Set<FindingKind> | null = null
  let nextStanding = 0
  const passTo = (at: EpochMs) => {
    if (heldBefore === null && at > happenedAt) {
      home.passTo(happenedAt)
      heldBefore = new Set([...home.open].map(({ kind }) => kind))
    }
    for (; (standing[nextStanding]?.at ?? Number.POSITIVE_INFINITY) <= at; nextStanding++)
      home.setDevices(
        standing[nextStanding]?.devices ?? [],
        Math.max(start, standing[nextStanding]?.at ?? at),
      )
  }
  for (const [i, { at, readings }] of [...arrivals, ...standingStill(history, foundAt)].entries()) {
    passTo(at)
    home.hear(readings, at)
    if (i % AT_A_TIME === AT_A_TIME - 1) await yieldToOthers()
  }
  passTo(until)
  home.passTo(until)
  return rulesOf(settings, first, heldBefore ?? new Set(), foundAt)
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

const allOn = (settings: RuleSettings): RuleSettings =>
  RuleSettings.parse(
    Object.fromEntries(
      Object.entries(settings).map(([name, rule]) =>
        typeof rule === 'object' && 'enabled' in rule && name.includes('.')
          ? [name, { ...rule, enabled: true }]
          : [name, rule],
      ),
    ),
  )

function rulesOf(
  settings: RuleSettings,
  first: ReadonlyMap<FindingKind, Finding>,
  heldBefore: ReadonlySet<FindingKind>,
  foundAt: EpochMs,
): MissedRule[] {
  return ruleNames(settings)
    .map((kind): MissedRule => {
      const rule: object = settings[kind as keyof RuleSettings] as object
      const said = first.get(kind)
      return {
        kind,
        enabled: !('enabled' in rule) || rule.enabled === true,
        heldBefore: heldBefore.has(kind),
        at: said?.raisedAt ?? null,
        afterFound: said !== undefined && said.raisedAt > foundAt,
        evidence: said?.evidence ?? null,
      }
    })
    .sort(
      (a, b) =>
        (a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY) || (a.kind < b.kind ? -1 : 1),
    )
}
