import { z } from 'zod'
import { DeviceId } from '../../contracts/ids.ts'
import type { Device } from '../../contracts/registry.ts'
import type { Page } from '../../store/state/lists.ts'
import { looksAt } from '../access-log.ts'
import { deviceIn, deviceToChange, gatewayIn, homeIn } from '../lookup.ts'
import { mqttAddress } from '../mqtt-address.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/devices.ts'
import { type Caller, callerOf } from '../sessions.ts'
import type { DeviceView } from '../views.ts'

type Query = z.output<typeof forms.DeviceQuery>
const params = z.strictObject({ id: DeviceId })
const mqttOf = (id: DeviceId) => ({ topic: `devices/${id}/readings`, username: id })

const listDevices = async (
  { state, homeWatch }: Desk,
  caller: Caller,
  query: Query,
): Promise<Page<Device>> => {
  const { limit, after = null, homeId = null, kind = null, gatewayId = null, silent = null, order } = query
  const reach = caller.reach('devices.read')
  if (order === 'id' && silent === null)
    return state.devices.list({ scope: reach.scope, homeId, kind, gatewayId }, { limit, after })
  const filter = { reach, homeId, kind, gatewayId, silent }
  const page = await homeWatch.devicesByUrgency(filter, { limit, after })
  const devices = new Map((await state.devices.of(page.items)).map((device) => [device.id, device]))
  return { items: page.items.flatMap((id) => devices.get(id) ?? []), next: page.next }
}

export const deviceRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog, homeWatch, mqtt } = desk

  /** Shows who lives with a device where the caller may know, so it is written down like every such look. */
  const shown = async (
    caller: Caller,
    route: string,
    devices: readonly Device[],
    withValues = false,
  ): Promise<DeviceView[]> => {
    const items = await views.devices(devices, caller, withValues)
    const identities = items.flatMap(({ home }) => (home === null || home.who === null ? [] : [home.id]))
    const curves = items.flatMap(({ homeId, health }) => (health?.values == null ? [] : (homeId ?? [])))
    await accessLog.record(caller, route, [...looksAt(identities, 'identity'), ...looksAt(curves, 'curve')])
    return items
  }
  const shownOne = async (caller: Caller, route: string, device: Device, withValues = false) => {
    const [view] = await shown(caller, route, [device], withValues)
    if (view === undefined) throw new Error('one device gives one view')
    return view
  }

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
      const caller = callerOf(request)
      const page = await listDevices(desk, caller, request.query)
      return { items: await shown(caller, 'GET /devices', page.items), next: page.next }
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
      const caller = callerOf(request)
      const reach = caller.reach('devices.write')
      const { homeId, gatewayId } = request.body
      if (homeId !== null) await homeIn(state, homeId, reach)
      if (gatewayId !== null) await gatewayIn(state, gatewayId, reach)
      const { device, secret, decoded } = await commands.registerDevice(request.body, caller.actor)
      homeWatch.forget()
      return reply.code(201).send({
        device: await shownOne(caller, 'POST /devices', device),
        secret,
        decoded,
        mqtt: secret === null ? null : { ...mqttOf(device.id), ...mqttAddress(request, mqtt) },
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
      return shownOne(caller, 'GET /devices/:id', device, true)
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
      const caller = callerOf(request)
      const device = await deviceToChange(state, request.params.id, caller.reach('devices.write'))
      const changed = await commands.updateDevice(device.id, request.body)
      homeWatch.forget()
      return shownOne(caller, 'PATCH /devices/:id', changed)
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
      const caller = callerOf(request)
      const reach = caller.reach('devices.write')
      const device = await deviceToChange(state, request.params.id, reach)
      if (request.body.homeId !== null) await homeIn(state, request.body.homeId, reach)
      await commands.assignDevice(device.id, request.body.homeId)
      homeWatch.forget()
      return shownOne(caller, 'PUT /devices/:id/home', device)
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
      const device = await deviceToChange(state, request.params.id, callerOf(request).reach('devices.write'))
      const { secret } = await commands.renewDeviceSecret(device.id)
      return { secret, mqtt: { ...mqttOf(device.id), ...mqttAddress(request, mqtt) } }
    },
  })
}
