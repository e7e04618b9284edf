import { describe, expect, it } from 'vitest'
import { at, device, hours, minutes, only, reading, register, Story } from './story.ts'

const midnight = at('03-02 00:00')
const volume = only({ 'inactivity.water_volume': { hours: 12, litres: 10 } })
const none = only({ 'inactivity.water_none': { hours: 12 } })
const meter = [device('water', 'water', 3_600)]
/** She gets up, washes, and is last seen using water at 06:40. */
const lastUse = register(1_000, [at('03-02 06:10'), 20], [at('03-02 06:40'), 15])

describe('the district rule: less than 10 litres in 12 hours', () => {
  it('speaks with the report that completes twelve quiet hours, in words a visitor understands', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 18:00'), lastUse)
    expect(story.said).toEqual([])
    story.water(at('03-02 19:00'), at('03-02 23:00'), lastUse)
    expect(story.said).toEqual(['raised inactivity.water_volume'])
    expect(story.findings[0]).toMatchObject({
      severity: 'P2',
      since: at('03-02 07:00'),
      raisedAt: at('03-02 19:00'),
      evidence: {
        sentence: {
          zh: '07:00起未用水，已12小时；水表刚刚有上报',
          en: 'No water since 07:00, 12 h; meter heard just now',
        },
      },
    })
  })

  it('counts litres, not drops: two hand washes do not save the window, a shower ends it', () => {
    const story = new Story(midnight, volume, meter)
    const day = register(0, [at('03-02 06:40'), 35], [at('03-02 10:30'), 2], [at('03-02 14:30'), 3])
    story.water(midnight, at('03-02 20:00'), day)
    expect(story.findings[0]?.evidence.sentence.en).toContain('Only 5 L of water since 07:00, 12 h')
    story.water(at('03-02 21:00'), at('03-02 23:00'), (time) => day(time) + 40)
    expect(story.said).toEqual(['raised inactivity.water_volume', 'cleared inactivity.water_volume'])
    expect(story.findings[1]?.evidence.sentence.zh).toBe('21:00恢复用水')
  })

  it('does not ring twice in one quiet: after a small use a whole new window must pass', () => {
    const story = new Story(midnight, volume, meter)
    const day = register(0, [at('03-02 03:30'), 9], [at('03-02 08:30'), 5], [at('03-02 18:30'), 9])
    story.water(midnight, at('03-03 02:00'), day)
    story.water(at('03-03 03:00'), at('03-03 06:00'), day)
    expect(story.said).toEqual(['raised inactivity.water_volume', 'cleared inactivity.water_volume'])
    story.water(at('03-03 07:00'), at('03-03 07:00'), day)
    expect(story.of('raised')).toHaveLength(2)
  })

  it('does not wait for a report that is lost on the way, as long as the meter was heard just before', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 18:00'), lastUse)
    story.until(at('03-02 19:05'))
    expect(story.findings[0]).toMatchObject({ raisedAt: at('03-02 19:05') })
    expect(story.findings[0]?.evidence.sentence.en).toContain('meter heard 1 h 5 min ago')
  })
})

