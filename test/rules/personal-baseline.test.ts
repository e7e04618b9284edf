import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Baseline, type Gap, learnGap, newBaseline } from '../../rules/baseline/baseline.ts'
import { PRICES } from '../../rules/baseline/ladder.ts'
import { addTo, pack, unpack } from '../../rules/baseline/packed.ts'
import { plan } from '../../rules/baseline/plan.ts'
import { bestDeadline, budgetOf, delayCosts, priceWithin } from '../../rules/baseline/price.ts'
import { likeStarts } from '../../rules/baseline/record.ts'
import { survival } from '../../rules/baseline/survival.ts'
import { soonestDeadline, weighedDeadlines } from '../../rules/baseline/weighed.ts'

const DAY = 20_000
const morning = (day: number) => ({ hour: 9, kind: 0 as const, day, uses24: 8 })
const gap = (startHour: number, hours: number, day: number, more: Partial<Gap> = {}): Gap => ({
  startHour,
  kind: 0,
  hours,
  flowHours: 1,
  day,
  ...more,
})

/** So many days alike: stretches of quiet by start hour and length. */
function lived(days: number, ...stretches: [startHour: number, hours: number][]): Baseline {
  let baseline = newBaseline(DAY)
  for (let day = DAY; day < DAY + days; day++)
    for (const [startHour, hours] of stretches) baseline = learnGap(baseline, gap(startHour, hours, day), [])
  return baseline
}

const anyGap = fc.record({
  startHour: fc.integer({ min: 0, max: 23 }),
  kind: fc.constantFrom(0 as const, 1 as const),
  hours: fc.double({ min: 0.02, max: 200, noNaN: true }),
  flowHours: fc.double({ min: 0, max: 30, noNaN: true }),
  day: fc.integer({ min: 0, max: 400 }),
})
const anyPast = fc.array(anyGap, { maxLength: 60 }).map((gaps) => {
  let baseline = newBaseline(DAY)
  for (const one of gaps.sort((a, b) => a.day - b.day))
    baseline = learnGap(
      baseline,
      { ...one, flowHours: Math.min(one.flowHours, one.hours), day: DAY + one.day },
      [],
    )
  return baseline
})

describe('numbers kept as text', () => {
  it('come back as they were, to a sixteenth', () => {
    const values = fc.array(
      fc.integer({ min: 0, max: 4_095 }).map((steps) => steps / 16),
      { maxLength: 50 },
    )
    fc.assert(
      fc.property(values, (given) => {
        expect([...unpack(pack(given))]).toEqual(given)
      }),
    )
  })

  it('can be added to one by one, and stop at the most they hold', () => {
    const added = unpack(addTo(addTo(pack([1, 2, 250]), 1, 0.5), 2, 100))
    expect([...added]).toEqual([1, 2.5, 4_095 / 16])
  })
})

describe('habits', () => {
  it('make a chance of quiet that only falls, whatever was lived', () => {
    fc.assert(
      fc.property(anyPast, fc.nat(23), fc.nat(40), (baseline, hour, uses24) => {
        const quiet = survival(baseline, { hour, kind: 0, day: DAY + 400, uses24 })
        for (let j = 1; j <= 24; j++) {
          expect(quiet[j]).toBeGreaterThanOrEqual(0)
          expect(quiet[j]).toBeLessThan(quiet[j - 1] ?? 0)
        }
      }),
    )
  })

  it('expect back by noon who has always been back by noon', () => {
    const regular = survival(lived(60, [9, 3], [12, 6], [18, 4], [22, 11]), morning(DAY + 60))
    expect(regular[2]).toBeGreaterThan(0.6)
    expect(regular[4]).toBeLessThan(0.2)
  })

  it('forget slowly: new ways outweigh the old after some months', () => {
    const before = lived(60, [9, 3])
    let after = before
    for (let day = DAY + 60; day < DAY + 180; day++) after = learnGap(after, gap(9, 8, day), [])
    const [was, is] = [survival(before, morning(DAY + 60)), survival(after, morning(DAY + 180))]
    expect(was[5]).toBeLessThan(0.2)
    expect(is[5]).toBeGreaterThan(0.5)
  })

  it('fade alike whether or not the weights were renewed in between', () => {
    const day = DAY + 300
    const early = learnGap(newBaseline(DAY), gap(9, 3, DAY), [])
    const late = learnGap(early, gap(9, 3, day), [])
    expect(likeStarts(late, day, 9, 3).starts).toBe(1)
  })

  it('leave absences out, and lost hours too', () => {
    const base = lived(30, [9, 3])
    const away = learnGap(base, gap(9, 40, DAY + 30), [])
    expect(away.gaps).toBe(base.gaps)
    expect(away.daysAway).toBeGreaterThan(1)
    expect(away.absences).toBeGreaterThan(base.absences)
    const lost = learnGap(newBaseline(DAY), gap(9, 8, DAY, { flowHours: 6 }), [])
    expect(likeStarts(lost, DAY, 9, 3)).toEqual({ starts: 1, over: 1 })
  })

  it('say how many like starts were over by then', () => {
    const past = lived(10, [9, 3], [10, 6])
    expect(likeStarts(past, DAY + 10, 9, 3).starts).toBeGreaterThan(15)
    const { starts, over } = likeStarts(past, DAY + 10, 9, 3)
    expect(over * 2).toBeCloseTo(starts, -1)
    expect(likeStarts(past, DAY + 10, 20, 3).starts).toBe(0)
  })
})

