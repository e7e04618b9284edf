import { expect, it } from 'vitest'
import type { Proposal, ProposalReplay } from '../../contracts/proposal.ts'
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
  story: Awaited<ReturnType<typeof aMorningInBed>>['story'],
  alertId: string,
): Promise<ProposalView[]> =>
  (await story.call<{ items: ProposalView[] }>('GET', `/proposals?alertId=${alertId}`)).items

const replayed = async (...of: Parameters<typeof proposalsOf>): Promise<ProposalView> => {
  await of[0].service.settled()
  await expect
    .poll(async () => (await proposalsOf(...of))[0]?.replay?.state, { timeout: 30_000 })
    .toBe('done')
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
