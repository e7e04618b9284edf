import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { SourceId } from '../../contracts/ids.ts'
import type { Source } from '../../contracts/source.ts'
import { gatewayIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import { Empty } from '../schemas/common.ts'
import * as forms from '../schemas/sources.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: SourceId })
const access = 'gateways.manage'

export const sourceRoutes = (api: Api, { state, commands, sourceWatch }: Desk): void => {
  const shown = async (source: Source) => {
    const { password, key } = await sourceWatch.has(source.id)
    return { ...source, hasPassword: password, hasKey: key, status: sourceWatch.status(source.id) }
  }
  /** A source lies where its gateway lies. */
  const sourceIn = async (id: SourceId, reach: Reach): Promise<Source> => {
    const source = await state.sources.get(id)
    const gateway = source === null ? null : await state.gateways.get(source.gatewayId)
    if (source === null || gateway === null || !reach.has(gateway.jurisdictionId))
      throw new Refusal('not_found', 'No such source.')
    return source
  }

  api.route({
    method: 'GET',
    url: '/sources',
    config: { access },
    schema: {
      summary: 'Sources that others host, and how they are doing',
      response: { 200: forms.SourceList },
    },
    handler: async (request) => {
      const reach = callerOf(request).reach(access)
      const items = []
      for (const source of await state.sources.all()) {
        const gateway = await state.gateways.get(source.gatewayId)
        if (gateway !== null && reach.has(gateway.jurisdictionId)) items.push(await shown(source))
      }
      return { items }
    },
  })

  api.route({
    method: 'POST',
    url: '/sources',
    config: { access },
    schema: {
      summary: 'Subscribe to a broker elsewhere, or let a platform push',
      body: forms.NewSource,
      response: { 201: forms.RegisteredSource },
    },
    handler: async (request, reply) => {
      await gatewayIn(state, request.body.gatewayId, callerOf(request).reach(access))
      const { source, proof } = await commands.createSource(request.body)
      return reply.code(201).send({ source: await shown(source), proof })
    },
  })

  api.route({
    method: 'PATCH',
    url: '/sources/:id',
    config: { access },
    schema: {
      summary: 'Change, enable or disable a source; it connects anew',
      params,
      body: forms.SourceChange,
      response: { 200: forms.Source },
    },
    handler: async (request) => {
      const { id } = await sourceIn(request.params.id, callerOf(request).reach(access))
      return shown(await commands.updateSource(id, request.body))
    },
  })

  api.route({
    method: 'DELETE',
    url: '/sources/:id',
    config: { access },
    schema: { summary: 'Take a source away, with its secrets', params, response: { 204: Empty } },
    handler: async (request, reply) => {
      const { id } = await sourceIn(request.params.id, callerOf(request).reach(access))
      await commands.deleteSource(id)
      return reply.code(204).send()
    },
  })

  api.route({
    method: 'POST',
    url: '/sources/:id/proof',
    config: { access },
    schema: {
      summary: 'Give a pushing platform a new secret; the old one ends',
      params,
      response: { 200: forms.SourceProof },
    },
    handler: async (request) => {
      const { id } = await sourceIn(request.params.id, callerOf(request).reach(access))
      return commands.renewSourceProof(id)
    },
  })
}
