import { describe, expect, it } from 'vitest'
import type { Proposal, ProposalReplay } from '../../contracts/proposal.ts'
import { HOUR_MS } from '../../contracts/time.ts'
import { onlyRules } from '../support/story-place.ts'
import { watchedHome } from '../support/watched-home.ts'

type ProposalView = Omit<Proposal, 'base'> & { isStale: boolean; replay: ProposalReplay | null }
interface Detail {
  state: string
}

const LATE_RISING = {
  contact: 'seen',
  cause: 'late_rising',
  need: 'none',
  action: 'none',
  verdict: 'benign',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}

/** A home of which the rule says something after 14 hours, and whose resident once stayed in bed until noon. */
async function aMorningInBed() {
  const { version: _, ...rules } = onlyRules({ 'inactivity.water_none': { hours: 14 } })
  const watched = await watchedHome(rules)
  await watched.live(9 * 24)
  expect(await watched.inactive()).toEqual([])
  await watched.live(14, false)
  const [alert] = await watched.inactive()
  if (!alert) throw new Error('fourteen hours without water ring')
  await watched.live(10)
  return { ...watched, alert }
}

const proposalsOf = async (
  story: Awaited<ReturnType<typeof watchedHome>>['story'],
  alertId: string,
): Promise<ProposalView[]> =>
  (await story.call<{ items: ProposalView[] }>('GET', `/proposals?alertId=${alertId}`)).items

const replayed = async (...of: Parameters<typeof proposalsOf>): Promise<ProposalView> => {
  await of[0].service.settled()
  await expect.poll(async () => (await proposalsOf(...of))[0]?.replay?.state).toBe('done')
  const [proposal] = await proposalsOf(...of)
  if (!proposal) throw new Error('there was a proposal')
  return proposal
}

it('a false alarm leads to a proposal, its replay is looked at, it is approved, and the same silence does not ring again', async () => {
  const { story, home, alert, live, inactive } = await aMorningInBed()
  await story.call('POST', `/alerts/${alert.id}/resolve`, { outcome: LATE_RISING })
  // What somebody said alone changes nothing: it is looked at by another first.
  expect(await proposalsOf(story, alert.id)).toEqual([])
  await story.call('POST', `/alerts/${alert.id}/review`, { outcome: LATE_RISING })

  const proposal = await replayed(story, alert.id)
  expect(proposal).toMatchObject({
    homeId: home.id,
    state: 'pending',
    sensitivity: 'less',
    change: { type: 'sensitivity', factor: 1.5, reason: 'other' },
  })
  // It would not have rung that morning; and somebody who lies on the floor would be found later: both are said.
  const result = proposal.replay?.result
  expect(result?.removed.map(({ kind }) => kind)).toEqual(['inactivity.water_none'])
  expect(result?.added).toEqual([])
  expect(result?.wonHours).toBeLessThan(0)
  expect(result?.present.delay.incidents).toBeGreaterThan(5)
  expect((await story.call<Detail>('GET', `/homes/${home.id}/circumstances`)) as unknown).toMatchObject({
    sensitivities: [],
  })

  const approved = await story.call<ProposalView>('POST', `/proposals/${proposal.id}/approve`, {})
  expect(approved).toMatchObject({ state: 'approved', isStale: false })
  expect(approved.decidedBy).toMatch(/^token:/)
  expect(await story.call('GET', `/homes/${home.id}/circumstances`)).toMatchObject({
    sensitivities: [{ factor: 1.5, reason: 'other', createdBy: approved.decidedBy }],
  })
  await expect(story.call('POST', `/proposals/${proposal.id}/reject`, {})).rejects.toThrow('409')

  // At eight in the evening the day after, the tap is last used; the same fourteen hours pass without a word.
  await live(24)
  await live(14, false)
  expect((await inactive()).filter(({ state }) => state !== 'reviewed')).toEqual([])
  // But the home is not forgotten: it only takes half as long again.
  await live(10, false)
  expect((await inactive()).filter(({ state }) => state === 'open')).toHaveLength(1)
})

