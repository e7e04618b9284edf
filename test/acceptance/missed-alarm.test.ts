import { expect, it } from 'vitest'
import type { MissedAlarmReview } from '../../contracts/missed-alarm.ts'
import { HOUR_MS, iso } from '../../contracts/time.ts'
import { DutyStory } from '../support/duty-story.ts'
import { onlyRules } from '../support/story-place.ts'
import { watchedHome } from '../support/watched-home.ts'

type Review = Omit<MissedAlarmReview, 'rules'> & {
  rules: (Omit<MissedAlarmReview['rules'][number], 'at'> & { at: string | null })[]
}

it('an emergency that a neighbour found asks each rule when it would have spoken, and is a case like any other', async () => {
  // The district had set its rule to a whole day, and nothing rang.
  const { version: _, ...rules } = onlyRules({ 'inactivity.water_none': { hours: 24 } })
  const { story, home, live } = await watchedHome({
    ...rules,
    'inactivity.water_volume': { enabled: false, hours: 12, litres: 10 },
  })
  await live(9 * 24)
  await live(8)
  const fellAt = story.civil.now()
  await live(16, false)
  expect(await story.alerts()).toEqual([])
  const incident = await story.call<{ id: string; kind: string; state: string; drill: boolean }>(
    'POST',
    '/incidents',
    { homeId: home.id, happenedAt: iso(fellAt), what: '邻居敲门无人应，开门发现老人倒地' },
  )
  expect(incident).toMatchObject({ kind: 'incident.manual', state: 'open', drill: false, severity: 'P1' })
  await story.service.settled()
  const look = () => story.call<Review>('GET', `/alerts/${incident.id}/missed-alarms`).catch(() => null)
  await expect.poll(look).toMatchObject({ state: 'done' })
  const review = await look()
  const said = (kind: string) => review?.rules.find((rule) => rule.kind === kind)
  const hours = (kind: string) => (Date.parse(said(kind)?.at ?? '') - fellAt) / HOUR_MS
  // What was switched on would have spoken eight hours after the neighbour did; what was off, five hours before.
  expect(said('inactivity.water_none')).toMatchObject({ enabled: true, heldBefore: false, afterFound: true })
  expect(hours('inactivity.water_none')).toBeCloseTo(24, 0)
  expect(said('inactivity.water_volume')).toMatchObject({ enabled: false, afterFound: false })
  // The eight litres of the hour before are less than ten: eleven hours later nothing else is within the twelve.
  expect(hours('inactivity.water_volume')).toBeCloseTo(11, 0)
  expect(said('inactivity.water_volume')?.evidence?.sentence.zh).toContain('用水')
  expect(said('water.flood')).toMatchObject({ at: null, evidence: null })
  // Nothing of it rang by itself.
  expect((await story.alerts()).map(({ kind }) => kind)).toEqual(['incident.manual'])
})

it('is looked into also where somebody is on duty and was told at once', async () => {
  const { version: _, ...rules } = onlyRules({ 'inactivity.water_none': { hours: 24 } })
  const { story, home, live } = await watchedHome(rules)
  const duty = await DutyStory.found(story)
  const crew = { primary: await duty.person('张A角', 'district'), backup: null }
  await duty.publish('district', duty.roster(crew, crew))
  await duty.everybodyAnswers()
  await live(10)
  const { id } = await story.call<{ id: string }>('POST', '/incidents', {
    homeId: home.id,
    happenedAt: iso(story.civil.now() - HOUR_MS),
    what: '邻居发现老人摔倒',
  })
  expect(await duty.told(id)).toContain('10:00 张A角')
  const look = () => story.call<Review>('GET', `/alerts/${id}/missed-alarms`).catch(() => null)
  await expect.poll(look).toMatchObject({ state: 'done' })
})
