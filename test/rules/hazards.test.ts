import { describe, expect, it } from 'vitest'
import { at, days, device, hours, minutes, only, reading, register, Story } from './story.ts'

const first = at('03-01 00:00')
const day: [number, number][] = [
  [6.5, 12],
  [12.5, 15],
  [18.5, 40],
  [21.75, 10],
]

describe('a flood', () => {
  const flood = only({ 'water.flood': { factor: 2.5, litres: 150 } })
  const meter = [device('water', 'water', 900)]
  const tap =
    (from: string, litresPerHour: number, to = '03-31 00:00') =>
    (time: number) =>
      (Math.max(0, Math.min(time, at(to)) - at(from)) / hours(1)) * litresPerHour
  const living = register(0, ...days(first, 30, day))

  it('is far above the own days of this home, told within the hour, and over when the flow is ordinary again', () => {
    const story = new Story(first, flood, meter)
    const open = tap('03-20 14:00', 240, '03-20 18:00')
    story.water(first, at('03-20 22:00'), (time) => living(time) + open(time), 15)
    expect(story.said).toEqual(['raised water.flood', 'cleared water.flood'])
    const [raised] = story.findings
    expect(raised).toMatchObject({ severity: 'P3', deviceId: 'water', raisedAt: at('03-20 14:45') })
    expect(raised?.evidence.sentence).toEqual({
      zh: '2小时内用水180升，疑似爆管或忘关水；该户以往最多40升',
      en: '180 L of water within 2 h: a burst pipe or an open tap; never more than 40 L before',
    })
  })

  it('is graver by night', () => {
    const story = new Story(first, flood, meter)
    const open = tap('03-20 01:00', 600)
    story.water(first, at('03-20 03:00'), (time) => living(time) + open(time), 15)
    expect(story.findings).toMatchObject([{ severity: 'P2', raisedAt: at('03-20 01:30') }])
  })

  it('needs much more where the home is not known yet, and a big family wash is none', () => {
    const story = new Story(first, flood, meter)
    const open = tap('03-03 14:00', 900, '03-03 15:00')
    story.water(first, at('03-04 00:00'), (time) => living(time) + open(time), 15)
    expect(story.said).toEqual([])
  })

  it('that is known only long after it ended pages nobody; a leap of the register is none', () => {
    const daily = new Story(first, flood, [device('water', 'water', 86_400)])
    daily.water(first, at('03-20 00:00'), living, 60)
    const open = tap('03-20 06:00', 500, '03-20 08:00')
    daily.hear(
      ...Array.from({ length: 24 }, (_, hour) => {
        const time = at('03-20 00:00') + hours(hour + 1)
        const litres = living(time) + open(time)
        return reading(
          'water',
          'water',
          time,
          { water_total_m3: litres / 1_000 },
          { receivedAt: at('03-21 00:30') },
        )
      }),
    )
    expect(daily.said).toEqual([])
    const leaps = new Story(first, flood, meter)
    leaps.water(first, at('03-20 08:00'), (time) => (time < at('03-20 08:00') ? living(time) : 900_000), 15)
    expect(leaps.said).toEqual([])
  })

  it('over a gap only what must have flowed in two hours counts', () => {
    const story = new Story(first, flood, meter)
    story.water(first, at('03-20 00:00'), living, 15)
    story.water(at('03-20 20:00'), at('03-20 20:00'), (time) => living(time) + 600, 15)
    expect(story.said).toEqual([])
    story.water(at('03-21 04:00'), at('03-21 04:00'), (time) => living(time) + 2_400, 15)
    expect(story.said).toEqual(['raised water.flood'])
  })

  it('is believed by the word of a leak detector, until it says that all is well', () => {
    const story = new Story(at('03-20 12:00'), flood, [device('leak', 'other')])
    const say = (time: string, leak: boolean | null) =>
      story.hear(reading('leak', 'other', at(time), { leak }))
    say('03-20 12:10', true)
    say('03-20 12:20', null)
    story.hear(
      reading('leak', 'other', at('03-20 12:05'), { leak: false }, { receivedAt: at('03-20 12:25') }),
    )
    expect(story.findings).toMatchObject([{ kind: 'water.flood', severity: 'P3', deviceId: 'leak' }])
    say('03-20 12:30', false)
    expect(story.said).toEqual(['raised water.flood', 'cleared water.flood'])
    story.hear(reading('leak', 'other', at('03-20 23:30'), { burst: true }))
    expect(story.findings[2]).toMatchObject({ severity: 'P2' })
    expect(story.findings[2]?.evidence.sentence.zh).toBe('23:30设备报告爆管')
  })
})

const power = [device('power', 'electricity', 900), device('smoke', 'smoke', 6 * 3_600)]
/** Standby and a fridge; cooking at noon and at six, for half an hour each. */
const house = (time: number): number => {
  const hour = ((time - first) / hours(1)) % 24
  const cooks = (hour >= 12 && hour < 12.5) || (hour >= 18 && hour < 18.5)
  return 40 + (hour >= 7 && hour < 22 ? 60 : 0) + (cooks ? 1_500 : 0)
}

/** Reports the energy register each quarter of an hour; the smoke detector says that it is there until `smokeUntil`. */
function lives(
  story: Story,
  to: number,
  watts: (time: number) => number,
  smokeUntil = to,
  from = first,
): void {
  let kwh = 0
  for (let time = first; time <= to; time += minutes(15)) {
    kwh += watts(time - minutes(15)) / 4_000
    if (time < from) continue
    story.hear(reading('power', 'electricity', time, { energy_import_kwh: Math.round(kwh * 1_000) / 1_000 }))
    if (time <= smokeUntil && (time - first) % hours(6) === 0)
      story.hear(reading('smoke', 'smoke', time, { smoke: false }))
  }
}

