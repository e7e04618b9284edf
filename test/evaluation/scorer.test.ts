import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts'
import { alertLine } from '../../evaluation/reference/alert-line.ts'
import { timer } from '../../evaluation/reference/timer.ts'
import { volume } from '../../evaluation/reference/volume.ts'
import { scoreHome } from '../../evaluation/scorer.ts'
import { summarise, summariseWithIntervals } from '../../evaluation/summary.ts'
import { homeOf, hourly, only, START } from './rules.ts'

/** Ten litres in each hour from 7 to 21; on quiet days nothing. */
const awake = (hour: number) => hour >= 7 && hour < 21
const life = (quietDays: readonly number[]) =>
  hourly(60, (hour, day) => (awake(hour) && !quietDays.includes(day) ? 10 : 0))
const at = (day: number, hour: number) => START + day * DAY_MS + hour * HOUR_MS

describe('the scorer', () => {
  it('charges a false alarm for each page on life as it was, after the days that teach', () => {
    const score = scoreHome(homeOf(life([10, 40, 45])), timer(12))
    expect(score).toMatchObject({ falseAlarms: 2, inAbsence: 0, days: 32 })
    expect(summarise([score]).per30Days).toBeCloseTo((2 / 32) * 30)
  })

  it('counts what is said of an empty home apart', () => {
    const home = homeOf(life([40, 45]))
    const absences = [{ from: at(39, 21), to: at(41, 7) }]
    expect(scoreHome({ ...home, absences }, timer(12))).toMatchObject({ falseAlarms: 1, inAbsence: 1 })
  })

  it('measures from the incident to the first page, and leaves out what was open already', () => {
    const incidents = [at(35, 12), at(36, 3), at(40, 20)]
    const { delays } = scoreHome(homeOf(life([40]), incidents), timer(12))
    // At noon the quiet begins; at three in the morning it has lasted six hours; on the quiet day the page was out.
    expect(delays.map(({ delay }) => delay)).toEqual([12, 6, 'open'])
  })

  it('says never when nothing came in three days', () => {
    const { delays } = scoreHome(homeOf(life([]), [at(35, 12)]), timer(80))
    expect(delays).toEqual([{ kind: 'stands still', delay: null }])
    expect(summarise([scoreHome(homeOf(life([]), [at(35, 12)]), timer(80))])).toMatchObject({
      median: Number.POSITIVE_INFINITY,
      within24: 0,
    })
  })

  it('a fork knows what its watch knew, and changes nothing for it', () => {
    const many = Array.from({ length: 20 }, (_, n) => at(30 + n, (n * 7) % 24))
    for (const rule of [
      timer(12),
      alertLine(0.99, 3),
      only({ 'inactivity.water_none': { enabled: true } }),
    ]) {
      const with_ = scoreHome(homeOf(life([40]), many), rule)
      const without = scoreHome(homeOf(life([40])), rule)
      expect(with_.falseAlarms).toBe(without.falseAlarms)
      for (const [n, instant] of many.entries())
        expect(scoreHome(homeOf(life([40]), [instant]), rule).delays[0]).toEqual(with_.delays[n])
    }
  })

  it('gives the same intervals for the same seed', () => {
    const scores = [[], [40], [40, 45]].map((days) => scoreHome(homeOf(life(days), [at(35, 12)]), timer(12)))
    expect(summariseWithIntervals(scores, 'a')).toEqual(summariseWithIntervals(scores, 'a'))
    const { per30Days } = summariseWithIntervals(scores, 'a').intervals
    expect(per30Days.low).toBeLessThan(per30Days.high)
  })
})

describe('the reference rules', () => {
  it('our fixed rules say the same as the plain ones on whole hourly reports', () => {
    const many = Array.from({ length: 30 }, (_, n) => at(30 + (n % 25), (n * 5) % 24))
    const home = homeOf(
      hourly(60, (hour, day) => (awake(hour) && (hour * 7 + day * 3) % 5 > 1 ? (hour * day) % 4 : 0)),
      many.toSorted((a, b) => a - b),
    )
    const ours = only({ 'inactivity.water_none': { enabled: true, hours: 12 } })
    const [a, b] = [scoreHome(home, ours), scoreHome(home, timer(12))]
    expect(a.falseAlarms).toBe(b.falseAlarms)
    expect(a.delays).toEqual(b.delays)
  })

  it('the district template wakes for the thrifty who are well', () => {
    const thrifty = homeOf(hourly(60, (hour) => (awake(hour) ? 0.6 : 0)))
    expect(scoreHome(thrifty, volume(12, 10)).falseAlarms).toBeGreaterThan(0)
    expect(scoreHome(thrifty, timer(12)).falseAlarms).toBe(0)
  })

  it('the alert line knows the night from the day', () => {
    const { delays } = scoreHome(homeOf(life([]), [at(45, 12), at(45, 22)]), alertLine(0.99, 3))
    // By day an hour of quiet and three more are too long; of a night nothing is said until the morning is over due.
    expect(delays.map(({ delay }) => delay)).toEqual([4, 11])
  })
})
