import { z } from 'zod'
import { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import {
  TrialAlert as AlertContract,
  TrialResult as ResultContract,
  Trial as TrialContract,
  TrialHome,
} from '../../contracts/trial.ts'
import { Time } from './common.ts'
import { RuleSettings } from './office.ts'

export const NewTrial = z
  .strictObject({
    settings: RuleSettings,
    jurisdictionId: JurisdictionId.optional(),
    homeIds: z.array(HomeId).min(1).max(1_000).optional(),
    days: z.int().min(7).max(366).default(90),
  })
  .refine(({ jurisdictionId, homeIds }) => (jurisdictionId === undefined) !== (homeIds === undefined), {
    error: 'say jurisdictionId or homeIds, one of them',
  })
  .meta({ id: 'NewTrial' })

export const TrialAlert = AlertContract.extend({ raisedAt: Time, endedAt: Time.nullable() }).meta({
  id: 'TrialAlert',
})
const forWhoSeesCases = 'Only of homes whose alerts the caller may see; null when there are none such.'
export const TrialResult = ResultContract.extend({
  from: Time,
  to: Time,
  added: z.array(TrialAlert).nullable().describe(forWhoSeesCases),
  removed: z.array(TrialAlert).nullable().describe(forWhoSeesCases),
  perHome: z.array(TrialHome).nullable().describe(forWhoSeesCases),
}).meta({ id: 'TrialResult' })
export const Trial = TrialContract.extend({ createdAt: Time, result: TrialResult.nullable() }).meta({
  id: 'Trial',
  description: 'What the rules would have said under other settings. Nobody is alerted by it.',
})
