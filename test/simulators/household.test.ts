import { describe, expect, test } from 'vitest'
import { HOUR_MS } from '../../contracts/time.ts'
import { civilDay, civilDayAt, instantOf } from '../../simulators/civil-day.ts'
import { makeHousehold } from '../../simulators/household.ts'
import { isHouse, type Use } from '../../simulators/use.ts'

const ZONE = 'Asia/Shanghai'
const FIRST_DAY = 20_400
const HOMES = 40
const DAYS = 42

const isWater = (use: Use): use is Use & { resource: 'water' } => use.resource === 'water'
const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

interface Measured {
  litresPerDay: number
  zeroHours: number
  longestDayGap: number
  longestNightGap: number
  nightUses: number
  kwhPerDay: number
}

/** What the recordings were measured for, of one simulated home. */
function measure(seed: string): Measured {
  const { life } = makeHousehold(seed, ZONE)
  const litres: number[] = []
  const hours = new Set<number>()
  const dayGaps: number[] = []
  const nightGaps: number[] = []
  const nightUses: number[] = []
  let wattMs = 0
  let last: number | null = null
  for (let index = FIRST_DAY; index < FIRST_DAY + DAYS; index += 1) {
    const day = civilDay(ZONE, index)
    const uses = life(day)
    const water = uses.filter(isWater)
    litres.push(water.reduce((sum, use) => sum + use.millilitres, 0) / 1000)
    const hourOf = (use: Use) => (use.startMs - day.startMs) / HOUR_MS
    nightUses.push(water.filter((use) => use.cause === 'toilet' && hourOf(use) < 4.5).length)
    let dayGap = 0
    let nightGap = 0
    for (const use of water) {
      hours.add(Math.floor(use.startMs / HOUR_MS))
      const gap = last === null ? 0 : (use.startMs - last) / HOUR_MS
      if (hourOf(use) < 9.5) nightGap = Math.max(nightGap, gap)
      else dayGap = Math.max(dayGap, gap)
      last = use.endMs
    }
    dayGaps.push(dayGap)
    nightGaps.push(nightGap)
    for (const use of uses)
      if (use.resource === 'electricity') wattMs += use.watts * (use.endMs - use.startMs)
  }
  return {
    litresPerDay: median(litres),
    zeroHours: 1 - hours.size / (24 * DAYS),
    longestDayGap: median(dayGaps),
    longestNightGap: median(nightGaps),
    nightUses: mean(nightUses),
    kwhPerDay: wattMs / 3.6e9 / DAYS,
  }
}

describe('residents live as the recordings show that people live', () => {
  const homes = Array.from({ length: HOMES }, (_, n) => measure(`home-${n}`))
  const of = (name: keyof Measured) => homes.map((home) => home[name])

  test('40 to 150 litres a day, thrifty and wasteful ones among them', () => {
    expect(Math.min(...of('litresPerDay'))).toBeGreaterThan(35)
    expect(Math.max(...of('litresPerDay'))).toBeLessThan(190)
    expect(of('litresPerDay').filter((litres) => litres < 75).length).toBeGreaterThan(HOMES / 10)
    expect(of('litresPerDay').filter((litres) => litres > 110).length).toBeGreaterThan(HOMES / 10)
  })

  test('40 to 70 % of the hours pass without water', () => {
    for (const share of of('zeroHours')) {
      expect(share).toBeGreaterThan(0.4)
      expect(share).toBeLessThan(0.7)
    }
  })

  test('the longest quiet of a day is 2 to 5 hours, of a night 4 to 9', () => {
    expect(median(of('longestDayGap'))).toBeGreaterThan(2)
    expect(median(of('longestDayGap'))).toBeLessThan(5)
    expect(median(of('longestNightGap'))).toBeGreaterThan(4)
    expect(median(of('longestNightGap'))).toBeLessThan(9)
  })

  test('some get up at night, few more than three times', () => {
    expect(mean(of('nightUses'))).toBeGreaterThan(0.3)
    expect(mean(of('nightUses'))).toBeLessThan(1.6)
    expect(Math.max(...of('nightUses'))).toBeLessThan(3)
  })

  test('a small flat uses 2 to 14 kWh a day', () => {
    expect(Math.min(...of('kwhPerDay'))).toBeGreaterThan(1.5)
    expect(Math.max(...of('kwhPerDay'))).toBeLessThan(14)
  })
})

