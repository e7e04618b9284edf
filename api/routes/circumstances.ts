import { z } from 'zod'
import type { SensitivePeriod } from '../../contracts/circumstance.ts'
import { Refusal } from '../../contracts/errors.ts'
import { CircumstanceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import { looksAt } from '../access-log.ts'
import { homeIn, requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/circumstances.ts'
import { callerOf } from '../sessions.ts'

/** What ended longer ago is history, and not shown beside what holds. */
const SHOWN_MS = 90 * DAY_MS

const ofHome = z.strictObject({ id: HomeId })
const ofPlace = z.strictObject({ id: JurisdictionId })
const inHome = z.strictObject({ id: HomeId, periodId: CircumstanceId })
const inPlace = z.strictObject({ id: JurisdictionId, periodId: CircumstanceId })

export const circumstanceRoutes = (api: Api, desk: Desk): void => {
  homeRoutes(api, desk)
  awayRoutes(api, desk)
  sensitivityRoutes(api, desk)
  placeRoutes(api, desk)
}

const homeRoutes = (api: Api, { state, commands, clocks, accessLog }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/homes/:id/circumstances',
    config: { access: 'circumstances.read' },
    schema: {
      summary: 'Absences and sensitivities that bear on a home',
      params: ofHome,
      response: { 200: forms.HomeCircumstances },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('circumstances.read'))
      const places = caller.tree.pathOf(home.jurisdictionId).map(({ id }) => id)
      const since = clocks.civil.now() - SHOWN_MS
      const isShown = ({ to }: { to: EpochMs }) => to > since
      const away = (await state.circumstances.awayOf(home.id)).filter(isShown)
      const sensitivities = [
        ...(await state.circumstances.sensitivityOf(home.id)),
        ...(await state.circumstances.sensitivityAt(places)),
      ].filter(isShown)
      const seemsBackSince = await backSince(state, home.id)
      await accessLog.record(caller, 'GET /homes/:id/circumstances', looksAt([home.id], 'curve'))
      return { away, sensitivities, seemsBackSince }
    },
  })

  api.route({
    method: 'GET',
    url: '/homes/:id/settings',
    config: { access: 'places.read' },
    schema: {
      summary: 'What a home has otherwise than the rules say for all',
      params: ofHome,
      response: { 200: forms.HomeSettings },
    },
    handler: async (request) => {
      const home = await homeIn(state, request.params.id, callerOf(request).reach('places.read'))
      const own = await state.circumstances.settingsOf(home.id)
      if (own === null) return { budgetPer30Days: null, capHours: null, changedAt: null, changedBy: null }
      const { homeId: _, ...settings } = own
      return settings
    },
  })

  api.route({
    method: 'PUT',
    url: '/homes/:id/settings',
    config: { access: 'home_settings.write' },
    schema: {
      summary: 'Give a home a budget of false alarms or a cap of its own; null: as all',
      params: ofHome,
      body: forms.HomeSettingsChange,
      response: { 200: forms.HomeSettings },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('home_settings.write'))
      const { homeId: _, ...settings } = await commands.putHomeSettings(home.id, request.body, caller.actor)
      return settings
    },
  })
}

const awayRoutes = (api: Api, { state, commands }: Desk): void => {
  api.route({
    method: 'POST',
    url: '/homes/:id/away',
    config: { access: 'circumstances.write' },
    schema: {
      summary: 'Nobody will be at home for a time; it always has an end',
      params: ofHome,
      body: forms.NewAway,
      response: { 201: forms.AwayPeriod },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('circumstances.write'))
      return reply.code(201).send(await commands.startAway(home.id, request.body, caller.actor))
    },
  })

  api.route({
    method: 'POST',
    url: '/homes/:id/away/:periodId/end',
    config: { access: 'circumstances.write' },
    schema: { summary: 'They are back', params: inHome, response: { 200: forms.AwayPeriod } },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('circumstances.write'))
      const away = await state.circumstances.away(request.params.periodId)
      if (away?.homeId !== home.id) throw new Refusal('not_found', 'No such absence of this home.')
      return commands.endAway(away.id, caller.actor)
    },
  })
}

