import { describe, expect, it } from 'vitest'
import { at, device, hours, minutes, only, reading, register, Story } from './story.ts'

const noon = at('03-02 12:00')
const meters = [
  device('water', 'water', 3_600),
  device('power', 'electricity', 3_600),
  device('smoke', 'smoke', 21_600),
]
const litres = register(100)

describe('a device that was never heard', () => {
  const settings = only({ 'device.never_heard': { hours: 24 } })

  it('is told of a day after it was registered, and speaks at last', () => {
    const story = new Story(noon, settings, [{ ...device('water', 'water', 3_600), since: noon - hours(6) }])
    story.until(noon + hours(18) - 1)
    expect(story.said).toEqual([])
    story.until(noon + hours(18))
    expect(story.findings).toMatchObject([{ severity: 'P3', deviceId: 'water', since: noon - hours(6) }])
    story.water(noon + hours(30), noon + hours(30), litres)
    expect(story.said).toEqual(['raised device.never_heard', 'cleared device.never_heard'])
  })

  it('that speaks once a day is given two days, and the time in which we were not there', () => {
    const daily = new Story(noon, settings, [device('water', 'water', 86_400)])
    daily.until(noon + hours(47))
    expect(daily.said).toEqual([])
    const away = new Story(noon, settings, [device('water', 'water', 3_600)])
    away.outage(noon + hours(1), noon + hours(11))
    away.until(noon + hours(34))
    expect(away.said).toEqual([])
    away.until(noon + hours(35))
    expect(away.said).toEqual(['raised device.never_heard'])
  })

  it('is not heard by what its gateway says of it', () => {
    const story = new Story(noon, settings, [device('smoke', 'smoke', 3_600)])
    story.hear(reading('smoke', 'smoke', noon + hours(2), { online: false }))
    story.until(noon + hours(24))
    expect(story.said).toEqual(['raised device.never_heard'])
  })
})

describe('a home that nobody sees', () => {
  const settings = only({ 'home.blind': { hours: 12 } })
  const power = (story: Story, time: number) =>
    story.hear(reading('power', 'electricity', time, { energy_import_kwh: 10 }))

  it('is told of when both meters are lost, though smoke is heard, and seen again with the first', () => {
    const story = new Story(noon, settings, meters)
    story.water(noon, noon + hours(3), litres)
    for (let hour = 0; hour <= 6; hour++) power(story, noon + hours(hour))
    for (let hour = 0; hour < 24; hour += 6)
      story.hear(reading('smoke', 'smoke', noon + hours(hour), { smoke: false }))
    expect(story.findings).toMatchObject([
      { kind: 'home.blind', severity: 'P3', since: noon + hours(6), raisedAt: noon + hours(18) },
    ])
    expect(story.findings[0]?.evidence.data).toMatchObject({ lost: ['water', 'power'], others: ['smoke'] })
    power(story, noon + hours(30))
    expect(story.said).toEqual(['raised home.blind', 'cleared home.blind'])
  })

  it('is one in which no meter was ever heard; a smoke detector alone is no blind home while it speaks', () => {
    const never = new Story(noon, settings, meters)
    never.until(noon + hours(25))
    expect(never.findings[0]?.evidence.sentence.zh).toBe('该户水表电表从未上报，尚无人看护')
    const detector = new Story(noon, settings, [device('smoke', 'smoke', 21_600)])
    for (let hour = 0; hour <= 48; hour += 6)
      detector.hear(reading('smoke', 'smoke', noon + hours(hour), { smoke: false }))
    expect(detector.said).toEqual([])
    detector.until(noon + hours(72))
    expect(detector.said).toEqual(['raised home.blind'])
    expect(detector.findings[0]?.evidence.sentence).toEqual({
      zh: '3月4日12:00起设备均无上报，且无水表电表，该户无人看护',
      en: 'No device heard since 12:00 on 4 Mar, and there is no meter: this home is not watched',
    })
    detector.hear(reading('smoke', 'smoke', noon + hours(72), { smoke: false }))
    expect(detector.findings.at(-1)?.evidence.sentence.en).toBe(
      'A device is heard again; this home has no meter',
    )
    detector.until(noon + hours(120))
    detector.event({ type: 'devices', devices: [] }, noon + hours(121))
    expect(detector.said.at(-1)).toBe('cleared home.blind')
  })

  it('is not made blind by an outage of ours', () => {
    const story = new Story(noon, settings, meters)
    story.water(noon, noon, litres)
    power(story, noon)
    story.outage(noon + hours(1), noon + hours(20))
    story.until(noon + hours(21))
    expect(story.said).toEqual([])
  })
})

