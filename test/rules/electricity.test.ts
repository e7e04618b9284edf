import { describe, expect, it } from 'vitest'
import { type EpochMs, MINUTE_MS } from '../../contracts/time.ts'
import { at, device, hours, minutes, only, reading, register, Story } from './story.ts'

const first = at('03-01 00:00')
const flat = only({ 'inactivity.electricity_flat': { hours: 10, marginWatts: 30 } })
const meter = [device('power', 'electricity', 900)]

/** A fridge that cools 20 of every 60 minutes at 90 W over 25 W of standby: 55 W on average. */
const house = (time: EpochMs): number => 25 + (time % hours(1) < minutes(20) ? 90 : 0)
/** Up at 07:00, lights and cooking until 22:00, but not on the days after `lastDay`. */
const lived =
  (lastEvening: EpochMs) =>
  (time: EpochMs): number => {
    const hour = ((time - first) / hours(1)) % 24
    const awake = time < lastEvening && hour >= 7 && hour < 22
    return house(time) + (awake ? 60 : 0) + (awake && hour % 6 < 0.25 ? 1_800 : 0)
  }

/** Reports an energy register every 15 min that follows `watts`. */
function meterRuns(
  story: Story,
  from: EpochMs,
  to: EpochMs,
  watts: (at: EpochMs) => number,
  skip?: [EpochMs, EpochMs],
): void {
  let kwh = 100
  for (let time = first; time <= to; time += 5 * MINUTE_MS) {
    kwh += watts(time - 5 * MINUTE_MS) / 12_000
    const lost = skip !== undefined && time > skip[0] && time < skip[1]
    if (time >= from && time % minutes(15) === 0 && !lost)
      story.hear(
        reading('power', 'electricity', time, { energy_import_kwh: Math.round(kwh * 1_000) / 1_000 }),
      )
  }
}

describe('electricity that never leaves standby', () => {
  it('is learned in days, sees through the fridge, and speaks after ten flat hours', () => {
    const story = new Story(first, flat, meter)
    const lastEvening = at('03-05 18:00')
    meterRuns(story, first, at('03-06 12:00'), lived(lastEvening))
    expect(story.said).toEqual(['raised inactivity.electricity_flat'])
    const [finding] = story.findings
    expect(finding?.severity).toBe('P2')
    expect(finding?.since).toBe(lastEvening)
    expect(finding?.raisedAt).toBeGreaterThanOrEqual(lastEvening + hours(10))
    expect(finding?.raisedAt).toBeLessThanOrEqual(lastEvening + hours(11))
    expect(finding?.evidence.sentence.en).toMatch(/^Electricity at standby \(up to \d+ W\) since 18:00/)
    meterRuns(story, at('03-06 12:15'), at('03-06 14:00'), (time) =>
      time < at('03-06 12:00') ? lived(lastEvening)(time) : 500,
    )
    expect(story.said.at(-1)).toBe('cleared inactivity.electricity_flat')
  })

  it('says nothing of a night, and nothing while the home is still being learned', () => {
    const story = new Story(first, flat, meter)
    meterRuns(story, first, at('03-07 12:00'), lived(at('03-09 00:00')))
    expect(story.said).toEqual([])
    const cold = new Story(first, flat, meter)
    meterRuns(cold, first, at('03-03 12:00'), lived(at('03-01 20:00')))
    expect(cold.said).toEqual([])
  })

  it('a socket that is seldom used is no home', () => {
    const story = new Story(first, flat, meter)
    meterRuns(story, first, at('03-08 00:00'), (time) => (time % hours(24) < hours(4) ? 120 : 0))
    expect(story.said).toEqual([])
  })

  it('a meter that is not heard is not at standby, and a gap in which somebody cooked is not quiet', () => {
    const unheard = new Story(first, flat, meter)
    meterRuns(unheard, first, at('03-05 18:00'), lived(at('03-05 18:00')))
    unheard.until(at('03-09 00:00'))
    expect(unheard.said).toEqual([])
    const cooked = new Story(first, flat, meter)
    const lastEvening = at('03-05 18:00')
    meterRuns(
      cooked,
      first,
      at('03-06 09:00'),
      (time) =>
        lived(lastEvening)(time) + (time >= at('03-06 01:00') && time < at('03-06 01:20') ? 2_000 : 0),
      [at('03-05 23:00'), at('03-06 04:00')],
    )
    expect(cooked.said).toEqual([])
  })

  it('is told along with the water: what else is alive is part of the reason', () => {
    const settings = only({ 'inactivity.water_none': { hours: 12 } })
    const story = new Story(first, settings, [...meter, device('water', 'water', 3_600)])
    const lastEvening = at('03-05 18:00')
    meterRuns(story, first, at('03-06 05:45'), lived(lastEvening))
    story.hear(reading('water', 'water', at('03-06 05:45'), { water_total_m3: 1 }))
    meterRuns(story, at('03-06 06:00'), at('03-06 18:00'), lived(lastEvening))
    story.water(at('03-06 18:00'), at('03-06 18:00'), register(1_000))
    expect(story.findings[0]?.evidence.sentence).toEqual({
      zh: '05:45起未用水，已12小时15分；03月05日18:00起用电处于待机；水表刚刚有上报'.replace(
        '03月05日',
        '3月5日',
      ),
      en: 'No water since 05:45, 12 h 15 min; electricity at standby since 18:00 on 5 Mar; meter heard just now',
    })
  })
})
