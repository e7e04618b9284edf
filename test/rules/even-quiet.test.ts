import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evenLength } from '../../rules/even-flow.ts'
import type { Use } from '../../rules/water.ts'
import { at, device, hours, only, Story } from './story.ts'

const DAY = hours(24)
const start = at('03-02 00:00')
const meter = device('water', 'water')
const settings = only({ 'inactivity.personal': {} })
const fall = start + 41 * DAY - hours(2)
const FOREVER = start + 1_000 * DAY

interface Tap {
  from: number
  litresPerHour: number
}

/** The register of somebody who lives by the clock until `until`, with a tap that drips from some time on. */
const lived =
  (until: number, tap: Tap | null = null) =>
  (time: number): number => {
    let litres = 1_000
    for (let day = start; day <= Math.min(time, until); day += DAY)
      for (const hour of [6.6, 7.5, 8.4, 11.6, 12.5, 15.2, 17.6, 18.5, 19.4, 21.5])
        if (day + hours(hour) <= Math.min(time, until)) litres += 12
    if (tap !== null && time > tap.from) litres += (tap.litresPerHour * (time - tap.from)) / hours(1)
    return Math.floor(litres)
  }

function watched(days: number, litres: (time: number) => number): Story {
  const story = new Story(start, settings, [meter])
  story.water(start, start + days * DAY, litres)
  return story
}

const hoursUntilRaised = (story: Story): number =>
  ((story.of('raised')[0]?.raisedAt ?? Number.POSITIVE_INFINITY) - fall) / hours(1)

describe('a tap that drips from the fall on', () => {
  it.each([1, 1.5, 4, 15])('at %d L an hour hides nobody', (litresPerHour) => {
    const dry = hoursUntilRaised(watched(43, lived(fall)))
    const dripping = hoursUntilRaised(watched(43, lived(fall, { from: fall, litresPerHour })))
    expect(dripping - dry).toBeLessThanOrEqual(3)
    expect(dripping).toBeLessThanOrEqual(20)
  })

  it('is said for what it is', () => {
    const story = watched(43, lived(fall, { from: fall, litresPerHour: 4 }))
    expect(story.findings[0]?.evidence.sentence.en).toMatch(/^Nothing but a trickle \(\d+ L\) since 22:00/)
    expect(story.findings[0]?.evidence.sentence.zh).toMatch(/22:00起只有滴漏（\d+升）/)
  })

  it('does not take the alert back, but a use does', () => {
    const drip = lived(fall, { from: fall, litresPerHour: 4 })
    const found = fall + 3 * DAY
    const story = watched(44, (time) => drip(time) + (time > found ? 6 : 0))
    story.water(start + 44 * DAY + hours(1), start + 44 * DAY + hours(3), (time) => drip(time) + 6)
    expect(story.said.slice(0, 2)).toEqual(['raised inactivity.personal', 'cleared inactivity.personal'])
    expect(story.of('cleared')[0]?.clearedAt).toBe(found + hours(1))
  })

  it('rings no sooner than a quiet without it while the habits are still learned', () => {
    const last = start + 5 * DAY - hours(2)
    const raisedAt = (story: Story) => story.of('raised')[0]?.raisedAt ?? 0
    const dry = raisedAt(watched(8, lived(last)))
    expect(dry).toBeGreaterThan(last)
    const dripping = raisedAt(watched(8, lived(last, { from: last, litresPerHour: 4 })))
    expect(dripping).toBeGreaterThanOrEqual(dry)
    expect(dripping).toBeLessThanOrEqual(last + hours(27))
  })
})

describe('a home in which a tap begins to drip', () => {
  it('is not rung for while somebody lives there', () => {
    const story = watched(60, lived(FOREVER, { from: start + 30 * DAY, litresPerHour: 1.5 }))
    expect(story.said).toEqual([])
  })

  it('is waited for a little longer once long nights beside the drip are known', () => {
    const late = (time: number) => {
      const day = start + Math.floor((time - start) / DAY) * DAY
      return day === fall - hours(22) ? time : Math.max(time, day + hours(6.5))
    }
    const begun = { from: start + 30 * DAY, litresPerHour: 1.5 }
    const story = watched(43, (time) => lived(fall, begun)(late(time)))
    expect(hoursUntilRaised(story)).toBeLessThanOrEqual(26)
  })
})

describe('an even flow', () => {
  /** Hourly reports of a register that shows whole litres. */
  const usesOf = (reports: number, litresBy: (hour: number) => number): Use[] => {
    const uses: Use[] = []
    for (let hour = 1; hour <= reports; hour++) {
      const litres = Math.floor(litresBy(hour)) - Math.floor(litresBy(hour - 1))
      if (litres > 0) uses.push([hour * 3_600, 3_600, litres])
    }
    return uses
  }
  const rate = fc.double({ min: 0.3, max: 25, noNaN: true })
  const tap = fc.double({ min: 0.3, max: 6, noNaN: true })
  const begun = fc.double({ min: 0, max: 1, noNaN: true })

  it('is known by all its steps, whatever it carries and wherever the register stood', () => {
    fc.assert(
      fc.property(rate, begun, (litresPerHour, from) => {
        const uses = usesOf(24, (hour) => from + litresPerHour * hour)
        expect(evenLength(uses, 24 * 3_600, 0)).toBe(uses.length - 1)
      }),
    )
  })

  it('of a tap is interrupted by a flush', () => {
    fc.assert(
      fc.property(tap, begun, fc.integer({ min: 8, max: 20 }), (litresPerHour, from, flushed) => {
        const reports = flushed + 4
        const uses = usesOf(reports, (hour) => from + litresPerHour * hour + (hour > flushed ? 9 : 0))
        const first = uses[uses.length - evenLength(uses, reports * 3_600, 0)]
        expect(first?.[0] ?? FOREVER).toBeGreaterThan((flushed + 1) * 3_600)
      }),
    )
  })

  it('is none where people draw now this, now that', () => {
    const drawn = [6, 1, 12, 3, 25, 6, 2, 9, 40, 6]
    const uses = drawn.map((litres, i): Use => [(i + 1) * 3_600, 3_600, litres])
    expect(evenLength(uses, drawn.length * 3_600, 0)).toBeLessThan(3)
  })
})