it('a proposal whose grounds have changed since is refused, and a rejected one changes nothing', async () => {
  const { story, home, alert } = await aMorningInBed()
  await story.call('POST', `/alerts/${alert.id}/resolve`, { outcome: LATE_RISING })
  await story.call('POST', `/alerts/${alert.id}/review`, { outcome: LATE_RISING })
  const { id } = await replayed(story, alert.id)
  await story.call('PUT', `/homes/${home.id}/settings`, { budgetPer30Days: null, capHours: 12 })
  expect(await story.call<ProposalView>('GET', `/proposals/${id}`)).toMatchObject({ isStale: true })
  await expect(story.call('POST', `/proposals/${id}/approve`, {})).rejects.toThrow('version_conflict')
  expect(await story.call('POST', `/proposals/${id}/reject`, {})).toMatchObject({ state: 'rejected' })
  expect(await story.call('GET', `/homes/${home.id}/circumstances`)).toMatchObject({ sensitivities: [] })
})

/** The same number from 0 to 1 for the same hour, as if thrown by dice. */
const dice = (hour: number): number => {
  const x = Math.sin(hour * 12.9898 + 78.233) * 43_758.5453
  return x - Math.floor(x)
}

/** Up at six, to bed at nine, and water in about every other hour between: some days are quiet for half of it. */
const irregular = (hour: number): boolean => [7, 21].includes((hour + 8) % 24) || dice(hour) < 0.45

describe('a home that is judged by its own habits', () => {
  it('is given a lower budget and a later cap after a morning in bed, and the same morning does not ring again', async () => {
    const { version: _, ...rules } = onlyRules({ 'inactivity.personal': {} })
    const { story, home, live, inactive, resolveAll } = await watchedHome(rules)
    await live(35 * 24 + 21, irregular)
    await resolveAll()
    const early = new Set((await inactive()).map(({ id }) => id))
    const rung = async () => (await inactive()).filter(({ id }) => !early.has(id))
    const quietFrom = story.civil.now()
    await live(15, false)
    await live(9, irregular)
    const [alert, ...more] = await rung()
    if (!alert) throw new Error('thirteen quiet hours ring here')
    expect([alert.kind, more]).toEqual(['inactivity.personal', []])
    expect(Date.parse(alert.openedAt) - quietFrom).toBe(13 * HOUR_MS)

    await story.call('POST', `/alerts/${alert.id}/resolve`, { outcome: LATE_RISING })
    await story.call('POST', `/alerts/${alert.id}/review`, { outcome: LATE_RISING })
    const proposal = await replayed(story, alert.id)
    expect(proposal).toMatchObject({
      sensitivity: 'less',
      change: { type: 'home_settings', budgetPer30Days: 0.25, capHours: 25 },
    })
    // The price is said with the gain: that morning would have been left alone, a fall would be found later.
    const result = proposal.replay?.result
    expect(result?.removed).toMatchObject([{ kind: 'inactivity.personal', raisedAt: alert.openedAt }])
    expect(result?.addedCount).toBe(0)
    expect(result?.wonHours).toBeLessThan(0)
    expect(result?.proposed.delay.within24Share).toBe(1)

    await story.call('POST', `/proposals/${proposal.id}/approve`, {})
    expect(await story.call('GET', `/homes/${home.id}/settings`)).toMatchObject({
      budgetPer30Days: 0.25,
      capHours: 25,
    })
    // The same morning passes, and by noon and dinner too nobody is sent; whoever does not get up at all is found later
    // than the cap for all would have it, and before the home's own.
    const stillFrom = story.civil.now()
    await live(20, false)
    expect(await rung()).toEqual([])
    await live(5, false)
    const [fallen] = await rung()
    expect(fallen).toMatchObject({ kind: 'inactivity.personal', state: 'open' })
    expect(Date.parse(fallen?.openedAt ?? '') - stillFrom).toBeGreaterThan(20 * HOUR_MS)
  })
})
