import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ActogramData,
  cellAt,
  drawActogram,
  electricityInk,
  fromFirstHeard,
  type Layout,
  waterInk,
} from '../../console/src/actogram/drawing.ts'

const layout: Layout = {
  width: 1_036,
  labelWidth: 76,
  headHeight: 20,
  waterHeight: 14,
  electricityHeight: 4,
  gap: 4,
}
const CELLS = 96
type Cell = ActogramData['days'][number]['cells'][number]

const dayOf = (date: string, cell: (index: number) => Cell) => ({
  date,
  cells: Array.from({ length: CELLS }, (_, index) => cell(index)),
})
const heardAndQuiet: Cell = { litres: 0, wattHours: 5 }
const notHeard: Cell = { litres: null, wattHours: null }

const twoDays = (cell: (index: number) => Cell): ActogramData => ({
  zone: 'Asia/Shanghai',
  resolutionMinutes: 15,
  days: [dayOf('2026-11-19', cell), dayOf('2026-11-20', cell)],
})
/** 12:00 on the second day, in Shanghai. */
const NOON = Date.parse('2026-11-20T04:00:00Z')
const draw = (data: ActogramData, now = NOON) => drawActogram<string>(data, now, layout, [])

describe('what is drawn', () => {
  test('nothing used leaves no ink, nothing heard is hatched: they never look alike', () => {
    const quiet = draw(twoDays(() => heardAndQuiet))
    expect(quiet.ink.filter(({ ink }) => ink === 'water')).toEqual([])
    expect(quiet.unheard).toEqual([])

    const blind = draw(twoDays(() => notHeard))
    expect(blind.ink).toEqual([])
    expect(blind.unheard[0]).toMatchObject({ x: 76, y: 20, width: 960, height: 14 })
  })

  test('what is still to come is blank paper', () => {
    const blind = draw(twoDays(() => notHeard))
    const today = blind.unheard.filter(({ y }) => y === 20 + 22)
    expect(today).toHaveLength(1)
    expect(today[0]).toMatchObject({ x: 76, width: 480 })
  })

  test('the quarter of an hour that runs now is not yet called unheard', () => {
    const now = NOON + 10 * 60_000
    const drawing = draw(
      twoDays((index) => (index < 48 ? heardAndQuiet : notHeard)),
      now,
    )
    expect(drawing.unheard.filter(({ y }) => y >= 42)).toEqual([])
  })

  test('a day a line, oldest on top, with the now-edge and the alert where they belong', () => {
    const data = twoDays((index) => ({ litres: index === 26 ? 8 : 0, wattHours: 5 }))
    const alerts = [{ id: 'a', severity: 'P2', at: NOON - 24 * 3_600_000 }]
    const drawing = drawActogram(data, NOON, layout, alerts)
    expect(drawing.days.map(({ date }) => date)).toEqual(['2026-11-19', '2026-11-20'])
    expect(drawing.ink.filter(({ ink }) => ink === 'water').map(({ x, y }) => [x, y])).toEqual([
      [336, 20],
      [336, 42],
    ])
    expect(drawing.now).toEqual({ x: 76 + 480, y: 42 })
    expect(drawing.marks).toEqual([{ id: 'a', severity: 'P2', x: 76 + 480, y: 20 }])
  })

  test('an alert from before the first day is left out', () => {
    const long = [{ id: 'a', severity: 'P1', at: NOON - 9 * 86_400_000 }]
    expect(
      drawActogram(
        twoDays(() => heardAndQuiet),
        NOON,
        layout,
        long,
      ).marks,
    ).toEqual([])
  })
})

describe('a home that was equipped lately', () => {
  const days = (heardFrom: number, count: number): ActogramData => ({
    ...twoDays(() => notHeard),
    days: Array.from({ length: count }, (_, day) =>
      dayOf(`2026-11-${String(day + 1).padStart(2, '0')}`, () =>
        day < heardFrom ? notHeard : heardAndQuiet,
      ),
    ),
  })

  test('is drawn from its first day on', () => {
    expect(fromFirstHeard(days(9, 20)).days.map(({ date }) => date)[0]).toBe('2026-11-10')
  })

  test('but as a week at least, and as it is when it was never heard', () => {
    expect(fromFirstHeard(days(19, 20)).days).toHaveLength(7)
    expect(fromFirstHeard(days(20, 20)).days).toHaveLength(20)
  })
})

describe('ink', () => {
  test('more water is never lighter, any water is seen, and none is none', () => {
    const ink = waterInk([2, 4, 6, 30])
    expect(ink(0)).toBe(0)
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (litres, more) => {
          expect(ink(litres)).toBeGreaterThan(0.15)
          expect(ink(litres + more)).toBeGreaterThanOrEqual(ink(litres))
          expect(ink(litres + more)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  test('a frugal home uses the whole scale too', () => {
    expect(waterInk([1, 2, 3, 5, 12, 14])(12)).toBeGreaterThan(0.9)
    expect(waterInk([5, 10, 20, 60, 80])(12)).toBeLessThan(0.75)
  })

  test('standby leaves no ink, cooking much', () => {
    const home = [...Array.from({ length: 80 }, () => 12), ...Array.from({ length: 16 }, () => 300)]
    const ink = electricityInk(home)
    expect(ink(12)).toBe(0)
    expect(ink(300)).toBeGreaterThan(0.9)
    expect(ink(0)).toBe(0)
  })
})

describe('what lies under the pointer', () => {
  const drawing = draw(twoDays(() => heardAndQuiet))

  test('each cell is found by its own middle', () => {
    fc.assert(
      fc.property(fc.nat(1), fc.nat(CELLS - 1), (row, index) => {
        const x = 76 + ((index + 0.5) / CELLS) * 960
        expect(cellAt(drawing, x, 20 + row * 22 + 11)).toEqual({ row, index })
      }),
    )
  })

  test('labels and margins are no cells', () => {
    expect(cellAt(drawing, 40, 30)).toBeNull()
    expect(cellAt(drawing, 500, 10)).toBeNull()
    expect(cellAt(drawing, 500, 20 + 44)).toBeNull()
    expect(cellAt(drawing, 1_036, 30)).toBeNull()
  })
})
