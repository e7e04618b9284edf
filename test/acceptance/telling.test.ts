import { describe, expect, it } from 'vitest'
import { iso } from '../../contracts/time.ts'
import type { Asked, Behaviour } from '../channels/gateway.ts'
import { DutyStory } from '../support/duty-story.ts'
import { StoryService } from '../support/service.ts'

/** One person on duty everywhere, a gateway for messages and one for calls, and a kitchen full of smoke. */
async function smokeIn(lines: Behaviour) {
  const story = await StoryService.start('2026-03-01T19:00:00Z', { PUBLIC_URL: 'https://desk.example.org/' })
  const duty = await DutyStory.found(story)
  const crew = { primary: await duty.person('王刚'), backup: await duty.person('李梅') }
  await duty.publish('community', duty.roster(crew, crew))
  const centre = { primary: await duty.person('区中心 孙', 'district'), backup: null }
  await duty.publish('district', duty.roster(centre, centre))
  await duty.everybodyAnswers()
  const home = await story.home('陈秀英')
  await story.call('PATCH', `/homes/${home.id}`, { jurisdictionId: duty.places.community })
  duty.gateway.behaviour = lines
  duty.gateway.asked.length = 0
  const send = await story.connect(home, home.devices.smoke)
  await send({ ts: iso(story.civil.now()), values: { smoke: true } })
  const [alert] = (await story.alerts()).filter(({ kind }) => kind === 'smoke.alarm')
  if (!alert) throw new Error('nothing rang')
  return { story, duty, home, alertId: alert.id }
}

/** The timeline, as soon as it has so many lines of one kind. */
async function lines(duty: DutyStory, alertId: string, event: string, count: number) {
  for (;;) {
    const found = (await duty.history(alertId)).filter((line) => line.event === event)
    if (found.length >= count) return found
    await new Promise((next) => setTimeout(next, 20))
  }
}

const to = (asked: readonly Asked[], path: string) =>
  asked.filter((one) => one.path === path).map(({ body }) => JSON.parse(body) as Record<string, string>)

describe('smoke at three in the morning', () => {
  it('calls the resident and tells who is on duty, and the timeline says what arrived', async () => {
    const { duty, alertId } = await smokeIn('accept')
    const delivered = await lines(duty, alertId, 'page_delivered', 2)
    const recipients = delivered.map(({ evidence }) => String(evidence?.data.recipient).split(':')[0])
    expect(new Set(recipients)).toEqual(new Set(['person', 'resident']))
    const [call] = to(duty.gateway.asked, '/call')
    expect(call).toMatchObject({ to: '10000000001', text: expect.stringContaining('119') })
    const [told] = to(duty.gateway.asked, '/desk')
    expect(told).toMatchObject({
      title: 'P1 烟雾报警 · 愚谷社区',
      url: `https://desk.example.org/#/queue/${alertId}`,
      recipient: '王刚',
    })
    // Who it is about is seen after signing in.
    expect(JSON.stringify(told)).not.toMatch(/陈秀英|501|延平路1号/)
  })

  it('of whom no line takes a message the ladder does not wait: the next is told at once', async () => {
    const { duty, alertId } = await smokeIn('refuse')
    await lines(duty, alertId, 'page_failed', 3)
    expect((await duty.told(alertId)).slice(0, 3)).toEqual(['03:00 王刚', '03:00 resident', '03:00 李梅'])
    const [failed] = await lines(duty, alertId, 'page_failed', 1)
    expect(failed?.evidence?.sentence.en).toContain('HTTP 400')
  })
})

describe('a case that somebody has', () => {
  it('calls nobody any more whose turn had not come yet', async () => {
    const { story, duty, alertId } = await smokeIn('fail')
    await lines(duty, alertId, 'paged', 2)
    await story.call('POST', `/alerts/${alertId}/acknowledge`, {})
    const states = async () => (await duty.pages(alertId)).map(({ state }) => state)
    expect(new Set(await states())).toEqual(new Set(['dropped']))
  })
})

describe('a way out that is broken', () => {
  it('becomes an alert of its own after some minutes, and is over with the first message that arrives', async () => {
    const { story, duty, alertId } = await smokeIn('refuse')
    await lines(duty, alertId, 'page_failed', 3)
    const broken = async (state: string, count: number) => {
      for (;;) {
        const found = await story.alerts(`state=${state}`)
        if (found.filter(({ kind }) => kind === 'duty.channel').length >= count) return
        await new Promise((next) => setTimeout(next, 20))
      }
    }
    await duty.minutes(6)
    await broken('open', 1)
    duty.gateway.behaviour = 'accept'
    await duty.minutes(6)
    await lines(duty, alertId, 'page_delivered', 1)
    await broken('recovered,resolved,closed', 1)
    const { items } = await story.call<{ items: { health: Record<string, unknown> }[] }>('GET', '/channels')
    expect(items.map(({ health }) => health)).toContainEqual(
      expect.objectContaining({ failingSince: null, reported: false, reason: null }),
    )
  })
})
