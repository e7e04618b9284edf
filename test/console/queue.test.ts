import { describe, expect, test } from 'vitest'
import { countsByTab, everything, LISTED, passes, TABS, tabOf } from '../../console/src/queue/filter.ts'
import { AlertState } from '../../contracts/alert.ts'

const alerts = [
  { state: 'open', severity: 'P1', acknowledgedAt: null, jurisdictionPath: ['长宁区', '岐山居委', '岐山村'] },
  {
    state: 'on_scene',
    severity: 'P3',
    acknowledgedAt: '2026-11-20T00:00:00Z',
    jurisdictionPath: ['长宁区', '利西居委', '利西新村'],
  },
  {
    state: 'recovered',
    severity: 'P2',
    acknowledgedAt: null,
    jurisdictionPath: ['长宁区', '岐山居委', '愚谷小区'],
  },
] satisfies Parameters<typeof passes>[1][]

const shown = (filter: Parameters<typeof passes>[0]) =>
  alerts.flatMap((alert, index) => (passes(filter, alert) ? [index] : []))

describe('the filters of the queue', () => {
  test('without any, all that is not over is shown', () => {
    expect(shown(everything)).toEqual([0, 1, 2])
  })

  test('part, severity and place narrow it together', () => {
    expect(shown({ ...everything, tab: 'open' })).toEqual([0, 2])
    expect(shown({ ...everything, tab: 'in_hand' })).toEqual([1])
    expect(shown({ ...everything, severities: ['P1', 'P2'] })).toEqual([0, 2])
    expect(shown({ tab: 'open', severities: ['P1'], place: '利西居委' })).toEqual([])
  })

  test('the counts say what each part would show under the rest of the filter', () => {
    expect(countsByTab(alerts, { ...everything, tab: 'review', place: '岐山居委' })).toEqual({
      active: 2,
      open: 2,
    })
  })

  test('what came back by itself waits for somebody until somebody has it', () => {
    const [, , recovered] = alerts
    if (recovered === undefined) throw new Error('there are three')
    expect(tabOf(recovered)).toBe('open')
    expect(tabOf({ ...recovered, acknowledgedAt: '2026-11-20T00:00:00Z' })).toBe('in_hand')
  })

  test('every state stands in exactly one part, and what the service is asked for is shown where it was asked', () => {
    const listed = TABS.flatMap((tab) => (LISTED[tab] ?? []).map((state) => [state, tab] as const))
    for (const [state, tab] of listed)
      expect(tabOf({ state, severity: 'P3', acknowledgedAt: null, jurisdictionPath: [] })).toBe(tab)
    const asked = new Set<string>(listed.map(([state]) => state))
    expect(AlertState.options.filter((state) => !asked.has(state))).toEqual([
      'open',
      'acknowledged',
      'verifying',
      'dispatched',
      'accepted',
      'on_scene',
      'recovered',
      'transferred',
    ])
  })
})
