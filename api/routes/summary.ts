import type { Api, Desk } from '../options.ts'
import { Summary } from '../schemas/live.ts'
import { callerOf } from '../sessions.ts'

export const summaryRoutes = (api: Api, desk: Desk): void => {
  api.route({
    method: 'GET',
    url: '/summary',
    config: { access: 'places.read' },
    schema: { summary: 'How many homes and devices are heard, and what is open', response: { 200: Summary } },
    handler: async (request) => {
      const caller = callerOf(request)
      const counts = await desk.homeWatch.count(caller.reach('places.read'))
      const seriesLagEntries = desk.seriesLag()
      const dutySetUp = desk.duty.isSetUp()
      if (!caller.can('alerts.read'))
        return { ...counts, openAlerts: null, alertStates: null, seriesLagEntries, dutySetUp }
      const reach = caller.reach('alerts.read')
      const openAlerts = { P1: 0, P2: 0, P3: 0, P4: 0 }
      for (const alert of await desk.views.unresolved(reach)) openAlerts[alert.severity] += 1
      return {
        ...counts,
        openAlerts,
        alertStates: await desk.state.alerts.countByState(reach.scope),
        seriesLagEntries,
        dutySetUp,
      }
    },
  })
}
