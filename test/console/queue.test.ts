import { describe, expect, test } from 'vitest'
import { countsByState, everything, passes } from '../../console/src/queue/filter.ts'

const alerts = [
  { state: 'open', severity: 'P1', jurisdictionPath: ['长宁区', '岐山居委', '岐山村'] },
  { state: 'open', severity: 'P3', jurisdictionPath: ['长宁区', '利西居委', '利西新村'] },
  { state: 'recovered', severity: 'P2', jurisdictionPath: ['长宁区', '岐山居委', '愚谷小区'] },
] as const

const shown = (filter: Parameters<typeof passes>[0]) =>
  alerts.flatMap((alert, index) =>
    passes(filter, { ...alert, jurisdictionPath: [...alert.jurisdictionPath] }) ? [index] : [],
  )

describe('the filters of the queue', () => {
  test('without any, all that is not resolved is shown', () => {
    expect(shown(everything)).toEqual([0, 1, 2])
  })

  test('state, severity and place narrow it together', () => {
    expect(shown({ ...everything, state: 'open' })).toEqual([0, 1])
    expect(shown({ ...everything, severities: ['P1', 'P2'] })).toEqual([0, 2])
    expect(shown({ ...everything, place: '岐山居委' })).toEqual([0, 2])
    expect(shown({ state: 'open', severities: ['P1'], place: '利西居委' })).toEqual([])
  })

  test('the counts say what each state would show under the rest of the filter', () => {
    const counts = countsByState(
      alerts.map((alert) => ({ ...alert, jurisdictionPath: [...alert.jurisdictionPath] })),
      { ...everything, state: 'recovered', place: '岐山居委' },
    )
    expect(counts).toEqual({
      active: 2,
      open: 1,
      recovered: 1,
    })
  })
})
