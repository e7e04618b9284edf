import { describe, expect, it } from 'vitest'
import { at, days, device, hours, minutes, only, reading, register, Story } from './story.ts'

const first = at('05-11 00:00')
const meter = [device('water', 'water', 3_600)]
/** Up at half past six, dinner at six, to bed at ten. */
const day: [number, number][] = [
  [6.5, 12],
  [9.5, 8],
  [12.5, 15],
  [18.5, 20],
  [21.75, 10],
]
const signs = only({ 'routine.late_rising': {}, 'routine.no_evening': {} })

/** Twenty ordinary days, then what `last` says of the twenty-first. */
function after20Days(
  last: [number, number][],
  settings = signs,
): { story: Story; litres: (time: number) => number } {
  const story = new Story(first, settings, meter)
  const litres = register(0, ...days(first, 21, day, (n) => (n === 20 ? last : null)))
  story.water(first, at('05-31 00:00'), litres)
  return { story, litres }
}

describe('late rising', () => {
  it('is told of an hour after every one of the last mornings, and ends with the first use', () => {
    const { story, litres } = after20Days([[11.5, 12]])
    story.water(at('05-31 01:00'), at('05-31 12:00'), litres)
    expect(story.said).toEqual(['raised routine.late_rising', 'cleared routine.late_rising'])
    expect(story.findings[0]).toMatchObject({
      severity: 'P4',
      since: at('05-30 22:00'),
      raisedAt: at('05-31 08:00'),
    })
    expect(story.findings[0]?.evidence.sentence).toEqual({
      zh: '5月30日22:00起未用水；近19天中有19天在07:00前已用水；水表刚刚有上报',
      en: 'No water since 22:00 on 30 May; on 19 of the last 19 like days it had been used by 07:00; meter heard just now',
    })
    expect(story.findings[1]?.evidence.sentence.zh).toBe('12:00恢复用水')
  })

  it('waits where a graver finding tells of the same quiet, and joins one that comes later: one alert is enough', () => {
    const graver = (after: number) =>
      only({ 'routine.late_rising': {}, 'inactivity.water_none': { hours: after } })
    const sooner = after20Days([[11.5, 12]], graver(9))
    sooner.story.water(at('05-31 01:00'), at('05-31 12:00'), sooner.litres)
    expect(sooner.story.said.slice(-2)).toEqual([
      'raised inactivity.water_none',
      'cleared inactivity.water_none',
    ])
    expect(sooner.story.said.filter((said) => said.endsWith('late_rising'))).toEqual([])
    const later = after20Days([[11.5, 12]], graver(12))
    later.story.water(at('05-31 01:00'), at('05-31 12:00'), later.litres)
    expect(later.story.said).toEqual([
      'raised routine.late_rising',
      'raised inactivity.water_none',
      'cleared routine.late_rising',
      'cleared inactivity.water_none',
    ])
    expect(later.story.findings[2]).toMatchObject({ clearedAt: at('05-31 10:00') })
  })

  it('says nothing of one who has answered that all is well', () => {
    const { story, litres } = after20Days([])
    story.water(at('05-31 01:00'), at('05-31 07:00'), litres)
    story.event({ type: 'sign_of_life', at: at('05-31 07:10') }, at('05-31 07:10'))
    story.water(at('05-31 08:00'), at('05-31 12:00'), litres)
    expect(story.said).toEqual([])
    const asked = after20Days([])
    asked.story.water(at('05-31 01:00'), at('05-31 08:00'), asked.litres)
    asked.story.event({ type: 'sign_of_life', at: at('05-31 08:10') }, at('05-31 08:10'))
    asked.story.water(at('05-31 09:00'), at('05-31 12:00'), asked.litres)
    expect(asked.story.said).toEqual(['raised routine.late_rising', 'cleared routine.late_rising'])
  })

  it('says nothing while it is learning, and nothing of one who sleeps in as usual', () => {
    const young = new Story(first, signs, meter)
    const litres = register(0, ...days(first, 13, day, (n) => (n === 12 ? [] : null)))
    young.water(first, at('05-24 00:00'), litres)
    expect(young.said).toEqual([])
    const { story, litres: usual } = after20Days(day)
    story.water(at('05-31 01:00'), at('06-01 00:00'), usual)
    expect(story.said).toEqual([])
  })

  it('does not wait for a report that is late, as long as the meter was heard just before', () => {
    const { story, litres } = after20Days([])
    story.water(at('05-31 01:00'), at('05-31 07:00'), litres)
    story.until(at('05-31 08:05'))
    expect(story.findings).toMatchObject([{ raisedAt: at('05-31 08:05') }])
  })

  it('is no sign where nobody was seen the evening before: that is another thing', () => {
    const { story, litres } = after20Days([[6.5, 12]])
    story.water(at('05-31 01:00'), at('06-02 23:00'), litres)
    expect(story.said).toEqual(['raised routine.no_evening'])
  })

  it('is graver where electricity too has been at standby since the night', () => {
    const both = [...meter, device('power', 'electricity', 3_600)]
    const story = new Story(first, signs, both)
    const litres = register(0, ...days(first, 20, day))
    let kwh = 0
    for (let time = first; time <= at('05-31 09:00'); time += hours(1)) {
      const hour = (time - first) / hours(1)
      kwh += hour < 20 * 24 && hour % 24 > 6 && hour % 24 < 22 ? 0.3 : 0.05
      story.hear(
        reading('water', 'water', time, { water_total_m3: litres(time) / 1_000 }),
        reading('power', 'electricity', time, { energy_import_kwh: kwh }),
      )
    }
    expect(story.findings).toMatchObject([{ kind: 'routine.late_rising', severity: 'P3' }])
    expect(story.findings[0]?.evidence.sentence.zh).toContain('起用电处于待机')
  })

  it('is held back on festivals and while away as planned', () => {
    const away = after20Days([])
    away.story.circumstances = {
      away: [{ from: at('05-30 22:30'), to: at('06-03 00:00'), source: 'planned' }],
    }
    away.story.water(at('05-31 01:00'), at('05-31 20:00'), away.litres)
    expect(away.story.said).toEqual([])
    const eve = at('04-11 00:00')
    const story = new Story(eve, signs, meter)
    const litres = register(0, ...days(eve, 20, day))
    story.water(eve, at('05-01 20:00'), litres)
    expect(story.said).toEqual([])
  })

  it('that late readings disprove is taken back with its reason', () => {
    const { story, litres } = after20Days([[7.5, 12]])
    story.water(at('05-31 01:00'), at('05-31 07:00'), litres)
    story.until(at('05-31 08:10'))
    const late = { receivedAt: at('05-31 08:40') }
    story.hear(
      reading(
        'water',
        'water',
        at('05-31 08:00'),
        { water_total_m3: litres(at('05-31 08:00')) / 1_000 },
        late,
      ),
    )
    expect(story.said).toEqual(['raised routine.late_rising', 'cleared routine.late_rising'])
    expect(story.findings[1]?.evidence.data).toMatchObject({ disprovedByLateReadings: true })
  })

  it('that late readings prove is told with its delay; a meter not heard tells of nobody', () => {
    const { story, litres } = after20Days([])
    story.until(at('05-31 11:00'))
    expect(story.said).toEqual([])
    story.water(at('05-31 12:00'), at('05-31 12:00'), litres)
    expect(story.findings).toMatchObject([{ kind: 'routine.late_rising', raisedAt: at('05-31 12:00') }])
    expect(story.findings[0]?.evidence.data).toMatchObject({ delayMs: hours(4) })
    expect(story.findings[0]?.evidence.sentence.zh).toContain('读数迟到，晚4小时才得知')
  })

  it('goes by arrival where the clock of the meter is known to be wrong', () => {
    const story = new Story(first, signs, meter)
    const litres = register(0, ...days(first, 20, day))
    for (let time = first; time <= at('05-31 08:00'); time += hours(1))
      story.hear(
        reading(
          'water',
          'water',
          time - hours(8),
          { water_total_m3: litres(time) / 1_000 },
          { receivedAt: time, quality: ['clock_skew'] },
        ),
      )
    expect(story.findings).toMatchObject([{ kind: 'routine.late_rising', raisedAt: at('05-31 08:00') }])
  })

  it('is not told of by a deadline that passed while we were not there', () => {
    const { story, litres } = after20Days([])
    story.water(at('05-31 01:00'), at('05-31 07:00'), litres)
    story.outage(at('05-31 07:30'), at('05-31 10:30'))
    story.water(at('05-31 11:00'), at('05-31 11:00'), litres)
    expect(story.said).toEqual([])
    story.water(at('05-31 12:00'), at('05-31 12:00'), litres)
    expect(story.findings[0]?.evidence.data).toMatchObject({ seenLate: true })
  })
})

