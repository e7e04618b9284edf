import { describe, expect, it } from 'vitest'
import { DAY_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { DutyStory, type StoryCrew } from '../support/duty-story.ts'
import { type StoryAlert, StoryService } from '../support/service.ts'

/** Three in the morning in Shanghai. */
const THREE = '2026-03-01T19:00:00Z'

/** A community and the street above it, each with somebody on duty day and night. */
async function staffed(backup: string | null, until = '2027-12-31') {
  const story = await StoryService.start(THREE)
  const duty = await DutyStory.found(story)
  const people = {
    primary: await duty.person('王刚 A角'),
    backup: backup === null ? null : await duty.person(backup),
    street: await duty.person('街道 赵', 'street'),
  }
  const publish = (place: 'community' | 'street', crew: StoryCrew) =>
    duty.publish(place, duty.roster(crew, crew, 'Asia/Shanghai', { to: until }))
  await publish('community', { primary: people.primary, backup: people.backup })
  await publish('street', { primary: people.street, backup: null })
  await duty.everybodyAnswers()
  const open = async (kind: string): Promise<StoryAlert[]> =>
    (await story.alerts('state=open')).filter((alert) => alert.kind === kind)
  const serves = (id: string | null, enabled: boolean) => story.call('PATCH', `/people/${id}`, { enabled })
  return { story, duty, people, open, serves }
}

describe('a district whose last roster ended two months ago', () => {
  it('is still told after a restart that nobody is on duty, and whoever can be is paged', async () => {
    const { story, duty, open } = await staffed(null, '2026-03-01')
    await story.away(60 * DAY_MS)
    expect(await story.call('GET', '/summary')).toMatchObject({ dutySetUp: true })
    const home = await story.home('陈秀英')
    await story.call('PATCH', `/homes/${home.id}`, { jurisdictionId: duty.places.community })
    const send = await story.connect(home, home.devices.smoke)
    await send({ ts: iso(story.civil.now()), values: { smoke: true } })
    const [alert] = await open('smoke.alarm')
    expect(await duty.told(alert?.id ?? '')).toContain('03:00 resident')
    expect((await duty.history(alert?.id ?? '')).map(({ event }) => event)).toContain('nobody_on_duty')
    expect(await open('duty.gap')).not.toEqual([])
  })

  it('and one that never had a roster is not set up, restarted or not', async () => {
    const story = await StoryService.start(THREE)
    await story.away(60 * DAY_MS)
    expect(await story.call('GET', '/summary')).toMatchObject({ dutySetUp: false })
  })
})

describe('somebody who is made unavailable in the middle of their shift', () => {
  it('and was alone leaves a gap, of which the street hears at once and not at the next alarm', async () => {
    const { duty, people, open, serves } = await staffed(null)
    await serves(people.primary, false)
    const [gap] = await open('duty.gap')
    expect(gap?.evidence.sentence.zh).toBe('无人值班，请立即安排')
    expect(await duty.told(gap?.id ?? '')).toEqual(['03:00 街道 赵'])
    await serves(people.primary, true)
    expect(await open('duty.gap')).toEqual([])
  })

  it('and has somebody beside them is out of reach: the street hears of it at once, and nobody is missing', async () => {
    const { duty, people, open, serves } = await staffed('李梅 B角')
    await serves(people.primary, false)
    const [unreachable] = await open('duty.unreachable')
    expect(await duty.told(unreachable?.id ?? '')).toEqual(['03:00 街道 赵'])
    expect(await open('duty.gap')).toEqual([])
    await serves(people.backup, false)
    expect(await open('duty.gap')).toHaveLength(1)
    await serves(people.backup, true)
    expect(await open('duty.gap')).toEqual([])
    expect(await open('duty.unreachable')).toHaveLength(1)
  })

  it('is asked anew whether they are there when they are back, and not only because their name was mended', async () => {
    const { story, duty, people, open, serves } = await staffed('李梅 B角')
    const asked = async () =>
      (
        await story.service.state.pages.list(
          { scope: null, recipient: `person:${people.primary}`, alertId: null },
          ALL,
        )
      ).items
        .filter(({ purpose }) => purpose === 'test')
        .map(({ state }) => state)
    await serves(people.primary, false)
    await story.call('PATCH', `/people/${people.primary}`, { name: '王钢 A角' })
    expect(await asked()).toEqual(['answered'])
    expect(await open('duty.unreachable')).toHaveLength(1)
    await duty.minutes(1)
    await serves(people.primary, true)
    expect(await open('duty.unreachable')).toEqual([])
    expect(await asked()).toHaveLength(2)
    await duty.everybodyAnswers()
    await story.pass(30 * MINUTE_MS)
    expect(await open('duty.unreachable')).toEqual([])
  })

  it('by shutting the account with which they sign in is missing in the same way, also after a restart', async () => {
    const { story, people, open } = await staffed(null)
    const { id } = await story.call<{ id: string }>('POST', '/accounts', {
      name: 'wang',
      language: 'zh',
      grants: [],
    })
    await story.call('PATCH', `/people/${people.primary}`, { accountId: id })
    await story.call('PATCH', `/accounts/${id}`, { enabled: false })
    expect(await open('duty.gap')).toHaveLength(1)
    await story.away(MINUTE_MS)
    // Whatever else is written of them does not put them back on duty.
    await story.call('PATCH', `/people/${people.primary}`, { name: '王钢 A角' })
    expect(await open('duty.gap')).toHaveLength(1)
    await story.call('PATCH', `/accounts/${id}`, { enabled: true })
    expect(await open('duty.gap')).toEqual([])
  })
})

const ALL = { limit: 100, after: null }
