import { z } from 'zod'
import { FindingKind, Sentence } from '../../contracts/finding.ts'
import { JurisdictionId, PhotoId } from '../../contracts/ids.ts'
import { Contact, Needs, Place } from '../../contracts/registry.ts'
import { Severity } from '../../contracts/severity.ts'
import { Offer, Visit as VisitContract, VisitKind, VisitState } from '../../contracts/visit.ts'
import { Outcome, Who } from './alerts.ts'
import { commaList, pageOf, paging, Time } from './common.ts'

const times = {
  createdAt: Time,
  updatedAt: Time,
  acceptedAt: Time.nullable(),
  enRouteAt: Time.nullable(),
  onSceneAt: Time.nullable(),
  submittedAt: Time.nullable(),
  closedAt: Time.nullable(),
}

export const VisitRecord = VisitContract.extend({
  ...times,
  outcome: Outcome.nullable(),
  offers: z.array(Offer.extend({ offeredAt: Time, expiresAt: Time, answeredAt: Time.nullable() })),
})
  .extend({
    names: z.record(z.string(), z.string()).describe('Of those it was offered to, by person id.'),
    note: z.string().nullable(),
    who: Who.nullable().describe('Null when nobody is recorded for the home.'),
    community: z.string(),
    finding: FindingKind.nullable().describe('Of the alert that asked for it.'),
    severity: Severity.nullable(),
  })
  .meta({ id: 'VisitRecord', description: 'A visit as the desk sees it.' })
export const VisitRecordPage = pageOf(VisitRecord)
export const VisitQuery = z.strictObject({
  ...paging(),
  state: commaList(VisitState).optional().describe('Comma list of states.'),
  jurisdictionId: JurisdictionId.optional(),
})

/** Everything that whoever has accepted must know, and nobody else. */
export const Disclosed = z
  .strictObject({
    name: z.string(),
    age: z.int().nullable(),
    phone: z.string(),
    address: z.string(),
    door: z.string(),
    accessNotes: z.string(),
    needs: Needs,
    contacts: z.array(Contact),
    keyHolders: z.array(z.strictObject({ name: z.string(), phone: z.string() })),
    place: Place.nullable(),
    /** What was found, said in words. */
    found: Sentence.nullable(),
  })
  .meta({ id: 'Disclosed' })

export const OwnVisit = z
  .strictObject({
    id: VisitContract.shape.id,
    kind: VisitKind,
    state: VisitState,
    crewSize: z.int(),
    community: z.string(),
    finding: FindingKind.nullable(),
    severity: Severity.nullable(),
    distanceMetres: z.number().nullable().describe('Rounded: it leads to no door.'),
    answer: Offer.shape.answer,
    offeredAt: Time,
    expiresAt: Time,
    ...times,
    outcome: Outcome.nullable(),
    photoIds: z.array(PhotoId),
    disclosed: Disclosed.nullable().describe('Between accepting and reporting, and never else.'),
    drill: z.boolean(),
    version: z.int(),
  })
  .meta({ id: 'OwnVisit', description: 'A visit as somebody sees it to whom it was offered.' })
export const OwnVisitPage = pageOf(OwnVisit)

const act = {
  actId: z
    .string()
    .min(8)
    .max(64)
    .describe('Made by the phone, one for each act: sent again it changes nothing.'),
  doneAt: Time.describe('When it was done, by the phone; it may be told later.'),
}
export const ActBody = z.strictObject(act)
export const CheckInBody = z.strictObject({
  ...act,
  place: VisitContract.shape.place.default(null),
  photoIds: VisitContract.shape.photoIds.default([]),
})
export const SubmitBody = z.strictObject({
  ...act,
  outcome: Outcome,
  note: z.string().trim().max(2_000).optional(),
})
export const NewPhoto = z.strictObject({ id: PhotoId })
