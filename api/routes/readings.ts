import { z } from 'zod'
import { HomeId } from '../../contracts/ids.ts'
import { looksAt } from '../access-log.ts'
import { readActogram } from '../actogram.ts'
import { homeIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import { readReadings } from '../readings.ts'
import * as forms from '../schemas/readings.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: HomeId })

export const readingRoutes = (api: Api, desk: Desk): void => {
  const { state, series, clocks, accessLog } = desk

  api.route({
    method: 'GET',
    url: '/homes/:id/readings',
    config: { access: 'readings.read' },
    schema: {
      summary: 'What was measured, in buckets or raw',
      params,
      querystring: forms.ReadingsQuery,
      response: { 200: forms.Readings },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('readings.read'))
      await accessLog.record(caller, 'GET /homes/:id/readings', looksAt([home.id], 'curve'))
      return readReadings({ state, series }, home, request.query, clocks.civil.now())
    },
  })

  api.route({
    method: 'GET',
    url: '/homes/:id/actogram',
    config: { access: 'readings.read' },
    schema: {
      summary: 'Use by day and time of day',
      params,
      querystring: forms.ActogramQuery,
      response: { 200: forms.Actogram },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('readings.read'))
      await accessLog.record(caller, 'GET /homes/:id/actogram', looksAt([home.id], 'curve'))
      const { days, resolution } = request.query
      return readActogram({ state, series }, home, days, resolution, clocks.civil.now())
    },
  })
}
