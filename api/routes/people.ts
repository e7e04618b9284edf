import { z } from 'zod'
import { PersonId } from '../../contracts/ids.ts'
import { personIn, requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/duty.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: PersonId })

/** Those who answer alerts. Their names and numbers are for whoever works with them in the same place. */
export const personRoutes = (api: Api, { state, commands }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/people',
    config: { access: 'duty.read' },
    schema: {
      summary: 'Those who answer alerts and visits',
      querystring: forms.PersonQuery,
      response: { 200: forms.PersonPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const {
        jurisdictionId,
        kind = null,
        search = null,
        enabled = null,
        limit,
        after = null,
      } = request.query
      const { scope } = caller.reach('duty.read').within(jurisdictionId, caller.tree)
      return state.people.list({ scope, kind, search, enabled }, { limit, after })
    },
  })

  api.route({
    method: 'GET',
    url: '/people/:id',
    config: { access: 'duty.read' },
    schema: { summary: 'One of them', params, response: { 200: forms.Person } },
    handler: async (request) => personIn(state, request.params.id, callerOf(request).reach('duty.read')),
  })

  api.route({
    method: 'POST',
    url: '/people',
    config: { access: 'duty.write' },
    schema: { summary: 'Add somebody', body: forms.NewPerson, response: { 201: forms.Person } },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      requirePlace(request.body.jurisdictionId, caller.reach('duty.write'))
      return reply.code(201).send(await commands.createPerson(request.body, caller.actor))
    },
  })

  api.route({
    method: 'PATCH',
    url: '/people/:id',
    config: { access: 'duty.write' },
    schema: {
      summary: 'Change somebody, or let them rest',
      params,
      body: forms.PersonChange,
      response: { 200: forms.Person },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const reach = caller.reach('duty.write')
      const { id } = await personIn(state, request.params.id, reach)
      if (request.body.jurisdictionId !== undefined) requirePlace(request.body.jurisdictionId, reach)
      return commands.updatePerson(id, request.body, caller.actor)
    },
  })
}
