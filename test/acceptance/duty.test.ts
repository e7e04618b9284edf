import { describe, expect, it } from 'vitest'
import { ChannelId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../contracts/time.ts'
import { DutyStory } from '../support/duty-story.ts'
import { StoryService } from '../support/service.ts'
import { events, homeIn, smoke, staffed, THREE } from './staffed-district.ts'

describe('smoke at three in the morning', () => {
  it('the desk reads who was told through what, and who is next at what time', async () => {
    const { story, duty } = await staffed()
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    await duty.minutes(0)
    const read = () =>
      story.call<{
        items: { name: string | null; channel: { kind: string } | null; recipient: string }[]
        nextStep: { dueAt: string; names: string[]; tell: string[]; isRepeat: boolean } | null
      }>('GET', `/alerts/${alertId}/pages`)
    expect((await read()).items.at(-1)).toMatchObject({ name: '王刚 A角' })
    expect((await read()).nextStep).toEqual({
      dueAt: '2026-03-01T19:01:00.000Z',
      names: ['李梅 B角'],
      tell: ['backup', 'contacts'],
      isRepeat: false,
    })
    const { timeline } = await story.call<{ timeline: { event: string; people: string[] }[] }>(
      'GET',
      `/alerts/${alertId}`,
    )
    expect(timeline.find(({ event }) => event === 'paged')?.people).toEqual(['王刚 A角'])
    await story.call('POST', `/alerts/${alertId}/acknowledge`, {})
    expect((await read()).nextStep).toBeNull()
  })

  it('climbs from the primary to the district in five minutes, and goes on until somebody takes it', async () => {
    const { duty } = await staffed()
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    await duty.minutes(16)
    expect(await duty.told(alertId)).toEqual([
      '03:00 王刚 A角',
      '03:00 resident',
      '03:01 李梅 B角',
      '03:03 街道 赵',
      '03:05 区中心 孙',
      '03:10 区中心 孙',
      '03:15 区中心 孙',
    ])
    const lines = await duty.history(alertId)
    expect(lines.find(({ event }) => event === 'fact')?.evidence?.sentence.zh).toBe('请同时拨打119')
    await duty.story.call('POST', `/alerts/${alertId}/acknowledge`, {})
    await duty.minutes(4)
    expect(await duty.told(alertId)).toHaveLength(7)
  })

  it('passes over an A角 who did not answer the test page: the B角 is told at once, and the street knows', async () => {
    // Without an account, having been sent something must do as an answer: here nothing arrives in time.
    const { duty, people, story } = await staffed('2026-03-01T12:00:00Z', 'stall')
    const home = await homeIn(duty)
    await duty.everybodyAnswers([people.primary])
    await duty.minutes(11)
    const [unreachable] = (await story.alerts()).filter(({ kind }) => kind === 'duty.unreachable')
    expect(unreachable?.evidence.sentence.zh).toMatch(/联系不上/)
    expect(await duty.told(unreachable?.id ?? '')).toEqual(['20:10 街道 赵'])
    const alertId = await smoke(duty, home)
    expect(await duty.told(alertId)).toEqual(['20:11 李梅 B角', '20:11 resident'])
    expect(await events(duty, alertId)).toContain('passed_over')
  })

  it('a page that fails for good costs no minute: the next step is taken at once', async () => {
    const { duty, story } = await staffed(THREE, 'stall')
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    const [{ key } = { key: '' }] = await duty.pages(alertId)
    const at = story.civil.now()
    const result = { type: 'page_result', key, channelId: null, outcome: 'failed', reason: '550' } as const
    await story.service.pipeline.execute({ ...result, at }, at)
    expect(await duty.told(alertId)).toEqual(['03:00 王刚 A角', '03:00 resident', '03:00 李梅 B角'])
    expect(await events(duty, alertId)).toContain('page_failed')
    // The same word again, because the channel was not sure that it was heard, changes nothing.
    await story.service.pipeline.execute({ ...result, at }, at)
    expect(await duty.told(alertId)).toHaveLength(3)
  })
})

describe('never silent', () => {
  it('a restart in the middle of a ladder goes on where it was, and says what was late and why', async () => {
    const { duty, story } = await staffed()
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    await duty.minutes(4)
    await story.away(2 * MINUTE_MS + 10 * SECOND_MS)
    expect(await duty.told(alertId)).toEqual([
      '03:00 王刚 A角',
      '03:00 resident',
      '03:01 李梅 B角',
      '03:03 街道 赵',
      '03:06 区中心 孙',
    ])
    const late = (await duty.history(alertId)).findLast(({ event }) => event === 'paged')
    expect(late?.evidence?.sentence.en).toBe(
      'Told the district’s duty: due 03:05, sent 03:06:10, service was down',
    )
    expect(late?.evidence?.data).toMatchObject({ late: 'service_down' })
  })

  it('steps that were missed in an outage are each taken once, in order; repeats are not made up for', async () => {
    const { duty, story } = await staffed()
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    await story.away(HOUR_MS)
    expect(await duty.told(alertId)).toEqual([
      '03:00 王刚 A角',
      '03:00 resident',
      '04:00 李梅 B角',
      '04:00 街道 赵',
      '04:00 区中心 孙',
    ])
  })

  it('an alert that was taken on and then forgotten comes back, to everybody anew', async () => {
    const { duty, story } = await staffed()
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    await story.call('POST', `/alerts/${alertId}/acknowledge`, {})
    await duty.minutes(4)
    expect(await events(duty, alertId)).not.toContain('progress_overdue')
    await duty.minutes(2)
    expect(await events(duty, alertId)).toContain('progress_overdue')
    expect(await duty.told(alertId)).toEqual([
      '03:00 王刚 A角',
      '03:00 resident',
      '03:05 王刚 A角',
      '03:05 resident',
      '03:06 李梅 B角',
    ])
  })

  it('where nobody is on duty the next level is told at once, and that nobody was is an alert of its own, once', async () => {
    const story = await StoryService.start(THREE)
    const duty = await DutyStory.found(story)
    const lead = await duty.person('街道 赵', 'street')
    await duty.publish(
      'street',
      duty.roster({ primary: lead, backup: null }, { primary: lead, backup: null }),
    )
    const above = { primary: await duty.person('区中心 孙', 'district'), backup: null }
    await duty.publish('district', duty.roster(above, above))
    // The community keeps a roster of its own, and it ends at eight this morning.
    const last = await duty.person('王刚 A角')
    const crew = { primary: last, backup: null }
    await duty.publish('community', duty.roster(crew, crew, 'Asia/Shanghai', { to: '2026-03-01' }))
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    await story.pass(5 * HOUR_MS + MINUTE_MS)
    const gaps = async () => (await story.alerts('state=open')).filter(({ kind }) => kind === 'duty.gap')
    expect(await gaps()).toHaveLength(1)
    const alertId = await smoke(duty, home)
    expect((await duty.told(alertId))[0]).toBe('08:01 resident')
    expect(await duty.told(alertId)).toContain('08:01 街道 赵')
    expect(await events(duty, alertId)).toContain('nobody_on_duty')
    await duty.minutes(30)
    expect(await gaps()).toHaveLength(1)
  })
})

describe('a way out that is broken', () => {
  it('is an alert a level up, once however often it is said, and recovers when it works again', async () => {
    const { duty, story } = await staffed()
    const state = (failing: boolean) =>
      story.service.pipeline.execute(
        {
          type: 'channel_state',
          channelId: ChannelId.parse('broken'),
          jurisdictionId: duty.places.community,
          failing,
          reason: failing ? '421' : null,
        },
        story.civil.now(),
      )
    await state(true)
    await state(true)
    const broken = async () =>
      (await story.alerts('state=open,recovered')).filter(({ kind }) => kind === 'duty.channel')
    const [alert] = await broken()
    expect(await broken()).toMatchObject([{ state: 'open', severity: 'P2' }])
    expect((await duty.told(alert?.id ?? ''))[0]).toBe('03:00 街道 赵')
    await state(false)
    expect(await broken()).toMatchObject([{ id: alert?.id, state: 'recovered' }])
  })
})

describe('a community that has a roster while nobody above it has one', () => {
  it('hears of an alert again and again, since there is nobody else to hear of it', async () => {
    const story = await StoryService.start(THREE)
    const duty = await DutyStory.found(story)
    const crew = { primary: await duty.person('王刚 A角'), backup: await duty.person('李梅 B角') }
    await duty.publish('community', duty.roster(crew, crew))
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    await duty.minutes(9)
    expect(await duty.told(alertId)).toEqual([
      '03:00 王刚 A角',
      '03:00 resident',
      '03:01 李梅 B角',
      '03:03 王刚 A角',
      '03:03 李梅 B角',
      '03:08 王刚 A角',
      '03:08 李梅 B角',
    ])
    const { nextStep } = await story.call<{ nextStep: { names: string[]; isRepeat: boolean } }>(
      'GET',
      `/alerts/${alertId}/pages`,
    )
    expect(nextStep).toMatchObject({ isRepeat: true, names: ['王刚 A角', '李梅 B角'] })
  })
})
