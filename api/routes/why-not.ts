import { z } from 'zod'
import { HomeId } from '../../contracts/ids.ts'
import { looksAt } from '../access-log.ts'
import { homeIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/why-not.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: HomeId })

export const whyNotRoutes = (api: Api, { state, foresight, relearning, accessLog }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/homes/:id/why-not',
    config: { access: 'readings.read' },
    schema: {
      summary: 'Why each rule says nothing of a home, when it would, and how soon it could at best',
      params,
      querystring: forms.WhyNotQuery,
      response: { 200: forms.Outlook },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('readings.read'))
      await accessLog.record(caller, 'GET /homes/:id/why-not', looksAt([home.id], 'curve'))
      return foresight.outlook(home.id, request.query.at ?? null)
    },
  })

  api.route({
    method: 'POST',
    url: '/homes/:id/relearn',
    config: { access: 'relearn' },
    schema: {
      summary:
        'Learn the habits of a home anew from its kept readings; what holds stays, and nothing rings twice',
      params,
      response: { 202: z.strictObject({ waiting: z.int().describe('Homes that are learned before it.') }) },
    },
    handler: async (request, reply) => {
      const home = await homeIn(state, request.params.id, callerOf(request).reach('relearn'))
      return reply.code(202).send({ waiting: relearning.ask(home.id) })
    },
  })
}
