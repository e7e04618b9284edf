import { describe, expect, it } from 'vitest'
import { iso, MINUTE_MS } from '../../contracts/time.ts'
import { DutyStory } from '../support/duty-story.ts'
import { StoryService } from '../support/service.ts'
import { homeIn, smoke, staffed, THREE } from './staffed-district.ts'

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
