import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert, TimelineEntry } from '../../contracts/alert.ts'
import type { FindingKind } from '../../contracts/finding.ts'
import { AlertId, DeviceId, FindingId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type CaseEvent, type CaseFinding, isActive } from '../../dispatch/case.ts'
import { step } from '../../dispatch/lifecycle.ts'
import type { Inhibitor } from '../../dispatch/waiting.ts'

const homeId = HomeId.parse('home-1')
const evidence = { data: {}, sentence: { zh: '', en: '' } }
const CUT: Inhibitor = { kind: 'neighbourhood.quiet', alertId: AlertId.parse('cut') }
const FAULT: Inhibitor = { kind: 'neighbourhood.silent', alertId: AlertId.parse('fault') }
const KINDS: { kind: FindingKind; severity: 'P1' | 'P2' | 'P3'; deviceId?: DeviceId }[] = [
  { kind: 'inactivity.personal', severity: 'P2' },
  { kind: 'inactivity.water_none', severity: 'P2' },
  { kind: 'inactivity.water_volume', severity: 'P1' },
  { kind: 'inactivity.electricity_flat', severity: 'P2' },
  { kind: 'device.silent', severity: 'P3', deviceId: DeviceId.parse('w1') },
  { kind: 'smoke.alarm', severity: 'P1', deviceId: DeviceId.parse('s1') },
]
const WAITS: Alert['state'][] = ['suspected', 'merged']

const acts = fc.array(
  fc.record({
    what: fc.constantFrom(
      'raised',
      'raised',
      'updated',
      'cleared',
      'cut',
      'fault',
      'well',
      'help',
      'ask_failed',
      'acknowledge',
      'resolve',
      'deadline',
    ),
    which: fc.nat(KINDS.length - 1),
    alert: fc.nat(4),
    passMinutes: fc.nat(120),
  }),
  { maxLength: 50, size: 'max' },
)
type Act = typeof acts extends fc.Arbitrary<(infer T)[]> ? T : never

/** One home under incidents that come and go, whose resident answers or does not, and a desk. */
class Home {
  readonly alerts = new Map<AlertId, Alert>()
  readonly timeline: TimelineEntry[] = []
  readonly holding = new Map<FindingId, CaseFinding>()
  inhibitors: Inhibitor[] = []
  now = Date.parse('2026-03-01T00:00:00Z')
  #deadline: number | null = null
  readonly #answerMs: number | null

  constructor(asks: boolean) {
    this.#answerMs = asks ? 30 * MINUTE_MS : null
  }

  tell(event: CaseEvent): void {
    const known = [...this.alerts.values()].filter(
      (one) => isActive(one) || 'alertId' in event || event.type === 'command',
    )
    const result = step(known, event, this.now, {
      homeId,
      jurisdictionId: JurisdictionId.parse('place-1'),
      quietHoursAfterResolve: 4,
      inhibitors: this.inhibitors,
      holdMs: 12 * HOUR_MS,
      answerMs: this.#answerMs,
      duty: null,
      cuts: [],
      visits: [],
      candidates: [],
      homeToVisit: null,
      newAlertId: () => AlertId.parse(`alert-${this.alerts.size + 1}`),
    })
    for (const alert of result.alerts) this.alerts.set(alert.id, alert)
    this.timeline.push(...result.timeline)
    this.#deadline = result.deadline
    if (event.type !== 'finding') return
    if (event.finding.phase === 'cleared') this.holding.delete(event.finding.id)
    else this.holding.set(event.finding.id, event.finding)
  }

