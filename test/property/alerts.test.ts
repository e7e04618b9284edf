import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert, TimelineEntry } from '../../contracts/alert.ts'
import type { Finding, FindingKind } from '../../contracts/finding.ts'
import { AlertId, DeviceId, FindingId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { type CaseEvent, type CaseFinding, isActive } from '../../dispatch/case.ts'
import { step } from '../../dispatch/lifecycle.ts'

const homeId = HomeId.parse('home-1')
const KINDS: { kind: FindingKind; severity: Finding['severity']; deviceId?: DeviceId }[] = [
  { kind: 'smoke.alarm', severity: 'P1', deviceId: DeviceId.parse('s1') },
  { kind: 'inactivity.water_volume', severity: 'P2' },
  { kind: 'inactivity.electricity_flat', severity: 'P2' },
  { kind: 'device.silent', severity: 'P3', deviceId: DeviceId.parse('w1') },
  { kind: 'device.battery_low', severity: 'P3', deviceId: DeviceId.parse('w1') },
]

/** What may befall a home: findings come, repeat and go, people press buttons, time passes. */
const events = fc.array(
  fc.record({
    what: fc.constantFrom('raised', 'updated', 'cleared', 'acknowledge', 'resolve', 'note', 'deadline'),
    which: fc.nat(KINDS.length - 1),
    alert: fc.nat(5),
    passMinutes: fc.nat(300),
  }),
  { maxLength: 60, size: 'max' },
)

function play(script: typeof events extends fc.Arbitrary<infer T> ? T : never) {
  const alerts = new Map<AlertId, Alert>()
  const timeline: TimelineEntry[] = []
  const holding = new Map<FindingId, CaseFinding>()
  let now = Date.parse('2026-03-01T00:00:00Z')
  for (const { what, which, alert, passMinutes } of script) {
    now += passMinutes * MINUTE_MS
    const event = eventOf(what, which, [...alerts.keys()][alert], now)
    if (event === null) continue
    if (event.type === 'finding') {
      if (event.finding.phase === 'cleared') holding.delete(event.finding.id)
      else holding.set(event.finding.id, event.finding)
    }
    const known = [...alerts.values()].filter((one) => isActive(one) || event.type === 'command')
    const result = step(known, event, now, {
      homeId,
      jurisdictionId: JurisdictionId.parse('place-1'),
      quietHoursAfterResolve: 4,
      inhibitors: [],
      holdMs: 12 * HOUR_MS,
      answerMs: null,
      duty: null,
      cuts: [],
      visits: [],
      candidates: [],
      homeToVisit: null,
      newAlertId: () => AlertId.parse(`alert-${alerts.size + 1}`),
    })
    for (const changed of result.alerts) alerts.set(changed.id, changed)
    timeline.push(...result.timeline)
  }
  return { alerts: [...alerts.values()], timeline, holding }
}

function eventOf(what: string, which: number, alertId: AlertId | undefined, now: number): CaseEvent | null {
  if (what === 'deadline') return { type: 'deadline' }
  if (what === 'raised' || what === 'updated' || what === 'cleared') {
    const { kind, severity, deviceId } = KINDS[which] as (typeof KINDS)[number]
    const finding: Finding = {
      id: FindingId.parse(`${kind}/${deviceId ?? ''}`),
      homeId,
      kind,
      severity,
      phase: what,
      since: now,
      raisedAt: now,
      evidence: { data: {}, sentence: { zh: '', en: '' } },
      settingsVersion: 1,
      ...(deviceId ? { deviceId } : {}),
    }
    return { type: 'finding', finding }
  }
  if (alertId === undefined) return null
  const base = { alertId, homeId, by: 'account:wang', expectedVersion: null }
  if (what === 'note') return { type: 'command', command: { type: 'note', ...base, noteId: 'n' } }
  const act =
    what === 'acknowledge' ? ({ type: what } as const) : ({ type: 'resolve', outcome: null } as const)
  return { type: 'command', command: { ...act, ...base, noteId: null } }
}

describe('whatever befalls a home', () => {
  it('at most one alert is active for each family, and for each device in trouble', () => {
    fc.assert(
      fc.property(events, (script) => {
        const active = play(script).alerts.filter(isActive)
        const keys = active.map(
          (alert) => `${alert.family} ${alert.family === 'device' ? alert.deviceId : ''}`,
        )
        expect(new Set(keys).size).toBe(keys.length)
      }),
    )
  })

  it('each change of an alert is one line of its timeline, numbered without gap', () => {
    fc.assert(
      fc.property(events, (script) => {
        const { alerts, timeline } = play(script)
        for (const alert of alerts) {
          const lines = timeline.filter((line) => line.alertId === alert.id)
          expect(lines.map((line) => line.n)).toEqual(lines.map((_, index) => index + 1))
          expect(lines.at(-1)?.to).toBe(alert.state)
          expect(alert.version).toBe(lines.length)
        }
      }),
    )
  })

  it('danger to life is never closed by the machine', () => {
    fc.assert(
      fc.property(events, (script) => {
        const closed = play(script).alerts.filter((alert) => alert.resolvedBy === 'system')
        expect(closed.filter((alert) => alert.severity < 'P3' || alert.family === 'smoke')).toEqual([])
      }),
    )
  })

  it('a finding that holds is on some alert, unless a person resolved that alert', () => {
    fc.assert(
      fc.property(events, (script) => {
        const { alerts, holding } = play(script)
        for (const finding of holding.values()) {
          const carrying = alerts.filter((alert) => alert.findings.includes(finding.id))
          expect(carrying.length).toBeGreaterThan(0)
          if (!carrying.some(isActive)) expect(carrying.every((alert) => alert.family === 'smoke')).toBe(true)
        }
      }),
    )
  })
})
