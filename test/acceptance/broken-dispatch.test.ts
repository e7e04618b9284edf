import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Alert } from '../../contracts/alert.ts'
import { ChannelId } from '../../contracts/ids.ts'
import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import type { CaseEvent } from '../../dispatch/case.ts'
import type * as Lifecycle from '../../dispatch/lifecycle.ts'
import type * as Watch from '../../dispatch/watch.ts'
import { DutyStory } from '../support/duty-story.ts'
import { type StoryHome, StoryService } from '../support/service.ts'

/** Whether dispatch breaks on this: nothing in the service can make it, so the stories put a broken one in its place. */
const broken = vi.hoisted(() => ({
  on: (_home: string | null, _event: CaseEvent, _alerts: readonly Alert[]): boolean => false,
  calls: 0,
  watch: '',
}))

vi.mock('../../dispatch/lifecycle.ts', async (original) => {
  const real = await original<typeof Lifecycle>()
  const step: typeof real.step = (active, event, now, context) => {
    if (!broken.on(context.homeId, event, active)) return real.step(active, event, now, context)
    broken.calls += 1
    throw new Error('dispatch is broken')
  }
  return { ...real, step }
})

vi.mock('../../dispatch/watch.ts', async (original) => {
  const real = await original<typeof Watch>()
  const stepWatch: typeof real.stepWatch = (watch, ...rest) => {
    if (watch.nodeId === broken.watch) throw new Error('the watch is broken')
    return real.stepWatch(watch, ...rest)
  }
  return { ...real, stepWatch }
})

beforeEach(() => {
  broken.on = () => false
  broken.watch = ''
  broken.calls = 0
})

const START = '2026-03-01T02:00:00Z'

async function twoHomes() {
  const story = await StoryService.start(START)
  const duty = await DutyStory.found(story)
  const [day, night] = [await duty.person('赵', 'district'), await duty.person('钱', 'district')]
  await duty.publish(
    'district',
    duty.roster({ primary: day, backup: null }, { primary: night, backup: null }),
  )
  const [home, neighbour] = [await story.home('陈秀英'), await story.home('王建国')]
  return { story, duty, home, neighbour }
}

async function smoke(story: StoryService, home: StoryHome, burns = true) {
  const send = await story.connect(home, home.devices.smoke)
  await send({ ts: iso(story.civil.now()), values: { smoke: burns } })
}

const every = 'state=open,acknowledged,recovered'
const of = async (story: StoryService, kind: string) =>
  (await story.alerts(every)).filter((alert) => alert.kind === kind)

describe('a home on which dispatch breaks', () => {
  it('still rings at the desk for smoke; its neighbours and their ladders notice nothing, and people are told', async () => {
    const { story, duty, home, neighbour } = await twoHomes()
    broken.on = (homeId) => homeId === home.id
    await smoke(story, home)
    await smoke(story, neighbour)
    const ringing = (await of(story, 'smoke.alarm')).filter(({ state }) => state === 'open')
    expect(new Set(ringing.map(({ who }) => who?.name))).toEqual(new Set(['王建国', '陈秀英']))
    const [fault] = await of(story, 'duty.fault')
    expect(fault).toMatchObject({ severity: 'P1', state: 'open' })
    expect(await duty.pages(fault?.id ?? '')).not.toEqual([])
    const theirs = (await of(story, 'smoke.alarm')).find(({ who }) => who?.name === '王建国')
    const first = (await duty.pages(theirs?.id ?? '')).length
    await duty.minutes(15)
    expect((await duty.pages(theirs?.id ?? '')).length).toBeGreaterThan(first)
    expect(await story.service.metricsText()).toMatch(
      /shouwang_dispatch_faults_total\{code="finding"\} [1-9]/,
    )
    expect(await of(story, 'smoke.alarm')).toHaveLength(2)
  })

  it('is tried again on a backoff, also after a restart, and climbs its ladder once the fault is mended', async () => {
    const { story, duty, home } = await twoHomes()
    broken.on = (homeId) => homeId === home.id
    await smoke(story, home)
    await story.shutdown()
    await story.boot()
    broken.calls = 0
    await duty.minutes(60)
    // Each try asks twice at the most: for everything, and for the case alone.
    expect(broken.calls).toBeGreaterThan(8)
    expect(broken.calls).toBeLessThan(60)
    const [bare] = await of(story, 'smoke.alarm')
    expect(await duty.pages(bare?.id ?? '')).toEqual([])
    broken.on = () => false
    await duty.minutes(11)
    expect(await of(story, 'smoke.alarm')).toMatchObject([{ id: bare?.id, state: 'open' }])
    expect(await duty.pages(bare?.id ?? '')).not.toEqual([])
    expect(await of(story, 'duty.fault')).toMatchObject([{ state: 'recovered' }])
  })

  it('learns later that the smoke is over, which was said while it was broken', async () => {
    const { story, duty, home } = await twoHomes()
    await smoke(story, home)
    broken.on = (homeId) => homeId === home.id
    await duty.minutes(1)
    await smoke(story, home, false)
    expect(await of(story, 'smoke.alarm')).toMatchObject([{ state: 'open' }])
    broken.on = () => false
    await duty.minutes(11)
    expect(await of(story, 'smoke.alarm')).toMatchObject([{ state: 'recovered' }])
  })

  it('refuses what people do to it, keeps nothing of it, and takes it when it is mended', async () => {
    const { story, home, duty } = await twoHomes()
    await smoke(story, home)
    const [alert] = await of(story, 'smoke.alarm')
    broken.on = (homeId) => homeId === home.id
    await expect(story.call('POST', `/alerts/${alert?.id}/acknowledge`, {})).rejects.toThrow('503')
    await duty.minutes(1)
    expect(await of(story, 'duty.fault')).toMatchObject([{ state: 'open' }])
    broken.on = () => false
    await duty.minutes(3)
    await story.call('POST', `/alerts/${alert?.id}/acknowledge`, {})
    expect(await of(story, 'smoke.alarm')).toMatchObject([{ state: 'acknowledged' }])
  })
})

