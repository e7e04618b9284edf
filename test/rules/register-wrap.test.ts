import { describe, expect, it } from 'vitest'
import { PROFILES, wrapOfModel } from '../../ingest/profiles/index.ts'
import { at, device, hours, only, reading, Story } from './story.ts'

const noon = at('03-02 12:00')
const settings = only({ 'device.register': { holdDays: 7 }, 'water.flood': {} })
const meter = (wrap?: number) => ({
  ...device('water', 'water', 3_600),
  ...(wrap === undefined ? {} : { wrap }),
})
/** What the register shows hour by hour, in m³. */
const told = (wrap: number | undefined, shows: readonly number[]) => {
  const story = new Story(noon, settings, [meter(wrap)])
  for (const [hour, m3] of shows.entries())
    story.hear(reading('water', 'water', noon + hours(hour), { water_total_m3: m3 }))
  return { said: story.said, uses: story.state.devices[0]?.water[0]?.uses.map(([, , litres]) => litres) }
}

describe('a register that begins again at zero', () => {
  it('at the end of its dial, as the catalogue knows it, goes on counting use', () => {
    expect(told(100_000, [99_999.985, 99_999.999, 0.004, 0.01])).toEqual({ said: [], uses: [14, 5, 6] })
  })

  it('at the end of no decade does so only where the catalogue says it', () => {
    const r900 = wrapOfModel('R900') ?? 0
    expect(r900).toBeCloseTo(37_854.118, 3)
    const shows = [r900 - 0.02, r900 - 0.005, 0.01, 0.02]
    expect(told(r900, shows)).toEqual({ said: [], uses: [15, 15, 10] })
    expect(told(undefined, shows).said).toEqual(['raised device.register'])
  })

  it('elsewhere on the dial than at its end is a break and no use', () => {
    const { said, uses } = told(100_000, [999.99, 0.01, 0.02])
    expect(said).toEqual(['raised device.register'])
    expect(uses).toEqual([])
  })

  it('and shows more than anybody uses in that time is a break and no use', () => {
    expect(told(100_000, [99_999, 900, 901, 901.01]).said).toEqual(['raised device.register'])
  })

  it('keeps what is known of the meter while the product is corrected', () => {
    const story = new Story(noon, settings, [meter()])
    story.hear(reading('water', 'water', noon, { water_total_m3: 499.999 }))
    story.event({ type: 'devices', devices: [meter(500)] }, noon + hours(0.5))
    story.hear(reading('water', 'water', noon + hours(1), { water_total_m3: 0.001 }))
    expect(story.said).toEqual([])
    expect(story.state.devices[0]?.water[0]?.uses.map(([, , litres]) => litres)).toEqual([2])
  })
})

describe('the catalogue', () => {
  it('says where each counter wraps in the unit of our metric', () => {
    expect(wrapOfModel('SW-WATER-1L')).toBe(100_000)
    expect(wrapOfModel('EM300-DI')).toBeCloseTo(42_949_672.96, 2)
    expect(wrapOfModel('SHEM')).toBeNull()
    for (const { model, wrap } of PROFILES) expect(wrapOfModel(model) === null).toBe(wrap === null)
  })
})
