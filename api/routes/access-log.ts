import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/office.ts'
import { callerOf } from '../sessions.ts'

export const accessLogRoutes = (api: Api, { state }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/access-log',
    config: { access: 'access_log.read' },
    schema: {
      summary: 'Who looked at whom, newest first',
      querystring: forms.AccessQuery,
      response: { 200: forms.AccessPage },
    },
    handler: async (request) => {
      const { limit, after = null, homeId = null, actor = null } = request.query
      const { scope } = callerOf(request).reach('access_log.read')
      return state.access.list({ scope, homeId, actor }, { limit, after })
    },
  })
}