describe('what silence means', () => {
  it('a meter that is not heard never makes its resident quiet', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 08:00'), lastUse)
    story.until(at('03-09 00:00'))
    expect(story.said).toEqual([])
  })

  it('a gap that closes with an unchanged register was quiet, and counts', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 10:00'), lastUse)
    story.water(at('03-02 20:00'), at('03-02 20:00'), lastUse)
    expect(story.findings[0]).toMatchObject({ since: at('03-02 07:00'), raisedAt: at('03-02 20:00') })
  })

  it('a gap that closes with a moved register holds a use at an unknown time: the clock starts at its end', () => {
    const story = new Story(midnight, volume, meter)
    const day = register(0, [at('03-02 06:40'), 20], [at('03-02 11:00'), 30])
    story.water(midnight, at('03-02 10:00'), day)
    story.water(at('03-02 16:00'), at('03-03 03:00'), day)
    expect(story.said).toEqual([])
    story.water(at('03-03 04:00'), at('03-03 04:00'), day)
    expect(story.findings[0]?.evidence.data.unknownUse).toMatchObject({ litres: 30 })
    expect(story.findings[0]?.evidence.sentence.en).toContain(
      'no reports from 10:00 on 2 Mar to 16:00 on 2 Mar, 30 L used at some time in between',
    )
  })

  it('a late reading that shows when it was used in that gap raises at once, with the delay stated', () => {
    const story = new Story(midnight, volume, meter)
    const day = register(0, [at('03-02 06:40'), 20], [at('03-02 11:00'), 30])
    story.water(midnight, at('03-02 10:00'), day)
    story.water(at('03-02 16:00'), at('03-03 01:00'), day)
    const late = reading(
      'water',
      'water',
      at('03-02 11:00'),
      { water_total_m3: 0.05 },
      { receivedAt: at('03-03 01:30') },
    )
    story.hear(late)
    expect(story.findings[0]).toMatchObject({ since: at('03-02 11:00'), raisedAt: at('03-03 01:30') })
    expect(story.findings[0]?.evidence.sentence.en).toContain('known 2 h 30 min after the fact')
  })

  it('late readings that show use within the quiet disprove the finding', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 18:00'), lastUse)
    story.until(at('03-02 19:30'))
    const late = { receivedAt: at('03-02 20:10') }
    story.hear(reading('water', 'water', at('03-02 19:00'), { water_total_m3: 1.075 }, late))
    expect(story.said).toEqual(['raised inactivity.water_volume', 'cleared inactivity.water_volume'])
    expect(story.findings[1]?.evidence.data).toMatchObject({ disprovedByLateReadings: true })
  })

  it('a quiet that has already ended when it becomes known pages nobody', () => {
    const story = new Story(midnight, volume, [device('water', 'water', 86_400)])
    const received = at('03-04 00:00')
    const samples = Array.from({ length: 48 }, (_, i) =>
      reading(
        'water',
        'water',
        midnight + hours(i),
        {
          water_total_m3:
            register(0, [at('03-02 06:00'), 20], [at('03-03 22:00'), 30])(midnight + hours(i)) / 1_000,
        },
        { receivedAt: received },
      ),
    )
    story.hear(...samples)
    expect(story.said).toEqual([])
  })

  it('an outage of ours neither rings by itself nor hides a fall', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 12:00'), lastUse)
    story.outage(at('03-02 12:30'), at('03-02 20:40'))
    story.water(at('03-02 21:00'), at('03-02 21:00'), lastUse)
    expect(story.said).toEqual([])
    story.water(at('03-02 22:00'), at('03-02 22:00'), lastUse)
    expect(story.findings[0]).toMatchObject({ raisedAt: at('03-02 22:00') })
    expect(story.findings[0]?.evidence.data).toMatchObject({ seenLate: true })
    expect(story.findings[0]?.evidence.sentence.zh).toContain('本系统曾中断，发现较晚')
  })

  it('after an outage the home that uses water again is left in peace', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 12:00'), lastUse)
    story.outage(at('03-02 12:30'), at('03-02 20:40'))
    story.water(at('03-02 21:00'), at('03-02 21:00'), lastUse)
    story.water(at('03-02 22:00'), at('03-02 23:00'), (time) => lastUse(time) + 15)
    expect(story.said).toEqual([])
  })
})

