import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/office.ts'
import { callerOf } from '../sessions.ts'

export const accessLogRoutes = (api: Api, { state, views }: Desk): void => {
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
      const { tree, reach } = callerOf(request)
      const { scope } = reach('access_log.read')
      const page = await state.access.list({ scope, homeId, actor }, { limit, after })
      const names = await views.actorNames(page.items)
      const homes = await state.homes.of([...new Set(page.items.map((entry) => entry.homeId))])
      const placeOf = new Map(homes.map((home) => [home.id, tree.pathOf(home.jurisdictionId).at(-1)?.name]))
      const items = page.items.map((entry) => ({
        ...entry,
        actorName: names.get(entry.actor) ?? null,
        place: placeOf.get(entry.homeId) ?? null,
      }))
      return { items, next: page.next }
    },
  })
}
