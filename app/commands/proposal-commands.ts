import type { Commands } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { isSameBase, proposalBase } from '../learning/proposals.ts'
import type { CaseCommandOptions } from './alert-commands.ts'
import { found } from './found.ts'

/** People decide on proposals, having seen what the home's own past says to them. */
export function proposalCommands({
  state,
  pipeline,
  clocks,
}: Pick<CaseCommandOptions, 'state' | 'pipeline' | 'clocks'>) {
  return {
    async decideProposal(proposalId, decision, by) {
      const proposal = await found(state.proposals.get(proposalId), 'proposal')
      const replay = (await state.proposals.replays([proposalId])).get(proposalId)
      const isSeen = proposal.change.type === 'technician' || replay?.state === 'done'
      if (decision === 'approved' && !isSeen)
        throw new Refusal('not_ready', 'its replay is not there yet: nobody knows what would change')
      const body = { type: 'proposal', decision: { proposalId, decision, by } } as const
      await pipeline.execute(body, clocks.civil.now())
      return found(state.proposals.get(proposalId), 'proposal')
    },
    async isStale(proposalId) {
      const { homeId, base, state: decided } = await found(state.proposals.get(proposalId), 'proposal')
      if (decided !== 'pending') return false
      const { version } = (await state.settings.rules()) ?? defaultRuleSettings
      return !isSameBase(base, await proposalBase(state, homeId, version))
    },
  } satisfies Pick<Commands, 'decideProposal' | 'isStale'>
}
