import { expect, it } from 'vitest'
import { HOUR_MS } from '../../contracts/time.ts'
import { StoryService } from '../support/service.ts'
import { onlyRules, StoryPlace } from '../support/story-place.ts'

const START = '2026-03-01T16:00:00Z' // midnight in Shanghai
const RULES = onlyRules({ 'inactivity.water_none': { hours: 8 } })

it('an announced cut holds back what it explains, smoke in it rings, and what still holds opens at its end', async () => {
  const story = await StoryService.start(START)
  const place = await StoryPlace.found(story, 6, RULES)
  await place.live(9)
  const now = story.civil.now()
  const cut = await story.service.commands.startCut(
    place.id,
    { supplies: ['water'], from: now, to: now + 11 * HOUR_MS },
    'system',
  )
  await place.live(9, { dry: () => true })
  const suppressed = place.homes.map(({ id }) => `${id} suppressed`)
  expect(await place.states('inactivity.water_none')).toEqual(suppressed)
  expect(await story.alerts()).toEqual([])
  // Inhibitors are there before anything can fire after a start.
  await story.away(60_000)
  expect(await place.states('inactivity.water_none')).toEqual(suppressed)

  await place.send(3, 'smoke', { smoke: true })
  await place.tick()
  expect(await place.states('smoke.alarm')).toEqual(['home-3 open'])

  // The water is back before its time for all but one, who does not open a tap.
  await place.live(1, { dry: (n) => n === 2 })
  expect((await story.alerts()).map(({ kind }) => kind)).toEqual(['smoke.alarm'])
  await place.live(1, { dry: (n) => n === 2 })
  const [her] = (await story.alerts()).filter(({ kind }) => kind === 'inactivity.water_none')
  expect(her).toMatchObject({ state: 'open', severity: 'P2', who: { name: '邻居2' } })
  expect(await place.timeline(her?.id as never)).toEqual(['suppressed', 'opened'])
  const others = (await place.states('inactivity.water_none')).filter((line) => !line.startsWith('home-2'))
  expect(others.every((line) => line.endsWith('resolved'))).toBe(true)
  expect(await story.service.state.circumstances.cut(cut.id)).toMatchObject({ endedAt: null })
})

it('a cut that is taken back explains nothing from then on', async () => {
  const story = await StoryService.start(START)
  const place = await StoryPlace.found(story, 6, RULES)
  await place.live(9)
  const [from, to] = [story.civil.now(), story.civil.now() + 20 * HOUR_MS]
  const cut = await story.service.commands.startCut(place.id, { supplies: ['water'], from, to }, 'system')
  await place.live(9, { dry: (n) => n === 4 })
  expect(await place.states('inactivity.water_none')).toEqual(['home-4 suppressed'])
  await story.service.commands.endCut(cut.id, 'system')
  expect(await place.states('inactivity.water_none')).toEqual(['home-4 open'])
})
