import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FindingKind, familyOf } from '../../contracts/finding.ts'
import { Severity } from '../../contracts/severity.ts'
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts'
import { Outcome } from '../../contracts/visit.ts'
import { type ProposalFacts, proposalOf } from '../../dispatch/proposal.ts'
import { anAlert, BENIGN, T0 } from './case.ts'

const FACTS: ProposalFacts = {
  own: null,
  shared: { budgetPer30Days: 0.5, capHours: 20 },
  base: { settingsVersion: 3, ownChangedAt: null, circumstancesChangedAt: null },
}
const reviewed = (outcome: Partial<Outcome>, over: Parameters<typeof anAlert>[0] = {}) =>
  anAlert({ kind: 'inactivity.personal', state: 'reviewed', outcome: { ...BENIGN, ...outcome }, ...over })
const changeAfter = (outcome: Partial<Outcome>, over: Parameters<typeof anAlert>[0] = {}) =>
  proposalOf(reviewed(outcome, over), T0, FACTS)?.change ?? null

describe('what a reviewed case proposes', () => {
  it('late rising and cooking: that home alone speaks later', () => {
    for (const cause of ['late_rising', 'cooking'] as const)
      expect(changeAfter({ cause })).toEqual({ type: 'home_settings', budgetPer30Days: 0.25, capHours: 25 })
  })

  it('guests and family: for a while; away and in hospital: until they are back', () => {
    const awayUntil = T0 + 5 * DAY_MS
    expect(changeAfter({ cause: 'guests' })).toMatchObject({ type: 'sensitivity', to: T0 + 14 * DAY_MS })
    expect(changeAfter({ cause: 'family_stay', awayUntil })).toMatchObject({ factor: 1.5, to: awayUntil })
    expect(changeAfter({ cause: 'hospital', awayUntil })).toEqual({ type: 'away', from: T0, to: awayUntil })
    expect(changeAfter({ cause: 'away' })).toBeNull()
  })

  it('a device: a technician; cooking under a smoke detector moves the detector and silences nothing', () => {
    expect(changeAfter({ verdict: 'technical', cause: 'device_battery' })).toMatchObject({
      type: 'technician',
    })
    expect(changeAfter({ cause: 'cooking' }, { kind: 'smoke.alarm', severity: 'P1' })).toMatchObject({
      type: 'technician',
    })
  })

  it('an emergency that was noticed late, or by others: that home speaks sooner', () => {
    const fall = { verdict: 'emergency', cause: 'fall' } as const
    const sooner = { type: 'home_settings', budgetPer30Days: 1, capHours: 16 }
    expect(changeAfter(fall, { since: T0 - 15 * HOUR_MS, openedAt: T0 })).toEqual(sooner)
    expect(changeAfter(fall, { since: T0 - 3 * HOUR_MS, openedAt: T0 })).toBeNull()
    expect(changeAfter(fall, { kind: 'incident.manual' })).toEqual(sooner)
  })

  it('nothing before the review, of a drill, of a need', () => {
    expect(changeAfter({}, { state: 'resolved' })).toBeNull()
    expect(changeAfter({}, { drill: true })).toBeNull()
    expect(changeAfter({ verdict: 'need', cause: 'illness' })).toBeNull()
  })

  it('whatever is reviewed: an emergency slows nothing, smoke is slowed by nothing, and bounds are kept', () => {
    const outcomes = fc.record({
      verdict: fc.constantFrom(...Outcome.shape.verdict.options),
      cause: fc.constantFrom(...Outcome.shape.cause.options),
      awayUntil: fc.option(fc.integer({ min: T0 - DAY_MS, max: T0 + 90 * DAY_MS })),
    })
    const own = fc.record({
      budgetPer30Days: fc.option(fc.double({ min: 0.01, max: 30, noNaN: true })),
      capHours: fc.option(fc.double({ min: 1, max: 72, noNaN: true })),
    })
    const kind = fc.constantFrom(...FindingKind.options)
    const severity = fc.constantFrom(...Severity.options)
    fc.assert(
      fc.property(
        outcomes,
        fc.option(own),
        kind,
        severity,
        fc.nat(72),
        (outcome, own, kind, severity, hours) => {
          const alert = reviewed(outcome, { kind, severity, since: T0 - hours * HOUR_MS, openedAt: T0 })
          const proposal = proposalOf(alert, T0, { ...FACTS, own })
          if (proposal === null) return
          const { change, sensitivity } = proposal
          if (outcome.verdict === 'emergency') expect(sensitivity).toBe('more')
          if (familyOf(kind) === 'smoke') expect(['technician', 'away']).toContain(change.type)
          if ('to' in change) expect(change.to).toBeGreaterThan(T0)
          if (change.type !== 'home_settings') return
          const before = { ...FACTS.shared, ...nothingNull(own) }
          const [budget, cap] = [change.budgetPer30Days ?? 0, change.capHours ?? 0]
          if (sensitivity === 'more') {
            expect(budget).toBeGreaterThanOrEqual(before.budgetPer30Days)
            expect(cap).toBeLessThanOrEqual(before.capHours)
          } else {
            expect(budget).toBeLessThanOrEqual(before.budgetPer30Days)
            expect(cap).toBeGreaterThanOrEqual(before.capHours)
            // A cap that was longer already stays; a proposal never leads beyond thirty hours.
            expect(cap).toBeLessThanOrEqual(Math.max(30, before.capHours))
            expect(budget).toBeGreaterThanOrEqual(Math.min(0.1, before.budgetPer30Days))
          }
        },
      ),
    )
  })
})

const nothingNull = (own: { budgetPer30Days: number | null; capHours: number | null } | null) => ({
  ...(own?.budgetPer30Days == null ? {} : { budgetPer30Days: own.budgetPer30Days }),
  ...(own?.capHours == null ? {} : { capHours: own.capHours }),
})
