import { describe, expect, it } from 'vitest'
import { at, device, hours, minutes, only, reading, register, Story } from './story.ts'

const noon = at('03-02 12:00')

describe('a device that was registered wrongly', () => {
  const settings = only({ 'device.silent': { intervals: 4, minHours: 3 } })
  const upload = (story: Story, time: number) =>
    story.hear(
      ...[24, 23, 22].map((ago) =>
        reading('meter', 'water', time - hours(ago), { water_total_m3: 5 }, { receivedAt: time }),
      ),
    )

  it('as hourly, because it measures so, and uploads once a day, is expected daily once that is known', () => {
    const story = new Story(noon, settings, [device('meter', 'water', 3_600)])
    for (let day = 0; day < 4; day++) upload(story, noon + hours(24 * day))
    const told = story.findings.length
    for (let day = 4; day < 30; day++) upload(story, noon + hours(24 * day))
    expect(story.findings.length).toBe(told)
    story.until(noon + hours(24 * 33))
    expect(story.findings.at(-1)).toMatchObject({
      phase: 'raised',
      evidence: { data: { intervalS: 86_400 } },
    })
  })
})

describe('a silent device', () => {
  const settings = only({ 'device.silent': { intervals: 4, minHours: 3 } })
  const meter = [device('water', 'water', 3_600)]

  it('is told of after four of its intervals, and heard again when it speaks', () => {
    const story = new Story(noon, settings, meter)
    story.water(noon, noon + hours(2), register(100))
    story.until(noon + hours(6) - 1)
    expect(story.said).toEqual([])
    story.until(noon + hours(6))
    expect(story.findings[0]).toMatchObject({ kind: 'device.silent', severity: 'P3', since: noon + hours(2) })
    expect(story.findings[0]?.evidence.sentence).toEqual({
      zh: '水表14:00后无上报，已4小时（平时每1小时一次）',
      en: 'Water meter not heard since 14:00, 4 h (usually every 1 h)',
    })
    story.water(noon + hours(7), noon + hours(7), register(100))
    expect(story.said).toEqual(['raised device.silent', 'cleared device.silent'])
  })

  it('that its gateway calls offline is said to be so, until it sends again', () => {
    for (const isBack of [false, true]) {
      const story = new Story(noon, settings, [device('water', 'water', 3_600)])
      story.water(noon, noon, register(1))
      story.hear(reading('water', 'water', noon + minutes(30), { online: false }))
      if (isBack) story.water(noon + hours(1), noon + hours(1), register(1))
      story.until(noon + hours(8))
      const [finding] = story.findings
      expect(finding?.evidence.data.online).toBe(isBack ? null : false)
      expect(finding?.evidence.sentence.zh.includes('设备已离线')).toBe(!isBack)
    }
  })

  it('is given the time in which we were not there, and one interval more', () => {
    const story = new Story(noon, settings, meter)
    story.water(noon, noon, register(100))
    story.outage(noon + hours(1), noon + hours(9))
    story.until(noon + hours(13) - 1)
    expect(story.said).toEqual([])
    story.until(noon + hours(13))
    expect(story.said).toEqual(['raised device.silent'])
  })

  it('is measured by the rhythm it showed where none was registered', () => {
    const story = new Story(noon, settings, [device('water', 'water')])
    const rhythm = hours(6)
    for (let i = 0; i <= 10; i++) story.water(noon + i * rhythm, noon + i * rhythm, register(100))
    story.until(noon + 13 * rhythm)
    expect(story.said).toEqual([])
    story.until(noon + 14 * rhythm)
    expect(story.said).toEqual(['raised device.silent'])
  })

  it('is no finding before it was ever heard', () => {
    const story = new Story(noon, settings, meter)
    story.until(noon + hours(1_000))
    expect(story.said).toEqual([])
  })

  it('clears when the rule is switched off', () => {
    const story = new Story(noon, settings, meter)
    story.water(noon, noon, register(100))
    story.until(noon + hours(4))
    story.settings = only({})
    story.event({ type: 'deadline' }, noon + hours(5))
    expect(story.said).toEqual(['raised device.silent', 'cleared device.silent'])
  })
})

const battery = (story: Story, minute: number, values: Record<string, number | boolean | null>) =>
  story.hear(reading('smoke', 'smoke', noon + minutes(minute), values))

describe('a low battery', () => {
  it('is told of once, and taken back when the battery was clearly changed', () => {
    const story = new Story(noon, only({ 'device.battery_low': { percent: 15 } }), [device('smoke', 'smoke')])
    for (const [minute, percent] of [16, 15, 14, 16, 24, 14].entries())
      battery(story, minute, { battery_pct: percent })
    expect(story.said).toEqual(['raised device.battery_low'])
    expect(story.findings[0]?.evidence.sentence.zh).toBe('烟感电量低，剩余15%')
    battery(story, 10, { battery_pct: null, battery_low: null })
    expect(story.said).toHaveLength(1)
    battery(story, 20, { battery_pct: 100 })
    expect(story.said).toEqual(['raised device.battery_low', 'cleared device.battery_low'])
  })

  it('ends with its rule', () => {
    const story = new Story(noon, only({ 'device.battery_low': {} }), [device('smoke', 'smoke')])
    battery(story, 10, { battery_low: true })
    story.settings = only({})
    battery(story, 20, { smoke: false })
    expect(story.said).toEqual(['raised device.battery_low', 'cleared device.battery_low'])
  })

  it('is believed by the flag alone, and not undone by an older reading', () => {
    const story = new Story(noon, only({ 'device.battery_low': {} }), [device('smoke', 'smoke')])
    battery(story, 10, { battery_low: true })
    story.hear(reading('smoke', 'smoke', noon, { battery_low: false }, { receivedAt: noon + minutes(11) }))
    expect(story.said).toEqual(['raised device.battery_low'])
    battery(story, 12, { battery_low: false })
    expect(story.said).toEqual(['raised device.battery_low', 'cleared device.battery_low'])
  })
})

describe('a clock that stands still', () => {
  const stuck = at('03-01 00:00')
  const say = (story: Story, hour: number, litres: number, measuredAt = stuck) =>
    story.hear(
      reading(
        'water',
        'water',
        measuredAt,
        { water_total_m3: litres / 1_000 },
        { receivedAt: noon + hours(hour) },
      ),
    )

  it('is told of, and arrival serves instead, so that the home is still watched', () => {
    const settings = only({ 'inactivity.water_none': { hours: 6 } })
    const story = new Story(noon, settings, [device('water', 'water', 3_600)])
    for (let hour = 0; hour <= 5; hour++) say(story, hour, 100 + hour)
    expect(story.said).toEqual(['raised device.clock'])
    for (let hour = 6; hour <= 12; hour++) say(story, hour, 106)
    expect(story.said).toEqual(['raised device.clock', 'raised inactivity.water_none'])
    say(story, 13, 106, noon + hours(13))
    expect(story.said.at(-1)).toBe('cleared device.clock')
  })
})
