import type { Alert } from '../../contracts/alert.ts'
import type { CircumstanceChange } from '../../contracts/circumstance.ts'
import { Refusal } from '../../contracts/errors.ts'
import { CircumstanceId, type HomeId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { Proposal, ProposalBase, ProposalDecision } from '../../contracts/proposal.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import type { EpochMs } from '../../contracts/time.ts'
import { proposalOf } from '../../dispatch/proposal.ts'
import type { StateTables } from '../../store/state.ts'
import { stepCircumstance } from '../pipeline/circumstance-step.ts'

/** A case was reviewed: what it proposes is kept with the review, and nothing comes of it by itself. */
export async function propose(
  tables: Pick<StateTables, 'circumstances' | 'proposals'>,
  alert: Alert,
  settings: RuleSettings,
  now: EpochMs,
  onFault: (error: unknown) => void,
): Promise<void> {
  if (alert.homeId === null) return
  const facts = {
    own: await tables.circumstances.settingsOf(alert.homeId),
    shared: settings['inactivity.personal'],
    base: await proposalBase(tables, alert.homeId, settings.version),
  }
  let proposal: Proposal | null = null
  try {
    proposal = proposalOf(alert, now, facts)
  } catch (error) {
    // What it proposes is for the years to come: the review stands without it.
    onFault(error)
  }
  if (proposal !== null) await tables.proposals.put(proposal)
}

export async function proposalBase(
  { circumstances }: Pick<StateTables, 'circumstances'>,
  homeId: HomeId,
  settingsVersion: number,
): Promise<ProposalBase> {
  const periods = [...(await circumstances.awayOf(homeId)), ...(await circumstances.sensitivityOf(homeId))]
  const changes = periods.map(({ createdAt, endedAt }) => Math.max(createdAt, endedAt ?? createdAt))
  return {
    settingsVersion,
    ownChangedAt: (await circumstances.settingsOf(homeId))?.changedAt ?? null,
    circumstancesChangedAt: changes.length === 0 ? null : Math.max(...changes),
  }
}

export const isSameBase = (a: ProposalBase, b: ProposalBase): boolean =>
  a.settingsVersion === b.settingsVersion &&
  a.ownChangedAt === b.ownChangedAt &&
  a.circumstancesChangedAt === b.circumstancesChangedAt

/** Somebody has decided; throws the `Refusal` of what was decided already, or stands on what holds no more. */
export async function takeDecision(
  tables: StateTables,
  { proposalId, decision, by }: ProposalDecision,
  at: EpochMs,
  context: Parameters<typeof stepCircumstance>[3],
): Promise<KeptLiveEvent[]> {
  const proposal = await tables.proposals.get(proposalId)
  if (proposal === null) throw new Refusal('not_found', 'no such proposal')
  if (proposal.state !== 'pending') throw new Refusal('conflict', 'this proposal is decided already')
  if (decision === 'approved') {
    const now = await proposalBase(tables, proposal.homeId, context.homes.settings.version)
    if (!isSameBase(proposal.base, now))
      throw new Refusal(
        'version_conflict',
        'what it was made from has changed since: nobody can say what it does',
      )
    const { change } = proposal
    if ('to' in change && change.to <= at) throw new Refusal('bad_request', 'it would be over already')
  }
  await tables.proposals.put({ ...proposal, state: decision, decidedAt: at, decidedBy: by })
  const change = decision === 'approved' ? changeOf(proposal, at, by) : null
  return change === null ? [] : stepCircumstance(tables, change, at, context)
}

/** Null: it changes nothing that the rules know. */
function changeOf(
  { id, homeId, change }: Proposal,
  at: EpochMs,
  by: ProposalDecision['by'],
): CircumstanceChange | null {
  const begun = {
    id: CircumstanceId.parse(id),
    createdAt: at,
    createdBy: by,
    endedAt: null,
    endedBy: null,
  }
  switch (change.type) {
    case 'home_settings': {
      const { budgetPer30Days, capHours } = change
      const settings = { homeId, budgetPer30Days, capHours, changedAt: at, changedBy: by }
      return { type: 'home_settings', settings }
    }
    case 'sensitivity': {
      const { from, to, factor, reason } = change
      return {
        type: 'sensitivity',
        sensitivity: { ...begun, homeId, jurisdictionId: null, from, to, factor, reason },
      }
    }
    case 'away':
      return { type: 'away', away: { ...begun, homeId, from: change.from, to: change.to } }
    case 'technician':
      return null
  }
}