describe('a home with its meters', () => {
  const kitchenAndBath = [device('water', 'water', 3_600), device('bath', 'water', 3_600)]
  const bath = (story: Story, time: number, litres: number) =>
    story.hear(reading('bath', 'water', time, { water_total_m3: litres / 1_000 }))

  it('is quiet only when all of them stand still, and only as long as all are heard', () => {
    const story = new Story(midnight, none, kitchenAndBath)
    for (let hour = 0; hour <= 20; hour++) {
      story.water(midnight + hours(hour), midnight + hours(hour), lastUse)
      bath(story, midnight + hours(hour), hour < 10 ? 0 : 80)
    }
    expect(story.said).toEqual([])
    for (let hour = 21; hour <= 30; hour++)
      story.water(midnight + hours(hour), midnight + hours(hour), lastUse)
    expect(story.said).toEqual([])
    bath(story, midnight + hours(30), 80)
    expect(story.findings).toMatchObject([{ since: midnight + hours(10), raisedAt: midnight + hours(30) }])
  })

  it('the finding goes with the last meter, or with the rule', () => {
    for (const end of ['meter', 'rule'] as const) {
      const story = new Story(midnight, volume, meter)
      story.water(midnight, at('03-02 20:00'), lastUse)
      if (end === 'rule') story.settings = only({})
      story.event({ type: 'devices', devices: end === 'meter' ? [] : meter }, at('03-02 20:30'))
      expect(story.said).toEqual(['raised inactivity.water_volume', 'cleared inactivity.water_volume'])
    }
  })

  it('says the time of the home, wherever that is', () => {
    const story = new Story(midnight, volume, meter)
    story.event({ type: 'zone', zone: 'Europe/Madrid' }, midnight)
    story.water(midnight, at('03-02 19:00'), lastUse)
    expect(story.findings[0]?.evidence.sentence.en).toContain('since 00:00, 12 h')
  })
})

describe('registers that misbehave', () => {
  it('a register that begins anew hides no use and invents none', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 11:00'), lastUse)
    story.water(at('03-02 12:00'), at('03-02 23:00'), () => 0)
    expect(story.said).toEqual([])
    story.water(at('03-03 00:00'), at('03-03 01:00'), () => 0)
    expect(story.findings[0]?.evidence.sentence.zh).toContain('水表读数重新起算')
  })

  it('an old value sent again is a slip, not a reset and not a flood', () => {
    const story = new Story(midnight, volume, meter)
    story.water(midnight, at('03-02 11:00'), lastUse)
    story.water(at('03-02 12:00'), at('03-02 12:00'), () => 990)
    story.water(at('03-02 13:00'), at('03-02 19:00'), lastUse)
    expect(story.findings[0]).toMatchObject({ since: at('03-02 07:00'), raisedAt: at('03-02 19:00') })
  })

  it('a register that wraps goes on, and a leap of many cubic metres is no sign of life', () => {
    const wraps = new Story(midnight, volume, meter)
    wraps.water(midnight, at('03-02 05:00'), () => 99_999_990)
    wraps.water(at('03-02 06:00'), at('03-02 18:00'), () => 10)
    expect(wraps.findings[0]).toMatchObject({ since: at('03-02 06:00') })
    const leaps = new Story(midnight, volume, meter)
    leaps.water(midnight, at('03-02 18:00'), lastUse)
    leaps.until(at('03-02 19:05'))
    leaps.water(at('03-02 20:00'), at('03-02 20:00'), () => 900_000)
    expect(leaps.said).toEqual(['raised inactivity.water_volume'])
  })
})

describe('no water at all', () => {
  it('a single glass starts the clock anew', () => {
    const story = new Story(midnight, none, meter)
    const day = register(0, [at('03-02 06:40'), 20], [at('03-02 15:30'), 0.2])
    story.water(midnight, at('03-03 03:00'), day)
    expect(story.said).toEqual([])
    story.water(at('03-03 04:00'), at('03-03 05:00'), day)
    expect(story.findings).toMatchObject([{ since: at('03-02 16:00'), raisedAt: at('03-03 04:00') }])
  })

  it('a tap that drips day and night is not a life', () => {
    const story = new Story(midnight, none, meter)
    const drip = (time: number) => Math.floor(((time - midnight) / hours(1)) * 0.8)
    const lived = register(
      0,
      ...[7, 9, 12, 18, 21, 31, 33].map((h) => [midnight + hours(h), 15] as [number, number]),
    )
    story.water(midnight, midnight + hours(44), (time) => drip(time) + lived(time))
    expect(story.said).toEqual([])
    story.water(midnight + hours(45), midnight + hours(45), (time) => drip(time) + lived(time))
    expect(story.findings[0]).toMatchObject({ since: midnight + hours(33) })
    expect(story.findings[0]?.evidence.sentence.en).toMatch(/^Nothing but a trickle \(10 L\) since 09:00/)
  })
})

