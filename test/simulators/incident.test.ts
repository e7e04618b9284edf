import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { incidentOf } from '../../simulators/incident.ts'
import { homeWith, kwh, litres, ofKind, START, valuesOf } from './plans.ts'

const usual = homeWith()
/** Eight in the evening of the second day: the television is on. */
const EVENING = START + DAY_MS + 20 * HOUR_MS

describe('a fall', () => {
  const until = EVENING + 30 * HOUR_MS
  const fallen = homeWith({ incidents: [incidentOf('fall', EVENING, until)] })

  test('stops all water until help comes; before and after, life is as it was', () => {
    expect(litres(fallen, START, EVENING)).toBe(litres(usual, START, EVENING))
    expect(litres(usual, EVENING, until)).toBeGreaterThan(30)
    expect(litres(fallen, EVENING, until)).toBe(0)
    expect(litres(fallen, until, until + DAY_MS)).toBe(litres(usual, until, until + DAY_MS))
  })

  test('leaves on what was on: the lamp and the television burn all night', () => {
    const before = fallen.registers.at(EVENING - MINUTE_MS).powerWatts
    expect(before).toBeGreaterThan(60)
    for (let hour = 1; hour < 29; hour += 1) {
      const { powerWatts } = fallen.registers.at(EVENING + hour * HOUR_MS)
      expect(powerWatts).toBeGreaterThan(60)
    }
    const night = [EVENING + 5 * HOUR_MS, EVENING + 8 * HOUR_MS] as const
    expect(kwh(fallen, ...night)).toBeGreaterThan(kwh(usual, ...night) + 0.15)
  })

  test('may leave a light burning, which no clock and nobody switches off', () => {
    const [dark, lit] = [undefined, 100].map((leftOnWatts) =>
      homeWith({ incidents: [{ kind: 'fall', fromMs: EVENING, toMs: until, leftOnWatts }] }),
    )
    const used = [dark, lit].map((home) => (home ? kwh(home, EVENING, EVENING + 10 * HOUR_MS) : 0))
    expect((used[1] ?? 0) - (used[0] ?? 0)).toBeCloseTo(1, 3)
  })

  test('may leave the tap running', () => {
    const running = homeWith({
      incidents: [{ kind: 'fall', fromMs: EVENING, toMs: until, tapLitresPerHour: 100 }],
    })
    expect(litres(running, EVENING, EVENING + 10 * HOUR_MS)).toBeCloseTo(1000, 0)
  })
})

test('away: no water, and the fridge goes on', () => {
  const away = homeWith({
    incidents: [incidentOf('away', START, START + 3 * DAY_MS)],
    tune: { dispenserWatts: 0, timer: null, heatPumpWatts: 0 },
  })
  expect(litres(away, START, START + 3 * DAY_MS)).toBe(0)
  const used = kwh(away, START, START + 3 * DAY_MS) / 3
  expect(used).toBeGreaterThan(0.3)
  expect(used).toBeLessThan(2.5)
  const fridge = new Set(
    valuesOf(away.source(START, START + DAY_MS), 'power_w').map(({ value }) => Number(value)),
  )
  expect(fridge.size).toBe(2)
})

test('a slow decline uses less and less', () => {
  const fromMs = START
  const declining = homeWith({ incidents: [incidentOf('decline', fromMs, null)] })
  const share = (fromDay: number, toDay: number) => {
    const window = [fromMs + fromDay * DAY_MS, fromMs + toDay * DAY_MS] as const
    return litres(declining, ...window) / litres(usual, ...window)
  }
  expect(share(0, 4)).toBeGreaterThan(0.7)
  expect(share(14, 28)).toBeGreaterThan(0.15)
  expect(share(14, 28)).toBeLessThan(0.45)
})

test('guests use water too, and go home', () => {
  const guests = homeWith({ incidents: [incidentOf('guests', START, START + 2 * DAY_MS)] })
  expect(litres(guests, START, START + 2 * DAY_MS)).toBeGreaterThan(
    1.8 * litres(usual, START, START + 2 * DAY_MS),
  )
  const after = [START + 2 * DAY_MS, START + 4 * DAY_MS] as const
  expect(litres(guests, ...after)).toBe(litres(usual, ...after))
})

test.each([
  ['leak', 5],
  ['tap_left_on', 240],
] as const)('%s adds a constant flow and takes nothing away', (kind, litresPerHour) => {
  const flowing = homeWith({ incidents: [incidentOf(kind, START + HOUR_MS, START + 30 * HOUR_MS)] })
  for (let hour = 1; hour < 30; hour += 1) {
    const window = [START + hour * HOUR_MS, START + (hour + 1) * HOUR_MS] as const
    expect(litres(flowing, ...window) - litres(usual, ...window)).toBeCloseTo(litresPerHour, 1)
  }
  const after = [START + 30 * HOUR_MS, START + 50 * HOUR_MS] as const
  expect(litres(flowing, ...after)).toBe(litres(usual, ...after))
})

test('a cooker left on draws its power all the time', () => {
  const cooking = homeWith({ incidents: [incidentOf('cooker_left_on', START, START + 4 * HOUR_MS)] })
  const window = [START, START + 4 * HOUR_MS] as const
  expect(kwh(cooking, ...window) - kwh(usual, ...window)).toBeCloseTo(4.8, 5)
})

test('a fire says smoke at once, again every minute, and when it is over', () => {
  const fromMs = START + 10 * HOUR_MS
  const burning = homeWith({ incidents: [incidentOf('fire', fromMs, fromMs + 10 * MINUTE_MS)] })
  const said = valuesOf(ofKind(burning.source(START, START + DAY_MS), 'smoke'), 'smoke')
  const alarms = said.filter(({ value }) => value === true)
  expect(alarms[0]?.at).toBe(fromMs)
  expect(alarms.length).toBeGreaterThanOrEqual(10)
  const after = said.filter(({ at }) => (at ?? 0) > (alarms.at(-1)?.at ?? 0))
  expect(after[0]).toEqual({ at: fromMs + 10 * MINUTE_MS, value: false })
  expect(litres(burning, START, START + DAY_MS)).toBe(litres(usual, START, START + DAY_MS))
})
