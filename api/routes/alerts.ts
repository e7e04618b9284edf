import { z } from 'zod'
import type { Alert } from '../../contracts/alert.ts'
import type { AlertAction, AlertDeed } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { AlertId, type PersonId } from '../../contracts/ids.ts'
import { looksAt, looksAtAlerts } from '../access-log.ts'
import { alertIn, peopleFor } from '../lookup.ts'
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
    url: '/alerts/:id/timeline',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'The whole history of an alert, the newest first',
      params,
      querystring: forms.TimelineQuery,
      response: { 200: forms.TimelinePage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { limit, after = null } = request.query
      const { id, homeId } = await alertFor(request.params.id, caller.reach('alerts.read'))
      const page = await views.timeline(id, { limit, after })
      await accessLog.record(caller, 'GET /alerts/:id/timeline', looksAt(homeId ? [homeId] : [], 'alert'))
      return page
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
      const caller = callerOf(request)
      const { id, homeId } = await alertFor(request.params.id, caller.reach('alerts.act'))
      const items = await commands.candidatesFor(id, request.query.crewSize)
      // The reasons say what the resident needs.
      const homes = homeId === null ? [] : [homeId]
      await accessLog.record(caller, 'GET /alerts/:id/candidates', looksAt(homes, 'alert'))
      return { items }
    },
  })

  /** Whoever works elsewhere is not there, and their name not to be had by sending them. */
  const requirePeople = async (
    caller: Caller,
    { jurisdictionId }: Alert,
    named: readonly PersonId[],
  ): Promise<void> => {
    const of = { reach: caller.reach('duty.read'), tree: caller.tree }
    const known = await peopleFor(state, named, jurisdictionId, of)
    if (named.some((id) => !known.has(id))) throw new Refusal('not_found', 'No such person.')
  }

  /** One command of the lifecycle: what it asks for besides is in its body. */
  const act = <Body extends ActionBody>(
    name: string,
    summary: string,
    body: Body,
    deedOf: (body: z.output<Body>) => Deed,
    check: (caller: Caller, alert: Alert, body: z.output<Body>) => Promise<void> = async () => {},
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
        await check(caller, alert, given)
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
  act(
    'dispatch',
    'Send somebody: the best are asked first',
    forms.DispatchBody,
    ({ candidates = null, crewSize }) => ({ type: 'dispatch', candidates, crewSize }),
    (caller, alert, { candidates = [] }) => requirePeople(caller, alert, candidates),
  )
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
