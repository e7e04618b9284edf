import { describe, expect, it } from 'vitest'
import { dayKind, festivalAt } from '../../rules/calendar.ts'
import { at, days, device, hours, only, register, Story } from './story.ts'

const midnight = at('03-02 00:00')
const none = only({ 'inactivity.water_none': { hours: 12 } })
const volume = only({ 'inactivity.water_volume': { hours: 12, litres: 10 } })
const meter = [device('water', 'water', 3_600)]
const lastUse = register(1_000, [at('03-02 06:10'), 20], [at('03-02 06:40'), 15])

describe('away', () => {
  const away = (source: 'planned' | 'learned') => ({
    away: [{ from: at('03-02 06:00'), to: at('03-04 18:00'), source }],
  })

  it('as planned, no quiet is told of until the home should be lived in again', () => {
    for (const settings of [none, volume]) {
      const story = new Story(midnight, settings, meter)
      story.circumstances = away('planned')
      story.water(midnight, at('03-05 05:00'), lastUse)
      expect(story.said).toEqual([])
      story.water(at('03-05 06:00'), at('03-05 06:00'), lastUse)
      expect(story.findings).toMatchObject([{ since: at('03-02 07:00'), raisedAt: at('03-05 06:00') }])
      expect(story.findings[0]?.evidence.sentence.zh).toContain('报备外出至3月4日18:00')
    }
  })

  it('ends with the first thing that anybody does, and the evidence says so', () => {
    const story = new Story(midnight, none, meter)
    story.circumstances = away('planned')
    const back = register(1_000, [at('03-02 06:40'), 15], [at('03-02 20:30'), 6])
    story.water(midnight, at('03-03 09:00'), back)
    expect(story.findings).toMatchObject([{ since: at('03-02 21:00'), raisedAt: at('03-03 09:00') }])
    expect(story.findings[0]?.evidence.data).toHaveProperty('awayEndedEarly')
  })

  it('as learned it holds nothing back, and is told of', () => {
    const story = new Story(midnight, none, meter)
    story.circumstances = away('learned')
    story.water(midnight, at('03-02 19:00'), lastUse)
    expect(story.findings[0]?.evidence.sentence.en).toContain('by its habits the home may be empty now')
  })
})

describe('an absence that somebody acts in', () => {
  const back = only({ 'away.seems_back': {} })
  const away = { away: [{ from: at('03-02 06:00'), to: at('03-04 18:00'), source: 'planned' as const }] }

  it('is told of at the first use, once, and no more when it is over or was ended', () => {
    const story = new Story(midnight, back, meter)
    story.circumstances = away
    const litres = register(1_000, [at('03-02 06:40'), 15], [at('03-03 20:30'), 6], [at('03-04 07:30'), 6])
    story.water(midnight, at('03-04 17:00'), litres)
    expect(story.said).toEqual(['raised away.seems_back'])
    expect(story.findings[0]).toMatchObject({ severity: 'P4', since: at('03-03 21:00') })
    expect(story.findings[0]?.evidence.sentence.zh).toBe(
      '报备外出至3月4日18:00，但21:00前有用水，似已返家；请确认后结束外出',
    )
    story.until(at('03-04 18:00'))
    expect(story.said).toEqual(['raised away.seems_back', 'cleared away.seems_back'])

    const ended = new Story(midnight, back, meter)
    ended.circumstances = away
    ended.water(midnight, at('03-03 22:00'), litres)
    ended.circumstances = { away: [{ ...away.away[0]!, to: at('03-03 22:10') }] }
    ended.event({ type: 'circumstances' }, at('03-03 22:10'))
    expect(ended.said).toEqual(['raised away.seems_back', 'cleared away.seems_back'])
  })

  it('is not told of while the resident is still about to leave', () => {
    const story = new Story(midnight, back, meter)
    story.circumstances = away
    story.water(midnight, at('03-03 00:00'), lastUse)
    expect(story.said).toEqual([])
  })
})

describe('heat and cold', () => {
  const heat = {
    sensitivity: [{ from: at('03-02 12:00'), to: at('03-03 00:00'), factor: 0.5, reason: 'heat' as const }],
  }

  it('shorten the hours while they last, and no further back', () => {
    const story = new Story(midnight, none, meter)
    story.circumstances = heat
    story.water(midnight, at('03-02 13:00'), lastUse)
    expect(story.findings).toMatchObject([{ since: at('03-02 07:00'), raisedAt: at('03-02 13:00') }])
    expect(story.findings[0]?.evidence.sentence.zh).toContain('高温期间，时限按0.5倍计')
    const over = new Story(midnight, none, meter)
    over.circumstances = { sensitivity: [{ ...heat.sensitivity[0]!, to: at('03-02 12:30') }] }
    over.water(midnight, at('03-02 18:00'), lastUse)
    expect(over.said).toEqual([])
  })

  it('a factor above one gives more time', () => {
    const story = new Story(midnight, none, meter)
    story.circumstances = {
      sensitivity: [{ from: midnight, to: at('03-09 00:00'), factor: 1.5, reason: 'works' }],
    }
    story.water(midnight, at('03-03 00:00'), lastUse)
    expect(story.said).toEqual([])
    story.water(at('03-03 01:00'), at('03-03 01:00'), lastUse)
    expect(story.findings).toMatchObject([{ raisedAt: at('03-03 01:00') }])
  })
})

