import { describe, expect, it } from 'vitest'
import type { FindingKind } from '../../contracts/finding.ts'
import { outlook, whyNot } from '../../rules/why-not.ts'
import { at, days, device, hours, only, reading, register, Story } from './story.ts'

const midnight = at('03-02 00:00')
const settings = only({
  'inactivity.water_volume': { hours: 12, litres: 10 },
  'inactivity.electricity_flat': {},
  'routine.late_rising': {},
  'device.silent': {},
  'device.tamper': {},
})
const lastUse = register(1_000, [at('03-02 06:10'), 20], [at('03-02 06:40'), 15])

const why = (story: Story, kind: FindingKind) =>
  whyNot(story.state, story.now, story.context).filter((line) => line.kind === kind)

describe('why not', () => {
  it('names the minute at which a rule would speak if nothing is used, and then it does', () => {
    const story = new Story(midnight, settings, [device('water', 'water', 3_600)])
    story.water(midnight, at('03-02 14:00'), lastUse)
    expect(why(story, 'inactivity.water_volume')).toMatchObject([
      {
        status: 'would_speak',
        at: at('03-02 19:00'),
        sentence: {
          zh: '若一直无人用水用电，将于19:00告警',
          en: 'Would speak at 19:00 if nothing is used until then',
        },
      },
    ])
    story.water(at('03-02 15:00'), at('03-02 20:00'), lastUse)
    expect(story.findings[0]?.raisedAt).toBe(at('03-02 19:00'))
    expect(why(story, 'inactivity.water_volume')).toMatchObject([{ status: 'holds', at: at('03-02 07:00') }])
  })

  it('says when a device would count as silent, and that a rule without its device cannot see', () => {
    const story = new Story(midnight, settings, [device('water', 'water', 3_600)])
    story.water(midnight, at('03-02 14:00'), lastUse)
    expect(why(story, 'device.silent')).toMatchObject([
      { status: 'would_speak', deviceId: 'water', at: at('03-02 18:00'), data: { if: 'nothing_heard' } },
    ])
    expect(why(story, 'inactivity.electricity_flat')[0]?.sentence.zh).toBe('无法判断：无电表')
    story.until(at('03-02 19:00'))
    expect(why(story, 'inactivity.water_volume')).toMatchObject([
      { status: 'cannot_see', data: { reason: 'not_heard', deviceId: 'water' } },
    ])
  })

  it('counts the days that a rule still has to learn, and says what is switched off', () => {
    const story = new Story(midnight, settings, [
      device('water', 'water', 3_600),
      device('power', 'electricity', 3_600),
    ])
    story.water(midnight, midnight + hours(5 * 24), lastUse)
    story.hear(reading('power', 'electricity', story.now, { energy_import_kwh: 1 }))
    expect(why(story, 'routine.late_rising')).toMatchObject([{ status: 'waits', data: { of: 14 } }])
    expect(why(story, 'inactivity.electricity_flat')).toMatchObject([
      { status: 'cannot_see', data: { reason: 'standby_unknown' } },
    ])
    expect(why(story, 'device.tamper')).toMatchObject([{ status: 'waits' }])
    expect(why(story, 'water.flood')).toMatchObject([{ status: 'off' }])
    expect(why(story, 'smoke.alarm')).toMatchObject([{ status: 'cannot_see' }])
  })

  it('knows that a meter that uploads once a day says so a day late', () => {
    const story = new Story(midnight, settings, [device('water', 'water', 86_400)])
    story.water(midnight, at('03-05 00:00'), register(0, [at('03-04 23:00'), 30]), 24 * 60)
    expect(why(story, 'inactivity.water_volume')).toMatchObject([{ at: at('03-06 00:00') }])
  })

  it('says within an absence until when it says nothing, and what heat does to the hour', () => {
    const story = new Story(midnight, settings, [device('water', 'water', 3_600)])
    story.circumstances = { away: [{ from: midnight, to: at('03-12 18:00'), source: 'planned' }] }
    story.water(midnight, at('03-02 02:00'), () => 1_000)
    expect(why(story, 'inactivity.water_volume')).toMatchObject([
      { status: 'waits', data: { reason: 'away', awayTo: '2026-03-12T10:00:00.000Z' } },
    ])
    const heat = new Story(midnight, settings, [device('water', 'water', 3_600)])
    heat.circumstances = {
      sensitivity: [{ from: midnight, to: at('03-09 00:00'), factor: 0.5, reason: 'heat' }],
    }
    heat.water(midnight, at('03-02 08:00'), lastUse)
    const [line] = why(heat, 'inactivity.water_volume')
    expect(line).toMatchObject({ status: 'would_speak', at: at('03-02 13:00') })
    expect(line?.sentence.zh).toBe('若一直无人用水用电，将于13:00告警；高温期间，时限按0.5倍计')
  })

  it('says how soon a home can be helped at best, from how its own meter reports', () => {
    const best = (story: Story) => outlook(story.state, story.now, story.context).atBest
    const hourly = new Story(midnight, settings, [device('water', 'water')])
    hourly.water(midnight, at('03-04 00:00'), lastUse)
    expect(best(hourly)).toMatchObject({ bestHours: 12, worstHours: 13, intervalHours: 1 })

    // Once a day, now and then two hours late.
    const daily = new Story(midnight, settings, [device('water', 'water')])
    for (let day = 0; day < 40; day++) {
      const time = midnight + hours(day * 24 + (day % 4 === 3 ? 2 : 0))
      daily.hear(reading('water', 'water', time, { water_total_m3: 1 + day / 10 }))
    }
    const said = best(daily)
    expect(said?.bestHours).toBeGreaterThan(24)
    expect(said?.bestHours).toBeLessThanOrEqual(27)
    expect(said?.sentence.en).toContain(`${said?.bestHours} h after the last act at best`)
    // Whoever falls right after an upload waits for the next one as well, and for its lateness.
    expect(said?.latenessHours).toBeGreaterThan(0)
    expect(said?.worstHours).toBeCloseTo((said?.bestHours ?? 0) + (said?.intervalHours ?? 0), 1)
    expect(best(new Story(midnight, settings, [device('smoke', 'smoke')]))).toBeNull()
  })

  it('gives no grounds of an earlier quiet for one that has not begun to show', () => {
    const personal = only({ 'inactivity.personal': {} })
    const story = new Story(midnight, personal, [device('water', 'water', 3_600)])
    const uses = days(
      midnight,
      30,
      [7, 12, 18, 22].map((hour) => [hour + 0.5, 15]),
    )
    const lived = register(0, ...uses)
    const noon = midnight + hours(29 * 24 + 12)
    story.water(midnight, noon, lived)
    const asked = () => why(story, 'inactivity.personal')[0]
    expect(asked()).toMatchObject({ status: 'would_speak', data: { likeStarts: expect.any(Number) } })
    story.water(noon + hours(1), noon + hours(1), lived)
    expect(asked()?.status).toBe('would_speak')
    expect(asked()?.grounds).toBeNull()
    story.water(noon + hours(2), noon + hours(2), lived)
    expect(asked()?.grounds).not.toBeNull()
  })

  it('changes nothing', () => {
    const story = new Story(midnight, settings, [device('water', 'water', 3_600)])
    story.water(midnight, at('03-02 14:00'), lastUse)
    const before = JSON.stringify(story.state)
    whyNot(story.state, at('03-02 22:00'), story.context)
    expect(JSON.stringify(story.state)).toBe(before)
  })
})
