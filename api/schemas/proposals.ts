import { z } from 'zod'
import { AlertId, JurisdictionId } from '../../contracts/ids.ts'
import {
  ProposalBase as BaseContract,
  ProposedChange as ChangeContract,
  Proposal as ProposalContract,
  ProposalReplay as ReplayContract,
} from '../../contracts/proposal.ts'
import { commaList, pageOf, paging, Time } from './common.ts'
import { TrialResult } from './trials.ts'

const [Settings, Sensitivity, Away, Technician] = ChangeContract.options
const span = { from: Time, to: Time }
const ProposedChange = z
  .discriminatedUnion('type', [Settings, Sensitivity.extend(span), Away.extend(span), Technician])
  .meta({ id: 'ProposedChange' })

const ProposalReplay = ReplayContract.extend({ at: Time, result: TrialResult.nullable() }).meta({
  id: 'ProposalReplay',
})

const ProposalBase = BaseContract.extend({
  ownChangedAt: Time.nullable(),
  circumstancesChangedAt: Time.nullable(),
}).meta({ id: 'ProposalBase' })

export const Proposal = ProposalContract.extend({
  base: ProposalBase,
  createdAt: Time,
  decidedAt: Time.nullable(),
  change: ProposedChange,
  isStale: z.boolean().describe('What it was made from has changed since: it can only be rejected.'),
  replay: ProposalReplay.nullable().describe('The home’s own past under the change; null: not yet.'),
}).meta({
  id: 'Proposal',
  description: 'What a reviewed case proposes for its home. It takes effect when approved.',
})

export const ProposalQuery = z.strictObject({
  ...paging(),
  state: commaList(ProposalContract.shape.state).optional().describe('Comma list of states.'),
  jurisdictionId: JurisdictionId.optional().describe('That place and all below it.'),
  alertId: AlertId.optional().describe('Those that came of this alert.'),
})
export const Proposals = pageOf(Proposal)
export const Decision = z.strictObject({})
