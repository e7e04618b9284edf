import { describe, expect, test } from 'vitest'
import { usualBefore, usualSpans } from '../../console/src/charts/usual.ts'

const SHANGHAI = 'Asia/Shanghai'
const AT = Date.parse('2026-11-20T04:00:00Z')

/** Eight litres in each quarter of the hour from 07:00 on the days before, a bath every hour on the day itself. */
const days = (count: number, heard = true) =>
  Array.from({ length: count }, (_, index) => ({
    date: `2026-11-${String(20 - count + 1 + index).padStart(2, '0')}`,
    cells: Array.from({ length: 96 }, (_, cell) => ({
      litres: !heard ? null : index === count - 1 ? 100 : Math.floor(cell / 4) === 7 ? 8 : 0,
      wattHours: heard ? 5 : null,
    })),
  }))
const actogram = (count: number, heard = true) => ({
  zone: SHANGHAI,
  resolutionMinutes: 15,
  days: days(count, heard),
})

describe('what is usual', () => {
  test('is the mean of each hour, and the day in question is not its own measure', () => {
    const usual = usualBefore(actogram(15), AT)
    expect(usual.litresPerHour[7]).toBe(32)
    expect(usual.litresPerHour[3]).toBe(0)
    expect(usual.watts[12]).toBe(20)
  })

  test('cannot be said of a home that has been heard for a few days only, or not at all', () => {
    expect(usualBefore(actogram(4), AT).litresPerHour).toEqual(Array.from({ length: 24 }, () => null))
    expect(usualBefore(actogram(15, false), AT).watts).toEqual(Array.from({ length: 24 }, () => null))
  })

  test('lies at the hours of the zone and stays in the picture', () => {
    const { litresPerHour } = usualBefore(actogram(15), AT)
    const from = Date.parse('2026-11-19T22:30:00Z')
    const spans = usualSpans(litresPerHour, SHANGHAI, from, from + 2 * 3_600_000, 0.25)
    expect(
      spans.map(({ startAt, endAt, value }) => [(startAt - from) / 60_000, (endAt - from) / 60_000, value]),
    ).toEqual([
      [0, 30, 0],
      [30, 90, 8],
      [90, 120, 0],
    ])
  })
})
