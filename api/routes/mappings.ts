import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { DeviceId } from '../../contracts/ids.ts'
import type { MappingSubject } from '../../contracts/mapping.ts'
import { METRICS } from '../../contracts/metric.ts'
import { deviceIn, gatewayIn } from '../lookup.ts'
import { mappingsInUse } from '../mapping-use.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import * as forms from '../schemas/mappings.ts'
import { callerOf } from '../sessions.ts'

export const mappingRoutes = (api: Api, { state, commands, clocks }: Desk): void => {
  /** What holds everywhere is for those to say who reach everywhere. */
  const requireSubject = async (subject: MappingSubject, reach: Reach): Promise<void> => {
    if (subject.type === 'device') await deviceIn(state, subject.deviceId, reach)
    else if (subject.gatewayId !== null) await gatewayIn(state, subject.gatewayId, reach)
    else if (!reach.everywhere)
      throw new Refusal('forbidden', 'A mapping for all gateways is for those who administer all of them.')
  }
  const isIn = async (subject: MappingSubject, reach: Reach): Promise<boolean> => {
    try {
      await requireSubject(subject, reach)
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }

  api.route({
    method: 'GET',
    url: '/mappings',
    config: { access: 'devices.write' },
    schema: {
      summary: 'What registrations say of names and units, what it explained, and what waits for it',
      response: { 200: forms.MappingList },
    },
    handler: async (request) => {
      const reach = callerOf(request).reach('devices.write')
      const items = []
      for (const use of await mappingsInUse(state, clocks.civil.now()))
        if (reach.everywhere || (await isIn(use.subject, reach))) items.push(use)
      return { items }
    },
  })

  api.route({
    method: 'GET',
    url: '/metric-names',
    config: { access: 'devices.read' },
    schema: { summary: 'What can be measured, and in which unit', response: { 200: forms.MetricList } },
    handler: async () => ({ items: [...METRICS].map(([name, { form, unit }]) => ({ name, form, unit })) }),
  })

  api.route({
    method: 'PUT',
    url: '/mappings',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Say what the names of a device or product model mean; kept messages are decoded by it',
      body: forms.MappingChange,
      response: { 200: forms.MappingChanged },
    },
    handler: async (request) => {
      const { subject, mapping } = request.body
      await requireSubject(subject, callerOf(request).reach('devices.write'))
      return commands.putMapping(subject, mapping)
    },
  })

  api.route({
    method: 'GET',
    url: '/devices/:id/mapping',
    config: { access: 'devices.write' },
    schema: {
      summary: 'What is said of the names of a device and of its model',
      params: z.strictObject({ id: DeviceId }),
      response: { 200: forms.DeviceMapping },
    },
    handler: async (request) => {
      const { id, model, gatewayId } = await deviceIn(
        state,
        request.params.id,
        callerOf(request).reach('devices.write'),
      )
      const ofModel = (gateway: typeof gatewayId) =>
        model === '' ? null : state.mappings.get({ type: 'model', gatewayId: gateway, model })
      return {
        device: await state.mappings.get({ type: 'device', deviceId: id }),
        ofGateway: gatewayId === null ? null : await ofModel(gatewayId),
        ofModel: await ofModel(null),
      }
    },
  })
}
