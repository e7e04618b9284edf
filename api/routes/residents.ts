import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { HomeId } from '../../contracts/ids.ts'
import { looksAt } from '../access-log.ts'
import { homeIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import { Empty } from '../schemas/common.ts'
import * as forms from '../schemas/places.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: HomeId })

export const residentRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog } = desk

  api.route({
    method: 'GET',
    url: '/residents',
    config: { access: 'people.read' },
    schema: {
      summary: 'Residents, by name, door, address or phone',
      querystring: forms.ResidentQuery,
      response: { 200: forms.ResidentPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { limit, after = null, search, jurisdictionId } = request.query
      const { scope } = caller.reach('people.read').within(jurisdictionId, caller.tree)
      const page = await state.residents.list({ scope, search: search?.trim() || null }, { limit, after })
      const homes = page.items.map((resident) => resident.homeId)
      await accessLog.record(caller, 'GET /residents', looksAt(homes, 'identity'))
      return page
    },
  })

  api.route({
    method: 'PUT',
    url: '/homes/:id/resident',
    config: { access: 'people.write' },
    schema: {
      summary: 'Record who lives there',
      params,
      body: forms.NewResident,
      response: { 200: forms.Resident },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('people.write'))
      const resident = await commands.putResident(home.id, request.body)
      await accessLog.record(caller, 'PUT /homes/:id/resident', looksAt([home.id], 'identity'))
      return resident
    },
  })

  api.route({
    method: 'DELETE',
    url: '/homes/:id/resident',
    config: { access: 'people.write' },
    schema: {
      summary: 'Erase the person, for good',
      description:
        'With what was agreed, known, written and measured in the home. Its devices leave it; cases and visits stay by ids alone.',
      params,
      response: { 204: Empty },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('people.write'))
      const resident = (await views.residentsOf([home.id])).get(home.id)
      if (resident === undefined) throw new Refusal('not_found', 'Nobody is recorded for this home.')
      await commands.eraseResident(home.id, resident.id, caller.actor)
      return reply.code(204).send()
    },
  })
}
