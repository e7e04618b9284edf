import { type Finding, familyOf } from '../../contracts/finding.ts'
import type { Outage } from '../../contracts/home.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { moreSevere } from '../../contracts/severity.ts'
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts'
import type { TrialAlert } from '../../contracts/trial.ts'
import type { Bearing, Befallen, HomeHistory } from '../past/history.ts'
import { ShadowHome } from '../past/shadow.ts'
import { incidentInstants, StandStill } from './incident.ts'
import type { Question } from './unaffected.ts'

/** An incident is given up after this long. */
const LONGEST_DELAY_MS = 72 * HOUR_MS
const INACTIVITY = 'inactivity'

/** What the rules said of one home under one document of settings. */
export interface HomeSide {
  alerts: TrialAlert[]
  /** For each incident: ms until noticed; null: never; `open`: an alert was open already. */
  delays: (number | null | 'open')[]
}

export interface HomeTrial {
  homeId: HomeHistory['homeId']
  heard: boolean
  present: HomeSide
  proposed: HomeSide
}

/** What one home would have otherwise than it had: settings of its own (null: those it had), and what bears on it besides. */
export type HomeTerms = Bearing

export interface TrialPeriod {
  /** What lies before `from` only teaches. */
  from: EpochMs
  to: EpochMs
  incidents: number
  outages: readonly Outage[]
}

/** One home under both settings, and under `terms` where they are given. Pure: the same history gives the same answer. */
export function tryHome(
  history: HomeHistory,
  period: TrialPeriod,
  question: Question,
  terms: HomeTerms | null = null,
): HomeTrial {
  const instants = incidentInstants(history, period.from, period.to - LONGEST_DELAY_MS, period.incidents)
  const present = live(history, period, instants, question.present)
  const { alerts, delays } = live(underTerms(history, terms), period, instants, question.tried)
  const takenOver = present.alerts.filter(({ kind }) => question.unaffected.has(familyOf(kind)))
  return {
    homeId: history.homeId,
    heard: history.arrivals.some(({ at }) => at >= period.from),
    present,
    proposed: {
      alerts: [...alerts.filter(({ kind }) => !question.unaffected.has(familyOf(kind))), ...takenOver].sort(
        (a, b) => a.raisedAt - b.raisedAt,
      ),
      delays: question.unaffected.has(INACTIVITY) ? present.delays : delays,
    },
  }
}

function underTerms(history: HomeHistory, terms: HomeTerms | null): HomeHistory {
  if (terms === null) return history
  const inOrder = <T extends { from: EpochMs }>(spans: readonly T[]) =>
    spans.toSorted((a, b) => a.from - b.from)
  const before: Befallen = { type: 'bearing', at: Number.NEGATIVE_INFINITY, circumstances: {}, own: null }
  const befell = [before, ...history.befell].map((one): Befallen => {
    if (one.type !== 'bearing') return one
    const { away = [], sensitivity = [] } = one.circumstances
    const circumstances = {
      away: inOrder([...away, ...(terms.circumstances.away ?? [])]),
      sensitivity: inOrder([...sensitivity, ...(terms.circumstances.sensitivity ?? [])]),
    }
    return { ...one, circumstances, own: terms.own ?? one.own }
  })
  return { ...history, befell }
}

function live(
  history: HomeHistory,
  period: TrialPeriod,
  instants: readonly EpochMs[],
  settings: RuleSettings,
): HomeSide {
  const { homeId, zone, arrivals, befell } = history
  const alerts = new Alerts(period)
  const delays: HomeSide['delays'] = []
  const start = Math.min(arrivals[0]?.at ?? period.from, period.from)
  const home = new ShadowHome(
    { homeId, zone, settings, outages: period.outages, befell },
    start,
    (finding, held) => alerts.take(finding, held),
  )
  let nextInstant = 0
  for (const [i, { at, readings }] of arrivals.entries()) {
    if (at >= period.to) break
    for (; (instants[nextInstant] ?? Number.POSITIVE_INFINITY) < at; nextInstant++)
      delays.push(delayOf(home, history, i, instants[nextInstant] ?? at))
    home.hear(readings, at)
  }
  home.passTo(period.to)
  return { alerts: alerts.ended(), delays }
}

/** Forks the home at `t` and lets nobody act any more. */
function delayOf(
  home: ShadowHome,
  history: HomeHistory,
  nextArrival: number,
  t: EpochMs,
): HomeSide['delays'][number] {
  const raised: EpochMs[] = []
  const fork = home.fork((finding) => {
    if (finding.phase === 'raised' && familyOf(finding.kind) === INACTIVITY) raised.push(finding.raisedAt)
  })
  fork.passTo(t)
  if ([...fork.open].some(({ kind }) => familyOf(kind) === INACTIVITY)) return 'open'
  raised.length = 0
  const incident = new StandStill(history, nextArrival, t)
  for (let i = nextArrival; i < history.arrivals.length && raised.length === 0; i++) {
    const arrival = history.arrivals[i]
    if (arrival === undefined || arrival.at > t + LONGEST_DELAY_MS) break
    fork.hear(incident.change(arrival).readings, arrival.at)
  }
  const [noticedAt] = raised
  return noticedAt === undefined || noticedAt - t > LONGEST_DELAY_MS ? null : noticedAt - t
}

/** Joins findings to the alerts that they would have been: one open for each family, of devices for each device. */
class Alerts {
  readonly #period: TrialPeriod
  readonly #all: TrialAlert[] = []
  readonly #open = new Map<string, { alert: TrialAlert; findings: Set<string> }>()

  constructor(period: TrialPeriod) {
    this.#period = period
  }

  take(finding: Finding, held: Finding): void {
    if (finding.kind === 'smoke.test') return
    const { homeId, kind, severity, raisedAt } = finding
    const subject = `${familyOf(kind)}/${familyOf(kind) === 'device' ? (finding.deviceId ?? '') : ''}`
    const open = this.#open.get(subject)
    if (finding.phase === 'cleared') {
      open?.findings.delete(held.id)
      if (open === undefined || open.findings.size > 0) return
      open.alert.endedAt = finding.clearedAt ?? raisedAt
      this.#open.delete(subject)
    } else if (open !== undefined) {
      open.findings.add(finding.id)
      if (moreSevere(severity, open.alert.severity)) open.alert.severity = severity
    } else {
      const { sentence } = finding.evidence
      const alert = { homeId, kind, severity, raisedAt, endedAt: null, sentence }
      this.#open.set(subject, { alert, findings: new Set([finding.id]) })
      this.#all.push(alert)
    }
  }

  /** Those raised within the period. */
  ended(): TrialAlert[] {
    return this.#all.filter(({ raisedAt }) => raisedAt >= this.#period.from && raisedAt < this.#period.to)
  }
}

/** Readings from before the period, from which the rules learn what is usual. */
export const LEARNING_MS = 28 * DAY_MS
