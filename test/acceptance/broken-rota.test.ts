import { beforeEach, expect, it, vi } from 'vitest'
import { DAY_MS } from '../../contracts/time.ts'
import type * as Rota from '../../dispatch/rota.ts'
import { DutyStory } from '../support/duty-story.ts'
import { StoryService } from '../support/service.ts'

const broken = vi.hoisted(() => ({ hour: false, plan: false }))

vi.mock('../../dispatch/rota.ts', async (original) => {
  const real = await original<typeof Rota>()
  const nextPlanAt: typeof real.nextPlanAt = (...given) => {
    if (broken.hour) throw new Error('the hour is broken')
    return real.nextPlanAt(...given)
  }
  const planRota: typeof real.planRota = (...given) => {
    if (broken.plan) throw new Error('the plan is broken')
    return real.planRota(...given)
  }
  return { ...real, nextPlanAt, planRota }
})

beforeEach(() => {
  broken.hour = broken.plan = false
})

it.each(['hour', 'plan'] as const)(
  'a rota whose %s breaks is told of, asked again a day later, and costs nobody else anything',
  async (what) => {
    const story = await StoryService.start('2026-03-01T02:00:00Z')
    const duty = await DutyStory.found(story)
    const { pipeline } = story.service
    broken[what] = true
    const settings = {
      jurisdictionId: duty.places.community,
      enabled: true,
      zone: 'Asia/Shanghai',
      minuteOfDay: 11 * 60,
      seeWithinDays: 30,
      mostPerDay: 10,
      changedAt: story.civil.now(),
      changedBy: 'system' as const,
    }
    await pipeline.execute({ type: 'rota', settings }, story.civil.now())
    await story.pass(DAY_MS + 1)
    await pipeline.caughtUp()
    expect(await pipeline.nextDueAt()).toBeGreaterThan(story.civil.now())
    const faults = (await story.alerts()).filter(({ kind }) => kind === 'duty.fault')
    expect(faults).toMatchObject([{ state: 'open', severity: 'P2' }])
  },
)
