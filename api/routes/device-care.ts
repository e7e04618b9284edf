import { looksAt } from '../access-log.ts'
import { type Care, careOfDevices, type Reason } from '../device-care.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/onboarding.ts'
import { callerOf } from '../sessions.ts'

export const deviceCareRoutes = (api: Api, { state, views, accessLog, clocks }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/device-care',
    config: { access: 'devices.read' },
    schema: {
      summary: 'Devices in use by what needs a technician first, with the reasons',
      querystring: forms.DeviceCareQuery,
      response: { 200: forms.DeviceCarePage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { limit, after, jurisdictionId, kind = null, reason } = request.query
      const reach = caller.reach('devices.read').within(jurisdictionId, caller.tree)
      const all = await careOfDevices(state, { reach, kind }, clocks.civil.now())
      const wanted = reason === undefined ? all : all.filter(({ reasons }) => reasons.includes(reason))
      const rest = after === undefined ? wanted : wanted.filter(({ mark }) => mark > after)
      const page = rest.slice(0, limit)
      const shown = await views.devices(
        page.map(({ device }) => device),
        caller,
      )
      const looks = shown.flatMap(({ home }) => (home === null || home.who === null ? [] : [home.id]))
      await accessLog.record(caller, 'GET /device-care', looksAt(looks, 'identity'))
      const items = page.flatMap(({ reasons, cadenceKept, clock, awaitsHomeId }, index) => {
        const device = shown[index]
        return device === undefined ? [] : [{ device, reasons, cadenceKept, clock, awaitsHomeId }]
      })
      const last = rest.length > limit ? page.at(-1) : undefined
      return { items, next: last?.mark ?? null, counts: countsOf(all) }
    },
  })
}

function countsOf(all: readonly Care[]): Partial<Record<Reason, number>> {
  const counts: Partial<Record<Reason, number>> = {}
  for (const { reasons } of all) for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}