describe('no evening', () => {
  it('is told of in time for a call, and ends with the next use', () => {
    const { story, litres } = after20Days([
      [6.5, 12],
      [12.5, 15],
      [22.5, 5],
    ])
    story.water(at('05-31 01:00'), at('05-31 23:00'), litres)
    expect(story.findings).toMatchObject([
      { phase: 'raised', kind: 'routine.no_evening', severity: 'P4', raisedAt: at('05-31 20:00') },
      { phase: 'cleared', clearedAt: at('05-31 23:00') },
    ])
  })

  it('says nothing of a home whose evenings are as often dry as not', () => {
    const story = new Story(first, signs, meter)
    const litres = register(
      0,
      ...days(first, 21, day, (n) =>
        n % 2 === 0
          ? [
              [6.5, 12],
              [12.5, 15],
            ]
          : null,
      ),
    )
    story.water(first, at('06-01 00:00'), litres)
    expect(story.of('raised').filter(({ kind }) => kind === 'routine.no_evening')).toEqual([])
  })

  it('ends with its rule', () => {
    const { story, litres } = after20Days([[6.5, 12]])
    story.water(at('05-31 01:00'), at('05-31 21:00'), litres)
    story.settings = only({})
    story.event({ type: 'deadline' }, at('05-31 21:30'))
    expect(story.said).toEqual(['raised routine.no_evening', 'cleared routine.no_evening'])
  })
})