describe('a cooker left on', () => {
  const leftOn = only({ 'electricity.left_on': {} })
  const cooker = (from: string, to: string) => (time: number) =>
    house(time) + (time >= at(from) && time < at(to) ? 1_200 : 0)

  it('is told of in the night, against the longest ever, and ends when it is off', () => {
    const story = new Story(first, leftOn, power)
    lives(story, at('03-21 12:00'), cooker('03-20 20:00', '03-21 07:00'))
    expect(story.said).toEqual(['raised electricity.left_on', 'cleared electricity.left_on'])
    expect(story.findings[0]).toMatchObject({
      severity: 'P3',
      since: at('03-20 20:00'),
      raisedAt: at('03-21 00:00'),
    })
    expect(story.findings[0]?.evidence.sentence.en).toBe(
      'A heavy load has been on since 20:00 on 20 Mar, 4 h; never longer than 30 min before',
    )
  })

  it('by day it may be dinner, and in the first weeks nobody knows', () => {
    const byDay = new Story(first, leftOn, power)
    lives(byDay, at('03-21 00:00'), cooker('03-20 09:00', '03-20 16:00'))
    const early = new Story(first, leftOn, power)
    lives(early, at('03-07 00:00'), cooker('03-05 20:00', '03-06 06:00'))
    expect([byDay.said, early.said]).toEqual([[], []])
  })

  it('a heater that burns each night is told of once, and then known', () => {
    const story = new Story(first, leftOn, power)
    lives(story, at('03-26 00:00'), (time) => {
      const hour = ((time - first) / hours(1)) % 24
      return house(time) + (time > at('03-20 12:00') && (hour >= 20 || hour < 6) ? 1_000 : 0)
    })
    expect(story.of('raised')).toHaveLength(1)
  })

  it('is graver where no smoke detector is listening, and becomes so when it falls silent', () => {
    const story = new Story(first, leftOn, power)
    lives(story, at('03-21 03:00'), cooker('03-20 20:00', '03-21 07:00'), at('03-18 00:00'))
    expect(story.findings).toMatchObject([{ severity: 'P2' }])
    expect(story.findings[0]?.evidence.sentence.zh).toContain('烟感失联')
    const later = new Story(first, leftOn, power)
    lives(later, at('03-21 01:00'), cooker('03-20 20:00', '03-21 07:00'))
    later.hear(reading('smoke', 'smoke', at('03-21 01:05'), { fault: true, smoke: false }))
    expect(later.findings).toMatchObject([{ severity: 'P3' }, { phase: 'updated', severity: 'P2' }])
  })

  it('a gap in the reports ends what is known of it', () => {
    const story = new Story(first, leftOn, power)
    lives(story, at('03-20 21:00'), cooker('03-20 20:00', '03-21 07:00'))
    lives(story, at('03-21 02:00'), cooker('03-20 20:00', '03-21 07:00'), undefined, at('03-20 23:00'))
    expect(story.said).toEqual([])
  })
})

describe('an overload', () => {
  const overload = only({ 'electricity.overload': { watts: 8_000 } })
  const say = (story: Story, minute: number, watts: number) =>
    story.hear(reading('power', 'electricity', first + minutes(minute), { power_w: watts }))

  it('is told of when the gauge says so twice, and over when it is well below the limit', () => {
    const story = new Story(first, overload, power)
    for (const [minute, watts] of [500, 9_000, 500, 9_000, 9_500, 7_900, 9_000, 3_000].entries())
      say(story, minute * 15, watts)
    expect(story.said).toEqual(['raised electricity.overload', 'cleared electricity.overload'])
    expect(story.findings[0]).toMatchObject({ severity: 'P3', since: first + minutes(45) })
    expect(story.findings[0]?.evidence.sentence.zh).toBe('00:45起用电9500瓦，超过8000瓦')
  })

  it('is seen by a register at once, over the interval, and ends with its rule', () => {
    const story = new Story(first, overload, power)
    lives(story, first + hours(2), () => 9_000)
    expect(story.findings).toMatchObject([{ since: first, raisedAt: first + minutes(15) }])
    story.settings = only({})
    story.event({ type: 'deadline' }, first + hours(3))
    expect(story.said.at(-1)).toBe('cleared electricity.overload')
  })
})

describe('a supply cut', () => {
  const flat = only({ 'inactivity.electricity_flat': { hours: 10 } })

  it('is no standby: nobody is called quiet for want of electricity', () => {
    const story = new Story(first, flat, power)
    lives(story, at('03-12 18:00'), (time) => (time >= at('03-11 08:00') ? 0 : house(time)))
    expect(story.said).toEqual([])
  })

  it('that a meter reports by going offline holds the rule back, until it speaks again', () => {
    const story = new Story(first, flat, power)
    const quiet = (time: number) => (time >= at('03-11 12:00') ? 40 : house(time))
    lives(story, at('03-11 20:00'), quiet)
    story.hear(reading('power', 'electricity', at('03-11 20:01'), { online: false }))
    story.until(at('03-11 23:00'))
    expect(story.said).toEqual([])
    lives(story, at('03-11 23:15'), quiet, undefined, at('03-11 23:15'))
    expect(story.said).toEqual(['raised inactivity.electricity_flat'])
  })
})
