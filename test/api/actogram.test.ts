import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOfDay, sumOf, usesByCell } from '../../api/actogram.ts'
import { civilDays, zoneOffsetMs } from '../../api/civil-days.ts'
import { DeviceId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import type { SeriesBucket } from '../../store/series.ts'
import { homeId, NOW, openDistrict, waterReading } from './district.ts'

const QUARTER = 15 * MINUTE_MS
const dayOf = (zone: string, noon: string) => {
  const [day] = civilDays(zone, Date.parse(noon), 1)
  if (day === undefined) throw new Error('no day')
  return day
}

/** One bucket with these values of a register, in the order in which they were read. */
const bucket = (start: number, ...values: number[]): SeriesBucket => ({
  deviceId: DeviceId.parse('w'),
  channel: null,
  metric: 'water_total_m3',
  start,
  count: values.length,
  first: values[0] ?? 0,
  last: values.at(-1) ?? 0,
  min: Math.min(...values),
  max: Math.max(...values),
  mean: 0,
  firstAt: start,
  lastAt: start + values.length - 1,
})
const cells = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ start: n * QUARTER, end: (n + 1) * QUARTER }))
const at = (cell: number, ...values: number[]) => bucket(cell * QUARTER, ...values)

describe('local days', () => {
  it('have 96 quarter-hours, or 92 and 100 where clocks change', () => {
    const lengthOf = (zone: string, noon: string) => cellsOfDay(dayOf(zone, noon), QUARTER).length
    expect(lengthOf('Asia/Shanghai', '2026-11-20T04:00:00Z')).toBe(96)
    expect(lengthOf('Europe/Berlin', '2026-03-29T10:00:00Z')).toBe(92)
    expect(lengthOf('Europe/Berlin', '2026-10-25T10:00:00Z')).toBe(100)
    expect(cellsOfDay(dayOf('Europe/Berlin', '2026-10-25T10:00:00Z'), HOUR_MS)).toHaveLength(25)
    // Half an hour of summer time: the last hour of that day is a short one.
    const odd = cellsOfDay(dayOf('Australia/Lord_Howe', '2026-10-04T01:00:00Z'), HOUR_MS)
    expect(odd).toHaveLength(24)
    expect((odd.at(-1)?.end ?? 0) - (odd.at(-1)?.start ?? 0)).toBe(30 * MINUTE_MS)
  })

  it('follow each other without gap, oldest first, and the last holds now', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Asia/Shanghai',
          'Europe/Berlin',
          'America/Santiago',
          'Asia/Kathmandu',
          'Pacific/Apia',
        ),
        fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2030-01-01') }),
        fc.integer({ min: 1, max: 40 }),
        (zone, now, count) => {
          const days = civilDays(zone, now, count)
          expect(days).toHaveLength(count)
          for (const [index, day] of days.entries()) {
            expect(day.start).toBeLessThan(day.end)
            if (index > 0) expect(day.start).toBe(days[index - 1]?.end)
            expect(Math.abs(zoneOffsetMs(zone, day.start) % QUARTER)).toBe(0)
          }
          expect(days.at(-1)?.start).toBeLessThanOrEqual(now)
          expect(days.at(-1)?.end).toBeGreaterThan(now)
        },
      ),
    )
  })
})

describe('use by cell', () => {
  it('is what the register grew since the report before', () => {
    expect(usesByCell(cells(3), [at(0, 10), at(1, 10.25), at(2, 10.25, 10.5)])).toEqual([null, 0.25, 0.25])
  })

  it('is unknown where nothing was heard: missing is not zero', () => {
    expect(usesByCell(cells(3), [])).toEqual([null, null, null])
    expect(usesByCell(cells(4), [at(0, 10), at(1, 10)])).toEqual([null, 0, null, null])
  })

  it('is zero through a silence after which the register has not moved', () => {
    expect(usesByCell(cells(5), [at(0, 10), at(4, 10)])).toEqual([null, 0, 0, 0, 0])
    expect(usesByCell(cells(5), [at(0, 10), at(4, 10, 10.5)])).toEqual([null, 0, 0, 0, 0.5])
  })

  it('stands in the last cell after a silence in which it moved, and the others stay unknown', () => {
    expect(usesByCell(cells(5), [at(0, 10), at(4, 11)])).toEqual([null, null, null, null, 1])
  })

  it('knows the report before the first cell', () => {
    expect(usesByCell(cells(2), [at(-3, 9), at(-2, 10), at(1, 10)])).toEqual([0, 0])
    expect(usesByCell(cells(2), [at(-3, 9), at(1, 10)])).toEqual([null, 1])
  })

  it('is unknown when the register went backwards, and known again after that', () => {
    expect(usesByCell(cells(4), [at(0, 10), at(1, 0.25), at(2, 0.5)])).toEqual([null, null, 0.25, null])
    expect(usesByCell(cells(3), [at(0, 10), at(1, 10, 0, 12), at(2, 12)])).toEqual([null, null, 0])
  })

  it('never invents use: what is told adds up to what the register grew, or less', () => {
    const steps = fc.array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }), {
      minLength: 2,
      maxLength: 60,
    })
    fc.assert(
      fc.property(steps, (growth) => {
        let total = 100
        const buckets = growth.flatMap((step, cell) => {
          if (step === null) return []
          total += step
          return [at(cell, total)]
        })
        const uses = usesByCell(cells(growth.length), buckets)
        const told = uses.reduce<number>((sum, use) => sum + (use ?? 0), 0)
        expect(told).toBe(buckets.length === 0 ? 0 : total - (buckets[0]?.first ?? 0))
        for (const [cell, step] of growth.entries())
          if (step === null && uses[cell] !== 0) expect(uses[cell]).toBeNull()
      }),
    )
  })
})