describe('a trickle that outlasts what is remembered', () => {
  for (const everyMin of [15, 60])
    it(`does not end the alert by being forgotten, reported every ${everyMin} min`, () => {
      const story = new Story(midnight, none, meter)
      const drip = (time: number) => Math.floor(((time - midnight) / hours(1)) * 4)
      const lived = register(
        0,
        ...[7, 9, 12, 18, 21, 31, 33, 90].map((h): [number, number] => [midnight + hours(h), 40]),
      )
      const litres = (time: number) => drip(time) + lived(time)
      story.water(midnight, midnight + hours(89), litres, everyMin)
      expect(story.findings).toMatchObject([{ phase: 'raised', since: midnight + hours(33) }])
      story.water(midnight + hours(89) + minutes(everyMin), midnight + hours(91), litres, everyMin)
      expect(story.findings[1]).toMatchObject({ phase: 'cleared', clearedAt: midnight + hours(90) })
    })
})

const tap = (from: string, to: string) => (time: number) =>
  Math.max(0, Math.min(time, at(to)) - at(from)) / minutes(1)

describe('water that never stops', () => {
  const flowing = only({ 'water.continuous_flow': { hours: 4, litresPerHour: 3 } })
  const quarter = [device('water', 'water', 900)]
  it('is told of after four hours, more gravely by night, and ends with the first dry interval', () => {
    const story = new Story(midnight, flowing, quarter)
    story.water(at('03-02 16:00'), at('03-02 23:30'), tap('03-02 19:00', '03-02 23:00'), 15)
    expect(story.findings).toMatchObject([
      { phase: 'raised', severity: 'P2', since: at('03-02 19:00'), raisedAt: at('03-02 23:00') },
      { phase: 'cleared', clearedAt: at('03-02 23:15') },
    ])
    expect(story.findings[0]?.evidence.sentence.zh).toBe('19:00起持续用水，已4小时，共240升')
  })

  it('by day it can wait, and becomes graver when night falls', () => {
    const story = new Story(midnight, flowing, quarter)
    story.water(at('03-02 12:00'), at('03-02 22:30'), tap('03-02 14:00', '03-03 09:00'), 15)
    expect(story.findings).toMatchObject([
      { phase: 'raised', severity: 'P3', raisedAt: at('03-02 18:00') },
      { phase: 'updated', severity: 'P2' },
    ])
  })

  it('with hourly reports a busy evening is no finding yet; a night through which it runs is', () => {
    const story = new Story(midnight, flowing, meter)
    story.water(at('03-02 16:00'), at('03-02 23:00'), tap('03-02 19:00', '03-03 09:00'))
    expect(story.findings).toEqual([])
    story.water(at('03-03 00:00'), at('03-03 03:00'), tap('03-02 19:00', '03-03 09:00'))
    expect(story.findings).toMatchObject([{ phase: 'raised', severity: 'P2' }])
  })

  it('is not told of where an hour without reports, or a dry quarter, lies in between', () => {
    const story = new Story(midnight, flowing, quarter)
    const day = tap('03-02 08:00', '03-02 15:00')
    story.water(at('03-02 08:00'), at('03-02 15:00'), day, 15, (time) => time % hours(3) < minutes(80))
    expect(story.said).toEqual([])
  })

  it.each([15, 60])(
    'is one finding for as long as it runs: a cistern that leaks for a week, every %d min',
    (everyMin) => {
      const story = new Story(midnight, flowing, [device('water', 'water', 60 * everyMin)])
      story.water(midnight, midnight + hours(7 * 24), tap('03-02 00:00', '03-20 00:00'), everyMin)
      expect([story.of('raised').length, story.of('cleared').length]).toEqual([1, 0])
      story.water(midnight + hours(7 * 24 + 1), midnight + hours(7 * 24 + 1), () => 7 * 24 * 60, everyMin)
      expect(story.of('cleared')).toHaveLength(1)
    },
  )
})
