import { z } from 'zod'
import { ChannelConfig } from '../../contracts/channel.ts'
import {
  RosterFault as FaultContract,
  Override,
  Page as PageContract,
  Person as PersonContract,
  PersonKind,
  EscalationPolicy as PolicyContract,
  Roster as RosterContract,
  SeverityPolicy,
  Stretch as StretchContract,
} from '../../contracts/duty.ts'
import { DutyCalendar as CalendarContract, NextStep as NextStepContract } from '../../contracts/duty-desk.ts'
import { JurisdictionId } from '../../contracts/ids.ts'
import { Severity } from '../../contracts/severity.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { pageOf, paging, queryChoice, Time } from './common.ts'

export const Person = PersonContract.extend({ createdAt: Time }).meta({ id: 'Person' })
export const PersonPage = pageOf(Person)
export const PersonQuery = z.strictObject({
  ...paging(),
  jurisdictionId: JurisdictionId.optional().describe('That place and all below it.'),
  kind: PersonKind.optional(),
  search: z.string().trim().min(1).max(60).optional().describe('Looks into name and phone.'),
  enabled: queryChoice,
})
const given = PersonContract.omit({ id: true, createdAt: true }).shape
export const NewPerson = z.strictObject({
  ...given,
  name: given.name.trim(),
  accountId: given.accountId.default(null),
  phone: given.phone.default(''),
  language: given.language.default('zh'),
  addresses: given.addresses.default([]),
  skills: given.skills.default([]),
  pairedWith: given.pairedWith.default([]),
  holdsKeyOf: given.holdsKeyOf.default([]),
  place: given.place.default(null),
  enabled: given.enabled.default(true),
})
export const PersonChange = z.strictObject({
  accountId: given.accountId.exactOptional(),
  jurisdictionId: given.jurisdictionId.exactOptional(),
  kind: given.kind.exactOptional(),
  name: given.name.exactOptional(),
  phone: given.phone.exactOptional(),
  language: given.language.exactOptional(),
  addresses: given.addresses.exactOptional(),
  skills: given.skills.exactOptional(),
  pairedWith: given.pairedWith.exactOptional(),
  holdsKeyOf: given.holdsKeyOf.exactOptional(),
  place: given.place.exactOptional(),
  enabled: given.enabled.exactOptional(),
})

const overrides = z.array(Override.extend({ from: Time, to: Time })).max(500)
export const Roster = RosterContract.extend({ overrides, publishedAt: Time }).meta({ id: 'Roster' })
/** Each of its days is looked into before it is published: a year that was mistyped must not be the work of a minute. */
const LONGEST_MS = 732 * DAY_MS
export const RosterDraft = RosterContract.omit({ jurisdictionId: true, publishedAt: true })
  .extend({
    overrides: overrides.default([]),
    version: z.int().min(0).describe('The version that it follows; 0 for the first.'),
  })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= LONGEST_MS, {
    path: ['to'],
    message: 'a roster covers two years at most',
  })
  .meta({ id: 'RosterDraft' })

const [ends, gap, twice, unknown, unreachable] = FaultContract.options
const times = { from: Time, to: Time }
export const RosterFault = z
  .discriminatedUnion('fault', [ends, gap.extend(times), twice.extend(times), unknown, unreachable])
  .meta({ id: 'RosterFault' })
export const RosterCheck = z.strictObject({ faults: z.array(RosterFault) })

const Stretch = StretchContract.extend({ ...times, shiftFrom: Time }).meta({ id: 'DutyStretch' })
export const DutyCalendar = CalendarContract.extend({
  now: Stretch.nullable(),
  stretches: z.array(Stretch),
  gaps: z.array(z.strictObject(times)),
  tests: z.array(CalendarContract.shape.tests.element.extend({ dueAt: Time })),
  roster: Roster.nullable().describe('The newest version, also where it begins later.'),
}).meta({ id: 'DutyCalendar' })
export const CalendarQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(62).default(14) })

export const Policy = PolicyContract.meta({ id: 'EscalationPolicy' })
const ladder = SeverityPolicy.extend({ repeatMinutes: SeverityPolicy.shape.repeatMinutes.min(1) })
export const PolicyDraft = PolicyContract.omit({ id: true, jurisdictionId: true })
  .extend({
    version: z.int().min(0).describe('The version that was looked at.'),
    ladders: z.partialRecord(Severity, ladder),
  })
  .meta({ id: 'EscalationPolicyDraft' })

export const DutyPage = PageContract.extend({
  dueAt: Time,
  createdAt: Time,
  sentAt: Time.nullable(),
}).meta({ id: 'DutyPage' })
export const NextStep = NextStepContract.extend({ dueAt: Time })
  .omit({ told: true })
  .extend({ names: z.array(z.string()).describe('Of those on duty whom it would tell as things stand.') })
  .meta({ id: 'NextStep' })
export const ToldPage = DutyPage.extend({
  name: z.string().nullable().describe('Null for the resident, a contact, or somebody no longer known.'),
  channel: ChannelConfig.pick({ kind: true, name: true, voice: true }).nullable(),
}).meta({ id: 'ToldPage' })
export const DutyPages = pageOf(ToldPage).extend({
  told: z
    .array(ToldPage.extend({ times: z.int() }).meta({ id: 'Told' }))
    .describe('Of everybody who was told the newest page, and how often; who was told first comes first.'),
  nextStep: NextStep.nullable().describe('Null: nobody else is told, because somebody has it or it is over.'),
})
export const DutyPagesQuery = z.strictObject(paging())
export const OwnPages = pageOf(DutyPage)
export const OwnPagesQuery = z.strictObject(paging())
