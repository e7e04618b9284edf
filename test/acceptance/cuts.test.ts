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

it('whoever looks at an alert that rang before is told when the cut begins, once, also by a service that was down', async () => {
  const story = await StoryService.start(START)
  const place = await StoryPlace.found(story, 6, RULES)
  await place.live(9)
  await place.live(9, { dry: (n) => n === 4 })
  const [her] = await place.alerts()
  if (!her) throw new Error('a dry tap rings')
  const now = story.civil.now()
  const announce = (inHours: number) =>
    story.service.commands.startCut(
      place.id,
      { supplies: ['water'], from: now + inHours * HOUR_MS, to: now + 20 * HOUR_MS },
      'system',
    )
  const linked = async () =>
    (await story.service.state.alerts.timeline(her.id)).flatMap(({ event, at, evidence }) =>
      event === 'linked' ? [`${(at - now) / HOUR_MS} h ${JSON.stringify(evidence?.data['cut'])}`] : [],
    )
  const soon = await announce(1)
  const later = await announce(3)
  expect(await linked()).toEqual([])
  await place.live(2, { dry: (n) => n === 4 })
  expect(await linked()).toEqual([`1 h "${soon.id}"`])
  await story.away(2 * HOUR_MS)
  await place.live(1, { dry: (n) => n === 4 })
  expect(await linked()).toEqual([`1 h "${soon.id}"`, `4 h "${later.id}"`])
  // Another one at once, and one that is taken back before it begins.
  const present = await announce(0)
  const never = await announce(7)
  await story.service.commands.endCut(never.id, 'system')
  await place.live(4, { dry: (n) => n === 4 })
  expect((await linked()).slice(2)).toEqual([`5 h "${present.id}"`])
})