describe('a case whose every deadline breaks', () => {
  it('comes back to the desk when it was forgotten, and the other case of the home goes on', async () => {
    const { story, duty, home, neighbour } = await twoHomes()
    await smoke(story, home)
    const [alert] = await of(story, 'smoke.alarm')
    await story.call('POST', `/alerts/${alert?.id}/acknowledge`, {})
    broken.on = (homeId, event, alerts) =>
      homeId === home.id && event.type === 'deadline' && alerts.some(({ kind }) => kind === 'smoke.alarm')
    const fall = await story.call<{ id: string }>('POST', '/incidents', {
      homeId: home.id,
      severity: 'P1',
      happenedAt: iso(story.civil.now()),
      what: '邻居发现摔倒',
    })
    await smoke(story, neighbour)
    await duty.minutes(3 * 60)
    expect((await of(story, 'smoke.alarm')).map(({ state }) => state)).toEqual(['open', 'open'])
    const theirs = (await of(story, 'smoke.alarm')).find(({ who }) => who?.name === '王建国')
    expect((await duty.pages(theirs?.id ?? '')).length).toBeGreaterThan(20)
    expect((await duty.pages(fall.id)).length).toBeGreaterThan(20)
    await story.service.pipeline.caughtUp()
    expect(await story.service.pipeline.nextDueAt()).toBeGreaterThan(story.civil.now())
  })
})

describe('a place on which dispatch breaks', () => {
  it('keeps no home waiting, and its own alarm stands on the desk', async () => {
    const { story, duty, home } = await twoHomes()
    broken.on = (homeId) => homeId === null
    await smoke(story, home)
    const jurisdictionId = duty.places.community
    const channel = { type: 'channel_state', channelId: ChannelId.parse('c1'), jurisdictionId } as const
    await story.service.pipeline.execute({ ...channel, failing: true, reason: '421' }, story.civil.now())
    expect(await of(story, 'smoke.alarm')).toMatchObject([{ state: 'open' }])
    expect(await of(story, 'duty.channel')).toMatchObject([{ state: 'open' }])
    expect(await of(story, 'duty.fault')).not.toEqual([])
    await duty.minutes(HOUR_MS / MINUTE_MS)
    broken.on = () => false
    await duty.minutes(11)
    expect((await of(story, 'duty.fault')).map(({ state }) => state)).not.toContain('open')
  })
})

describe('the duty of a node on whose watch dispatch breaks', () => {
  it('is looked at again every minute, told of, and costs no home anything', async () => {
    const { story, duty, home } = await twoHomes()
    broken.watch = duty.places.district
    await duty.minutes(12 * 60 + 10)
    await smoke(story, home)
    const [alert] = await of(story, 'smoke.alarm')
    await duty.minutes(1)
    expect(await duty.pages(alert?.id ?? '')).not.toEqual([])
    expect(await of(story, 'duty.fault')).toMatchObject([{ state: 'open', severity: 'P2' }])
    broken.watch = ''
    await duty.minutes(2)
    expect(await of(story, 'duty.fault')).toMatchObject([{ state: 'recovered' }])
  })
})
