import { expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, iso } from '../../contracts/time.ts'
import { watchedHome } from '../support/watched-home.ts'

interface Circumstances {
  away: { id: string; endedAt: string | null; endedBy: string | null }[]
  seemsBackSince: string | null
  sensitivities: { id: string; reason: string; jurisdictionId: string | null }[]
}

async function watched(rules: object) {
  const watch = await watchedHome(rules)
  const circumstances = () => watch.story.call<Circumstances>('GET', `/homes/${watch.home.id}/circumstances`)
  return { ...watch, circumstances }
}

const none12 = { 'inactivity.water_none': { enabled: true, hours: 12 } }

it('an absence that was told of holds the alert back, over a restart, until somebody says that they are back', async () => {
  const { story, home, live, inactive, circumstances } = await watched(none12)
  await live(20)
  const [from, to] = [story.civil.now(), story.civil.now() + 4 * DAY_MS]
  const refused = story.call('POST', `/homes/${home.id}/away`, { from: iso(to), to: iso(from) })
  await expect(refused).rejects.toThrow('bad_request')
  await story.call('POST', `/homes/${home.id}/away`, { from: iso(from), to: iso(to) })
  await live(20, false)
  await story.away(HOUR_MS)
  await live(20, false)
  expect(await inactive()).toEqual([])

  // Water on the second day: seems to be back, said once, and the quiet counts again.
  await live(12)
  const seen = await circumstances()
  expect(seen.seemsBackSince).not.toBeNull()
  expect((await story.alerts()).map(({ kind, severity }) => `${severity} ${kind}`)).toEqual([
    'P4 away.seems_back',
  ])
  await story.call('POST', `/homes/${home.id}/away/${seen.away[0]?.id}/end`)
  expect(await circumstances()).toMatchObject({
    away: [{ endedAt: iso(story.civil.now()), endedBy: expect.stringMatching(/^token:/) }],
    seemsBackSince: null,
  })
  await live(14, false)
  expect(await inactive()).toMatchObject([{ kind: 'inactivity.water_none', state: 'open' }])

  // Asked about an hour of the absence, the service says what it knew then: until when it would have been silent.
  await story.service.settled()
  const asked = `/homes/${home.id}/why-not?at=${iso(from + 10 * HOUR_MS)}`
  const { rules } = await story.call<{ rules: { kind: string; at: string | null; status: string }[] }>(
    'GET',
    asked,
  )
  const then = rules.find(({ kind }) => kind === 'inactivity.water_none')
  expect(then?.status === 'waits' || Date.parse(then?.at ?? '') > to).toBe(true)
})

it("heat over the district makes every home below it ring sooner, and its end is everybody's end", async () => {
  const { story, live, inactive, circumstances } = await watched(none12)
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  await live(21)
  const now = story.civil.now()
  const heat = { from: iso(now), to: iso(now + 5 * DAY_MS), factor: 0.5, reason: 'heat' }
  const { id } = await story.call<{ id: string }>('POST', `/jurisdictions/${root?.id}/sensitivities`, heat)
  expect((await circumstances()).sensitivities).toMatchObject([{ reason: 'heat', jurisdictionId: root?.id }])
  await live(7, false)
  const [alert] = await inactive()
  expect(alert?.evidence.sentence.zh).toContain('高温期间，时限按0.5倍计')
  await live(14)
  await story.call('POST', `/jurisdictions/${root?.id}/sensitivities/${id}/end`)
  await live(9, false)
  expect(await inactive()).toHaveLength(1)
})

it('a resident with a budget of their own is judged by it at once', async () => {
  const { story, home, live, inactive } = await watched({
    'inactivity.personal': { enabled: true, budgetPer30Days: 0.5, capHours: 20 },
  })
  await live(24 * 14 + 21)
  const settings = await story.call('PUT', `/homes/${home.id}/settings`, {
    budgetPer30Days: 6,
    capHours: null,
  })
  expect(settings).toMatchObject({ budgetPer30Days: 6, capHours: null })
  await live(15, false)
  const [alert] = await inactive()
  expect(alert?.evidence.data).toMatchObject({ budgetPer30Days: 6 })
})
