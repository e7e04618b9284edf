import { describe, expect, it } from 'vitest'
import { calibrationText, hoursText } from '../../evaluation/calibration.ts'
import { simulatedDistrict } from '../../evaluation/district.ts'
import { hoursOf, statisticsOf } from '../../evaluation/statistics.ts'
import { quantile } from '../../evaluation/summary.ts'
import { hourly } from './rules.ts'

describe('what a home looks like in hours', () => {
  it('is told of a life that is known', () => {
    // Two litres in each hour from 6 to 20, three flushes a night of five hours, and a week away.
    const reports = hourly(40, (hour, day) =>
      day >= 20 && day < 27 ? 0 : (hour >= 6 && hour < 20) || hour === 2 ? 2 : 0,
    )
    const home = statisticsOf(hoursOf(reports, 'UTC'))
    expect(home.litresPerDay).toBeCloseTo(30)
    expect(home.zeroHours).toBeCloseTo(9 / 24, 2)
    expect(home.nightUses).toBeCloseTo(1, 1)
    expect(home.risingDeviation).toBe(0)
    expect(home.zeroByHour[2]).toBe(0)
    expect(home.gapsByHour[20]?.every((hours) => hours === 6)).toBe(true)
    expect(home.absences).toBeCloseTo(30 / 40)
    expect(home.awayShare).toBeCloseTo((7 * 24 + 6) / (40 * 24), 2)
  })

  it('does not take a lost hour for a quiet one', () => {
    const whole = hourly(30, (hour) => (hour === 12 ? 5 : 0))
    const lossy = whole.filter((_, n) => n % 24 !== 13)
    const home = statisticsOf(hoursOf(lossy, 'UTC'))
    expect(home.zeroByHour[12]).toBeNaN()
    expect(home.gapsByHour.flat()).toEqual([])
  })
})

describe('simulated people are not dull', () => {
  const homes = simulatedDistrict({
    seed: 'calibration',
    homes: 30,
    days: 90,
    stepMinutes: 60,
    incidentsPerHome: 0,
  })
  const lives = homes.map((home) => statisticsOf(hoursOf(home.reports, home.zone)))
  const spread = (of: (life: (typeof lives)[number]) => number) => {
    const sorted = lives
      .map(of)
      .filter((value) => !Number.isNaN(value))
      .toSorted((a, b) => a - b)
    return { low: quantile(sorted, 0.1), middle: quantile(sorted, 0.5), high: quantile(sorted, 0.9) }
  }
  const dayGap = (life: (typeof lives)[number]) =>
    quantile(
      life.gapsByHour
        .slice(9, 17)
        .flat()
        .toSorted((a, b) => a - b),
      0.99,
    )

  // The bounds hold what homes of one and two people showed in recordings, with room on either side.
  it('days differ as recorded days do', () => {
    expect(spread((life) => life.dayVariation).middle).toBeGreaterThan(0.33)
    expect(spread((life) => life.risingDeviation).middle).toBeGreaterThan(0.9)
    expect(spread((life) => life.risingDeviation).high).toBeGreaterThan(1.5)
  })

  it('homes differ: in thrift, in nights, in how long a day may pass without water', () => {
    const { low, high } = spread((life) => life.litresPerDay)
    expect(high / low).toBeGreaterThan(2.5)
    expect(spread((life) => life.nightUses).low).toBeLessThan(0.6)
    expect(spread((life) => life.nightUses).high).toBeGreaterThan(1.3)
    expect(spread(dayGap).middle).toBeGreaterThan(4)
    expect(spread(dayGap).high).toBeGreaterThan(9)
  })

  it('half the hours pass without water, more by night', () => {
    expect(spread((life) => life.zeroHours).middle).toBeGreaterThan(0.45)
    expect(spread((life) => life.zeroHours).middle).toBeLessThan(0.65)
    expect(spread((life) => life.zeroByHour[3] ?? 0).middle).toBeGreaterThan(0.65)
  })

  it('is printed side by side', () => {
    const groups = [
      { name: 'first', homes: lives.slice(0, 5) },
      { name: 'second', homes: lives.slice(5) },
    ]
    const text = calibrationText(groups)
    expect(hoursText(groups).match(/^ +\d+ +0\.\d\d( +\d+ \/ *\d+ \/ *\d+ +0\.\d\d)/gm)).toHaveLength(24)
    expect(text).toMatch(/first \(5\)\s+second \(25\)/)
    expect(text).toMatch(/litres a day at home\s+\d+ \[\d+ \d+]/)
  })
})
