import { z } from 'zod'
import { Actor } from './alert.ts'
import { HomeSettings, SensitivePeriod } from './circumstance.ts'
import { Sentence } from './finding.ts'
import { AlertId, DeviceId, HomeId, JurisdictionId, ProposalId } from './ids.ts'
import { TrialResult } from './trial.ts'
import { Outcome } from './visit.ts'

const span = { from: z.int(), to: z.int() }

/** What would be changed for one home, and for no other. */
export const ProposedChange = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('home_settings'),
    budgetPer30Days: HomeSettings.shape.budgetPer30Days,
    capHours: HomeSettings.shape.capHours,
  }),
  z.strictObject({
    type: z.literal('sensitivity'),
    ...span,
    factor: SensitivePeriod.shape.factor,
    reason: SensitivePeriod.shape.reason,
  }),
  z.strictObject({ type: z.literal('away'), ...span }),
  /** Changes no rule: somebody looks after the device. */
  z.strictObject({ type: z.literal('technician'), deviceId: DeviceId.nullable() }),
])
export type ProposedChange = z.infer<typeof ProposedChange>

/** What a proposal was made from: when any of it has changed since, nobody can say what it would do. */
export const ProposalBase = z.strictObject({
  settingsVersion: z.int(),
  /** When the home's own settings were last changed; null: it has none. */
  ownChangedAt: z.int().nullable(),
  /** When an absence or a sensitivity of the home was last written down or ended. */
  circumstancesChangedAt: z.int().nullable(),
})
export type ProposalBase = z.infer<typeof ProposalBase>

/** A reviewed case proposes a change for its home. It takes effect by a person's approval alone. */
export const Proposal = z.strictObject({
  id: ProposalId,
  alertId: AlertId,
  homeId: HomeId,
  jurisdictionId: JurisdictionId,
  verdict: Outcome.shape.verdict,
  cause: Outcome.shape.cause,
  change: ProposedChange,
  /** The rules would speak later (`less`) or sooner (`more`); null: as they do. */
  sensitivity: z.enum(['less', 'more']).nullable(),
  reason: Sentence,
  base: ProposalBase,
  state: z.enum(['pending', 'approved', 'rejected']),
  createdAt: z.int(),
  decidedAt: z.int().nullable(),
  decidedBy: Actor.nullable(),
})
export type Proposal = z.infer<typeof Proposal>

/** The home's own past under the proposed change, beside how it was. */
export const ProposalReplay = z.strictObject({
  state: z.enum(['done', 'failed']),
  at: z.int(),
  result: TrialResult.nullable(),
})
export type ProposalReplay = z.infer<typeof ProposalReplay>

/** A person's word on a proposal, as it stands in the journal. */
export const ProposalDecision = z.strictObject({
  proposalId: ProposalId,
  decision: z.enum(['approved', 'rejected']),
  by: Actor,
})
export type ProposalDecision = z.infer<typeof ProposalDecision>
