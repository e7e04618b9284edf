import { DAY_MS, HOUR_MS } from '../contracts/time.ts'
import type { EvaluatedHome, Incident } from './panel.ts'
import type { Candidate, Report, Watch } from './watch.ts'

/** An incident that is not noticed by then is never noticed. */
export const LONGEST_HOURS = 72

/** Hours from the incident to the first alarm; null: never; `open`: one was open already, which says nothing. */
export type Delay = number | null | 'open'

export interface HomeScore {
  home: string
  falseAlarms: number
  inAbsence: number
  days: number
  delays: { kind: string; delay: Delay }[]
}

/**
 * Scores a rule on one home. False alarms: on life as it was, from `scoreFrom` on; one that is open there counts, one
 * inside an absence is counted apart. Delays: at each incident the watch is forked, so that it knows exactly what it
 * knew then, and hears the reports of the incident instead of those of life.
 */
export function scoreHome(home: EvaluatedHome, candidate: Candidate): HomeScore {
  const start = home.reports[0]?.at ?? home.scoreFrom
  const watch = candidate.watch({ id: home.id, zone: home.zone, start })
  const delays: HomeScore['delays'] = []
  let next = 0
  for (const report of home.reports) {
    for (; next < home.incidents.length; next++) {
      const incident = home.incidents[next]
      if (incident === undefined || incident.at >= report.at) break
      delays.push({ kind: incident.kind, delay: delayOf(incident, watch) })
    }
    watch.hear(report)
  }
  let [falseAlarms, inAbsence] = [0, 0]
  for (const { raisedAt, clearedAt } of watch.alarms) {
    if (raisedAt <= home.scoreFrom && clearedAt !== null && clearedAt <= home.scoreFrom) continue
    const away = home.absences.some(({ from, to }) => raisedAt >= from && raisedAt <= to + home.stepMs)
    if (away) inAbsence += 1
    else falseAlarms += 1
  }
  const isWater = ({ readings }: Report) => readings.some(({ kind }) => kind === 'water')
  const scored = home.reports.filter((report) => report.at > home.scoreFrom && isWater(report)).length
  return { home: home.id, falseAlarms, inAbsence, days: (scored * home.stepMs) / DAY_MS, delays }
}

function delayOf(incident: Incident, life: Watch): Delay {
  const watch = life.fork()
  watch.passTo(incident.at)
  if (watch.alarms.some(({ clearedAt }) => clearedAt === null)) return 'open'
  const first = () => watch.alarms.find(({ raisedAt }) => raisedAt > incident.at)
  for (const report of incident.reports()) {
    watch.hear(report)
    if (first() !== undefined) break
  }
  const raisedAt = first()?.raisedAt
  if (raisedAt === undefined) return null
  const hours = (raisedAt - incident.at) / HOUR_MS
  return hours <= LONGEST_HOURS ? hours : null
}

/** The reports of the 72 h after `at`, each changed by the incident. */
export function reportsAfter(
  reports: readonly Report[],
  at: number,
  change: (report: Report) => Report,
): Report[] {
  const first = firstAfter(reports, at)
  const after: Report[] = []
  for (let i = first; i < reports.length; i++) {
    const report = reports[i]
    if (report === undefined || report.at > at + LONGEST_HOURS * HOUR_MS) break
    after.push(change(report))
  }
  return after
}

function firstAfter(reports: readonly Report[], at: number): number {
  let [low, high] = [0, reports.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((reports[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}