const sensitivityRoutes = (api: Api, { state, commands }: Desk): void => {
  api.route({
    method: 'POST',
    url: '/homes/:id/sensitivities',
    config: { access: 'circumstances.write' },
    schema: {
      summary: 'Watch a home more, or less, closely for a time',
      params: ofHome,
      body: forms.NewSensitivity,
      response: { 201: forms.SensitivePeriod },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { id: homeId } = await homeIn(state, request.params.id, caller.reach('circumstances.write'))
      return reply.code(201).send(await commands.startSensitivity({ homeId }, request.body, caller.actor))
    },
  })

  api.route({
    method: 'POST',
    url: '/homes/:id/sensitivities/:periodId/end',
    config: { access: 'circumstances.write' },
    schema: { summary: 'It is over', params: inHome, response: { 200: forms.SensitivePeriod } },
    handler: async (request) => {
      const caller = callerOf(request)
      const home = await homeIn(state, request.params.id, caller.reach('circumstances.write'))
      const period = await periodIn(state, request.params.periodId, { homeId: home.id })
      return commands.endSensitivity(period.id, caller.actor)
    },
  })
}

const placeRoutes = (api: Api, { state, commands, clocks }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/jurisdictions/:id/sensitivities',
    config: { access: 'places.read' },
    schema: {
      summary: 'Heat, cold and the like over a place and the places it lies in',
      params: ofPlace,
      response: { 200: forms.SensitivePeriods },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id } = request.params
      requirePlace(id, caller.reach('places.read'))
      const path = caller.tree.pathOf(id).map((node) => node.id)
      const since = clocks.civil.now() - SHOWN_MS
      const items = (await state.circumstances.sensitivityAt(path)).filter(({ to }) => to > since)
      return { items }
    },
  })

  api.route({
    method: 'POST',
    url: '/jurisdictions/:id/sensitivities',
    config: { access: 'place_sensitivity.write' },
    schema: {
      summary: 'Watch all homes of a place more, or less, closely for a time',
      params: ofPlace,
      body: forms.NewSensitivity,
      response: { 201: forms.SensitivePeriod },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const jurisdictionId = request.params.id
      requirePlace(jurisdictionId, caller.reach('place_sensitivity.write'))
      const begun = await commands.startSensitivity({ jurisdictionId }, request.body, caller.actor)
      return reply.code(201).send(begun)
    },
  })

  api.route({
    method: 'POST',
    url: '/jurisdictions/:id/sensitivities/:periodId/end',
    config: { access: 'place_sensitivity.write' },
    schema: { summary: 'It is over', params: inPlace, response: { 200: forms.SensitivePeriod } },
    handler: async (request) => {
      const caller = callerOf(request)
      const jurisdictionId = request.params.id
      requirePlace(jurisdictionId, caller.reach('place_sensitivity.write'))
      const period = await periodIn(state, request.params.periodId, { jurisdictionId })
      return commands.endSensitivity(period.id, caller.actor)
    },
  })
}

const periodIn = async (
  state: StateStore,
  id: CircumstanceId,
  where: { homeId: HomeId } | { jurisdictionId: JurisdictionId },
): Promise<SensitivePeriod> => {
  const period = await state.circumstances.sensitivity(id)
  const isThere =
    period !== null &&
    ('homeId' in where ? period.homeId === where.homeId : period.jurisdictionId === where.jurisdictionId)
  if (!isThere) throw new Refusal('not_found', 'No such sensitivity there.')
  return period
}

const backSince = async (state: StateStore, homeId: HomeId): Promise<EpochMs | null> => {
  const filter = { homeId, kinds: ['away.seems_back'] as const, from: null, to: null }
  const { items } = await state.findings.list(filter, { limit: 1, after: null })
  const [last] = items
  return last === undefined || last.phase === 'cleared' ? null : last.since
}
