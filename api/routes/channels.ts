import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ChannelView } from '../../contracts/channel.ts'
import { Refusal } from '../../contracts/errors.ts'
import { ChannelId } from '../../contracts/ids.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import { requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/channels.ts'
import { Empty } from '../schemas/common.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: ChannelId })
const ANSWERS_PER_MINUTE = 300

export const channelRoutes = (api: Api, { channels }: Desk): void => {
  const own = async (request: FastifyRequest<{ Params: { id: ChannelId } }>): Promise<ChannelView> => {
    const channel = await channels.get(request.params.id)
    const reach = callerOf(request).reach('channels.manage')
    if (channel === null || !reach.has(channel.jurisdictionId))
      throw new Refusal('not_found', 'No such channel.')
    return channel
  }

  api.route({
    method: 'GET',
    url: '/channels',
    config: { access: 'channels.manage' },
    schema: { summary: 'Ways out to people, and how they do', response: { 200: forms.Channels } },
    handler: async (request) => {
      const reach = callerOf(request).reach('channels.manage')
      return { items: (await channels.all()).filter(({ jurisdictionId }) => reach.has(jurisdictionId)) }
    },
  })

  api.route({
    method: 'GET',
    url: '/channels/kinds',
    config: { access: 'channels.manage' },
    schema: { summary: 'What each kind of channel must be given', response: { 200: forms.ChannelForms } },
    handler: async () => ({
      items: channels.forms().map(({ secrets, ...form }) => ({ ...form, secrets: [...secrets] })),
    }),
  })

  api.route({
    method: 'POST',
    url: '/channels',
    config: { access: 'channels.manage' },
    schema: { summary: 'Set up a channel', body: forms.NewChannel, response: { 201: forms.Channel } },
    handler: async (request, reply) => {
      requirePlace(request.body.jurisdictionId, callerOf(request).reach('channels.manage'))
      return reply.code(201).send(await channels.create(request.body))
    },
  })

  api.route({
    method: 'PATCH',
    url: '/channels/:id',
    config: { access: 'channels.manage' },
    schema: {
      summary: 'Change a channel, its secrets, or put it out of use',
      params,
      body: forms.ChannelChange,
      response: { 200: forms.Channel },
    },
    handler: async (request) => channels.update((await own(request)).id, request.body),
  })

  api.route({
    method: 'DELETE',
    url: '/channels/:id',
    config: { access: 'channels.manage' },
    schema: {
      summary: 'Take a channel and its secrets away',
      description:
        'Refused with `channel_in_use`, and how many in its details, while people are told through it.',
      params,
      response: { 204: Empty },
    },
    handler: async (request, reply) => {
      await channels.remove((await own(request)).id)
      return reply.code(204).send()
    },
  })

  api.route({
    method: 'POST',
    url: '/channels/:id/test',
    config: { access: 'channels.manage' },
    schema: {
      summary: 'Send a test to one address now',
      params,
      body: forms.ChannelTest,
      response: { 200: forms.ChannelTested },
    },
    handler: async (request) => {
      const { address, language } = request.body
      return channels.test((await own(request)).id, address, language)
    },
  })
}

/** The browser of whoever is signed in, as an address at which they are told. */
export const subscriptionRoutes = (api: Api, { subscriptions }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/session/push',
    config: { access: 'signed_in' },
    schema: { summary: 'By which key this browser subscribes', response: { 200: forms.PushKey } },
    handler: async (request) =>
      (await subscriptions.key(callerOf(request).accountId)) ?? { channelId: null, publicKey: null },
  })

  api.route({
    method: 'PUT',
    url: '/session/push',
    config: { access: 'signed_in' },
    schema: {
      summary: 'Tell me through this browser',
      body: forms.NewSubscription,
      response: { 204: Empty },
    },
    handler: async (request, reply) => {
      await subscriptions.add(callerOf(request).accountId, request.body.subscription)
      return reply.code(204).send()
    },
  })

  api.route({
    method: 'DELETE',
    url: '/session/push',
    config: { access: 'signed_in' },
    schema: {
      summary: 'Do not tell me through this browser any more',
      body: forms.GoneSubscription,
      response: { 204: Empty },
    },
    handler: async (request, reply) => {
      await subscriptions.remove(callerOf(request).accountId, request.body.endpoint)
      return reply.code(204).send()
    },
  })
}

/** Open to all: what proves the gateway is the token that it was given with the question. */
export const checkInRoutes = (api: Api, { checkIns }: Desk): void => {
  api.route({
    method: 'POST',
    url: '/check-ins/answers',
    config: { access: 'open', rateLimit: { max: ANSWERS_PER_MINUTE, timeWindow: MINUTE_MS } },
    schema: {
      summary: 'What a resident answered to a call or message',
      body: forms.CheckInReply,
      response: { 204: Empty },
    },
    handler: async (request, reply) => {
      await checkIns.answer(request.body.token, request.body.answer)
      return reply.code(204).send()
    },
  })
}
