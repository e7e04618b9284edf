import { z } from 'zod'
import { Finding, FindingKind } from '../../contracts/finding.ts'
import { Evidence } from './alerts.ts'
import { commaList, pageOf, paging, Time } from './common.ts'

export const FindingView = Finding.extend({
  since: Time,
  raisedAt: Time,
  clearedAt: Time.exactOptional(),
  evidence: Evidence,
}).meta({ id: 'Finding' })
export const FindingPage = pageOf(FindingView)

export const FindingQuery = z.strictObject({
  ...paging(),
  kind: commaList(FindingKind).optional().describe('Comma list of kinds.'),
  from: Time.optional().describe('Raised at or after.'),
  to: Time.optional().describe('Raised before.'),
})
