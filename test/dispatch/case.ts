import { expect } from 'vitest'
import type { Alert, TimelineEntry } from '../../contracts/alert.ts'
import { AlertCommand } from '../../contracts/command.ts'
import type { Page } from '../../contracts/duty.ts'
import { type Finding, familyOf } from '../../contracts/finding.ts'
import { AccountId, AlertId, FindingId, HomeId, JurisdictionId, VisitId } from '../../contracts/ids.ts'
import { HOUR_MS } from '../../contracts/time.ts'
import type { Outcome, Visit } from '../../contracts/visit.ts'
import { type CaseContext, type CaseEvent, isActive } from '../../dispatch/case.ts'
import { step } from '../../dispatch/lifecycle.ts'
import { isOpenVisit } from '../../dispatch/visit.ts'

export const HOME = HomeId.parse('home-1')
export const WANG = `account:${AccountId.parse('wang')}`
export const T0 = Date.parse('2026-03-01T03:00:00Z')

export const BENIGN: Outcome = {
  contact: 'seen',
  cause: 'late_rising',
  need: 'none',
  action: 'none',
  verdict: 'benign',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}

export const SMOKE = {
  id: FindingId.parse('home-1/smoke.alarm/s1/1'),
  kind: 'smoke.alarm',
  severity: 'P1',
} as const

export const aFinding = (finding: Partial<Finding>, at: number): Finding => ({
  id: FindingId.parse('home-1/inactivity.water_volume/1'),
  homeId: HOME,
  kind: 'inactivity.water_volume',
  severity: 'P2',
  phase: 'raised',
  since: at - 12 * HOUR_MS,
  raisedAt: at,
  evidence: { data: {}, sentence: { zh: '未用水', en: 'No water' } },
  settingsVersion: 1,
  ...finding,
})

/** An alert as it opens, with what a test cares about put in. */
export function anAlert(over: Partial<Alert> = {}): Alert {
  const opened = step(
    [],
    { type: 'finding', finding: aFinding({}, T0) },
    T0,
    contextOf(() => 'alert-1'),
  )
  const [alert] = opened.alerts
  if (!alert) throw new Error('a finding opens an alert')
  return { ...alert, family: familyOf(over.kind ?? alert.kind), ...over }
}

export const contextOf = (newId: () => string, over: Partial<CaseContext> = {}): CaseContext => ({
  homeId: HOME,
  jurisdictionId: JurisdictionId.parse('compound-1'),
  quietHoursAfterResolve: 4,
  inhibitors: [],
  holdMs: 12 * HOUR_MS,
  answerMs: null,
  duty: null,
  cuts: [],
  visits: [],
  candidates: [],
  homeToVisit: null,
  newAlertId: () => AlertId.parse(newId()),
  ...over,
})

/** A home's alerts through time: what the pipeline does with `step`, without a store. */
export function caseOf(given: readonly Alert[] = [], over: Partial<CaseContext> = {}) {
  const alerts = new Map(given.map((alert) => [alert.id, alert]))
  const timeline: TimelineEntry[] = []
  const visits = new Map<VisitId, Visit>()
  const pages: Page[] = []
  let deadline: number | null = null
  const tell = (event: CaseEvent, at: number) => {
    const byPerson = event.type === 'command' || event.type === 'act'
    const active = [...alerts.values()].filter((alert) => isActive(alert) || byPerson)
    const known = [...visits.values()].filter((visit) => byPerson || isOpenVisit(visit))
    const context = contextOf(() => `alert-${alerts.size + 1}`, { ...over, visits: known })
    const result = step(active, event, at, context)
    for (const visit of result.visits) visits.set(visit.id, visit)
    pages.push(...result.pages)
    for (const alert of result.alerts) alerts.set(alert.id, alert)
    timeline.push(...result.timeline)
    deadline = result.deadline
    return result
  }
  const act = (type: AlertCommand['type'], alertId: string, at: number, more: object = {}) => {
    const base = { type, alertId, homeId: HOME, by: WANG, expectedVersion: null, noteId: null }
    const command = AlertCommand.parse({ ...base, ...DETAILS[type]?.(at), ...more })
    return tell({ type: 'command', command }, at)
  }
  return {
    tell,
    act,
    find: (finding: Partial<Finding>, at: number) =>
      tell({ type: 'finding', finding: aFinding(finding, at) }, at),
    alerts: () => [...alerts.values()],
    alert: (id?: string): Alert => {
      if (id === undefined) expect(alerts.size).toBe(1)
      const alert = id === undefined ? [...alerts.values()][0] : alerts.get(AlertId.parse(id))
      if (!alert) throw new Error(`no alert ${id}`)
      return alert
    },
    visit: (id: string): Visit => {
      const visit = visits.get(VisitId.parse(id))
      if (!visit) throw new Error(`no visit ${id}`)
      return visit
    },
    pages,
    events: () => timeline.map((line) => line.event),
    timeline,
    deadline: () => deadline,
  }
}

/** What some commands need besides. */
const DETAILS: Partial<Record<AlertCommand['type'], (at: number) => object>> = {
  note: () => ({ noteId: 'note-1' }),
  dispatch: () => ({ visitId: 'visit-1', candidates: ['ding'], crewSize: 1 }),
  transfer: () => ({ to: '120' }),
  shelve: (at) => ({ until: at + HOUR_MS }),
  review: () => ({ outcome: BENIGN }),
}
