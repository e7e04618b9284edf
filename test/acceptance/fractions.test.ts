import { describe, expect, it } from 'vitest'
import type { RuleSettings } from '../../contracts/settings.ts'
import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { DutyStory } from '../support/duty-story.ts'
import { QUARTER_MS, StoryService } from '../support/service.ts'

const THREE = '2026-03-01T19:00:00Z'

/** So exact that they end between two milliseconds; what is kept of a time is whole. */
describe('a district that sets its hours and minutes to seven digits', () => {
  it('is served like any other: what is due comes due, and the service goes on', async () => {
    const story = await StoryService.start(THREE)
    const settings = await story.call<RuleSettings>('GET', '/rules')
    await story.call('PUT', '/rules', {
      ...settings,
      quietHoursAfterResolve: 1.1234567,
      checkIn: { enabled: true, waitMinutes: 20.1234567 },
      'inactivity.water_none': { enabled: true, hours: 16.1234567 },
      'inactivity.water_volume': { enabled: true, hours: 12.1234567, litres: 10 },
      'home.blind': { enabled: true, hours: 5.1234567 },
      'device.silent': { ...settings['device.silent'], minHours: 4.1234567 },
    })
    const home = await story.home('陈秀英')
    const send = await story.connect(home, home.devices.water)
    for (let at = 0; at <= 17 * HOUR_MS; at += QUARTER_MS) {
      await send({ ts: iso(story.civil.now()), values: { water_total_m3: 12.5 } })
      await story.pass(QUARTER_MS)
    }
    const [quiet] = await story.alerts('kind=inactivity.water_none')
    expect(quiet).toMatchObject({ state: 'open' })
    await story.call('POST', `/alerts/${quiet?.id}/resolve`, {})
    for (let at = 0; at <= 2 * HOUR_MS; at += QUARTER_MS) {
      await send({ ts: iso(story.civil.now()), values: { water_total_m3: 12.5 } })
      await story.pass(QUARTER_MS)
    }
    expect(await story.alerts('kind=inactivity.water_none')).toMatchObject([{ state: 'open' }])
    await story.pass(6 * HOUR_MS)
    expect(await story.alerts('kind=device.silent')).toHaveLength(1)
  })

  it('has ladders that climb to their top and go on, and hears of whoever was forgotten', async () => {
    const story = await StoryService.start(THREE)
    const duty = await DutyStory.found(story)
    const alone = async (name: string, place: 'community' | 'street' | 'district') => {
      const crew = { primary: await duty.person(name, place), backup: null }
      await duty.publish(place, duty.roster(crew, crew))
    }
    await alone('王刚', 'community')
    await alone('赵', 'street')
    await alone('孙', 'district')
    const path = `/jurisdictions/${duty.places.community}/policy`
    const { id: _, jurisdictionId: __, ...policy } = await story.call<Record<string, unknown>>('GET', path)
    const P1 = {
      steps: [
        { afterMinutes: 0, tell: ['primary'] },
        { afterMinutes: 1.07, tell: ['street'] },
        { afterMinutes: 2.0123456, tell: ['district'] },
      ],
      repeatMinutes: 1.0012345,
      progressMinutes: 2.09,
      sceneMinutes: 2.09,
      workingHoursOnly: false,
      tellFireService: true,
    }
    await story.call('PUT', path, {
      ...policy,
      ladders: { P1 },
      offerMinutes: 1.0123456,
      reachMinutes: 2.0123456,
    })
    // Told again before the instant is over they would be told for ever, and nothing else would happen any more.
    const hasty = { ...policy, ladders: { P1: { ...P1, repeatMinutes: 0.000_001 } } }
    await expect(story.call('PUT', path, hasty)).rejects.toThrow(/400.*repeatMinutes/)
    const home = await story.home('陈秀英')
    await story.call('PATCH', `/homes/${home.id}`, { jurisdictionId: duty.places.community })
    const send = await story.connect(home, home.devices.smoke)
    await send({ ts: iso(story.civil.now()), values: { smoke: true } })
    const [alert] = await story.alerts('kind=smoke.alarm')
    await duty.minutes(5)
    const told = await duty.told(alert?.id ?? '')
    expect(told.slice(0, 4)).toEqual(['03:00 王刚', '03:01 赵', '03:02 孙', '03:03 孙'])
    await story.call('POST', `/alerts/${alert?.id}/acknowledge`, {})
    await story.pass(3 * MINUTE_MS)
    expect((await duty.history(alert?.id ?? '')).map(({ event }) => event)).toContain('progress_overdue')
  })
})
