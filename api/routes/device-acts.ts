import { z } from 'zod'
import { DeviceId } from '../../contracts/ids.ts'
import { deviceIn, deviceToChange, gatewayIn, homeIn } from '../lookup.ts'
import { mqttAddress } from '../mqtt-address.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/onboarding.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: DeviceId })

/** What was done to a device on the spot, and where it stood. */
export const deviceActRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, homeWatch, mqtt, clocks } = desk
  api.route({
    method: 'POST',
    url: '/devices/:id/acts',
    config: { access: 'devices.write' },
    schema: {
      summary: 'A swap, reset, move or retirement, at the time at which it was done',
      params,
      body: forms.DeviceDeed,
      response: { 201: forms.DeviceActDone },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const reach = caller.reach('devices.write')
      const device = await deviceToChange(state, request.params.id, reach)
      const { at, ...deed } = request.body
      if (deed.type === 'move' && deed.toHomeId !== null) await homeIn(state, deed.toHomeId, reach)
      if (deed.type === 'swap' && deed.successor !== null && deed.successor.gatewayId !== null)
        await gatewayIn(state, deed.successor.gatewayId, reach)
      const { act, registered } = await commands.actOnDevice({
        ...deed,
        deviceId: device.id,
        at: at ?? clocks.civil.now(),
        by: caller.actor,
      })
      homeWatch.forget()
      if (registered === null) return reply.code(201).send({ act, registered: null })
      const { secret, decoded } = registered
      const name = { topic: `devices/${registered.device.id}/readings`, username: registered.device.id }
      return reply.code(201).send({
        act,
        registered: {
          device: { ...(await views.device(registered.device, caller)), home: null },
          secret,
          decoded,
          mqtt: secret === null ? null : { ...name, ...mqttAddress(request, mqtt) },
        },
      })
    },
  })

  api.route({
    method: 'GET',
    url: '/devices/:id/history',
    config: { access: 'devices.read' },
    schema: {
      summary: 'Where a device stood, and what was done to it',
      params,
      response: { 200: forms.DeviceHistory },
    },
    handler: async (request) => {
      const { id } = await deviceIn(state, request.params.id, callerOf(request).reach('devices.read'))
      return { stays: await state.devices.assignments(id), acts: await state.deviceActs.of(id) }
    },
  })
}
