import { describe, expect, it } from 'vitest'
import { newHomeState, readHomeState } from '../../rules/home.ts'
import { at, device, hours, minutes, only, reading, Story } from './story.ts'

const DAY = hours(24)
const start = at('03-02 00:00')
const meter = device('water', 'water')
const personal = (more: object = {}) => only({ 'inactivity.personal': more })

/** Litres by the clock of somebody who rises at seven, cooks at noon and at six, and goes to bed at ten. */
const orderly =
  (until: number, drip = 0) =>
  (time: number): number => {
    let litres = 1_000 + (drip * (time - start)) / hours(1)
    for (let day = start; day <= Math.min(time, until); day += DAY)
      for (const hour of [6.6, 7.5, 8.4, 11.6, 12.5, 15.2, 17.6, 18.5, 19.4, 21.5])
        if (day + hours(hour) <= Math.min(time, until)) litres += 12
    return Math.floor(litres)
  }

function watched(days: number, settings = personal(), litres = orderly(start + days * DAY)): Story {
  const story = new Story(start, settings, [meter])
  story.water(start, start + days * DAY, litres)
  return story
}

const raisedAfter = (story: Story, since: number): number =>
  ((story.of('raised').at(-1)?.raisedAt ?? 0) - since) / hours(1)

describe('the personal rule', () => {
  it('misses somebody in the morning who has always been up by seven', () => {
    const bed = start + 41 * DAY - hours(2)
    const story = watched(42, personal(), orderly(bed))
    expect(story.said).toEqual(['raised inactivity.personal'])
    expect(raisedAfter(story, bed)).toBeLessThanOrEqual(13)
    expect(raisedAfter(story, bed)).toBeGreaterThan(9)
  })

  it('waits through the night, but not so long in the afternoon', () => {
    const night = start + 40 * DAY + hours(22)
    const afternoon = start + 40 * DAY + hours(13)
    const quietFrom = (last: number) => raisedAfter(watched(42, personal(), orderly(last)), last)
    expect(quietFrom(afternoon)).toBeLessThan(quietFrom(night))
  })

  it('says on what grounds, in both languages', () => {
    const bed = start + 41 * DAY - hours(2)
    const evidence = watched(42, personal(), orderly(bed)).of('raised')[0]?.evidence
    expect(evidence?.data).toMatchObject({ learning: false, budgetPer30Days: 0.5 })
    const { likeStarts, likeStartsOver } = evidence?.data ?? {}
    expect(likeStarts).toBeGreaterThan(20)
    expect(likeStartsOver).toBe(likeStarts)
    expect(evidence?.sentence.en).toMatch(
      /^No water since 22:00 .*of about \d+ such starts \d+ were over by \d\d:/,
    )
    expect(evidence?.sentence.zh).toMatch(/起未用水.*此时段开始的静默约\d+次中有\d+次在.*前恢复用水/)
  })

  it('says that it is still learning, and goes by other homes for so long', () => {
    const last = start + 2 * DAY + hours(22)
    const story = watched(4, personal(), orderly(last))
    expect(story.said).toEqual(['raised inactivity.personal'])
    expect(story.findings[0]?.evidence.data.learning).toBe(true)
    expect(story.findings[0]?.evidence.sentence.en).toContain("still learning this home's habits")
    expect(raisedAfter(story, last)).toBeLessThanOrEqual(20)
  })

  it('rings sooner where more false alarms are borne', () => {
    const bed = start + 41 * DAY - hours(2)
    const after = (budgetPer30Days: number) =>
      raisedAfter(watched(42, personal({ budgetPer30Days }), orderly(bed)), bed)
    expect(after(3)).toBeLessThanOrEqual(after(1))
    expect(after(1)).toBeLessThanOrEqual(after(0.5))
    expect(after(3)).toBeLessThan(after(0.1))
  })

  it('never waits beyond the cap', () => {
    const bed = start + 41 * DAY - hours(2)
    const story = watched(42, personal({ budgetPer30Days: 0.001, capHours: 9 }), orderly(bed))
    expect(raisedAfter(story, bed)).toBeLessThanOrEqual(9)
  })

  it('speaks once of a quiet, and takes it back at the next use', () => {
    const bed = start + 30 * DAY - hours(2)
    const back = start + 31 * DAY + hours(15)
    const litres = (time: number) => orderly(bed)(time) + (time >= back ? 9 : 0)
    const story = watched(31, personal(), litres)
    story.water(start + 31 * DAY + hours(1), start + 32 * DAY, litres)
    expect(story.said.slice(0, 2)).toEqual(['raised inactivity.personal', 'cleared inactivity.personal'])
    expect(story.of('cleared')[0]?.clearedAt).toBe(back)
  })

  it('knows nothing while the meter is not heard, and speaks when it is heard again', () => {
    const bed = start + 40 * DAY - hours(2)
    const lost = (time: number) => time > bed + hours(3) && time < bed + hours(30)
    const story = watched(39, personal(), orderly(bed))
    story.water(start + 39 * DAY + hours(1), start + 42 * DAY, orderly(bed), 60, lost)
    expect(story.of('raised')).toHaveLength(1)
    expect(story.findings[0]?.raisedAt).toBe(bed + hours(30))
    expect(story.findings[0]?.evidence.data.delayMs).toBeGreaterThan(hours(10))
  })

  it('keeps the cap where the last reports before it were lost', () => {
    const last = start + 40 * DAY - hours(2)
    const settings = personal({ budgetPer30Days: 0.001, capHours: 9 })
    const heardUntil = (h: number) => {
      const story = watched(39, settings, orderly(last))
      const lost = (time: number) => time > last + hours(h) && time < last + hours(14)
      story.water(start + 39 * DAY + hours(1), start + 42 * DAY, orderly(last), 60, lost)
      return raisedAfter(story, last)
    }
    expect(heardUntil(6)).toBeGreaterThan(9)
    expect(heardUntil(6)).toBeLessThan(9.2)
    expect(heardUntil(4)).toBe(14)
  })

  it('stays silent when the gap closes with use', () => {
    const lost = (time: number) => time > start + 39 * DAY + hours(3) && time < start + 40 * DAY + hours(9)
    const story = watched(38)
    story.water(start + 38 * DAY + hours(1), start + 41 * DAY, orderly(start + 50 * DAY), 60, lost)
    expect(story.said).toEqual([])
  })

  it('is not held off by a tap that has dripped for weeks', () => {
    const bed = start + 41 * DAY - hours(2)
    const story = watched(43, personal(), orderly(bed, 1))
    expect(story.of('raised').length).toBeGreaterThan(0)
    expect(raisedAfter(story, bed)).toBeLessThanOrEqual(20)
  })

  it('takes small uses on top of a dripping tap for what they are', () => {
    const litres = (time: number) => {
      let sum = 1_000 + (2 * (time - start)) / hours(1)
      for (let hour = start; hour <= time; hour += hours(1))
        if ((hour - start) % DAY > hours(7) && (hour - start) % DAY < hours(22)) sum += 3
      return sum
    }
    expect(watched(40, personal(), litres).said).toEqual([])
  })

  it('learns a day of hours from one upload as it would from the hours', () => {
    const live = watched(40)
    const daily = new Story(start, personal(), [meter])
    for (let day = start; day < start + 40 * DAY; day += DAY) {
      const hourly = Array.from({ length: 24 }, (_, i) => day + hours(i + 1))
      daily.hear(
        ...hourly.map((time) =>
          reading(
            'water',
            'water',
            time,
            { water_total_m3: orderly(start + 50 * DAY)(time) / 1_000 },
            { receivedAt: day + DAY + minutes(5) },
          ),
        ),
      )
    }
    const uses = (story: Story) => story.state.personal?.baseline.uses ?? 0
    expect(uses(daily)).toBeGreaterThan(0.9 * uses(live))
    expect(uses(daily)).toBeLessThan(1.1 * uses(live))
  })

  it('does not learn from a stretch in which the register began anew', () => {
    const story = watched(30)
    const before = story.state.personal?.baseline.gaps
    const last = start + 30 * DAY
    story.hear(
      reading('water', 'water', last + hours(1), { water_total_m3: 0 }, { quality: ['counter_reset'] }),
    )
    story.hear(reading('water', 'water', last + hours(2), { water_total_m3: 0.01 }))
    expect(story.state.personal?.baseline.gaps).toBe(before)
  })

  it('decides anew when the settings change', () => {
    const bed = start + 41 * DAY - hours(2)
    const story = watched(40, personal({ budgetPer30Days: 0.1 }), orderly(bed))
    story.water(start + 40 * DAY + hours(1), bed + hours(4), orderly(bed))
    story.settings = only({ 'inactivity.personal': { capHours: 5 } })
    story.settings = { ...story.settings, version: 2 }
    story.water(bed + hours(5), bed + hours(8), orderly(bed))
    expect(raisedAfter(story, bed)).toBe(5)
  })

  it('decides anew when the home is given settings of its own, and not before it is told of them', () => {
    const bed = start + 41 * DAY - hours(2)
    const own = (isTold: boolean) => {
      const story = watched(40, personal({ capHours: 5 }), orderly(bed))
      story.water(start + 40 * DAY + hours(1), bed + hours(4), orderly(bed))
      story.settings = personal({ capHours: 9 })
      if (isTold) story.event({ type: 'circumstances' }, bed + hours(4.5))
      story.water(bed + hours(5), bed + hours(20), orderly(bed))
      return raisedAfter(story, bed)
    }
    expect(own(true)).toBe(9)
    expect(own(false)).toBe(5)
  })

  it('takes its finding back when it is switched off, and keeps what it has learned', () => {
    const bed = start + 30 * DAY - hours(2)
    const story = watched(31, personal(), orderly(bed))
    expect(story.said).toEqual(['raised inactivity.personal'])
    story.settings = only({})
    story.water(start + 31 * DAY + hours(1), start + 31 * DAY + hours(1), orderly(bed))
    expect(story.said.at(-1)).toBe('cleared inactivity.personal')
    expect(story.state.personal?.baseline.uses).toBeGreaterThan(100)
  })

  it('remembers a home in less than 2 KB, however it lives', () => {
    let seed = 7
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    let litres = 0
    const story = new Story(start, personal({ budgetPer30Days: 3 }), [meter])
    story.water(start, start + 200 * DAY, () => (litres += random() < 0.3 ? 5 * random() : 0), 30)
    expect(JSON.stringify(story.state.personal).length).toBeLessThan(2_048)
  })

  it('reads the state of a home that was stored before the rule came', () => {
    const { personal: _, ...older } = newHomeState('Asia/Shanghai')
    expect(readHomeState(JSON.parse(JSON.stringify(older))).personal).toBeNull()
  })
})
