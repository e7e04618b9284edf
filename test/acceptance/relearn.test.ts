import { expect, it } from 'vitest'
import { HOUR_MS } from '../../contracts/time.ts'
import { watchedHome } from '../support/watched-home.ts'

const personal = { 'inactivity.personal': { enabled: true } }

async function livedIn() {
  const watched = await watchedHome(personal)
  const { story, home, live, resolveAll } = watched
  await live(24 * 8 + 21)
  await resolveAll()
  const early = new Set((await watched.inactive()).map(({ id }) => id))
  const inactive = async () => (await watched.inactive()).filter(({ id }) => !early.has(id))
  await live(2, false)
  await story.service.settled()
  const remembered = async () => {
    const { rules } = ((await story.service.state.memories.get(home.id))?.rules ?? {}) as {
      rules: { version: number; personal: { plan: { hours: number; since: number }; baseline: object } }
    }
    return rules
  }
  const spoil = async () => {
    const { memories } = story.service.state
    const present = await memories.get(home.id)
    if (present === null) throw new Error('nothing is remembered')
    const [rules, dueAt] = [{ rules: { version: 999 }, rulesDueAt: 0, casesDueAt: null }, story.civil.now()]
    await memories.put({ ...present, rules, dueAt })
  }
  return { ...watched, inactive, remembered, spoil }
}

it('a home whose memory is lost is learned anew by itself: the same habits, the same deadline', async () => {
  const { story, remembered, spoil, live, inactive } = await livedIn()
  const before = await remembered()
  await story.shutdown()
  await story.boot()
  await spoil()
  await live(1, false)
  await story.service.relearned()
  const after = await remembered()
  expect(after.personal.baseline).toEqual(before.personal.baseline)
  expect(after.personal.plan).toMatchObject({
    hours: before.personal.plan.hours,
    since: before.personal.plan.since,
  })
  expect(await story.service.metricsText()).toMatch(/shouwang_rules_relearned_memories_total 1/)
  await live(24, false)
  const [alert, ...more] = await inactive()
  expect(more).toEqual([])
  expect(Date.parse(alert?.openedAt ?? '')).toBe(
    before.personal.plan.since + before.personal.plan.hours * HOUR_MS,
  )
})

it('what holds rings once, however often its home is learned anew, and what comes meanwhile is not lost', async () => {
  const { story, home, live, inactive, remembered } = await livedIn()
  await live(20, false)
  const [alert] = await inactive()
  expect(alert?.state).toBe('open')
  const before = await remembered()
  const asked = story.call('POST', `/homes/${home.id}/relearn`)
  await live(1, false)
  await asked
  await story.call('POST', `/homes/${home.id}/relearn`)
  await story.service.relearned()
  expect(await inactive()).toMatchObject([{ id: alert?.id, state: 'open', version: alert?.version }])
  expect((await remembered()).personal.baseline).toEqual(before.personal.baseline)
  await live(12)
  expect(await inactive()).toMatchObject([{ id: alert?.id, state: 'recovered' }])
})

it('over a meter that was swapped and registered, what is learned anew is what was remembered', async () => {
  const watched = await watchedHome(personal)
  const { story, home, live, swap } = watched
  await live(24 * 5 + 12)
  await swap(3)
  await live(24 * 2 + 9)
  await story.service.settled()
  const remembered = async () => {
    const memory = await story.service.state.memories.get(home.id)
    if (memory === null) throw new Error('nothing is remembered')
    const { rules } = memory.rules as { rules: { devices: object[]; personal: { baseline: object } } }
    return { devices: rules.devices, habits: rules.personal.baseline }
  }
  const before = await remembered()
  await story.call('POST', `/homes/${home.id}/relearn`)
  await story.service.relearned()
  expect(await story.service.metricsText()).toMatch(/shouwang_rules_relearned_memories_total 1/)
  expect(await remembered()).toEqual(before)
})
