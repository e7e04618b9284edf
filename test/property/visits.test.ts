import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { discloses } from '../../api/visit-views.ts'
import type { Alert, TimelineEntry } from '../../contracts/alert.ts'
import { AlertCommand } from '../../contracts/command.ts'
import { type AlertId, FindingId, PersonId, VisitId } from '../../contracts/ids.ts'
import { UNSAID } from '../../contracts/registry.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type Visit, VisitCommand } from '../../contracts/visit.ts'
import { type CaseEvent, isActive } from '../../dispatch/case.ts'
import { step } from '../../dispatch/lifecycle.ts'
import { isOpenVisit } from '../../dispatch/visit.ts'
import { aFinding, BENIGN, contextOf, HOME, SMOKE, T0 } from '../dispatch/case.ts'

const PEOPLE = (['ding', 'he', 'lin', 'yu'] as const).map((id, n) => ({
  person: {
    id: PersonId.parse(id),
    name: id,
    kind: (['visitor', 'visitor', 'staff', 'volunteer'] as const)[n] ?? 'staff',
    skills: [],
    pairedWith: [],
    holdsKeyOf: [],
    place: null,
    enabled: true,
  },
  visitsToday: 0,
  isBusy: false,
  isTired: false,
}))
const COMMANDS = [
  'acknowledge',
  'verify',
  'dispatch',
  'recall',
  'transfer',
  'shelve',
  'unshelve',
  'resolve',
  'review',
  'close',
  'reopen',
] as const
const ACTS = ['accept', 'decline', 'en_route', 'check_in', 'submit'] as const
const OUTCOMES = [
  BENIGN,
  { ...BENIGN, contact: 'no_answer', cause: 'unknown' },
  { ...BENIGN, action: 'forced_entry', policeReference: 'JQ-1' },
]

/** What must meet by chance is rare: three in a row, of twenty things that may happen. */
const RUNS = { numRuns: 300 }

