import { describe, expect, it } from 'vitest'
import type { DeviceId } from '../../contracts/ids.ts'
import { at, device, hours, only, reading, Story } from './story.ts'

const noon = at('03-02 12:00')
const meters = [device('water', 'water', 3_600), device('power', 'electricity', 3_600)]
const settings = only({
  'device.register': { holdDays: 7 },
  'water.flood': {},
  'water.continuous_flow': {},
  'inactivity.water_none': { hours: 6 },
})
const story = () => new Story(noon, settings, meters)
const begins = (one: Story, deviceId: string, act: number, now: number) =>
  one.event({ type: 'registers_begin', deviceId: deviceId as DeviceId, at: act }, now)
/** The old meter stands at 812 m³; from three o'clock on a new one counts, a little every hour. */
const swapped = (time: number) => (time < noon + hours(3) ? 812_000 : 3 + (time - noon - hours(3)) / hours(1))

describe('a meter that is swapped under its number', () => {
  it('without a word is a finding, and neither a leak nor a life', () => {
    const one = story()
    one.water(noon, noon + hours(8), swapped)
    expect(one.said).toEqual(['raised device.register'])
    expect(one.findings[0]?.evidence.sentence.zh).toContain('未登记换表')
  })

  it('registered beforehand is no finding at all, nor use, nor a leak', () => {
    const one = story()
    one.water(noon, noon + hours(2), swapped)
    begins(one, 'water', noon + hours(2.5), noon + hours(2.5))
    one.water(noon + hours(3), noon + hours(8), swapped)
    expect(one.said).toEqual([])
    expect(one.state.devices[0]?.water[0]?.uses.every(([, , litres]) => litres < 2)).toBe(true)
  })

  it('registered afterwards ends the finding', () => {
    const one = story()
    one.water(noon, noon + hours(5), swapped)
    begins(one, 'water', noon + hours(2.5), noon + hours(5.5))
    one.water(noon + hours(6), noon + hours(8), swapped)
    expect(one.said).toEqual(['raised device.register', 'cleared device.register'])
  })

  it('for one whose register stands higher, its difference is taken back as a use', () => {
    const one = story()
    const higher = (time: number) => (time < noon + hours(3) ? 812_000 : 813_000)
    one.water(noon, noon + hours(4), higher)
    expect(one.state.devices[0]?.water[0]?.uses).toHaveLength(1)
    begins(one, 'water', noon + hours(2.5), noon + hours(4.5))
    expect(one.state.devices[0]?.water[0]).toMatchObject({ uses: [], startS: (noon + hours(3)) / 1_000 })
    one.water(noon + hours(5), noon + hours(10), higher)
    expect(one.said).toEqual(['raised inactivity.water_none'])
    expect(one.findings[0]?.since).toBe(noon + hours(3))
  })

  it('one lower sample that waits for a second is believed at once', () => {
    const one = story()
    one.water(noon, noon + hours(3), swapped)
    begins(one, 'water', noon + hours(2.5), noon + hours(3.2))
    expect(one.state.devices[0]?.water[0]?.register).toMatchObject({ value: 0.003, lower: null })
  })
})

describe('an act explains what it is near to', () => {
  it('a leap of another day stays a finding', () => {
    const one = story()
    one.water(noon, noon + hours(5), swapped)
    begins(one, 'water', noon - hours(40), noon + hours(5.5))
    expect(one.said).toEqual(['raised device.register'])
  })

  it('a second leap after a registered swap is told of', () => {
    const one = story()
    begins(one, 'water', noon + hours(2.5), noon + hours(2.5))
    const twice = (time: number) => (time < noon + hours(6) ? swapped(time) : 500_000)
    one.water(noon, noon + hours(2), twice)
    one.water(noon + hours(3), noon + hours(8), twice)
    expect(one.said).toEqual(['raised device.register'])
    expect(one.findings[0]?.since).toBe(noon + hours(6))
  })

  it('a reset of an electricity meter is no load and no finding', () => {
    const one = story()
    const say = (hour: number, kwh: number) =>
      one.hear(reading('power', 'electricity', noon + hours(hour), { energy_import_kwh: kwh }))
    for (const [hour, kwh] of [400.2, 400.4].entries()) say(hour, kwh)
    begins(one, 'power', noon + hours(1.5), noon + hours(1.5))
    for (const [hour, kwh] of [0.1, 0.4, 0.6].entries()) say(hour + 2, kwh)
    expect(one.said).toEqual([])
  })

  it('of a device that stands elsewhere changes nothing', () => {
    const one = story()
    const before = JSON.stringify(one.state.devices)
    begins(one, 'stranger', noon, noon)
    expect(JSON.stringify(one.state.devices)).toBe(before)
  })
})
