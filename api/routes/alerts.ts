import { z } from 'zod'
import type { Alert } from '../../contracts/alert.ts'
import type { AlertAction } from '../../contracts/command.ts'
import { AlertId } from '../../contracts/ids.ts'
import { looksAtAlerts } from '../access-log.ts'
import { alertIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import * as forms from '../schemas/alerts.ts'
import { type Caller, callerOf } from '../sessions.ts'
import type { AlertView } from '../views.ts'

const params = z.strictObject({ id: AlertId })

const actionOf = (
  caller: Caller,
  alert: Alert,
  body: z.output<typeof forms.AlertActionBody>,
): AlertAction => ({
  alertId: alert.id,
  by: caller.actor,
  expectedVersion: body.version ?? null,
  note: body.note || null,
})

export const alertRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog } = desk

  const show = async (caller: Caller, route: string, alert: Alert): Promise<AlertView> => {
    const view = await views.alert(alert, caller.tree)
    await accessLog.record(caller, route, looksAtAlerts([view]))
    return view
  }
  const alertFor = (id: AlertId, reach: Reach) => alertIn(state, id, reach)

  api.route({
    method: 'GET',
    url: '/alerts',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'Alerts, the most urgent first',
      querystring: forms.AlertQuery,
      response: { 200: forms.AlertPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { query } = request
      const filter = {
        scope: caller.reach('alerts.read').within(query.jurisdictionId, caller.tree).scope,
        states: query.state ?? null,
        severities: query.severity ?? null,
        kinds: query.kind ?? null,
        homeId: query.homeId ?? null,
        from: query.from ?? null,
        to: query.to ?? null,
      }
      const page = await state.alerts.list(filter, query.order, {
        limit: query.limit,
        after: query.after ?? null,
      })
      const items = await views.alerts(page.items, caller.tree)
      await accessLog.record(caller, 'GET /alerts', looksAtAlerts(items))
      return { items, next: page.next }
    },
  })

  api.route({
    method: 'GET',
    url: '/alerts/:id',
    config: { access: 'alerts.read' },
    schema: { summary: 'An alert and its history', params, response: { 200: forms.AlertDetail } },
    handler: async (request) => {
      const caller = callerOf(request)
      const alert = await alertFor(request.params.id, caller.reach('alerts.read'))
      const detail = await views.alertDetail(alert, caller.tree)
      await accessLog.record(caller, 'GET /alerts/:id', looksAtAlerts([detail]))
      return detail
    },
  })

  api.route({
    method: 'POST',
    url: '/alerts/:id/acknowledge',
    config: { access: 'alerts.act' },
    schema: {
      summary: 'Take it on',
      params,
      body: forms.AlertActionBody,
      response: { 200: forms.AlertView },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const alert = await alertFor(request.params.id, caller.reach('alerts.act'))
      const changed = await commands.acknowledgeAlert(actionOf(caller, alert, request.body))
      return show(caller, 'POST /alerts/:id/acknowledge', changed)
    },
  })

  api.route({
    method: 'POST',
    url: '/alerts/:id/resolve',
    config: { access: 'alerts.act' },
    schema: { summary: 'Close it', params, body: forms.AlertActionBody, response: { 200: forms.AlertView } },
    handler: async (request) => {
      const caller = callerOf(request)
      const alert = await alertFor(request.params.id, caller.reach('alerts.act'))
      const changed = await commands.resolveAlert(actionOf(caller, alert, request.body))
      return show(caller, 'POST /alerts/:id/resolve', changed)
    },
  })

  api.route({
    method: 'POST',
    url: '/alerts/:id/notes',
    config: { access: 'alerts.act' },
    schema: {
      summary: 'Write something down',
      params,
      body: forms.AlertNoteBody,
      response: { 200: forms.AlertView },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const alert = await alertFor(request.params.id, caller.reach('alerts.act'))
      const action = actionOf(caller, alert, request.body)
      const changed = await commands.noteAlert({ ...action, note: request.body.note })
      return show(caller, 'POST /alerts/:id/notes', changed)
    },
  })
}