describe('guests', () => {
  it('are named where yesterday was far above the own days: they may hide a quiet', () => {
    const story = new Story(midnight, none, meter)
    const litres = register(
      0,
      ...days(
        midnight,
        20,
        [
          [7, 20],
          [12, 20],
          [19, 30],
        ],
        (n) =>
          n === 19
            ? [
                [7, 90],
                [12, 120],
                [19, 110],
              ]
            : null,
      ),
    )
    story.water(midnight, midnight + hours(20 * 24 + 12), litres)
    expect(story.findings[0]?.evidence.data).toMatchObject({ guests: true })
    expect(story.findings[0]?.evidence.sentence.zh).toContain('可能有客')
  })
})

describe('Spring Festival', () => {
  const signs = { 'routine.late_rising': {}, 'inactivity.water_none': { hours: 12 } }
  const day: [number, number][] = [
    [6.5, 12],
    [12.5, 15],
    [18.5, 20],
    [21.75, 10],
  ]
  /** Three weeks of ordinary days that end with one on which nobody gets up. */
  const inBedOn = (date: string) => {
    const last = at(`${date} 00:00`)
    const from = last - hours(24 * 21)
    const story = new Story(from, only(signs), meter)
    story.water(from, last + hours(14), register(1_000, ...days(from, 21, day)))
    return story
  }

  it('holds early signs back on its days by the moon; what rings on them names it', () => {
    const eve = inBedOn('02-16')
    expect(eve.said).toEqual(['raised inactivity.water_none'])
    expect(eve.findings[0]?.evidence.data.festival).toBe('spring_festival')
    expect(eve.findings[0]?.evidence.sentence.zh).toContain('春节')
    const before = inBedOn('02-15')
    expect(before.said.slice(0, 2)).toEqual(['raised routine.late_rising', 'raised inactivity.water_none'])
    expect(before.of('raised').at(-1)?.evidence.data).not.toHaveProperty('festival')
  })
})

describe('the calendar', () => {
  const noon = (date: string) => Date.parse(`${date}T12:00:00+08:00`)

  it('knows the festivals of three years, by sun and by moon', () => {
    const known = {
      '2026-02-16': 'spring_festival',
      '2026-02-17': 'spring_festival',
      '2026-02-23': 'spring_festival',
      '2027-02-06': 'spring_festival',
      '2024-02-09': 'spring_festival',
      '2026-04-05': 'qingming',
      '2024-04-04': 'qingming',
      '2026-05-03': 'labour_day',
      '2026-06-19': 'dragon_boat',
      '2026-09-25': 'mid_autumn',
      '2026-10-07': 'national_day',
      '2027-01-01': 'new_year',
    }
    for (const [date, festival] of Object.entries(known))
      expect([date, festivalAt('Asia/Shanghai', noon(date))]).toEqual([date, festival])
    for (const date of ['2026-02-15', '2026-02-24', '2026-03-03', '2026-09-24', '2025-07-25'])
      expect(festivalAt('Asia/Shanghai', noon(date))).toBeNull()
  })

  it('tells the kinds of day apart on the clock of the home', () => {
    expect(dayKind('Asia/Shanghai', noon('2026-11-20'))).toBe('workday')
    expect(dayKind('Asia/Shanghai', noon('2026-11-21'))).toBe('weekend')
    expect(dayKind('Asia/Shanghai', noon('2026-02-17'))).toBe('festival')
    expect(dayKind('Europe/Madrid', noon('2026-02-17'))).toBe('workday')
    const fridayNight = Date.parse('2026-11-20T18:00:00Z')
    expect(dayKind('Asia/Shanghai', fridayNight)).toBe('weekend')
    expect(dayKind('Europe/Madrid', fridayNight)).toBe('workday')
    // In summer Saturday begins an hour sooner there.
    expect(dayKind('Europe/Madrid', Date.parse('2026-07-03T22:30:00Z'))).toBe('weekend')
    expect(dayKind('Europe/Madrid', Date.parse('2026-11-20T22:30:00Z'))).toBe('workday')
  })
})
