import { describe, expect, it } from 'vitest'
import { DeviceId, FindingId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { caseOf, SMOKE, T0, WANG } from './case.ts'

describe('the lifecycle of an alert', () => {
  it('opens on a finding, is acknowledged, recovers, and waits for a person to confirm', () => {
    const story = caseOf()
    story.find({}, T0)
    story.act('acknowledge', 'alert-1', T0 + MINUTE_MS)
    expect(story.alert()).toMatchObject({ state: 'acknowledged', acknowledgedBy: WANG })
    story.find({ phase: 'cleared', clearedAt: T0 + HOUR_MS }, T0 + HOUR_MS)
    expect(story.alert()).toMatchObject({ state: 'recovered', findings: [] })
    story.act('resolve', 'alert-1', T0 + 2 * HOUR_MS)
    expect(story.alert()).toMatchObject({ state: 'resolved', resolvedBy: WANG, quietUntil: null })
    expect(story.events()).toEqual(['opened', 'acknowledged', 'recovered', 'resolved'])
    expect(story.timeline.map((line) => line.n)).toEqual([1, 2, 3, 4])
  })

  it('joins a second finding of the same family instead of ringing twice', () => {
    const story = caseOf()
    story.find({}, T0)
    story.find({ id: FindingId.parse('f2'), kind: 'inactivity.electricity_flat' }, T0 + MINUTE_MS)
    expect(story.alert()).toMatchObject({ count: 2, findings: ['home-1/inactivity.water_volume/1', 'f2'] })
    story.find({ id: FindingId.parse('f2'), phase: 'cleared' }, T0 + 2 * MINUTE_MS)
    expect(story.alert().state).toBe('open')
  })

  it('opens one alert for each device that is in trouble', () => {
    const story = caseOf()
    const silent = { kind: 'device.silent', severity: 'P3' } as const
    story.find({ ...silent, id: FindingId.parse('a'), deviceId: DeviceId.parse('meter-a') }, T0)
    story.find({ ...silent, id: FindingId.parse('b'), deviceId: DeviceId.parse('meter-b') }, T0)
    story.find(
      {
        id: FindingId.parse('c'),
        kind: 'device.battery_low',
        severity: 'P3',
        deviceId: DeviceId.parse('meter-b'),
      },
      T0,
    )
    expect(story.alerts().map((alert) => alert.findings)).toEqual([['a'], ['b', 'c']])
  })

  it('lets a technical alert close by itself when its cause is gone', () => {
    const story = caseOf()
    const silent = { kind: 'device.silent', severity: 'P3', deviceId: DeviceId.parse('meter-a') } as const
    story.find(silent, T0)
    story.find({ ...silent, phase: 'cleared' }, T0 + HOUR_MS)
    expect(story.alert()).toMatchObject({ state: 'resolved', resolvedBy: 'system' })
  })

  it('never closes smoke by itself, and rings again when a milder alert turns grave', () => {
    const story = caseOf()
    story.find({ ...SMOKE, severity: 'P3' }, T0)
    story.act('acknowledge', 'alert-1', T0 + MINUTE_MS)
    story.find(SMOKE, T0 + 2 * MINUTE_MS)
    expect(story.alert()).toMatchObject({ state: 'open', severity: 'P1', acknowledgedAt: null })
    story.find({ ...SMOKE, phase: 'cleared' }, T0 + 3 * MINUTE_MS)
    expect(story.alert().state).toBe('recovered')
  })

  it('a relapse after recovery rings again', () => {
    const story = caseOf()
    story.find({}, T0)
    story.find({ phase: 'cleared' }, T0 + HOUR_MS)
    story.find({ id: FindingId.parse('f2') }, T0 + 15 * HOUR_MS)
    expect(story.alert()).toMatchObject({ state: 'open', findings: ['f2'] })
    expect(story.events()).toEqual(['opened', 'recovered', 'relapsed'])
  })

  it('resolved while it still holds, it stays quiet for four hours and then reopens', () => {
    const story = caseOf()
    story.find({}, T0)
    story.act('resolve', 'alert-1', T0)
    expect(story.deadline()).toBe(T0 + 4 * HOUR_MS)
    story.find({ phase: 'updated' }, T0 + HOUR_MS)
    expect(story.alert().state).toBe('resolved')
    story.tell({ type: 'deadline' }, T0 + 4 * HOUR_MS - 1)
    expect(story.alert().state).toBe('resolved')
    story.tell({ type: 'deadline' }, T0 + 4 * HOUR_MS)
    expect(story.alert()).toMatchObject({ state: 'open', quietUntil: null, resolvedAt: null })
    expect(story.events().at(-1)).toBe('reopened')
  })

  it('stays resolved when the cause goes away in the quiet time', () => {
    const story = caseOf()
    story.find({}, T0)
    story.act('resolve', 'alert-1', T0)
    story.find({ phase: 'cleared' }, T0 + HOUR_MS)
    expect(story.alert()).toMatchObject({ state: 'resolved', quietUntil: null })
    expect(story.deadline()).toBeNull()
  })

  it('smoke is never kept quiet: the next report after "resolved" rings anew', () => {
    const story = caseOf()
    story.find(SMOKE, T0)
    story.act('resolve', 'alert-1', T0 + MINUTE_MS)
    story.find({ ...SMOKE, phase: 'updated' }, T0 + 2 * MINUTE_MS)
    expect(story.alerts().map((alert) => alert.state)).toEqual(['resolved', 'open'])
  })

  it('notes a detector test as a fact and opens nothing for it', () => {
    const story = caseOf()
    const test = { id: FindingId.parse('t'), kind: 'smoke.test', severity: 'P4' } as const
    story.find(test, T0)
    expect(story.alerts()).toEqual([])
    story.find(SMOKE, T0)
    story.find(test, T0 + MINUTE_MS)
    expect(story.events()).toEqual(['opened', 'fact'])
    expect(story.alert()).toMatchObject({ severity: 'P1', state: 'open' })
  })
})

describe('two people at one alert', () => {
  it('the second acknowledgement changes nothing', () => {
    const story = caseOf()
    story.find({}, T0)
    story.act('acknowledge', 'alert-1', T0 + MINUTE_MS)
    const again = story.act('acknowledge', 'alert-1', T0 + 2 * MINUTE_MS)
    expect(again).toMatchObject({ alerts: [], timeline: [], refused: null, subject: { version: 2 } })
  })

  it('who acts on an alert that has moved on is told so', () => {
    const story = caseOf()
    story.find({}, T0)
    story.find({ phase: 'updated' }, T0 + MINUTE_MS)
    expect(story.act('resolve', 'alert-1', T0 + MINUTE_MS, { expectedVersion: 1 }).refused?.code).toBe(
      'version_conflict',
    )
    expect(story.act('resolve', 'alert-1', T0 + MINUTE_MS, { expectedVersion: 2 }).refused).toBeNull()
    expect(story.act('resolve', 'alert-1', T0 + MINUTE_MS).refused?.code).toBe('already_resolved')
    expect(story.act('resolve', 'alert-9', T0 + MINUTE_MS).refused?.code).toBe('not_found')
  })
})

describe('taken on and forgotten, where no duty is set up', () => {
  it('danger to life rings again after five minutes, a silent home after fifteen, each act counting anew', () => {
    const story = caseOf()
    story.find(SMOKE, T0)
    story.find({}, T0)
    story.act('acknowledge', 'alert-1', T0)
    story.act('acknowledge', 'alert-2', T0)
    story.act('verify', 'alert-2', T0 + 10 * MINUTE_MS)
    expect(story.deadline()).toBe(T0 + 5 * MINUTE_MS)
    story.tell({ type: 'deadline' }, T0 + 5 * MINUTE_MS)
    expect(story.alert('alert-1').state).toBe('open')
    expect(story.events().at(-1)).toBe('progress_overdue')
    story.tell({ type: 'deadline' }, T0 + 20 * MINUTE_MS)
    expect(story.alert('alert-2').state).toBe('verifying')
    story.tell({ type: 'deadline' }, T0 + 25 * MINUTE_MS)
    expect(story.alert('alert-2').state).toBe('open')
  })
})