describe('weeks against months', () => {
  const trends = only({ 'routine.night_restlessness': {}, 'routine.falling_trend': {} })
  const days90 = (change: (n: number) => [number, number][] | null) => {
    const story = new Story(first, trends, meter)
    const litres = register(0, ...days(first, 90, day, change))
    story.water(first, first + 90 * hours(24), litres)
    return story
  }

  it('a life as usual says nothing, nor does a fortnight away', () => {
    expect(days90(() => null).said).toEqual([])
    expect(days90((n) => (n > 40 && n < 55 ? [] : null)).said).toEqual([])
  })

  it('ever less water is for the next visit, and becomes the usual within months', () => {
    const story = new Story(first, trends, meter)
    const litres = register(
      0,
      ...days(first, 200, day, (n) =>
        n < 60
          ? null
          : [
              [6.5, 8],
              [12.5, 10],
              [21.75, 4],
            ],
      ),
    )
    story.water(first, first + 200 * hours(24), litres)
    expect(story.said).toEqual(['raised routine.falling_trend', 'cleared routine.falling_trend'])
    const [raised, cleared] = story.findings
    expect(raised?.severity).toBe('P4')
    expect((raised?.raisedAt ?? 0) - first).toBeGreaterThan(62 * hours(24))
    expect((raised?.raisedAt ?? 0) - first).toBeLessThan(75 * hours(24))
    expect(raised?.evidence.sentence.zh).toMatch(/^近来日用水约\d+升，以往\d+升$/)
    expect(cleared?.evidence.sentence.zh).toContain('新习惯已成常态')
  })

  it('nights without rest, and life moving into them, are told of', () => {
    const story = days90((n) =>
      n < 60
        ? null
        : [
            [0.5, 6],
            [1.5, 6],
            [2.5, 6],
            [12.5, 15],
            [18.5, 20],
            [23.5, 9],
          ],
    )
    expect(story.said).toContain('raised routine.night_restlessness')
    expect(story.said).toContain('raised routine.falling_trend')
    const shift = story.findings.find(({ kind }) => kind === 'routine.falling_trend')
    expect(shift?.evidence.data).toHaveProperty('nightPercent')
  })

  it('end with their rules, or with the last meter of the home', () => {
    const fewer: [number, number][] = [
      [6.5, 8],
      [12.5, 10],
      [21.75, 4],
    ]
    const open = () => {
      const story = days90((n) => (n < 60 ? null : fewer))
      expect(story.said).toEqual(['raised routine.falling_trend'])
      return story
    }
    const off = open()
    off.settings = only({})
    off.event({ type: 'deadline' }, off.now)
    expect(off.said.at(-1)).toBe('cleared routine.falling_trend')
    const bare = open()
    bare.event({ type: 'devices', devices: [] }, bare.now)
    expect(bare.said.at(-1)).toBe('cleared routine.falling_trend')
  })

  it('a day that was not seen is not learned, and a restless tap hides the times of day', () => {
    const story = new Story(first, trends, meter)
    const litres = register(0, ...days(first, 10, day))
    story.water(
      first,
      first + 10 * hours(24),
      litres,
      60,
      (time) => time > first + 3 * hours(24) && time < first + 5 * hours(24),
    )
    expect(story.state.days?.litres[0]).toBe(6)
    const dripping = new Story(first, trends, meter)
    dripping.water(first, first + 10 * hours(24), (time) => litres(time) + (time - first) / minutes(20))
    expect(dripping.state.days?.mornings).toBe('')
    expect(dripping.state.days?.litres[0]).toBe(9)
  })
})
