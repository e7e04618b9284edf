import { describe, expect, it } from 'vitest'
import { outlook } from '../../rules/why-not.ts'
import { at, days, device, hours, minutes, only, reading, register, Story } from './story.ts'

const DAY = hours(24)
const start = at('03-02 00:00')
const personal = only({ 'inactivity.personal': {} })

/** 95 L a day by the clock. */
const uses: [number, number][] = [
  [6.6, 12],
  [7.5, 8],
  [8.4, 10],
  [11.6, 15],
  [12.5, 6],
  [15.2, 6],
  [17.6, 14],
  [18.5, 8],
  [19.4, 6],
  [21.5, 10],
]
const lived = (count: number) => register(1_000_000, ...days(start, count, uses))
/** No day is like another: a person, and no clock. */
const livedFreely = (count: number) =>
  register(
    0,
    ...days(start, count, uses, (day) =>
      uses.map(([hour, litres], n): [number, number] => [
        hour + ((day * 7 + n * 3) % 5) / 4 - 0.5,
        litres + ((day * 5 + n * 11) % 7),
      ]),
    ),
  )
const inSteps =
  (litresBy: (time: number) => number, step: number) =>
  (time: number): number =>
    Math.floor(litresBy(time) / step) * step

describe('a register that moves by the hundred litres', () => {
  const watched = (step: number, until: number, livedDays = 60): Story => {
    const story = new Story(start, personal, [device('water', 'water', 3_600)])
    story.water(start, until, inSteps(lived(livedDays), step))
    return story
  }

  it('is not quiet for as long as the home takes for a hundred litres, once it has moved', () => {
    for (const step of [100, 1_000]) {
      const story = watched(step, start + 60 * DAY)
      expect(story.of('raised').map(({ raisedAt }) => raisedAt)).toEqual([start + hours(20)])
      expect(story.of('cleared')).toHaveLength(1)
    }
  })

  it('is rung for half as long again as that after the last, and says why no sooner', () => {
    const story = watched(100, start + 44 * DAY, 40)
    const raised = story.of('raised').at(-1)
    const late = ((raised?.raisedAt ?? 0) - (start + 39 * DAY + hours(21.5))) / hours(1)
    expect(late).toBeGreaterThan(30)
    expect(late).toBeLessThan(48)
    expect(raised?.evidence.data).toMatchObject({ registerStepLitres: 100 })
    expect(raised?.evidence.sentence.en).toMatch(
      /moves only every 100 L, which takes this home 25 h on average/,
    )
    expect(raised?.evidence.sentence.zh).toMatch(/水表每100升才走一格/)
  })

  it('says to whoever asks how late that is at best', () => {
    const hundred = watched(100, start + 40 * DAY)
    const { atBest } = outlook(hundred.state, hundred.now, hundred.context)
    expect(atBest?.bestHours).toBeGreaterThan(36)
    expect(atBest?.sentence.en).toMatch(/every 100 L/)
    const thousand = watched(1_000, start + 50 * DAY)
    const line = outlook(thousand.state, thousand.now, thousand.context).rules.find(
      ({ kind }) => kind === 'inactivity.personal',
    )
    expect(line).toMatchObject({ status: 'waits', data: { reason: 'coarse_register' } })
    expect(line?.sentence.zh).toMatch(/水表每1000升才走一格/)
  })

  it('is fine as soon as a single litre was seen, and for good', () => {
    const fine = watched(1, start + 42 * DAY, 40)
    const [raised] = fine.of('raised')
    expect((raised?.raisedAt ?? 0) - (start + 39 * DAY + hours(21.5))).toBeLessThanOrEqual(hours(20.5))
    expect(raised?.evidence.data.registerStepLitres).toBeUndefined()
  })
})

describe('a meter that sends long after it measured', () => {
  const fall = start + 40 * DAY
  const sent = (lagMin: number, cadenceS: number | null = 3_600): Story => {
    const story = new Story(start, personal, [device('water', 'water', cadenceS)])
    const litres = lived(40)
    for (let time = start; time <= fall + DAY; time += hours(1))
      story.hear(
        reading(
          'water',
          'water',
          time,
          { water_total_m3: litres(time) / 1_000 },
          { receivedAt: time + minutes(lagMin) },
        ),
      )
    return story
  }

  it('is waited for: nobody rings in the minutes before the report that tells of the hour', () => {
    const [prompt, late] = [sent(0), sent(35)].map((story) => story.of('raised')[0]?.raisedAt ?? 0)
    const [hour, minute] = [Math.floor(((late ?? 0) % hours(1)) / minutes(1)), (late ?? 0) - (prompt ?? 0)]
    expect(hour).toBeGreaterThanOrEqual(35)
    expect(minute).toBeLessThanOrEqual(minutes(40))
    expect(late).toBeGreaterThan(prompt ?? 0)
  })

  it('and at the cap has been waited for, if it is three hours late', () => {
    const [raised] = sent(180).of('raised')
    expect((raised?.raisedAt ?? 0) - (fall - hours(2.5))).toBeLessThanOrEqual(hours(21))
  })

  it('and says to whoever asks that it is so late', () => {
    const story = sent(35)
    const prompt = sent(0)
    const best = (one: Story) => outlook(one.state, one.now, one.context).atBest?.latenessHours ?? 0
    expect(best(story) - best(prompt)).toBeCloseTo(0.58, 1)
  })
})

