import { z } from 'zod'
import { JurisdictionId } from '../../contracts/ids.ts'
import { looksAt } from '../access-log.ts'
import { requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/rota.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: JurisdictionId })

/** Friendly visits and calls that no alert asks for. */
export const rotaRoutes = (api: Api, { state, commands, accessLog }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/jurisdictions/:id/rota',
    config: { access: 'visits.read' },
    schema: {
      summary: 'Who has not been seen for longest, and who has waited longest to be asked',
      params,
      response: { 200: forms.Rota },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      requirePlace(request.params.id, caller.reach('visits.read'))
      const rota = await commands.rota(request.params.id)
      const people = await state.people.of(rota.helpers.map(({ personId }) => personId))
      const names = new Map(people.map(({ id, name }) => [id, name]))
      const homes = rota.homes.map(({ homeId }) => homeId)
      await accessLog.record(caller, 'GET /jurisdictions/:id/rota', looksAt(homes, 'alert'))
      const helpers = rota.helpers.map((one) => ({ ...one, name: names.get(one.personId) ?? '' }))
      return { ...rota, helpers }
    },
  })

  api.route({
    method: 'PUT',
    url: '/jurisdictions/:id/rota',
    config: { access: 'duty.write' },
    schema: {
      summary: 'Plan friendly visits of this place and all below it, each day at that time',
      params,
      body: forms.RotaChange,
      response: { 200: forms.RotaSettings },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      requirePlace(request.params.id, caller.reach('duty.write'))
      return commands.putRota(request.params.id, request.body, caller.actor)
    },
  })
}
