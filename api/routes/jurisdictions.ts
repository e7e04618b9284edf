import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { JurisdictionId } from '../../contracts/ids.ts'
import { requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/places.ts'
import { callerOf } from '../sessions.ts'

export const jurisdictionRoutes = (api: Api, desk: Desk): void => {
  api.route({
    method: 'GET',
    url: '/jurisdictions',
    config: { access: 'places.read' },
    schema: {
      summary: 'The tree as a flat list: the places in reach, and those above them',
      querystring: forms.JurisdictionQuery,
      response: { 200: forms.JurisdictionPage },
    },
    handler: async (request) => {
      const { tree, reach } = callerOf(request)
      const { limit, after } = request.query
      const shown = new Map(
        [...reach('places.read').ids].flatMap((id) => tree.pathOf(id)).map((node) => [node.id, node]),
      )
      const rest = [...shown.values()]
        .filter((node) => after === undefined || node.id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
      const items = rest.slice(0, limit)
      return { items, next: rest.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  })

  api.route({
    method: 'POST',
    url: '/jurisdictions',
    config: { access: 'places.write' },
    schema: { summary: 'Add a place', body: forms.NewJurisdiction, response: { 201: forms.Jurisdiction } },
    handler: async (request, reply) => {
      const reach = callerOf(request).reach('places.write')
      const { parentId } = request.body
      if (parentId !== null) requirePlace(parentId, reach)
      else if (!reach.everywhere)
        throw new Refusal('forbidden', 'A root is added by who administers everything.')
      return reply.code(201).send(await desk.commands.createJurisdiction(request.body))
    },
  })

  api.route({
    method: 'PATCH',
    url: '/jurisdictions/:id',
    config: { access: 'places.write' },
    schema: {
      summary: 'Rename a place',
      params: z.strictObject({ id: JurisdictionId }),
      body: forms.JurisdictionChange,
      response: { 200: forms.Jurisdiction },
    },
    handler: async (request) => {
      requirePlace(request.params.id, callerOf(request).reach('places.write'))
      if ((await desk.state.jurisdictions.get(request.params.id)) === null) {
        throw new Refusal('not_found', 'No such jurisdiction.')
      }
      return desk.commands.renameJurisdiction(request.params.id, request.body.name)
    },
  })
}
