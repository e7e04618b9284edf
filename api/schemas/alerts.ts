import { z } from 'zod'
import { Actor, Alert, AlertState, TimelineEntry } from '../../contracts/alert.ts'
import { Ladder, PersonKind } from '../../contracts/duty.ts'
import { Evidence as EvidenceContract, FindingKind, Sentence } from '../../contracts/finding.ts'
import { HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { Severity } from '../../contracts/severity.ts'
import { Outcome as OutcomeContract } from '../../contracts/visit.ts'
import { commaList, pageOf, paging, Time } from './common.ts'

/** Numbers of any shape: what each rule gives is told by its kind. */
export const Evidence = EvidenceContract.extend({ data: z.record(z.string(), z.unknown()) }).meta({
  id: 'Evidence',
})

/** The five fields, and what some of them need besides. */
export const Outcome = OutcomeContract.extend({ awayUntil: Time.nullable() }).meta({ id: 'Outcome' })

const times = {
  evidence: Evidence,
  since: Time,
  openedAt: Time,
  updatedAt: Time,
  acknowledgedAt: Time.nullable(),
  recoveredAt: Time.nullable(),
  resolvedAt: Time.nullable(),
  quietUntil: Time.nullable(),
  waitUntil: Time.nullable(),
  progressUntil: Time.nullable(),
  reviewedAt: Time.nullable(),
  closedAt: Time.nullable(),
  ladder: Ladder.extend({ startedAt: Time, dueAt: Time.nullable() }).nullable(),
  outcome: Outcome.nullable(),
}

export const AlertRecord = Alert.extend(times).meta({ id: 'Alert' })

export const Who = z
  .strictObject({
    name: z.string(),
    age: z.int().nullable(),
    phone: z.string(),
    compound: z.string(),
    door: z.string(),
  })
  .meta({ id: 'Who' })

const view = {
  who: Who.nullable().describe('Null when nobody is recorded for the home, or it concerns a whole place.'),
  jurisdictionPath: z.array(z.string()).describe('Names, from the root down.'),
}
export const AlertView = Alert.extend({ ...times, ...view }).meta({ id: 'AlertView' })
export const AlertPage = pageOf(AlertView)
export const AlertMembers = z.strictObject({ items: z.array(AlertView) })

export const TimelineLine = TimelineEntry.pick({
  n: true,
  actor: true,
  event: true,
  from: true,
  to: true,
})
  .extend({
    evidence: Evidence.nullable(),
    at: Time,
    actor: Actor,
    actorName: z.string().nullable().describe('Null for the service itself, or an actor no longer known.'),
    people: z.array(z.string()).describe('Names of those who were told or sent.'),
    note: z.string().nullable(),
  })
  .meta({ id: 'TimelineLine' })

export const TimelinePage = pageOf(TimelineLine)
export const TimelineQuery = z.strictObject(paging())
export const AlertDetail = Alert.extend({
  ...times,
  ...view,
  beginning: z
    .array(TimelineLine)
    .describe('How it began, where the history is too long to stand here whole; otherwise empty.'),
  timeline: z
    .array(TimelineLine)
    .describe(
      'In order: all of it, or the newest lines of one that is too long (see `/alerts/{id}/timeline`).',
    ),
}).meta({ id: 'AlertDetail' })

export const AlertQuery = z.strictObject({
  ...paging(),
  state: commaList(AlertState).optional().describe('Comma list of states.'),
  severity: commaList(Severity).optional().describe('Comma list of severities.'),
  kind: commaList(FindingKind).optional().describe('Comma list of kinds.'),
  homeId: HomeId.optional(),
  jurisdictionId: JurisdictionId.optional().describe('That place and all below it.'),
  from: Time.optional().describe('Opened at or after.'),
  to: Time.optional().describe('Opened before.'),
  order: z.enum(['urgency', 'newest']).default('urgency'),
})

const note = z.string().trim().max(2_000)
const version = z.int().optional().describe('Refused with `version_conflict` when the alert has moved on.')
const action = { note: note.optional(), version }
export const AlertActionBody = z.strictObject(action)
export const AlertNoteBody = z.strictObject({ note: note.min(1), version })
export const DispatchBody = z.strictObject({
  ...action,
  candidates: z
    .array(PersonId)
    .min(1)
    .max(50)
    .optional()
    .describe('Whom to ask, in this order; left out: as ranked.'),
  crewSize: z.int().min(1).max(2).default(1).describe('Two where a door may have to be forced.'),
})
export const TransferBody = z.strictObject({ ...action, to: z.enum(['110', '119', '120']) })
export const ShelveBody = z.strictObject({ ...action, until: Time.describe('Within seven days.') })
export const ResolveBody = z.strictObject({ ...action, outcome: Outcome.optional() })
export const ReviewBody = z.strictObject({ ...action, outcome: Outcome })

export const CandidateQuery = z.strictObject({ crewSize: z.coerce.number().int().min(1).max(2).default(1) })
export const Candidates = z.strictObject({
  items: z.array(
    z
      .strictObject({
        personId: PersonId,
        name: z.string(),
        kind: PersonKind,
        distanceMetres: z.number().nullable(),
        isEligible: z.boolean().describe('Never asked by the service itself where not.'),
        reasons: z.array(Sentence),
      })
      .meta({ id: 'Candidate' }),
  ),
})