describe('several meters', () => {
  const present = [true]
  it('add up, in thousandths; a zero beside an unknown is unknown, and use beside it is use', () => {
    expect(
      sumOf(
        [
          { uses: [0.5], present },
          { uses: [0.25], present },
        ],
        0,
      ),
    ).toBe(750)
    expect(
      sumOf(
        [
          { uses: [0], present },
          { uses: [null], present },
        ],
        0,
      ),
    ).toBeNull()
    expect(
      sumOf(
        [
          { uses: [0.5], present },
          { uses: [null], present },
        ],
        0,
      ),
    ).toBe(500)
  })

  it('count only while they stand in the home', () => {
    expect(
      sumOf(
        [
          { uses: [0], present },
          { uses: [null], present: [false] },
        ],
        0,
      ),
    ).toBe(0)
    expect(sumOf([{ uses: [3], present: [false] }], 0)).toBeNull()
    expect(sumOf([], 0)).toBeNull()
  })
})

describe('the actogram of a home', () => {
  it('draws a morning as it was, and what is not known as not known', async () => {
    const district = await openDistrict()
    // 06:00 to 07:15 in Shanghai, then silence: it is 08:00 there now.
    const six = NOW - 2 * HOUR_MS
    const litres = [10_000, 10_000, 10_006, 10_030, 10_030, 10_031]
    await district.series.write(
      litres.map((value, n) => waterReading('a1', six + n * QUARTER, value / 1_000)),
    )
    const { body } = await district.as('workerOfA', 'GET', '/homes/a1/actogram?days=2')
    expect(body).toMatchObject({ zone: 'Asia/Shanghai', resolutionMinutes: 15 })
    expect(body.days.map((day: { date: string }) => day.date)).toEqual(['2026-11-19', '2026-11-20'])
    const [yesterday, today] = body.days.map((day: { cells: { litres: number | null }[] }) =>
      day.cells.map((cell) => cell.litres),
    )
    expect(yesterday).toEqual(Array(96).fill(null))
    expect(today.slice(0, 24)).toEqual(Array(24).fill(null))
    expect(today.slice(24, 30)).toEqual([null, 0, 6, 24, 0, 1])
    expect(today.slice(30)).toEqual(Array(66).fill(null))
    const hourly = (await district.as('workerOfA', 'GET', '/homes/a1/actogram?days=1&resolution=60')).body
    expect(hourly.days[0].cells).toHaveLength(24)
    expect(hourly.days[0].cells[7]).toEqual({ litres: 1, wattHours: null })
  })

  it('of a zone with summer time has a long day', async () => {
    const district = await openDistrict()
    const [home] = await district.state.homes.of([homeId('a1')])
    if (home === undefined) throw new Error('no home')
    await district.state.homes.put({ ...home, zone: 'Europe/Berlin' })
    const { days } = (await district.as('workerOfA', 'GET', '/homes/a1/actogram?days=120')).body
    expect(days).toHaveLength(120)
    const lengths = days.map((day: { date: string; cells: unknown[] }) => [day.date, day.cells.length])
    expect(lengths.filter(([, length]: [string, number]) => length !== 96)).toEqual([['2026-10-25', 100]])
    expect((await district.as('workerOfA', 'GET', '/homes/a1/actogram?days=121')).status).toBe(400)
  })
})
