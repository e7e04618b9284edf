import { z } from 'zod'
import type { VisitDeed } from '../../contracts/command.ts'
import type { Person } from '../../contracts/duty.ts'
import { Refusal } from '../../contracts/errors.ts'
import { PhotoId, VisitId } from '../../contracts/ids.ts'
import type { Visit } from '../../contracts/visit.ts'
import { type Look, looksAt } from '../access-log.ts'
import type { Api, Desk } from '../options.ts'
import { paging } from '../schemas/common.ts'
import * as forms from '../schemas/visits.ts'
import { type Caller, callerOf } from '../sessions.ts'
import { discloses, looksAtOwn, type OwnVisit } from '../visit-views.ts'

const PHOTO_LIMIT_BYTES = 2 * 1_048_576
const params = z.strictObject({ id: VisitId })
const photoParams = z.strictObject({ id: VisitId, photoId: PhotoId })

const unknown = () => new Refusal('not_found', 'No such visit.')

export const visitRoutes = (api: Api, desk: Desk): void => {
  deskRoutes(api, desk)
  ownRoutes(api, desk)
  actRoutes(api, desk)
  photoRoutes(api, desk)
}

/** The person behind an account; whoever is nobody's account has no visits. */
const personOf = async ({ state }: Desk, caller: Caller): Promise<Person> => {
  const person = await state.people.byAccount(caller.accountId)
  if (person === null || !person.enabled) throw unknown()
  return person
}

/** Others' visits are answered like those that do not exist. */
const ownVisit = async (desk: Desk, person: Person, id: VisitId): Promise<Visit> => {
  const visit = await desk.state.visits.get(id)
  if (visit === null || !visit.offers.some(({ personId }) => personId === person.id)) throw unknown()
  return visit
}

const showOwn = async (desk: Desk, caller: Caller, person: Person, route: string, visit: Visit) => {
  const [view] = await desk.visitViews.own([visit], person, caller.tree)
  if (view === undefined) throw new Error('one visit gives one view')
  await desk.accessLog.record(caller, route, looksAtOwn([visit], [view]))
  return view
}

/** The desk sees whom a visit is for. */
const looksAtRecords = (visits: readonly Visit[]): Look[] => {
  const homes = visits.map(({ homeId }) => homeId)
  return [...looksAt(homes, 'alert'), ...looksAt(homes, 'identity')]
}

