import { describe, expect, it } from 'vitest'
import { ChannelId } from '../../contracts/ids.ts'
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '../../contracts/time.ts'
import type { Behaviour } from '../channels/gateway.ts'
import { DutyStory } from '../support/duty-story.ts'
import { type StoryHome, StoryService } from '../support/service.ts'

/** Three in the morning in Shanghai. */
const THREE = '2026-03-01T19:00:00Z'

/** A district in which somebody is on duty at every level, each of whom has said that they are there. */
async function staffed(start = THREE, lines: Behaviour = 'accept') {
  const story = await StoryService.start(start)
  const duty = await DutyStory.found(story)
  duty.gateway.behaviour = lines
  const people = {
    primary: await duty.person('王刚 A角'),
    backup: await duty.person('李梅 B角'),
    morning: await duty.person('周倩 早班'),
    street: await duty.person('街道 赵'),
    street2: await duty.person('街道 钱'),
    district: await duty.person('区中心 孙', 'district'),
  }
  const night = { primary: people.primary, backup: people.backup }
  await duty.publish('community', duty.roster({ primary: people.morning, backup: people.backup }, night))
  const street = { primary: people.street, backup: people.street2 }
  await duty.publish('street', duty.roster(street, street))
  const district = { primary: people.district, backup: null }
  await duty.publish('district', duty.roster(district, district))
  return { story, duty, people }
}

async function homeIn(duty: DutyStory): Promise<StoryHome> {
  const home = await duty.story.home('陈秀英')
  await duty.story.call('PATCH', `/homes/${home.id}`, { jurisdictionId: duty.places.community })
  return home
}

/** The detector in the kitchen sounds. */
async function smoke(duty: DutyStory, home: StoryHome): Promise<string> {
  const send = await duty.story.connect(home, home.devices.smoke)
  await send({ ts: iso(duty.story.civil.now()), values: { smoke: true } })
  const [alert] = (await duty.story.alerts()).filter(({ kind }) => kind === 'smoke.alarm')
  if (!alert) throw new Error('nothing rang')
  return alert.id
}

const events = async (duty: DutyStory, alertId: string) =>
  (await duty.history(alertId)).map(({ event }) => event)

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

