import { describe, expect, it } from 'vitest'
import type { Ladder, LadderStep } from '../../contracts/duty.ts'
import { HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import { type DutyView, whoIsTold, whomToTell } from '../../dispatch/duty.ts'
import { workingFrom } from '../../dispatch/ladder.ts'
import { defaultPolicy } from '../../dispatch/policy.ts'
import { onDutyAt } from '../../dispatch/roster.ts'
import { roster } from '../store/state-samples.ts'

const NOW = Date.parse('2026-03-02T03:00:00+08:00')
const [li, wang, sun] = [PersonId.parse('li'), PersonId.parse('wang'), PersonId.parse('sun')]
const east = JurisdictionId.parse('east')
const crewed = roster('east', 1, {
  shifts: roster('east', 1).shifts.map((one) => ({ ...one, crews: [{ primary: li, backup: wang }] })),
})
const ladder: Ladder = {
  policyId: defaultPolicy.id,
  policyVersion: 1,
  rosters: { [east]: 1 },
  startedAt: NOW,
  run: 1,
  step: 0,
  round: 0,
  dueAt: NOW,
}
const view = (over: Partial<DutyView> = {}): DutyView => ({
  path: [{ id: east, level: 'community' }],
  policy: defaultPolicy,
  policies: [],
  rosters: [crewed],
  unreachable: new Set(),
  pagedAt: new Map(),
  residentPhone: false,
  contactPhones: [],
  zone: 'Asia/Shanghai',
  ...over,
})
const asked = { homeId: HomeId.parse('h1'), ladder, now: NOW, policy: defaultPolicy, isTop: false }
const paged = (count: number) => Array.from({ length: count }, (_, n) => NOW - (n + 1) * MINUTE_MS)
const who = (duty: DutyView, isTop = false) =>
  whomToTell(['primary'], duty, { ...asked, isTop }).told.map(({ recipient }) => recipient)

describe('somebody who has been called all night', () => {
  it('is called up to the limit of the shift, and then the next in line is', () => {
    expect(who(view({ pagedAt: new Map([[li, paged(defaultPolicy.pagesPerShift - 1)]]) }))).toEqual([
      'person:li',
    ])
    const tired = view({ pagedAt: new Map([[li, paged(defaultPolicy.pagesPerShift)]]) })
    expect(who(tired)).toEqual(['person:wang'])
    expect(whomToTell(['primary'], tired, asked).passedOver).toEqual([
      { personId: 'li', reason: 'too_many_pages' },
    ])
  })

  it('where both have been, nobody is told and the ladder goes on; its top passes nobody over', () => {
    const all = paged(defaultPolicy.pagesPerShift)
    const tired = view({
      pagedAt: new Map([
        [li, all],
        [wang, all],
      ]),
    })
    expect(who(tired)).toEqual([])
    expect(who(tired, true)).toEqual(['person:li'])
  })
})

describe('the top of a ladder', () => {
  const west = JurisdictionId.parse('west')
  const above = roster('west', 1, {
    shifts: roster('west', 1).shifts.map((one) => ({ ...one, crews: [{ primary: sun, backup: null }] })),
  })
  const path: DutyView['path'] = [
    { id: east, level: 'community' },
    { id: west, level: 'district' },
  ]
  const steps: LadderStep[] = [
    { afterMinutes: 0, tell: ['primary', 'resident'] },
    { afterMinutes: 5, tell: ['backup', 'contacts'] },
    { afterMinutes: 9, tell: ['district'] },
  ]
  const told = (over: Partial<DutyView>) => {
    const duty = view({ path, residentPhone: true, contactPhones: [0], ...over })
    const { told, gaps } = whoIsTold(steps, ['district'], duty, { ...asked, isTop: true })
    return { told: told.map(({ recipient }) => recipient), gaps }
  }

  it('tells those who are on duty there, and them alone', () => {
    expect(told({ rosters: [crewed, above] })).toEqual({ told: ['person:sun'], gaps: [] })
  })

  it('tells everybody on duty further down where it has nobody, or nobody who answers; never the home again', () => {
    expect(told({})).toEqual({ told: ['person:li', 'person:wang'], gaps: [west] })
    expect(told({ rosters: [crewed, above], unreachable: new Set([sun]) })).toEqual({
      told: ['person:sun', 'person:li', 'person:wang'],
      gaps: [],
    })
  })
})

describe('what can wait for the working hours', () => {
  const from = (text: string, zone = 'Asia/Shanghai') =>
    new Date(workingFrom(defaultPolicy, zone, Date.parse(text))).toISOString()

  it('begins at once within them, in the morning after a night, and on Monday after a Friday evening', () => {
    expect(from('2026-03-02T10:00:00+08:00')).toBe('2026-03-02T02:00:00.000Z')
    expect(from('2026-03-02T03:00:00+08:00')).toBe('2026-03-02T00:30:00.000Z')
    expect(from('2026-03-06T19:00:00+08:00')).toBe('2026-03-09T00:30:00.000Z')
  })

  it('keeps to the wall clock on the Monday after the clocks have changed (Berlin)', () => {
    expect(from('2026-03-27T19:00:00+01:00', 'Europe/Berlin')).toBe('2026-03-30T06:30:00.000Z')
    expect(from('2026-10-23T19:00:00+02:00', 'Europe/Berlin')).toBe('2026-10-26T07:30:00.000Z')
  })
})

describe('two shifts that overlap', () => {
  it('the one that the roster names first takes over when it begins, also past midnight', () => {
    const [shift] = crewed.shifts
    if (!shift) throw new Error('no shift')
    const first = { ...shift, name: 'first', startMinute: 30, durationMinutes: 60 }
    const second = { ...shift, name: 'second', startMinute: 1_200, crews: [{ primary: wang, backup: null }] }
    const both = roster('east', 1, { shifts: [first, second] })
    const evening = onDutyAt(both, Date.parse('2026-03-02T21:00:00+08:00'))
    expect(evening).toMatchObject({ shift: 'second', to: Date.parse('2026-03-03T00:30:00+08:00') })
    expect(onDutyAt(both, Date.parse('2026-03-03T00:30:00+08:00'))?.shift).toBe('first')
    expect(onDutyAt(both, Date.parse('2026-03-03T01:30:00+08:00'))?.shift).toBe('second')
  })
})