const deskRoutes = (api: Api, desk: Desk): void => {
  const { state, visitViews, accessLog } = desk

  api.route({
    method: 'GET',
    url: '/visits',
    config: { access: 'visits.read' },
    schema: {
      summary: 'Visits of a place, newest first',
      querystring: forms.VisitQuery,
      response: { 200: forms.VisitRecordPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { jurisdictionId, state: states = null, limit, after = null } = request.query
      const { scope } = caller.reach('visits.read').within(jurisdictionId, caller.tree)
      const page = await state.visits.list({ scope, states }, { limit, after })
      await accessLog.record(caller, 'GET /visits', looksAtRecords(page.items))
      return { items: await visitViews.records(page.items, caller.tree), next: page.next }
    },
  })

  api.route({
    method: 'GET',
    url: '/visits/:id/record',
    config: { access: 'visits.read' },
    schema: { summary: 'A visit as the desk sees it', params, response: { 200: forms.VisitRecord } },
    handler: async (request) => {
      const caller = callerOf(request)
      const visit = await state.visits.get(request.params.id)
      if (visit === null || !caller.reach('visits.read').has(visit.jurisdictionId)) throw unknown()
      await accessLog.record(caller, 'GET /visits/:id/record', looksAtRecords([visit]))
      const [record] = await visitViews.records([visit], caller.tree)
      if (record === undefined) throw new Error('one visit gives one record')
      return record
    },
  })
}

const ownRoutes = (api: Api, desk: Desk): void => {
  api.route({
    method: 'GET',
    url: '/visits/mine',
    config: { access: 'visits.own' },
    schema: {
      summary: 'What was offered to oneself, newest first',
      querystring: z.strictObject(paging()),
      response: { 200: forms.OwnVisitPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const person = await desk.state.people.byAccount(caller.accountId)
      if (person === null || !person.enabled) return { items: [], next: null }
      const { limit, after = null } = request.query
      const page = await desk.state.visits.ofPerson(person.id, { limit, after })
      const items = await desk.visitViews.own(page.items, person, caller.tree)
      await desk.accessLog.record(caller, 'GET /visits/mine', looksAtOwn(page.items, items))
      return { items, next: page.next }
    },
  })

  api.route({
    method: 'GET',
    url: '/visits/:id',
    config: { access: 'visits.own' },
    schema: { summary: 'A visit that was offered to oneself', params, response: { 200: forms.OwnVisit } },
    handler: async (request) => {
      const caller = callerOf(request)
      const person = await personOf(desk, caller)
      const visit = await ownVisit(desk, person, request.params.id)
      return showOwn(desk, caller, person, 'GET /visits/:id', visit)
    },
  })
}

const actRoutes = (api: Api, desk: Desk): void => {
  /** One act on the way. `sentBy` makes of its body what the journal keeps. */
  const act = <Body extends z.ZodType<z.output<typeof forms.ActBody>>>(
    name: string,
    summary: string,
    body: Body,
    deedOf: (
      base: Pick<VisitDeed, 'actId' | 'visitId' | 'personId' | 'doneAt' | 'note'>,
      body: z.output<Body>,
    ) => VisitDeed,
  ) =>
    api.route({
      method: 'POST',
      url: `/visits/:id/${name}`,
      config: { access: 'visits.own' },
      schema: { summary, params, body, response: { 200: forms.OwnVisit } },
      handler: async (request): Promise<OwnVisit> => {
        const caller = callerOf(request)
        const given = request.body as z.output<Body>
        const person = await personOf(desk, caller)
        const { id: visitId } = await ownVisit(desk, person, request.params.id)
        const { actId, doneAt } = given
        const base = { actId, doneAt, visitId, personId: person.id, note: null }
        const visit = await desk.commands.actOnVisit(deedOf(base, given))
        return showOwn(desk, caller, person, `POST /visits/:id/${name}`, visit)
      },
    })

  act('accept', 'I go', forms.ActBody, (base) => ({ type: 'accept', ...base }))
  act('decline', 'I cannot go', forms.ActBody, (base) => ({ type: 'decline', ...base }))
  act('en-route', 'On the way', forms.ActBody, (base) => ({ type: 'en_route', ...base }))
  act('check-in', 'There', forms.CheckInBody, (base, { place, photoIds }) => ({
    type: 'check_in',
    ...base,
    place,
    photoIds,
  }))
  act('submit', 'How it ended', forms.SubmitBody, (base, { outcome, note }) => ({
    type: 'submit',
    ...base,
    outcome,
    note: note || null,
  }))
}

const photoRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, accessLog } = desk
  // A picture comes as it is, larger than anything else that is sent here.
  api.addContentTypeParser(
    ['image/jpeg', 'image/png'],
    { parseAs: 'buffer', bodyLimit: PHOTO_LIMIT_BYTES },
    (_request, body, done) => done(null, body),
  )

  api.route({
    method: 'POST',
    url: '/visits/:id/photos',
    config: { access: 'visits.own' },
    bodyLimit: PHOTO_LIMIT_BYTES,
    schema: {
      summary: 'A JPEG or PNG of up to 2 MB; kept without position and camera data, named in check-in',
      consumes: ['image/jpeg', 'image/png'],
      params,
      response: { 201: forms.NewPhoto },
    },
    handler: async (request, reply) => {
      const person = await personOf(desk, callerOf(request))
      const visit = await ownVisit(desk, person, request.params.id)
      if (!discloses(visit, person.id)) throw unknown()
      if (!Buffer.isBuffer(request.body)) throw new Refusal('bad_request', 'A photo is a JPEG or a PNG.')
      const id = await commands.putPhoto(visit.id, person.id, request.body)
      return reply.code(201).send({ id })
    },
  })

  api.route({
    method: 'GET',
    url: '/visits/:id/photos/:photoId',
    config: { access: 'visits.own' },
    schema: { summary: 'A picture from a visit', params: photoParams, produces: ['image/jpeg', 'image/png'] },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const photo = await state.photos.get(request.params.photoId)
      const visit = photo === null ? null : await state.visits.get(photo.visitId)
      if (photo === null || visit?.id !== request.params.id) throw unknown()
      const person = await state.people.byAccount(caller.accountId)
      const isOnIt = person?.enabled === true && discloses(visit, person.id)
      if (!isOnIt && !caller.reach('visits.read').has(visit.jurisdictionId)) throw unknown()
      await accessLog.record(caller, 'GET /visits/:id/photos/:photoId', looksAt([photo.homeId], 'identity'))
      return reply.type(photo.mediaType).send(Buffer.from(photo.bytes))
    },
  })
}