  /** What comes due meanwhile comes due at its own instant. */
  pass(ms: number): void {
    const until = this.now + ms
    while (this.#deadline !== null && this.#deadline <= until) {
      this.now = Math.max(this.now, this.#deadline)
      this.tell({ type: 'deadline' })
      if (this.#deadline !== null && this.#deadline <= this.now)
        throw new Error('a deadline does not move on')
    }
    this.now = until
  }

  toggle(inhibitor: Inhibitor): void {
    const others = this.inhibitors.filter((one) => one !== inhibitor)
    const ends = others.length < this.inhibitors.length
    this.inhibitors = ends ? others : [...this.inhibitors, inhibitor]
    this.tell(
      ends
        ? { type: 'incident_over', incident: inhibitor.alertId }
        : { type: 'incident_began', incident: inhibitor, evidence },
    )
  }

  act({ what, which, alert, passMinutes }: Act): void {
    this.pass(passMinutes * MINUTE_MS)
    if (what === 'cut' || what === 'fault') return this.toggle(what === 'cut' ? CUT : FAULT)
    if (what === 'deadline') return this.tell({ type: 'deadline' })
    if (what === 'raised' || what === 'updated' || what === 'cleared')
      return this.tell({ type: 'finding', finding: findingOf(which, what, this.now) })
    const alertId = [...this.alerts.keys()][alert]
    if (alertId === undefined) return
    if (what === 'well' || what === 'help') this.tell({ type: 'answer', alertId, answer: what })
    else if (what === 'ask_failed') this.tell({ type: 'ask_failed', alertId, reason: 'no line' })
    else {
      const act = what === 'resolve' ? { type: what, outcome: null } : { type: what }
      const base = { alertId, homeId, by: 'account:wang', expectedVersion: null, noteId: null }
      this.tell({ type: 'command', command: { ...act, ...base } })
    }
  }
}

const findingOf = (which: number, phase: CaseFinding['phase'], now: number): CaseFinding => {
  const { kind, severity, deviceId } = KINDS[which] as (typeof KINDS)[number]
  const id = FindingId.parse(`${kind}/1`)
  const settled = { phase, since: now, raisedAt: now, evidence, settingsVersion: 1 }
  return { id, kind, severity, ...settled, ...(deviceId ? { deviceId } : {}) }
}

function played(script: readonly Act[], asks: boolean): Home {
  const home = new Home(asks)
  for (const act of script) home.act(act)
  return home
}

describe('whatever is merged or asked', () => {
  it('no finding is lost: when incidents and waits are over, each that holds is on an alert that rings or rang', () => {
    fc.assert(
      fc.property(acts, fc.boolean(), (script, asks) => {
        const home = played(script, asks)
        for (const inhibitor of home.inhibitors) home.toggle(inhibitor)
        home.pass(24 * HOUR_MS)
        expect([...home.alerts.values()].filter((alert) => WAITS.includes(alert.state))).toEqual([])
        for (const { id, kind } of home.holding.values()) {
          const carrying = [...home.alerts.values()].filter((alert) => alert.findings.includes(id))
          const shown = carrying.filter((alert) => alert.state === 'open' || alert.state === 'acknowledged')
          // Smoke is closed by a person for good, and rings with its next report.
          expect([kind, shown.length > 0 || kind === 'smoke.alarm']).toEqual([kind, true])
        }
      }),
    )
  })

  it('no home waits longer than it may, though its incident never ends', () => {
    fc.assert(
      fc.property(acts, fc.boolean(), (script, asks) => {
        const home = played(script, asks)
        home.pass(13 * HOUR_MS)
        const waiting = [...home.alerts.values()].filter((alert) => WAITS.includes(alert.state))
        expect(waiting.filter((alert) => alert.family !== 'device')).toEqual([])
      }),
    )
  })

  it('smoke and danger to life never wait, and only what waits has something to wait for', () => {
    fc.assert(
      fc.property(acts, fc.boolean(), (script, asks) => {
        const { alerts, timeline } = played(script, asks)
        for (const alert of alerts.values()) {
          const waits = WAITS.includes(alert.state)
          if (waits) expect([alert.severity, alert.family]).not.toContain('P1')
          if (alert.family === 'smoke') expect(waits).toBe(false)
          expect(alert.mergedInto !== null).toBe(alert.state === 'merged')
          if (!waits) expect(alert.waitUntil).toBeNull()
          const lines = timeline.filter((line) => line.alertId === alert.id)
          expect(lines.map((line) => line.n)).toEqual(lines.map((_, index) => index + 1))
        }
      }),
    )
  })
})