test('the same seed lives the same day, whatever was lived before; another seed another one', () => {
  const day = civilDay(ZONE, FIRST_DAY + 10)
  const fresh = makeHousehold('a', ZONE).life(day)
  const used = makeHousehold('a', ZONE)
  for (let index = FIRST_DAY; index < FIRST_DAY + 20; index += 1) used.life(civilDay(ZONE, index))
  expect(used.life(day)).toEqual(fresh)
  expect(makeHousehold('b', ZONE).life(day)).not.toEqual(fresh)
})

test('what crosses midnight is in both days and is whole together', () => {
  const { life } = makeHousehold('late-to-bed', ZONE, { bedMinute: 24 * 60 + 20, televisionWatts: 100 })
  const tonight = civilDay(ZONE, FIRST_DAY)
  const tomorrow = civilDay(ZONE, FIRST_DAY + 1)
  const untilMidnight = life(tonight).filter((use) => !isHouse(use) && use.endMs === tonight.endMs)
  const fromMidnight = life(tomorrow).filter((use) => !isHouse(use) && use.startMs === tomorrow.startMs)
  expect(untilMidnight.length).toBeGreaterThan(0)
  expect(fromMidnight.map((use) => use.cause)).toEqual(untilMidnight.map((use) => use.cause))
})

describe('civil days', () => {
  test('a day of the clock change has 23 or 25 hours, and habits keep to the clock on the wall', () => {
    const spring = civilDayAt('Europe/Madrid', Date.parse('2026-03-29T12:00:00Z'))
    const autumn = civilDayAt('Europe/Madrid', Date.parse('2026-10-25T12:00:00Z'))
    expect((spring.endMs - spring.startMs) / HOUR_MS).toBe(23)
    expect((autumn.endMs - autumn.startMs) / HOUR_MS).toBe(25)
    expect(new Date(instantOf(spring, 8 * 60)).toISOString()).toBe('2026-03-29T06:00:00.000Z')
    expect(new Date(instantOf(autumn, 8 * 60)).toISOString()).toBe('2026-10-25T07:00:00.000Z')
  })

  test('every instant belongs to the local day that holds it', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Niue', ZONE]) {
      const day = civilDayAt(zone, Date.parse('2026-06-01T11:30:00Z'))
      expect(day.startMs).toBeLessThanOrEqual(Date.parse('2026-06-01T11:30:00Z'))
      expect(civilDayAt(zone, day.startMs - 1).index).toBe(day.index - 1)
      expect(civilDayAt(zone, day.endMs).index).toBe(day.index + 1)
    }
  })
})

test('a night with family leaves the flat to itself until late next morning', () => {
  const { life } = makeHousehold('traveller', ZONE, { overnightChance: 0.3, nightVisits: 3 })
  const quietNights = Array.from({ length: 60 }, (_, n) => FIRST_DAY + n).filter((index) => {
    const uses = [...life(civilDay(ZONE, index)), ...life(civilDay(ZONE, index + 1))]
    const [from, to] = [
      instantOf(civilDay(ZONE, index), 19 * 60),
      instantOf(civilDay(ZONE, index + 1), 8 * 60),
    ]
    return !uses.some((use) => isWater(use) && use.startMs >= from && use.startMs < to)
  })
  expect(quietNights.length).toBeGreaterThan(9)
  expect(quietNights.length).toBeLessThan(30)
})

test('some are hardly ever the same two days on end, others set the clock', () => {
  const risings = Array.from({ length: 30 }, (_, n) => {
    const { life } = makeHousehold(`riser-${n}`, ZONE)
    const first = Array.from({ length: 40 }, (_, d) => {
      const day = civilDay(ZONE, FIRST_DAY + d)
      const use = life(day).find((one) => isWater(one) && one.startMs >= instantOf(day, 4 * 60))
      return use === undefined ? [] : [(use.startMs - day.startMs) / HOUR_MS]
    }).flat()
    return Math.sqrt(mean(first.map((hour) => (hour - mean(first)) ** 2)))
  })
  expect(Math.min(...risings)).toBeLessThan(0.8)
  expect(median(risings)).toBeGreaterThan(0.8)
  expect(Math.max(...risings)).toBeGreaterThan(1.8)
})
