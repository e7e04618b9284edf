import { familyOf } from '../../contracts/finding.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { TrialAlert, TrialDelay, TrialHome, TrialResult, TrialSide } from '../../contracts/trial.ts'
import type { HomeSide, HomeTrial } from './home-trial.ts'

const LISTED = 500

/** Puts what was found out of each home together, as it comes in. */
export class Comparison {
  readonly #period: { from: EpochMs; to: EpochMs }
  readonly #settings: { present: RuleSettings; proposed: RuleSettings }
  readonly #homes: TrialHome[] = []
  readonly #present: HomeSide = { alerts: [], delays: [] }
  readonly #proposed: HomeSide = { alerts: [], delays: [] }
  readonly #added: TrialAlert[] = []
  readonly #removed: TrialAlert[] = []
  #unheard = 0
  #sooner = 0
  #later = 0

  constructor(
    period: { from: EpochMs; to: EpochMs },
    settings: { present: RuleSettings; proposed: RuleSettings },
  ) {
    this.#period = period
    this.#settings = settings
  }

  take({ homeId, heard, present, proposed }: HomeTrial): void {
    if (!heard) this.#unheard += 1
    const { added, removed, sooner, later } = compared(present.alerts, proposed.alerts)
    this.#sooner += sooner
    this.#later += later
    this.#added.push(...added)
    this.#removed.push(...removed)
    for (const [sum, side] of [[this.#present, present] as const, [this.#proposed, proposed] as const]) {
      sum.alerts.push(...side.alerts)
      sum.delays.push(...side.delays)
    }
    this.#homes.push({
      homeId,
      ...this.#sides(present, proposed),
      added: added.length,
      removed: removed.length,
    })
  }

  result(): TrialResult {
    return {
      ...this.#period,
      homes: this.#homes.length,
      homesWithoutReadings: this.#unheard,
      ...this.#sides(this.#present, this.#proposed),
      addedCount: this.#added.length,
      removedCount: this.#removed.length,
      soonerCount: this.#sooner,
      laterCount: this.#later,
      added: this.#added.sort(inOrder).slice(0, LISTED),
      removed: this.#removed.sort(inOrder).slice(0, LISTED),
      perHome: this.#homes.sort((a, b) => changes(b) - changes(a) || byId(a, b)).slice(0, LISTED),
    }
  }

  #sides(present: HomeSide, proposed: HomeSide) {
    const weeks = (this.#period.to - this.#period.from) / (7 * DAY_MS)
    return {
      present: sideOf(present, this.#settings.present, weeks),
      proposed: sideOf(proposed, this.#settings.proposed, weeks),
      wonHours: wonHours(present.delays, proposed.delays),
    }
  }
}

const inOrder = (a: TrialAlert, b: TrialAlert) => a.raisedAt - b.raisedAt || byId(a, b)
const byId = (a: { homeId: string }, b: { homeId: string }) => (a.homeId < b.homeId ? -1 : 1)
const changes = (home: TrialHome) => home.added + home.removed + Math.abs(home.wonHours ?? 0)

/** An alert is the same under both settings when the two are of one family and overlap in time. */
function compared(present: readonly TrialAlert[], proposed: readonly TrialAlert[]) {
  const left = new Set(proposed)
  const removed: TrialAlert[] = []
  let [sooner, later] = [0, 0]
  for (const alert of present) {
    const same = proposed.find((other) => left.has(other) && overlap(alert, other))
    if (same === undefined) {
      removed.push(alert)
      continue
    }
    left.delete(same)
    if (same.raisedAt < alert.raisedAt) sooner += 1
    if (same.raisedAt > alert.raisedAt) later += 1
  }
  return { added: [...left], removed, sooner, later }
}

const endOf = ({ endedAt }: TrialAlert) => endedAt ?? Number.POSITIVE_INFINITY
const overlap = (a: TrialAlert, b: TrialAlert) =>
  familyOf(a.kind) === familyOf(b.kind) && a.raisedAt <= endOf(b) && b.raisedAt <= endOf(a)

function sideOf({ alerts, delays }: HomeSide, settings: RuleSettings, weeks: number): TrialSide {
  const visits = alerts.filter(({ severity }) => severity === 'P1' || severity === 'P2').length
  return {
    settingsVersion: settings.version,
    alerts: alerts.length,
    visitsPerWeek: round(visits / weeks),
    delay: delayOf(delays),
  }
}

function delayOf(delays: HomeSide['delays']): TrialDelay {
  const counted = delays.filter((delay) => delay !== 'open').map((delay) => delay ?? Number.POSITIVE_INFINITY)
  const sorted = counted.sort((a, b) => a - b)
  const quantile = (share: number): number | null => {
    const ms = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
    return ms === undefined || ms === Number.POSITIVE_INFINITY ? null : round(ms / HOUR_MS)
  }
  const within24 = sorted.filter((ms) => ms <= DAY_MS).length
  return {
    incidents: delays.length,
    open: delays.length - sorted.length,
    never: sorted.filter((ms) => ms === Number.POSITIVE_INFINITY).length,
    medianHours: quantile(0.5),
    p90Hours: quantile(0.9),
    maxHours: quantile(1),
    within24Share: sorted.length === 0 ? null : round(within24 / sorted.length),
  }
}

function wonHours(present: HomeSide['delays'], proposed: HomeSide['delays']): number | null {
  const won = present.flatMap((before, i) => {
    const after = proposed[i]
    return typeof before === 'number' && typeof after === 'number' ? [before - after] : []
  })
  return won.length === 0 ? null : round(won.reduce((sum, ms) => sum + ms, 0) / won.length / HOUR_MS)
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
