import { z } from 'zod'
import type { Alert } from '../../contracts/alert.ts'
import type { AlertAction, AlertDeed } from '../../contracts/command.ts'
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
    method: 'GET',
    url: '/alerts/:id/members',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'Alerts of homes that this incident explains now',
      params,
      response: { 200: forms.AlertMembers },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const reach = caller.reach('alerts.read')
      const alert = await alertFor(request.params.id, reach)
      const members = await state.alerts.mergedInto(alert.id)
      const items = await views.alerts(
        members.filter(({ jurisdictionId }) => reach.has(jurisdictionId)),
        caller.tree,
      )
      await accessLog.record(caller, 'GET /alerts/:id/members', looksAtAlerts(items))
      return { items }
    },
  })

  api.route({
    method: 'GET',
    url: '/alerts/:id/candidates',
    config: { access: 'alerts.act' },
    schema: {
      summary: 'Who might be sent, the best first, and why',
      params,
      querystring: forms.CandidateQuery,
      response: { 200: forms.Candidates },
    },
    handler: async (request) => {
      const alert = await alertFor(request.params.id, callerOf(request).reach('alerts.act'))
      return { items: await commands.candidatesFor(alert.id, request.query.crewSize) }
    },
  })

  /** One command of the lifecycle: what it asks for besides is in its body. */
  const act = <Body extends ActionBody>(
    name: string,
    summary: string,
    body: Body,
    deedOf: (body: z.output<Body>) => Deed,
  ) =>
    api.route({
      method: 'POST',
      url: `/alerts/:id/${name}`,
      config: { access: 'alerts.act' },
      schema: { summary, params, body, response: { 200: forms.AlertView } },
      handler: async (request) => {
        const caller = callerOf(request)
        const given = request.body as z.output<Body>
        const alert = await alertFor(request.params.id, caller.reach('alerts.act'))
        const action = actionOf(caller, alert, given)
        return show(
          caller,
          `POST /alerts/:id/${name}`,
          await commands.actOnAlert({ ...action, ...deedOf(given) }),
        )
      },
    })
  const plain = (name: PlainDeed, summary: string) =>
    act(name, summary, forms.AlertActionBody, () => ({ type: name }))

  plain('acknowledge', 'Take it on')
  plain('verify', 'The resident or a contact is being called')
  act('notes', 'Write something down', forms.AlertNoteBody, () => ({ type: 'note' }))
  act('dispatch', 'Send somebody: the best are asked first', forms.DispatchBody, (body) => ({
    type: 'dispatch',
    candidates: body.candidates ?? null,
    crewSize: body.crewSize,
  }))
  plain('recall', 'Call back whoever is being sent')
  act(
    'transfer',
    'Handed on to 110, 119 or 120; it stays somebody’s to close',
    forms.TransferBody,
    ({ to }) => ({
      type: 'transfer',
      to,
    }),
  )
  act('shelve', 'Put it aside until then', forms.ShelveBody, ({ until }) => ({ type: 'shelve', until }))
  plain('unshelve', 'Take it up again')
  act('resolve', 'It is dealt with; how it ended may still be missing', forms.ResolveBody, ({ outcome }) => ({
    type: 'resolve',
    outcome: outcome ?? null,
  }))
  act('review', 'Confirm or correct how it ended', forms.ReviewBody, ({ outcome }) => ({
    type: 'review',
    outcome,
  }))
  plain('close', 'End it for good; it needs an outcome')
  plain('reopen', 'It was not over')
}

type ActionBody = z.ZodType<z.output<typeof forms.AlertActionBody>>
type WithoutAction<D> = D extends AlertDeed ? Omit<D, keyof AlertAction> : never
type Deed = WithoutAction<AlertDeed>
type PlainDeed = 'acknowledge' | 'verify' | 'recall' | 'unshelve' | 'close' | 'reopen'
