import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { InstallationId } from '../../contracts/ids.ts'
import type { Installation } from '../../contracts/installation.ts'
import { looksAt } from '../access-log.ts'
import { deviceToChange, homeIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/onboarding.ts'
import { type Caller, callerOf } from '../sessions.ts'

const params = z.strictObject({ id: InstallationId })

/** From a device that was put up to the sheet that was signed for it. */
export const installationRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog, profiles } = desk
  /** Whoever put it up sees its first values: they stand before the dial. Written down like every look at a curve. */
  const sheetOf = async (caller: Caller, route: string, installation: Installation) => {
    const home = await homeIn(state, installation.homeId, caller.reach('devices.write'))
    const device = await state.devices.get(installation.deviceId)
    if (device === null) throw new Refusal('not_found', 'No such device.')
    const mayKnow = caller.reach('people.read').has(home.jurisdictionId)
    const resident = mayKnow ? (await views.residentsOf([home.id])).get(home.id) : undefined
    await accessLog.record(caller, route, [
      ...(resident === undefined ? [] : looksAt([home.id], 'identity')),
      ...(installation.firstReading === null ? [] : looksAt([home.id], 'curve')),
    ])
    const { by } = installation
    return {
      installation,
      device,
      profile: profiles.find(({ model }) => model === device.model) ?? null,
      consent: await state.consents.get(installation.consentId),
      place: caller.tree.pathOf(home.jurisdictionId).map(({ name }) => name),
      who:
        resident === undefined
          ? null
          : { name: resident.name, door: resident.door, address: resident.address },
      byName: (await views.actorNames([{ actor: by }])).get(by) ?? null,
    }
  }
  const installationIn = async (caller: Caller, id: InstallationId): Promise<Installation> => {
    const installation = await state.installations.get(id)
    const home = installation === null ? null : await state.homes.get(installation.homeId)
    if (installation === null || home === null || !caller.reach('devices.write').has(home.jurisdictionId))
      throw new Refusal('not_found', 'No such installation.')
    return installation
  }

  api.route({
    method: 'POST',
    url: '/installations',
    config: { access: 'devices.write' },
    schema: {
      summary: 'From now on the first reading of a device in its home is awaited',
      body: forms.NewInstallation,
      response: { 201: forms.InstallationSheet },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const device = await deviceToChange(state, request.body.deviceId, caller.reach('devices.write'))
      const installation = await commands.startInstallation(device.id, caller.actor)
      return reply.code(201).send(await sheetOf(caller, 'POST /installations', installation))
    },
  })

  api.route({
    method: 'GET',
    url: '/installations/:id',
    config: { access: 'devices.write' },
    schema: {
      summary: 'What was heard of the device since, and all that its sheet says',
      params,
      response: { 200: forms.InstallationSheet },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id } = await installationIn(caller, request.params.id)
      return sheetOf(caller, 'GET /installations/:id', await commands.followInstallation(id))
    },
  })

  api.route({
    method: 'POST',
    url: '/installations/:id/accept',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Accepted: the sheet stays as it is',
      params,
      response: { 200: forms.InstallationSheet },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id } = await installationIn(caller, request.params.id)
      return sheetOf(caller, 'POST /installations/:id/accept', await commands.acceptInstallation(id))
    },
  })
}
