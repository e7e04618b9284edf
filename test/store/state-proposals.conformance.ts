import { describe, expect, it } from 'vitest'
import { AlertId, HomeId, JurisdictionId, ProposalId } from '../../contracts/ids.ts'
import type { Proposal } from '../../contracts/proposal.ts'
import type { RotaSettings } from '../../contracts/rota.ts'
import type { Outcome } from '../../contracts/visit.ts'
import type { StateStore } from '../../store/state.ts'
import { alert, firstPage, home, visit } from './state-samples.ts'

const OUTCOME: Outcome = {
  contact: 'seen',
  cause: 'unknown',
  need: 'none',
  action: 'none',
  verdict: 'need',
  followUpOn: null,
  policeReference: null,
  awayUntil: null,
}

const proposal = (id: string, over: Partial<Proposal> = {}): Proposal => ({
  id: ProposalId.parse(id),
  alertId: AlertId.parse('a1'),
  homeId: HomeId.parse('h1'),
  jurisdictionId: JurisdictionId.parse('east'),
  verdict: 'benign',
  cause: 'late_rising',
  change: { type: 'home_settings', budgetPer30Days: 0.25, capHours: 25 },
  sensitivity: 'less',
  reason: { zh: '作息偏晚', en: 'Rises late' },
  base: { settingsVersion: 1, ownChangedAt: null, circumstancesChangedAt: null },
  state: 'pending',
  createdAt: 1_000,
  decidedAt: null,
  decidedBy: null,
  ...over,
})

export function holdsProposals(opened: () => StateStore): void {
  describe('proposals', () => {
    it('are found by place, state and alert, newest first', async () => {
      const { proposals } = opened()
      await proposals.put(proposal('p1'))
      await proposals.put(proposal('p2', { createdAt: 2_000, alertId: AlertId.parse('a2') }))
      await proposals.put(proposal('p3', { createdAt: 3_000, jurisdictionId: JurisdictionId.parse('west') }))
      await proposals.put(proposal('p1', { state: 'rejected', decidedAt: 4_000, decidedBy: 'account:wang' }))
      expect(await proposals.get(ProposalId.parse('p2'))).toEqual(
        proposal('p2', { createdAt: 2_000, alertId: AlertId.parse('a2') }),
      )
      const listed = async (over: object) =>
        (await proposals.list({ scope: null, states: null, alertId: null, ...over }, firstPage)).items.map(
          ({ id }) => id,
        )
      expect(await listed({})).toEqual(['p3', 'p2', 'p1'])
      expect(await listed({ scope: ['east'], states: ['pending'] })).toEqual(['p2'])
      expect(await listed({ alertId: 'a2' })).toEqual(['p2'])
    })

    it('wait for their replay, the oldest first, until there is one or nobody asks any more', async () => {
      const { proposals } = opened()
      const [one, two] = [ProposalId.parse('p1'), ProposalId.parse('p2')]
      await proposals.put(proposal('p2', { createdAt: 2_000 }))
      await proposals.put(proposal('p1'))
      await proposals.put(proposal('p3', { state: 'rejected' }))
      expect((await proposals.toReplay()).map(({ id }) => id)).toEqual([one, two])
      await proposals.putReplay(one, { state: 'failed', at: 5_000, result: null })
      expect((await proposals.toReplay()).map(({ id }) => id)).toEqual([two])
      expect(await proposals.replays([one, two])).toEqual(
        new Map([[one, { state: 'failed', at: 5_000, result: null }]]),
      )
    })
  })

  describe('rotas', () => {
    const settings: RotaSettings = {
      jurisdictionId: JurisdictionId.parse('east'),
      enabled: true,
      zone: 'Asia/Shanghai',
      minuteOfDay: 540,
      seeWithinDays: 14,
      mostPerDay: 5,
      changedAt: 1_000,
      changedBy: 'account:wang',
    }

    it('come due one after the other, and not at all when they are switched off', async () => {
      const { rotas } = opened()
      expect(await rotas.nextDueAt()).toBeNull()
      const west = { ...settings, jurisdictionId: JurisdictionId.parse('west') }
      await rotas.put(settings, 5_000)
      await rotas.put(west, 4_000)
      expect(await rotas.nextDueAt()).toBe(4_000)
      expect(await rotas.due(3_999)).toBeNull()
      expect(await rotas.due(9_000)).toEqual({ nodeId: 'west', dueAt: 4_000 })
      await rotas.put({ ...west, enabled: false }, null)
      expect(await rotas.due(9_000)).toEqual({ nodeId: 'east', dueAt: 5_000 })
      expect(await rotas.get(settings.jurisdictionId)).toEqual(settings)
    })

    it('know when each home was last seen or spoken to, and how often each person was asked', async () => {
      const { rotas, visits, alerts, homes } = opened()
      const of = (contact: Outcome['contact']): Outcome => ({ ...OUTCOME, contact })
      await visits.put(visit('v1', { outcome: of('seen'), submittedAt: 3_000 }))
      await visits.put(visit('v2', { outcome: of('no_answer'), submittedAt: 9_000, createdAt: 8_000 }))
      await visits.put(visit('v3', { outcome: of('seen'), submittedAt: 9_500, drill: true }))
      await alerts.put(alert('a1', { outcome: of('phone'), resolvedAt: 5_000 }))
      const [east, west] = [JurisdictionId.parse('east'), JurisdictionId.parse('west')]
      await homes.put(home('h1', { jurisdictionId: east }))
      await homes.put(home('h2', { jurisdictionId: east }))
      const of5000 = [{ homeId: 'h1', at: 5_000, contact: 'phone' }]
      expect(await rotas.contacts([east])).toEqual(of5000)
      expect(await rotas.contacts([west])).toEqual([])
      // Whoever moves house was seen all the same.
      await homes.put(home('h1', { jurisdictionId: west }))
      expect(await rotas.contacts([east, west])).toEqual(of5000)
      expect(await rotas.contacts([west])).toEqual(of5000)
      await alerts.put(alert('a1', { outcome: null, resolvedAt: null }))
      expect(await rotas.contacts([west])).toEqual([{ homeId: 'h1', at: 3_000, contact: 'seen' }])
      expect(await rotas.asked()).toEqual([{ personId: 'ding', at: 8_000, times: 2 }])
    })
  })

  describe('drills', () => {
    it('are listed by themselves, and counted nowhere', async () => {
      const { alerts } = opened()
      await alerts.put(alert('real', { state: 'open' }))
      await alerts.put(alert('drill', { state: 'open', drill: true }))
      const any = { states: null, severities: null, kinds: null, homeId: null, from: null, to: null }
      const ids = async (drill: boolean) =>
        (await alerts.list({ ...any, scope: null, drill }, 'newest', firstPage)).items.map(({ id }) => id)
      expect(await ids(true)).toEqual(['drill'])
      expect(await ids(false)).toEqual(['real'])
      expect((await alerts.countByState(null)).open).toBe(1)
    })
  })
}
