import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { CircumstanceId, JurisdictionId } from '../../contracts/ids.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/circumstances.ts'
import { callerOf } from '../sessions.ts'

/** What ended longer ago is history, and not shown beside what holds. */
const SHOWN_MS = 90 * DAY_MS

const ofPlace = z.strictObject({ id: JurisdictionId })
const inPlace = z.strictObject({ id: JurisdictionId, cutId: CircumstanceId })

export const cutRoutes = (api: Api, { state, commands, clocks }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/jurisdictions/:id/cuts',
    config: { access: 'circumstances.read' },
    schema: {
      summary: 'Announced cuts of water, electricity or network over a place and those it lies in',
      params: ofPlace,
      response: { 200: forms.PlannedCuts },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      requirePlace(request.params.id, caller.reach('circumstances.read'))
      const path = caller.tree.pathOf(request.params.id).map((node) => node.id)
      const since = clocks.civil.now() - SHOWN_MS
      return { items: (await state.circumstances.cutsAt(path)).filter(({ to }) => to > since) }
    },
  })

  api.route({
    method: 'POST',
    url: '/jurisdictions/:id/cuts',
    config: { access: 'circumstances.write' },
    schema: {
      summary: 'Announce a cut: what it explains does not ring until it ends',
      params: ofPlace,
      body: forms.NewCut,
      response: { 201: forms.PlannedCut },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      requirePlace(request.params.id, caller.reach('circumstances.write'))
      return reply.code(201).send(await commands.startCut(request.params.id, request.body, caller.actor))
    },
  })

  api.route({
    method: 'POST',
    url: '/jurisdictions/:id/cuts/:cutId/end',
    config: { access: 'circumstances.write' },
    schema: {
      summary: 'It is over, or does not come',
      params: inPlace,
      response: { 200: forms.PlannedCut },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      requirePlace(request.params.id, caller.reach('circumstances.write'))
      const cut = await state.circumstances.cut(request.params.cutId)
      if (cut?.jurisdictionId !== request.params.id) throw new Refusal('not_found', 'No such cut there.')
      return commands.endCut(cut.id, caller.actor)
    },
  })
}