const script = fc.array(
  fc.record({
    what: fc.constantFrom(
      'raised',
      'cleared',
      'smoke',
      'deadline',
      ...COMMANDS,
      'dispatch',
      'dispatch',
      ...ACTS,
      ...ACTS,
    ),
    who: fc.nat(PEOPLE.length - 1),
    outcome: fc.nat(OUTCOMES.length - 1),
    crewSize: fc.constantFrom(1, 2),
    severity: fc.constantFrom('P3', 'P2', 'P1'),
    passMinutes: fc.nat(30),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
)
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never

/** A home through all that, as the pipeline would take it; `after` looks at each step. */
function play(steps: Script, after: (seen: { alerts: Alert[]; visits: Visit[] }) => void = () => {}) {
  const alerts = new Map<AlertId, Alert>()
  const visits = new Map<VisitId, Visit>()
  const timeline: TimelineEntry[] = []
  const pages: string[] = []
  let now = T0
  let newest = 0
  for (const [n, { what, who, outcome, crewSize, severity, passMinutes }] of steps.entries()) {
    now += passMinutes * MINUTE_MS
    const person = PEOPLE[who]?.person.id
    const alertId = [...alerts.keys()].at(-1)
    const visitId = [...visits.keys()].at(-1)
    const event = eventOf()
    if (event === null) continue
    const byPerson = event.type === 'command' || event.type === 'act'
    const known = [...alerts.values()].filter((alert) => isActive(alert) || byPerson)
    const result = step(
      known,
      event,
      now,
      contextOf(() => `alert-${++newest}`, {
        visits: [...visits.values()].filter((visit) => byPerson || isOpenVisit(visit)),
        candidates: PEOPLE,
        homeToVisit: { homeId: HOME, ...UNSAID },
      }),
    )
    if (result.refused) expect([result.alerts, result.visits, result.timeline]).toEqual([[], [], []])
    for (const alert of result.alerts) alerts.set(alert.id, alert)
    for (const visit of result.visits) visits.set(visit.id, visit)
    timeline.push(...result.timeline)
    pages.push(...result.pages.map(({ key }) => key))
    after({ alerts: [...alerts.values()], visits: [...visits.values()] })

    function eventOf(): CaseEvent | null {
      if (what === 'deadline') return { type: 'deadline' }
      if (what === 'smoke') return { type: 'finding', finding: aFinding(SMOKE, now) }
      if (what === 'raised' || what === 'cleared')
        return {
          type: 'finding',
          finding: aFinding({ phase: what, severity, id: FindingId.parse('quiet') }, now),
        }
      const command = AlertCommand.safeParse({
        type: what,
        alertId,
        homeId: HOME,
        by: 'account:wang',
        expectedVersion: null,
        noteId: null,
        ...(what === 'dispatch' ? { visitId: `visit-${n}`, candidates: null, crewSize } : {}),
        ...(what === 'transfer' ? { to: '120' } : {}),
        ...(what === 'shelve' ? { until: now + HOUR_MS } : {}),
        ...(what === 'resolve' || what === 'review' ? { outcome: OUTCOMES[outcome] } : {}),
      })
      if (command.success) return { type: 'command', command: command.data }
      const act = VisitCommand.safeParse({
        type: what,
        actId: `act-${n}-of-script`,
        visitId,
        homeId: HOME,
        personId: person,
        doneAt: now - passMinutes * MINUTE_MS,
        ...(what === 'check_in' ? { place: null, photoIds: [] } : {}),
        ...(what === 'submit' ? { outcome: OUTCOMES[outcome], noteId: null } : {}),
      })
      return act.success ? { type: 'act', act: act.data } : null
    }
  }
  return { alerts: [...alerts.values()], visits: [...visits.values()], timeline, pages }
}

describe('whoever is sent, and whatever they do', () => {
  it('at most one visit is under way for an alert, none for one that is over, and the alert names it', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(steps, ({ alerts, visits }) => {
          for (const alert of alerts) {
            const open = visits.filter((visit) => visit.alertId === alert.id && isOpenVisit(visit))
            expect(open.length).toBeLessThanOrEqual(1)
            expect(alert.visitId).toBe(open[0]?.id ?? null)
            if (['resolved', 'reviewed', 'closed', 'shelved'].includes(alert.state)) expect(open).toEqual([])
          }
        })
      }),
      RUNS,
    )
  })

  it('each change of an alert is one line, numbered without gap, and each message goes out once', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const { alerts, timeline, pages } = play(steps)
        for (const alert of alerts) {
          const lines = timeline.filter((line) => line.alertId === alert.id)
          expect(lines.map((line) => line.n)).toEqual(lines.map((_, index) => index + 1))
          expect(alert.version).toBe(lines.length)
        }
        expect(new Set(pages).size).toBe(pages.length)
      }),
      RUNS,
    )
  })

  it('nobody is shown who lives there before they accepted, nor after it ended, nor ever without being asked', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(steps, ({ visits }) => {
          for (const visit of visits)
            for (const { person } of PEOPLE) {
              if (!discloses(visit, person.id)) continue
              expect(isOpenVisit(visit)).toBe(true)
              const offer = visit.offers.findLast(({ personId }) => personId === person.id)
              expect(offer?.answer).toBe('accepted')
            }
        })
      }),
      RUNS,
    )
  })

  it('a volunteer never goes to danger to life alone, and nobody forces a door alone', () => {
    fc.assert(
      fc.property(script, (steps) => {
        for (const { crew, crewSize, outcome, alertId, state } of play(steps).visits) {
          expect(crew.length).toBeLessThanOrEqual(crewSize)
          if (outcome?.action === 'forced_entry') expect(crew.length).toBe(2)
          if (state === 'accepted') expect([crew.length, alertId]).toEqual([crewSize, expect.anything()])
        }
        for (const { outcome } of play(steps).alerts)
          if (outcome?.action === 'forced_entry') expect(outcome.policeReference).not.toBeNull()
      }),
      RUNS,
    )
  })

  it('smoke is never put aside, held back or closed by the machine', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(steps, ({ alerts }) => {
          for (const { family, state, resolvedBy } of alerts) {
            if (family !== 'smoke') continue
            expect(['suspected', 'merged', 'suppressed', 'shelved']).not.toContain(state)
            expect(resolvedBy).not.toBe('system')
          }
        })
      }),
      RUNS,
    )
  })
})
