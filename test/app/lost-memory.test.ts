import { describe, expect, it } from 'vitest'
import { StoryService } from '../support/service.ts'

describe('a home whose memory cannot be read any more', () => {
  it('begins anew: its smoke alarm rings, and its neighbours notice nothing', async () => {
    const story = await StoryService.start('2026-03-01T00:00:00Z')
    const [home, neighbour] = [await story.home('陈秀英'), await story.home('王建国')]
    await (await story.connect(home, home.devices.water))({ water_total_m3: 1 })
    await story.shutdown()
    await story.boot()
    await story.service.state.memories.put({
      homeId: home.id,
      rules: { rules: { version: 999 }, rulesDueAt: story.civil.now() + 1_000, casesDueAt: null },
      dueAt: story.civil.now() + 1_000,
    })
    await story.pass(60_000)
    await (await story.connect(neighbour, neighbour.devices.smoke))({ smoke: true })
    await (await story.connect(home, home.devices.smoke))({ smoke: true })
    expect(new Set((await story.alerts()).map((alert) => alert.who?.name))).toEqual(
      new Set(['王建国', '陈秀英']),
    )
    expect(await story.service.metricsText()).toMatch(/shouwang_rules_lost_memories_total [1-9]/)
  })
})