describe('a meter that is said to measure each hour and sends it once a day', () => {
  it('vouches for nothing in between: no alert rings before the day is known', () => {
    const story = new Story(start, personal, [device('water', 'water', 3_600)])
    const litres = lived(40)
    for (let day = start; day <= start + 41 * DAY; day += DAY)
      story.hear(
        ...Array.from({ length: 24 }, (_, hour) => {
          const time = day + hours(hour - 13)
          return reading(
            'water',
            'water',
            time,
            { water_total_m3: litres(time) / 1_000 },
            { receivedAt: day + hours(10) + minutes(1) },
          )
        }),
      )
    const [raised] = story.of('raised')
    expect(((raised?.raisedAt ?? 0) - start) % DAY).toBe(hours(10) + minutes(1))
  })
})

describe('a home with a garden tap on a timer', () => {
  const fall = start + 40 * DAY - hours(2)
  /** At three, ten and two, whoever is there. */
  const timer = (from: number, to: number, litres: number) => {
    const draws = days(start, 60, [
      [2.9, litres],
      [9.9, litres],
      [13.9, litres],
    ]).filter(([drawn]) => drawn >= from && drawn <= to)
    return register(0, ...draws)
  }
  const watched = (count: number, litres: (time: number) => number): Story => {
    const story = new Story(start, personal, [device('water', 'water', 3_600)])
    const person = livedFreely(60)
    story.water(start, start + count * DAY, (time) => person(Math.min(time, fall)) + litres(time))
    return story
  }

  it('is noticed at the cap, though the register never stands still for as long', () => {
    const story = watched(45, timer(start, start + 60 * DAY, 80))
    const raised = story.of('raised')
    expect(raised).toHaveLength(1)
    expect((raised[0]?.raisedAt ?? 0) - fall).toBeLessThanOrEqual(hours(20.5))
    expect(raised[0]?.evidence.sentence.en).toMatch(/^Nothing since 21:00 .*but water that runs by the clock/)
    expect(raised[0]?.evidence.sentence.zh).toMatch(/21:00起只有每日定时的自动用水/)
  })

  it('and what the timer draws later does not take the alert back, but a use does', () => {
    const all = timer(start, start + 60 * DAY, 80)
    const found = fall + 4 * DAY + hours(3.5)
    const story = watched(46, (time) => all(time) + (time >= found ? 7 : 0))
    expect(
      story.of('cleared').map(({ clearedAt }) => Math.ceil(((clearedAt ?? 0) - found) / hours(1))),
    ).toEqual([1])
  })

  it('is not taken for somebody who does everything by the clock', () => {
    const story = new Story(start, personal, [device('water', 'water', 3_600)])
    story.water(start, start + 50 * DAY, lived(60))
    expect(story.said).toEqual([])
  })

  it('is known by its hours and litres, and two weeks after it was put up', () => {
    const early = watched(44, timer(fall - 5 * DAY, start + 60 * DAY, 80))
    for (const { evidence } of early.of('raised')) expect(evidence.data.drawnByClock).toBeUndefined()
    const later = watched(44, timer(fall - 16 * DAY, start + 60 * DAY, 80))
    expect(later.of('raised').length).toBe(1)
    const [raised] = later.of('raised')
    expect(raised?.evidence.data.drawnByClock).toContainEqual({ hour: 2, litres: 80 })
  })
})

describe('a meter that reports only when water runs', () => {
  const settings = only({ 'inactivity.personal': {}, 'home.blind': {}, 'device.silent': {} })
  const fall = start + 40 * DAY - hours(2)
  const watched = (heartbeatHours: number | null): Story => {
    const story = new Story(start, settings, [device('water', 'water')])
    const litres = livedFreely(40)
    let last = -1
    for (let time = start; time <= fall + 2 * DAY; time += minutes(5)) {
      const beats = heartbeatHours !== null && (time - start) % hours(heartbeatHours) === 0
      if (litres(time) !== last || beats)
        story.hear(reading('water', 'water', time, { water_total_m3: litres(time) / 1_000 }))
      last = litres(time)
    }
    story.until(fall + 2 * DAY)
    return story
  }

  it('may be lost or tell of somebody who lies there: after the hours of the cap somebody is to look', () => {
    const story = watched(null)
    const blind = story.of('raised').find(({ kind }) => kind === 'home.blind')
    expect(blind).toMatchObject({ severity: 'P2', evidence: { data: { speaksOnUseOnly: true } } })
    expect((blind?.raisedAt ?? 0) - fall).toBeLessThanOrEqual(hours(20))
    expect(story.said).not.toContain('raised inactivity.personal')
    expect(blind?.evidence.sentence.zh).toMatch(/只在用水时上报/)
  })

  it('promises nothing to whoever asks', () => {
    const { state, now, context } = watched(null)
    const { atBest, rules } = outlook(state, now, context)
    expect(atBest).toBeNull()
    expect(rules.find(({ kind }) => kind === 'inactivity.personal')).toMatchObject({
      status: 'cannot_see',
      data: { reason: 'speaks_on_use_only' },
    })
  })

  it('with a heartbeat is a meter like any other', () => {
    const story = watched(1)
    expect(story.said).toContain('raised inactivity.personal')
    expect(story.said).not.toContain('raised home.blind')
  })
})
