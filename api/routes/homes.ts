import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { HomeId } from '../../contracts/ids.ts'
import type { Home } from '../../contracts/registry.ts'
import type { Page } from '../../store/state/lists.ts'
import { looksAt } from '../access-log.ts'
import { homeIn, requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/places.ts'
import { type Caller, callerOf } from '../sessions.ts'

type Query = z.output<typeof forms.HomeQuery>
const params = z.strictObject({ id: HomeId })

const searchHomes = async (desk: Desk, caller: Caller, query: Query, search: string): Promise<Page<Home>> => {
  if (!caller.can('people.read')) throw new Refusal('forbidden', 'Only a case worker may search for people.')
  const { scope } = caller.reach('people.read').within(query.jurisdictionId, caller.tree)
  const page = { limit: query.limit, after: query.after ?? null }
  const residents = await desk.state.residents.list({ scope, search }, page)
  const ids = [...new Set(residents.items.map((resident) => resident.homeId))]
  const homes = new Map((await desk.state.homes.of(ids)).map((home) => [home.id, home]))
  const blind = query.blind ? await desk.homeWatch.isBlind(ids) : null
  const found = ids.flatMap((id) => homes.get(id) ?? [])
  const items = found.filter(
    (home) => (query.archived || home.archivedAt === null) && (blind === null || blind.has(home.id)),
  )
  return { items, next: residents.next }
}

const listHomes = async (desk: Desk, caller: Caller, query: Query): Promise<Page<Home>> => {
  const reach = caller.reach('places.read').within(query.jurisdictionId, caller.tree)
  const page = { limit: query.limit, after: query.after ?? null }
  if (!query.blind) return desk.state.homes.list({ scope: reach.scope, archived: query.archived }, page)
  const { items: ids, next } = await desk.homeWatch.blindHomes(reach, page)
  const homes = new Map((await desk.state.homes.of(ids)).map((home) => [home.id, home]))
  return { items: ids.flatMap((id) => homes.get(id) ?? []), next }
}

export const homeRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog, homeWatch } = desk

  api.route({
    method: 'GET',
    url: '/homes',
    config: { access: 'places.read' },
    schema: {
      summary: 'Homes, with who lives there for a case worker',
      querystring: forms.HomeQuery,
      response: { 200: forms.HomeSummaryPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const search = request.query.search?.trim()
      const page = search
        ? await searchHomes(desk, caller, request.query, search)
        : await listHomes(desk, caller, request.query)
      const items = await views.homeSummaries(page.items, caller)
      const shown = (some: typeof items) => some.map((item) => item.home.id)
      await accessLog.record(caller, 'GET /homes', [
        ...looksAt(shown(items.filter((item) => item.resident !== null)), 'identity'),
        ...looksAt(shown(items.filter((item) => (item.openAlerts ?? 0) > 0)), 'alert'),
      ])
      return { items, next: page.next }
    },
  })

  api.route({
    method: 'POST',
    url: '/homes',
    config: { access: 'places.write' },
    schema: { summary: 'Add a home', body: forms.NewHome, response: { 201: forms.Home } },
    handler: async (request, reply) => {
      requirePlace(request.body.jurisdictionId, callerOf(request).reach('places.write'))
      const home = await commands.createHome(request.body)
      homeWatch.forget()
      return reply.code(201).send(home)
    },
  })

  api.route({
    method: 'GET',
    url: '/home-names',
    config: { access: 'places.read' },
    schema: {
      summary: 'Who lives in homes that are known by id, for lists that name them',
      querystring: forms.HomeNameQuery,
      response: { 200: forms.HomeNames },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const found = await state.homes.of([...new Set(request.query.ids)])
      const items = await views.homeNames(found, caller)
      const named = items.filter((item) => item.resident !== null).map((item) => item.homeId)
      await accessLog.record(caller, 'GET /home-names', looksAt(named, 'identity'))
      return { items }
    },
  })

  api.route({
    method: 'GET',
    url: '/homes/:id',
    config: { access: 'places.read' },
    schema: { summary: 'A home', params, response: { 200: forms.HomeDetail } },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('places.read'))
      const mayKnow = caller.reach('people.read').has(home.jurisdictionId)
      const standing = await state.devices.standingIn([home.id])
      const devices = await state.devices.of(standing.map((assignment) => assignment.deviceId))
      const detail = {
        home,
        jurisdictionPath: caller.tree.pathOf(home.jurisdictionId),
        resident: mayKnow ? ((await views.residentsOf([home.id])).get(home.id) ?? null) : null,
        devices: await views.devices(devices, caller, true),
        openAlerts: mayKnow ? await views.unresolved(caller.reach('alerts.read'), home.id) : null,
      }
      const sawValues = detail.devices.some((device) => device.health?.values != null)
      await accessLog.record(caller, 'GET /homes/:id', [
        ...(detail.resident === null ? [] : looksAt([home.id], 'identity')),
        ...(sawValues ? looksAt([home.id], 'curve') : []),
        ...(detail.openAlerts?.length ? looksAt([home.id], 'alert') : []),
      ])
      return detail
    },
  })

  api.route({
    method: 'PATCH',
    url: '/homes/:id',
    config: { access: 'places.write' },
    schema: {
      summary: 'Move, re-zone or archive a home',
      params,
      body: forms.HomeChange,
      response: { 200: forms.Home },
    },
    handler: async (request) => {
      const reach = callerOf(request).reach('places.write')
      const home = await homeIn(state, request.params.id, reach)
      if (request.body.jurisdictionId !== undefined) requirePlace(request.body.jurisdictionId, reach)
      const changed = await commands.updateHome(home.id, request.body)
      homeWatch.forget()
      return changed
    },
  })
}
