import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bellRepeats,
  type LiveAlert,
  mergeAlert,
  mustRing,
  pageTitle,
} from '../../console/src/live/alerts.ts'
import { type Connection, nextConnection, retryDelayMs } from '../../console/src/live/connection.ts'

const alert = (over: Partial<LiveAlert> & { id: string }): LiveAlert => ({
  version: 1,
  state: 'open',
  severity: 'P2',
  openedAt: '2026-11-20T07:00:00.000Z',
  ...over,
})

const arbitraryAlert = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  version: fc.integer({ min: 1, max: 6 }),
  state: fc.constantFrom('open', 'acknowledged', 'recovered'),
  severity: fc.constantFrom('P1', 'P2', 'P3', 'P4'),
  openedAt: fc.constantFrom('2026-11-20T07:00:00.000Z', '2026-11-20T08:00:00.000Z'),
}) as fc.Arbitrary<LiveAlert>

describe('the queue as events come in', () => {
  test('the most urgent is on top, and within a severity what nobody has taken', () => {
    const queue = [
      alert({ id: 'leak', severity: 'P3' }),
      alert({ id: 'taken', state: 'acknowledged' }),
      alert({ id: 'quiet' }),
      alert({ id: 'smoke', severity: 'P1' }),
      alert({ id: 'aired', severity: 'P1', state: 'recovered' }),
    ].reduce<readonly LiveAlert[]>(mergeAlert, [])
    expect(queue.map(({ id }) => id)).toEqual(['smoke', 'quiet', 'taken', 'aired', 'leak'])
  })

  test('a resolved alert leaves', () => {
    const queue = [alert({ id: 'a' })]
    expect(mergeAlert(queue, alert({ id: 'a', version: 2, state: 'resolved' }))).toEqual([])
  })

  test('an event that our own action has overtaken changes nothing', () => {
    const queue = [alert({ id: 'a', version: 3, state: 'acknowledged' })]
    expect(mergeAlert(queue, alert({ id: 'a', version: 2 }))).toBe(queue)
  })

  test('a replay from any earlier point ends in the same queue', () => {
    fc.assert(
      fc.property(fc.array(arbitraryAlert, { maxLength: 20 }), fc.nat(20), (events, from) => {
        // As the service sends them: each alert's versions only grow.
        const ordered = [...events].sort((a, b) => a.version - b.version)
        const unique = ordered.filter(
          (event, index) =>
            ordered.findIndex((other) => other.id === event.id && other.version === event.version) === index,
        )
        const once = unique.reduce<readonly LiveAlert[]>(mergeAlert, [])
        expect(unique.slice(from).reduce<readonly LiveAlert[]>(mergeAlert, once)).toEqual(once)
      }),
    )
  })
})

describe('what rings', () => {
  test('a new urgent alert rings, a leak does not', () => {
    expect(mustRing(undefined, alert({ id: 'a' }))).toBe(true)
    expect(mustRing(undefined, alert({ id: 'a', severity: 'P3' }))).toBe(false)
  })

  test('new evidence on an open alert does not ring again', () => {
    expect(mustRing(alert({ id: 'a' }), alert({ id: 'a', version: 2 }))).toBe(false)
  })

  test('a raised severity and a relapse ring', () => {
    expect(mustRing(alert({ id: 'a' }), alert({ id: 'a', version: 2, severity: 'P1' }))).toBe(true)
    expect(mustRing(alert({ id: 'a', state: 'recovered' }), alert({ id: 'a', version: 2 }))).toBe(true)
  })

  test('the bell goes on until every life at risk has been taken', () => {
    const smoke = alert({ id: 'smoke', severity: 'P1' })
    expect(bellRepeats([smoke, alert({ id: 'a' })])).toBe(true)
    expect(bellRepeats([{ ...smoke, state: 'acknowledged' }, alert({ id: 'a' })])).toBe(false)
  })

  test('the tab says how many wait, and whether any is urgent', () => {
    expect(pageTitle([], '守望')).toBe('守望')
    expect(pageTitle([alert({ id: 'a', severity: 'P3' })], '守望')).toBe('(1) 守望')
    expect(pageTitle([alert({ id: 'a' }), alert({ id: 'b' })], '守望')).toBe('(2) ⚠ 守望')
    expect(pageTitle([alert({ id: 'a', state: 'acknowledged' })], '守望')).toBe('守望')
  })
})

describe('the line', () => {
  test('a lost line keeps the moment since when it is lost, however often it is tried', () => {
    const lost = [1_000, 3_000, 7_000].reduce<Connection>(
      (connection, atMs) => nextConnection(connection, { type: 'failed', atMs }),
      { state: 'live' },
    )
    expect(lost).toEqual({ state: 'lost', sinceMs: 1_000, attempts: 3 })
    expect(nextConnection(lost, { type: 'opened' })).toEqual({ state: 'live' })
  })

  test('it tries again soon, and never rarer than every ten seconds', () => {
    expect([1, 2, 3, 4, 5, 50].map(retryDelayMs)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
  })
})