describe('tampering', () => {
  it('is told of once, by nothing but its own word, and over by its own word', () => {
    const story = new Story(noon, only({ 'device.tamper': {} }), meters)
    for (const [minute, tamper] of [false, true, true, null, false].entries())
      story.hear(reading('smoke', 'smoke', noon + minutes(minute), { smoke: false, tamper }))
    expect(story.said).toEqual(['raised device.tamper', 'cleared device.tamper'])
    expect(story.findings[0]).toMatchObject({ severity: 'P3', deviceId: 'smoke' })
    expect(story.findings[0]?.evidence.sentence.zh).toBe('12:01烟感报告被拆动或移除')
  })

  it('that is history, or comes late, changes nothing', () => {
    const story = new Story(noon, only({ 'device.tamper': {} }), meters)
    story.hear(reading('smoke', 'smoke', noon, { tamper: true }, { quality: ['historical'] }))
    story.hear(reading('smoke', 'smoke', noon + minutes(10), { tamper: false }))
    story.hear(
      reading('smoke', 'smoke', noon + minutes(5), { tamper: true }, { receivedAt: noon + minutes(20) }),
    )
    expect(story.said).toEqual([])
  })

  it('goes with its rule', () => {
    const story = new Story(noon, only({ 'device.tamper': {} }), meters)
    story.hear(reading('smoke', 'smoke', noon, { tamper: true }))
    story.settings = only({})
    story.event({ type: 'deadline' }, noon + hours(1))
    expect(story.said).toEqual(['raised device.tamper', 'cleared device.tamper'])
  })
})

describe('a register that breaks', () => {
  const settings = only({
    'device.register': { holdDays: 7 },
    'water.flood': {},
    'inactivity.water_none': { hours: 6 },
  })
  const jump = (time: number) => (time < noon + hours(3) ? 100_000 : 900_000)

  it('is told of with both numbers, is neither a leak nor a life, and forgotten after a week', () => {
    const story = new Story(noon, settings, meters)
    story.water(noon, noon + hours(9), jump)
    expect(story.said).toEqual(['raised device.register', 'raised inactivity.water_none'])
    expect(story.findings[0]?.evidence.data).toMatchObject({ before: 100, after: 900, cause: 'jump' })
    expect(story.findings[1]?.since).toBe(noon + hours(3))
    story.until(noon + hours(3 + 7 * 24))
    expect(story.said.at(-1)).toBe('cleared device.register')
  })

  it('ends when the swap is registered, and never begins where the reading says so itself', () => {
    const story = new Story(noon, settings, meters)
    story.water(noon, noon + hours(4), jump)
    story.event(
      { type: 'devices', devices: meters.map((one) => ({ ...one, since: noon + hours(5) })) },
      noon + hours(5),
    )
    expect(story.said).toEqual(['raised device.register', 'cleared device.register'])
    const announced = new Story(noon, settings, meters)
    announced.water(noon, noon, () => 100_000)
    announced.hear(
      reading('water', 'water', noon + hours(1), { water_total_m3: 0 }, { quality: ['counter_reset'] }),
    )
    expect(announced.said).toEqual([])
  })

  it('of electricity is told of likewise; a wrap and a slip are none', () => {
    const story = new Story(noon, settings, meters)
    const say = (hour: number, kwh: number) =>
      story.hear(reading('power', 'electricity', noon + hours(hour), { energy_import_kwh: kwh }))
    for (const [hour, kwh] of [999.9, 0.1, 0.5, 0.3, 0.9].entries()) say(hour, kwh)
    expect(story.said).toEqual([])
    say(6, 5_000)
    expect(story.findings).toMatchObject([{ kind: 'device.register', deviceId: 'power' }])
  })
})
