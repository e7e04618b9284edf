import { z } from 'zod'
import { GatewayId } from '../../contracts/ids.ts'
import type { Gateway } from '../../contracts/registry.ts'
import { gatewayIn, requirePlace } from '../lookup.ts'
import { mqttAddress } from '../mqtt-address.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/devices.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: GatewayId })
const mqttOf = ({ id, topics }: Gateway) => ({ topics, username: id })

export const gatewayRoutes = (api: Api, { state, commands, mqtt }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/gateways',
    config: { access: 'gateways.manage' },
    schema: { summary: 'Gateways', querystring: forms.GatewayQuery, response: { 200: forms.GatewayPage } },
    handler: async (request) => {
      const { limit, after = null } = request.query
      return state.gateways.list(
        { scope: callerOf(request).reach('gateways.manage').scope },
        { limit, after },
      )
    },
  })

  api.route({
    method: 'POST',
    url: '/gateways',
    config: { access: 'gateways.manage' },
    schema: {
      summary: 'Register a gateway; its secret is shown this once',
      body: forms.NewGateway,
      response: { 201: forms.RegisteredGateway },
    },
    handler: async (request, reply) => {
      requirePlace(request.body.jurisdictionId, callerOf(request).reach('gateways.manage'))
      const { gateway, secret } = await commands.registerGateway(request.body)
      return reply
        .code(201)
        .send({ gateway, secret, mqtt: { ...mqttOf(gateway), ...mqttAddress(request, mqtt) } })
    },
  })

  api.route({
    method: 'PATCH',
    url: '/gateways/:id',
    config: { access: 'gateways.manage' },
    schema: {
      summary: 'Change or disable a gateway',
      params,
      body: forms.GatewayChange,
      response: { 200: forms.Gateway },
    },
    handler: async (request) => {
      const gateway = await gatewayIn(state, request.params.id, callerOf(request).reach('gateways.manage'))
      return commands.updateGateway(gateway.id, request.body)
    },
  })

  api.route({
    method: 'POST',
    url: '/gateways/:id/secret',
    config: { access: 'gateways.manage' },
    schema: {
      summary: 'Give a gateway a new secret; the old one ends',
      params,
      response: { 200: forms.GatewaySecret },
    },
    handler: async (request) => {
      const gateway = await gatewayIn(state, request.params.id, callerOf(request).reach('gateways.manage'))
      const { secret } = await commands.renewGatewaySecret(gateway.id)
      return { secret, mqtt: { ...mqttOf(gateway), ...mqttAddress(request, mqtt) } }
    },
  })
}
