import { z } from 'zod'
import type { DeviceActType } from '../../contracts/device-command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { DeviceId } from '../../contracts/ids.ts'
import { SECOND_MS } from '../../contracts/time.ts'
import { looksAt } from '../access-log.ts'
import { deviceIn, deviceToChange } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import type { Ability } from '../permissions.ts'
import * as forms from '../schemas/device-commands.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: DeviceId })
const SHOWN = 50

/** Water and horn are felt by whoever lives there; interval and test are the technician's. */
const ABILITY: Record<DeviceActType, Ability> = {
  valve: 'devices.intervene',
  hush: 'devices.intervene',
  set_interval: 'devices.write',
  self_test: 'devices.write',
}

export const deviceCommandRoutes = (api: Api, { state, deviceCommands, accessLog }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/devices/:id/commands',
    config: { access: 'devices.read' },
    schema: {
      summary: 'What a device was asked to do, and what it can be asked',
      params,
      response: { 200: forms.DeviceCommandList },
    },
    handler: async (request) => {
      const { id } = await deviceIn(state, request.params.id, callerOf(request).reach('devices.read'))
      return { items: await deviceCommands.of(id, SHOWN), obstacles: deviceCommands.obstacles(id) }
    },
  })

  api.route({
    method: 'POST',
    url: '/devices/:id/commands',
    config: { access: 'devices.intervene' },
    schema: {
      summary: 'Ask a device to do something',
      description:
        'Water and horn (`valve`, `hush`) by a case worker or an administrator, the rest by an administrator. Refused with `command_unsupported` where the device or its family cannot. A hushed detector closes no alert.',
      params,
      body: forms.NewDeviceCommand,
      response: { 202: forms.DeviceCommand },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { act, expiresInS } = request.body
      const ability = ABILITY[act.type]
      if (!caller.can(ability)) throw new Refusal('forbidden', 'Your role does not allow this.')
      const { id } = await deviceToChange(state, request.params.id, caller.reach(ability))
      const [standing] = await state.devices.placesOf([id])
      // Written down before it goes out, like every look.
      if (standing !== undefined)
        await accessLog.record(caller, 'POST /devices/:id/commands', looksAt([standing.homeId], 'command'))
      const livesMs = expiresInS === null ? null : expiresInS * SECOND_MS
      return reply.code(202).send(await deviceCommands.request(id, act, livesMs, caller.actor))
    },
  })
}
