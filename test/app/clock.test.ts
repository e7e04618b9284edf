import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catchingUpMs, realClocks } from '../../app/clock.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { manualClock } from '../support/clock.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')

/** A machine whose wall clock may be put anywhere, and whose monotonic time only passes. */
function machine(lastAt: number | null = null) {
  const [wall, monotonic] = [manualClock(NOON), manualClock(0)]
  const clocks = realClocks(lastAt, wall, monotonic)
  const pass = (ms: number) => {
    wall.pass(ms)
    monotonic.pass(ms)
    return clocks.civil.now()
  }
  return { wall, clocks, pass }
}

describe('civil time of the real service', () => {
  it('is what the wall says, also when that leaps forward', () => {
    const { wall, clocks, pass } = machine(NOON - HOUR_MS)
    expect(clocks.civil.now()).toBe(NOON)
    expect(pass(1_000)).toBe(NOON + 1_000)
    wall.pass(HOUR_MS)
    expect(clocks.civil.now()).toBe(NOON + HOUR_MS + 1_000)
    expect(clocks.aheadMs()).toBe(0)
  })

  it('goes on at half pace after the clock was put back by eight hours, and agrees again after sixteen', () => {
    const { wall, clocks, pass } = machine()
    const before = clocks.civil.now()
    wall.pass(-8 * HOUR_MS)
    expect(clocks.civil.now()).toBe(before)
    expect(clocks.aheadMs()).toBe(8 * HOUR_MS)
    expect(pass(10 * MINUTE_MS)).toBe(before + 5 * MINUTE_MS)
    expect(catchingUpMs(8 * HOUR_MS)).toBe(16 * HOUR_MS)
    pass(16 * HOUR_MS - 11 * MINUTE_MS)
    expect(clocks.aheadMs()).toBeGreaterThan(0)
    pass(MINUTE_MS)
    expect(clocks.aheadMs()).toBe(0)
    expect(clocks.civil.now()).toBe(wall.now())
  })

  it('starts at the last thing written down where the clock lies behind that', () => {
    const { clocks, pass } = machine(NOON + 8 * HOUR_MS)
    expect(clocks.civil.now()).toBe(NOON + 8 * HOUR_MS)
    expect(pass(MINUTE_MS)).toBe(NOON + 8 * HOUR_MS + MINUTE_MS / 2)
  })

  it('never goes back, never lies behind the wall, and never takes more than twice as long, however the clock is put', () => {
    const day = 24 * HOUR_MS
    const doing = fc.oneof(
      fc.record({ put: fc.integer({ min: -day, max: day }) }),
      fc.record({ pass: fc.integer({ min: 0, max: HOUR_MS }) }),
    )
    fc.assert(
      fc.property(fc.array(doing, { maxLength: 60 }), (doings) => {
        const { wall, clocks, pass } = machine()
        let last = clocks.civil.now()
        for (const one of doings) {
          if ('put' in one) wall.pass(one.put)
          const passed = 'pass' in one ? one.pass : 0
          const now = 'pass' in one ? pass(passed) : clocks.civil.now()
          expect(now).toBeGreaterThanOrEqual(wall.now())
          expect(now - last).toBeGreaterThanOrEqual(Math.floor(passed / 2))
          last = now
        }
      }),
    )
  })
})
