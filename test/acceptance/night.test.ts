import { describe, expect, it } from 'vitest'
import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { QUARTER_MS, StoryService } from '../support/service.ts'
import { onlyRules } from '../support/story-place.ts'

/** A meter that reports every quarter of an hour through `hours`; what is used is used in one go each hour. */
async function lives(
  story: StoryService,
  send: (payload: unknown) => Promise<void>,
  register: { m3: number },
  hours: number,
  litresPerHour = 0,
): Promise<void> {
  for (let quarter = 0; quarter < hours * 4; quarter++) {
    story.civil.pass(QUARTER_MS)
    if (quarter % 4 === 0) register.m3 = Math.round((register.m3 + litresPerHour / 1_000) * 1e6) / 1e6
    await send({ ts: iso(story.civil.now()), values: { water_total_m3: register.m3 } })
  }
}

/** What rings for the resident; that the home's other devices were never heard is a story of its own. */
const ringing = async (story: StoryService) =>
  (await story.alerts()).filter((alert) => alert.kind.startsWith('inactivity.'))

/** A service under the rule of the Shanghai districts instead of the personal one. */
async function underDistrictRule(): Promise<StoryService> {
  const story = await StoryService.start('2026-03-01T00:00:00Z')
  await story.call('PUT', '/rules', onlyRules({ 'inactivity.water_volume': {}, 'device.silent': {} }))
  return story
}

describe('a home that is watched since this morning', () => {
  it('is judged by what homes have in common, and the desk is told so', async () => {
    const story = await StoryService.start('2026-03-01T00:00:00Z')
    const home = await story.home('陈秀英')
    const send = await story.connect(home, home.devices.water)
    const register = { m3: 120 }
    await lives(story, send, register, 14, 12)
    await lives(story, send, register, 20)
    const [alert] = await ringing(story)
    expect(alert).toMatchObject({ kind: 'inactivity.personal', severity: 'P2', who: { name: '陈秀英' } })
    expect(alert?.evidence.data.learning).toBe(true)
    expect(alert?.evidence.sentence.zh).toContain('仍在学习该户习惯')
  })
})

describe('the fixed rule of the district: less than 10 L in 12 hours', () => {
  it('a woman who fell in the evening is missed in the morning, and the desk is told why', async () => {
    const story = await underDistrictRule()
    const home = await story.home('陈秀英')
    const send = await story.connect(home, home.devices.water)
    const register = { m3: 120 }
    await lives(story, send, register, 14, 12)
    // The last use is heard of at 21:15 in Shanghai. Through the night the meter reports, and nothing moves.
    await lives(story, send, register, 10.5)
    expect(await ringing(story)).toEqual([])
    await lives(story, send, register, 1)
    const [alert] = await ringing(story)
    expect(alert).toMatchObject({ kind: 'inactivity.water_volume', severity: 'P2', who: { name: '陈秀英' } })
    expect(alert?.evidence.sentence.en).toMatch(/no water since 21:\d\d/i)
    expect(alert?.evidence.sentence.zh).toMatch(/21:\d\d起未用水/)
    // She was only asleep: a tap is opened, the alert recovers by itself, and waits for somebody to confirm.
    await lives(story, send, register, 1, 40)
    expect(await ringing(story)).toMatchObject([{ id: alert?.id, state: 'recovered' }])
    await story.call('POST', `/alerts/${alert?.id}/resolve`, { note: '电话确认，起晚了' })
    const closed = await story.call<{ state: string; timeline: { event: string; note: string | null }[] }>(
      'GET',
      `/alerts/${alert?.id}`,
    )
    expect(closed.state).toBe('resolved')
    expect(closed.timeline.map((line) => line.event)).toEqual(['opened', 'recovered', 'resolved'])
    expect(closed.timeline.at(-1)?.note).toBe('电话确认，起晚了')
  })

  it('a meter that falls silent is a technical matter, never an inactive resident', async () => {
    const story = await underDistrictRule()
    const home = await story.home('王建国')
    const send = await story.connect(home, home.devices.water)
    await lives(story, send, { m3: 50 }, 14, 6)
    await story.pass(20 * HOUR_MS)
    expect(await ringing(story)).toEqual([])
    expect((await story.alerts()).map((alert) => alert.kind)).toContain('device.silent')
  })

  it('a deadline set before a restart still comes due after it', async () => {
    const story = await underDistrictRule()
    const home = await story.home('李桂兰')
    const register = { m3: 50 }
    await lives(story, await story.connect(home, home.devices.water), register, 14, 6)
    await lives(story, await story.connect(home, home.devices.water), register, 8)
    await story.away(30_000)
    const send = await story.connect(home, home.devices.water)
    await lives(story, send, register, 4.5)
    expect((await ringing(story)).map((alert) => alert.kind)).toEqual(['inactivity.water_volume'])
  })

  it('our own outage rings in no home by itself, and hides nobody: it fires when the home is heard afresh', async () => {
    const story = await underDistrictRule()
    const home = await story.home('赵玉梅')
    const register = { m3: 50 }
    await lives(story, await story.connect(home, home.devices.water), register, 14, 6)
    await lives(story, await story.connect(home, home.devices.water), register, 3)
    await story.away(11 * HOUR_MS)
    await story.pass(MINUTE_MS)
    expect(await ringing(story)).toEqual([])
    const send = await story.connect(home, home.devices.water)
    await lives(story, send, register, 1.5)
    const [alert] = await ringing(story)
    expect(alert?.kind).toBe('inactivity.water_volume')
    expect(alert?.evidence.sentence.en).toMatch(/late/i)
  })
})
