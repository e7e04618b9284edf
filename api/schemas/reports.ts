import { z } from 'zod'
import { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import {
  MissedAlarmReview as ReviewContract,
  MissedRule as RuleContract,
} from '../../contracts/missed-alarm.ts'
import { DrillPage, DrillReport as ReportContract } from '../../contracts/report.ts'
import { Evidence } from './alerts.ts'
import { pageOf, paging, Time } from './common.ts'

const MissedRule = RuleContract.extend({ at: Time.nullable(), evidence: Evidence.nullable() })
export const MissedAlarmReview = ReviewContract.extend({
  reviewedAt: Time,
  happenedAt: Time,
  foundAt: Time,
  until: Time,
  rules: z.array(MissedRule),
}).meta({
  id: 'MissedAlarmReview',
  description: 'When each rule would have spoken about an emergency that was found by other means.',
})

/** What has a ladder at all. */
const Rung = z.enum(['P1', 'P2', 'P3'])

export const NewIncident = z
  .strictObject({
    homeId: HomeId,
    happenedAt: Time.describe('When it happened; where nobody knows, when it was found.'),
    severity: Rung.default('P1'),
    what: z.string().min(1).max(2_000),
  })
  .meta({ id: 'NewIncident', description: 'An emergency that was found by other means than an alert.' })

export const NewDrill = z
  .strictObject({
    homeId: HomeId.optional(),
    jurisdictionId: JurisdictionId.optional(),
    severity: Rung,
    startsAt: Time.nullable().default(null).describe('Null: now.'),
    note: z.string().max(2_000).default(''),
  })
  .refine(({ homeId, jurisdictionId }) => (homeId === undefined) !== (jurisdictionId === undefined), {
    error: 'say homeId or jurisdictionId, one of them',
  })
  .meta({ id: 'NewDrill' })

const told = z
  .array(
    DrillPage.extend({
      dueAt: Time,
      createdAt: Time,
      sentAt: Time.nullable(),
      answeredAt: Time.nullable(),
    }),
  )
  .describe('In the order in which they were told.')

export const DrillReport = ReportContract.extend({ startsAt: Time, told }).meta({
  id: 'DrillReport',
  description: 'Times are milliseconds after the start; null: that did not happen.',
})
export const DrillQuery = z.strictObject({
  ...paging(),
  jurisdictionId: JurisdictionId.optional().describe('That place and all below it.'),
})
export const Drills = pageOf(DrillReport)