describe('the price of a false alarm', () => {
  it('makes one wait longer, never shorter, and never beyond the cap', () => {
    fc.assert(
      fc.property(anyPast, fc.nat(23), fc.integer({ min: 1, max: 24 }), (baseline, hour, cap) => {
        const quiet = survival(baseline, { hour, kind: 1, day: DAY + 400, uses24: 5 })
        const costs = delayCosts(quiet, cap)
        const deadlines = PRICES.map((price) => bestDeadline(quiet, costs, price))
        expect(deadlines).toEqual(deadlines.toSorted((a, b) => a - b))
        expect(deadlines.every((hours) => hours >= 1 && hours <= cap)).toBe(true)
      }),
    )
  })

  it('rings before a stretch in which nobody is to be expected, not after it', () => {
    const quiet = Float64Array.from({ length: 25 }, (_, j) => (j < 3 ? 1 - 0.3 * j : j < 15 ? 0.1 : 0.02))
    expect(bestDeadline(quiet, delayCosts(quiet, 20), 20)).toBe(3)
  })

  it('is lower where more false alarms are borne', () => {
    const ladder = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(anyPast, ladder, fc.nat(400), (past, falls, day) => {
        const counted = falls.map((_, i) => falls.slice(i).reduce((sum, fall) => sum + fall, 0))
        const baseline = { ...past, counted }
        const prices = [0.1, 0.3, 0.5, 1, 3, 100].map((budget) => priceWithin(baseline, DAY + day, budget))
        expect(prices).toEqual(prices.toSorted((a, b) => b - a))
      }),
    )
  })

  it('rises where the past held more false alarms than the habits foretold', () => {
    const calm = { ...lived(60, [9, 3], [22, 9]), foretold: PRICES.map((_, i) => 20 / 2 ** i) }
    const wild = { ...calm, counted: PRICES.map((_, i) => 60 / 2 ** i) }
    expect(priceWithin(wild, DAY + 60, 1)).toBeGreaterThan(priceWithin(calm, DAY + 60, 1))
  })

  it('rises no further where nights spent elsewhere ring at every price', () => {
    const home = lived(60, [9, 3], [22, 9])
    const spared = { ...home, counted: [40, 20, 10, 5, 4, 3, 3, 2, 2, 1, 1, 0] }
    const elsewhere = { ...home, counted: spared.counted.map((count) => Math.max(3, count)) }
    expect(priceWithin(elsewhere, DAY + 60, 0.5)).toBeLessThan(priceWithin(spared, DAY + 60, 0.5) / 4)
  })

  it('is paid from a budget that grows with whole days spent elsewhere, and not beyond what is allowed', () => {
    const budgets = { budgetPer30Days: 0.5, oftenAwayBudgetPer30Days: 1 }
    const away = (times: number, more = budgets) => {
      let home = lived(60, [9, 3], [22, 9])
      for (let i = 0; i < times; i++) home = learnGap(home, gap(9, 30, DAY + 5 + i * 5), [])
      return budgetOf(home, DAY + 60, more)
    }
    expect([away(0), away(1)]).toEqual([0.5, 0.5])
    expect(away(3)).toBeGreaterThan(0.6)
    expect(away(3)).toBeLessThan(away(5))
    expect(away(10)).toBe(1)
    expect(away(10, { ...budgets, budgetPer30Days: 3 })).toBe(3)
    expect(away(10, { budgetPer30Days: 0.5, oftenAwayBudgetPer30Days: 0.5 })).toBe(0.5)
  })

  it('is higher while the home is still learned from', () => {
    const home = lived(20, [9, 3], [22, 9])
    const [early, later] = [20.5, 21.5].map((days) => priceWithin({ ...home, days }, DAY, 3))
    expect(early).toBeGreaterThan(1.5 * (later ?? 0))
  })

  it('counts as a false alarm what the deadline would have cut off, and not what it let be', () => {
    const { counted } = learnGap(newBaseline(DAY), gap(9, 6, DAY), [2, 5, 6, 9])
    expect(counted.slice(0, 4)).toEqual([1, 1, 0, 0])
  })

  it('waits for a day at most: habits say nothing of what comes after', () => {
    const decided = plan(newBaseline(DAY), morning(DAY), {
      budgetPer30Days: 0.001,
      capHours: 100,
      shownHours: 1,
    })
    expect(decided.plan.hours).toBeLessThanOrEqual(24)
  })

  it('sets a deadline for a home of which nothing is known', () => {
    const decided = plan(newBaseline(DAY), morning(DAY), {
      budgetPer30Days: 0.5,
      capHours: 20,
      shownHours: 1,
    })
    expect(decided.plan.hours).toBeGreaterThan(6)
    expect(decided.plan.hours).toBeLessThanOrEqual(20)
  })
})

const anyEvidence = fc
  .array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 24 })
  .map((odds) => odds.map((logOdds, hour) => ({ fromHours: hour - 0.4, toHours: hour + 0.6, logOdds })))

describe('what electricity can do at most', () => {
  it('is known when the quiet begins: it brings no deadline before the soonest', () => {
    const prices = fc.double({ min: 4, max: 8_192, noNaN: true })
    fc.assert(
      fc.property(anyPast, fc.nat(23), prices, anyEvidence, (past, hour, price, evidence) => {
        const quiet = survival(past, { hour, kind: 0, day: DAY + 400, uses24: 5 })
        const [weighed = 0] = weighedDeadlines(quiet, 20, [price], evidence)
        expect(weighed).toBeGreaterThanOrEqual(soonestDeadline(quiet, 20, price))
      }),
    )
  })
})
