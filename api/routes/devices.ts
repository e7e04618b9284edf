import { z } from 'zod'
import { DeviceId } from '../../contracts/ids.ts'
import { looksAt } from '../access-log.ts'
import { deviceIn, gatewayIn, homeIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/devices.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: DeviceId })
const mqttOf = (id: DeviceId) => ({ topic: `devices/${id}/readings`, username: id })

export const deviceRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog } = desk

  api.route({
    method: 'GET',
    url: '/devices',
    config: { access: 'devices.read' },
    schema: {
      summary: 'Devices and how they are doing',
      querystring: forms.DeviceQuery,
      response: { 200: forms.DevicePage },
    },
    handler: async (request) => {
      const { limit, after = null, homeId = null, kind = null, gatewayId = null } = request.query
      const { scope } = callerOf(request).reach('devices.read')
      const page = await state.devices.list({ scope, homeId, kind, gatewayId }, { limit, after })
      return { items: await views.devices(page.items, null), next: page.next }
    },
  })

  api.route({
    method: 'POST',
    url: '/devices',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Register a device; its secret is shown this once',
      body: forms.NewDevice,
      response: { 201: forms.RegisteredDevice },
    },
    handler: async (request, reply) => {
      const reach = callerOf(request).reach('devices.write')
      const { homeId, gatewayId } = request.body
      if (homeId !== null) await homeIn(state, homeId, reach)
      if (gatewayId !== null) await gatewayIn(state, gatewayId, reach)
      const { device, secret } = await commands.registerDevice(request.body)
      return reply.code(201).send({
        device: await views.device(device, null),
        secret,
        mqtt: secret === null ? null : mqttOf(device.id),
      })
    },
  })

  api.route({
    method: 'GET',
    url: '/devices/:id',
    config: { access: 'devices.read' },
    schema: { summary: 'A device', params, response: { 200: forms.DeviceWithHealth } },
    handler: async (request) => {
      const caller = callerOf(request)
      const device = await deviceIn(state, request.params.id, caller.reach('devices.read'))
      const view = await views.device(device, caller.reach('readings.read'))
      if (view.homeId !== null && view.health?.values != null) {
        await accessLog.record(caller, 'GET /devices/:id', looksAt([view.homeId], 'curve'))
      }
      return view
    },
  })

  api.route({
    method: 'PATCH',
    url: '/devices/:id',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Change or disable a device',
      params,
      body: forms.DeviceChange,
      response: { 200: forms.DeviceWithHealth },
    },
    handler: async (request) => {
      const device = await deviceIn(state, request.params.id, callerOf(request).reach('devices.write'))
      return views.device(await commands.updateDevice(device.id, request.body), null)
    },
  })

  api.route({
    method: 'PUT',
    url: '/devices/:id/home',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Put a device into a home, or take it out',
      params,
      body: forms.DeviceHome,
      response: { 200: forms.DeviceWithHealth },
    },
    handler: async (request) => {
      const reach = callerOf(request).reach('devices.write')
      const device = await deviceIn(state, request.params.id, reach)
      if (request.body.homeId !== null) await homeIn(state, request.body.homeId, reach)
      await commands.assignDevice(device.id, request.body.homeId)
      return views.device(device, null)
    },
  })

  api.route({
    method: 'POST',
    url: '/devices/:id/secret',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Give a device a new secret; the old one ends',
      params,
      response: { 200: forms.DeviceSecret },
    },
    handler: async (request) => {
      const device = await deviceIn(state, request.params.id, callerOf(request).reach('devices.write'))
      const { secret } = await commands.renewDeviceSecret(device.id)
      return { secret, mqtt: mqttOf(device.id) }
    },
  })
}
