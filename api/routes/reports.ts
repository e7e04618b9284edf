import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { AlertId } from '../../contracts/ids.ts'
import { looksAt, looksAtAlerts } from '../access-log.ts'
import { alertIn, homeIn, requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import { AlertView } from '../schemas/alerts.ts'
import * as forms from '../schemas/reports.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: AlertId })

/** Cases that people open by themselves: what was found by other means, and drills. */
export const reportRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog } = desk

  api.route({
    method: 'POST',
    url: '/incidents',
    config: { access: 'alerts.act' },
    schema: {
      summary: 'Report an emergency that was found by other means; it becomes a case like any other',
      body: forms.NewIncident,
      response: { 201: AlertView },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.body.homeId, caller.reach('alerts.act'))
      const incident = { ...request.body, homeId: home.id, by: caller.actor }
      const view = await views.alert(await commands.reportIncident(incident), caller.tree)
      await accessLog.record(caller, 'POST /incidents', looksAtAlerts([view]))
      return reply.code(201).send(view)
    },
  })

  api.route({
    method: 'GET',
    url: '/alerts/:id/missed-alarms',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'When each rule would have spoken about this emergency that others found',
      description: 'Looked into in the background; unknown until then, and for what no person reported.',
      params,
      response: { 200: forms.MissedAlarmReview },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id } = await alertIn(state, request.params.id, caller.reach('alerts.read'))
      const review = await state.missedAlarms.get(id)
      if (review === null) throw new Refusal('not_found', 'No such review, or not yet.')
      await accessLog.record(caller, 'GET /alerts/:id/missed-alarms', looksAt([review.homeId], 'alert'))
      return review
    },
  })

  api.route({
    method: 'POST',
    url: '/drills',
    config: { access: 'alerts.act' },
    schema: {
      summary: 'Begin or plan a drill: real pages through the whole chain, outside every figure',
      description: 'Residents and their contacts are not called, and nobody is told to call 119.',
      body: forms.NewDrill,
      response: { 201: forms.DrillReport },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { homeId = null, jurisdictionId = null, note, ...drill } = request.body
      const reach = caller.reach('alerts.act')
      if (homeId !== null) await homeIn(state, homeId, reach)
      if (jurisdictionId !== null) requirePlace(jurisdictionId, reach)
      const begun = { ...drill, homeId, jurisdictionId, note: note || null, by: caller.actor }
      const { id } = await commands.startDrill(begun)
      return reply.code(201).send(await commands.drillReport(id))
    },
  })

  api.route({
    method: 'GET',
    url: '/drills',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'Drills, newest first',
      querystring: forms.DrillQuery,
      response: { 200: forms.Drills },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { jurisdictionId, limit, after = null } = request.query
      const { scope } = caller.reach('alerts.read').within(jurisdictionId, caller.tree)
      const any = { states: null, severities: null, kinds: null, homeId: null, from: null, to: null }
      const page = await state.alerts.list({ ...any, scope, drill: true }, 'newest', { limit, after })
      const homes = page.items.flatMap(({ homeId }) => homeId ?? [])
      await accessLog.record(caller, 'GET /drills', looksAt(homes, 'alert'))
      const items = await Promise.all(page.items.map(({ id }) => commands.drillReport(id)))
      return { items, next: page.next }
    },
  })

  api.route({
    method: 'GET',
    url: '/drills/:id',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'Who was told and answered when, and how long each step of a drill took',
      params,
      response: { 200: forms.DrillReport },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id, homeId } = await alertIn(state, request.params.id, caller.reach('alerts.read'))
      const report = await commands.drillReport(id)
      await accessLog.record(caller, 'GET /drills/:id', looksAt(homeId === null ? [] : [homeId], 'alert'))
      return report
    },
  })
}
