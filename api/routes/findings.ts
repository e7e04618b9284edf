import { z } from 'zod'
import { HomeId } from '../../contracts/ids.ts'
import { looksAt } from '../access-log.ts'
import { homeIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import { FindingPage, FindingQuery } from '../schemas/findings.ts'
import { callerOf } from '../sessions.ts'

export const findingRoutes = (api: Api, { state, accessLog }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/homes/:id/findings',
    config: { access: 'alerts.read' },
    schema: {
      summary:
        'What the rules concluded of a home, newest first: also facts that open no alert, such as a test',
      params: z.strictObject({ id: HomeId }),
      querystring: FindingQuery,
      response: { 200: FindingPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('alerts.read'))
      const { limit, after = null, kind, from, to } = request.query
      const filter = { homeId: home.id, kinds: kind ?? null, from: from ?? null, to: to ?? null }
      const page = await state.findings.list(filter, { limit, after })
      await accessLog.record(caller, 'GET /homes/:id/findings', looksAt([home.id], 'alert'))
      return page
    },
  })
}