describe('the nights on which clocks change in Berlin', () => {
  /** A night whose shifts go by Berlin's wall clock, from half an hour before eight in the morning there. */
  async function morningIn(start: string) {
    const story = await StoryService.start(start)
    const duty = await DutyStory.found(story)
    const night = { primary: await duty.person('夜班 A角'), backup: await duty.person('夜班 B角') }
    const day = { primary: await duty.person('白班 A角'), backup: await duty.person('白班 B角') }
    await duty.publish('community', duty.roster(day, night, 'Europe/Berlin'))
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    return { story, duty, home }
  }

  it.each([
    ['an hour longer in autumn', '2026-10-25T06:30:00Z'],
    ['an hour shorter in spring', '2026-03-29T05:30:00Z'],
  ])(
    'the night shift is %s: until eight it is the night that is told, from eight the day',
    async (_, start) => {
      const { story, duty, home } = await morningIn(start)
      const send = await story.connect(home, home.devices.smoke)
      await send({ ts: iso(story.civil.now()), values: { smoke: true } })
      const [before] = await story.alerts('kind=smoke.alarm')
      await duty.minutes(1)
      const ofNight = await duty.told(before?.id ?? '', 'Europe/Berlin')
      expect(ofNight).toContain('07:30 夜班 A角')
      expect(ofNight).toContain('07:31 夜班 B角')
      await story.call('POST', `/alerts/${before?.id}/resolve`, {})
      await send({ ts: iso(story.civil.now()), values: { smoke: false } })
      await duty.minutes(30)
      await duty.everybodyAnswers()
      await send({ ts: iso(story.civil.now()), values: { smoke: true } })
      const [after] = await story.alerts('kind=smoke.alarm&state=open')
      const ofDay = await duty.told(after?.id ?? '', 'Europe/Berlin')
      expect(ofDay.filter((line) => line.startsWith('08:'))).toContain('08:01 白班 A角')
      expect(ofDay.some((line) => line.startsWith('08:') && line.includes('夜班'))).toBe(false)
    },
  )
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

describe('who is on duty', () => {
  it('changes at eight: what opens before goes to the night, what opens after to the morning', async () => {
    const { duty, story } = await staffed('2026-03-01T23:58:00Z')
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const before = await smoke(duty, home)
    await duty.minutes(2)
    await duty.everybodyAnswers()
    expect((await duty.told(before))[0]).toBe('07:58 王刚 A角')
    await story.call('POST', `/alerts/${before}/resolve`, {})
    const send = await story.connect(home, home.devices.smoke)
    await story.pass(MINUTE_MS)
    await send({ ts: iso(story.civil.now()), values: { smoke: false } })
    await story.pass(MINUTE_MS)
    await send({ ts: iso(story.civil.now()), values: { smoke: true } })
    const [after] = (await story.alerts('state=open')).filter(({ kind }) => kind === 'smoke.alarm')
    expect((await duty.told(after?.id ?? ''))[0]).toBe('08:02 周倩 早班')
  })

  it('whoever had the alert on the screen while others were told may still take it', async () => {
    const { duty, story } = await staffed()
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    const [seen] = await story.alerts('kind=smoke.alarm')
    await duty.minutes(2)
    expect((await duty.told(alertId)).length).toBeGreaterThan(2)
    await story.call('POST', `/alerts/${alertId}/acknowledge`, { version: seen?.version })
    await duty.minutes(1)
    const late = story.call('POST', `/alerts/${alertId}/resolve`, { version: seen?.version })
    await expect(late).rejects.toThrow(/version_conflict/)
  })

  it('an alert goes by the roster and the policy that it was opened under, whatever is published meanwhile', async () => {
    const { duty, people, story } = await staffed()
    const home = await homeIn(duty)
    await duty.everybodyAnswers()
    const alertId = await smoke(duty, home)
    const stranger = await duty.person('新来的')
    const crew = { primary: stranger, backup: stranger }
    await expect(duty.publish('community', duty.roster(crew, crew))).rejects.toThrow(
      /roster_faulty.*"from":"2026-/,
    )
    const alone = { primary: stranger, backup: null }
    await expect(duty.publish('community', duty.roster(alone, alone))).rejects.toThrow(/version_conflict/)
    await duty.publish('community', duty.roster(alone, alone, 'Asia/Shanghai', { version: 1 }))
    const path = `/jurisdictions/${duty.places.community}/policy`
    const {
      id: _,
      jurisdictionId: __,
      ...policy
    } = await story.call<{ id: string; jurisdictionId: null }>('GET', path)
    const slow = {
      steps: [{ afterMinutes: 600, tell: ['district'] }],
      repeatMinutes: 600,
      progressMinutes: 600,
    }
    const P1 = { ...slow, sceneMinutes: 600, workingHoursOnly: false, tellFireService: false }
    await story.call('PUT', path, { ...policy, ladders: { P1 } })
    await duty.minutes(5)
    expect(await duty.told(alertId)).toEqual([
      '03:00 王刚 A角',
      '03:00 resident',
      '03:01 李梅 B角',
      '03:03 街道 赵',
      '03:05 区中心 孙',
    ])
    expect(people.backup).not.toBe(stranger)
  })

  it('a roster with a gap, with somebody twice at once or out of reach is refused, and the fault is named', async () => {
    const story = await StoryService.start(THREE)
    const duty = await DutyStory.found(story)
    const wang = await duty.person('王刚')
    const mute = await duty.person('没有邮箱', 'community', false)
    const check = (roster: object) =>
      story.call<{ faults: object[] }>('POST', `/jurisdictions/${duty.places.community}/roster/check`, roster)
    const short = { from: '2026-03-02', to: '2026-03-02' }
    const crew = { primary: wang, backup: null }
    const fine = duty.roster(crew, crew, 'Asia/Shanghai', short) as { shifts: { durationMinutes: number }[] }
    expect(await check(fine)).toEqual({ faults: [] })
    const [day, night] = fine.shifts
    const gap = { ...fine, shifts: [{ ...day, durationMinutes: 690 }, night] }
    expect(await check(gap)).toEqual({
      faults: [{ fault: 'gap', from: '2026-03-02T11:30:00.000Z', to: '2026-03-02T12:00:00.000Z' }],
    })
    const twice = duty.roster({ primary: wang, backup: wang }, crew, 'Asia/Shanghai', short)
    expect((await check(twice)).faults).toMatchObject([{ fault: 'twice_at_once', personId: wang }])
    const silent = duty.roster({ primary: wang, backup: mute }, crew, 'Asia/Shanghai', short)
    expect(await check(silent)).toEqual({ faults: [{ fault: 'no_working_address', personId: mute }] })
    const nobody = duty.roster({ primary: 'person-unknown', backup: null }, crew, 'Asia/Shanghai', short)
    expect((await check(nobody)).faults).toEqual([{ fault: 'unknown_person', personId: 'person-unknown' }])
    // A mistyped year would be looked through day by day, while nothing else happens.
    const century = duty.roster(crew, crew, 'Asia/Shanghai', { from: '2026-03-02', to: '2126-03-02' })
    await expect(check(century)).rejects.toThrow(/400.*two years/)
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
