import { z } from 'zod'
import { HTTP_STATUS } from '../errors.ts'
import type { Api, Desk } from '../options.ts'

/** For whoever runs the service; at the root, beside `/api/v1`. */
export const probeRoutes = (api: Api, desk: Desk): void => {
  api.route({
    method: 'GET',
    url: '/healthz',
    config: { access: 'open' },
    schema: {
      summary: 'The process answers',
      response: { 200: z.strictObject({ status: z.literal('ok') }) },
    },
    handler: async () => ({ status: 'ok' as const }),
  })

  api.route({
    method: 'GET',
    url: '/readyz',
    config: { access: 'open' },
    schema: {
      summary: 'The service takes readings and answers questions',
      response: {
        200: z.strictObject({ ready: z.literal(true) }),
        503: z.strictObject({ ready: z.literal(false) }),
      },
    },
    handler: async (_request, reply) => {
      const { ready } = await desk.ready()
      return ready
        ? reply.code(200).send({ ready: true })
        : reply.code(HTTP_STATUS.not_ready as 503).send({ ready: false })
    },
  })

  api.route({
    method: 'GET',
    url: '/metrics',
    config: { access: 'signed_in' },
    schema: {
      summary: 'Metrics in the text form of Prometheus',
      response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (_request, reply) =>
      reply
        .type('text/plain; version=0.0.4; charset=utf-8')
        .serializer(String)
        .send(await desk.metricsText()),
  })
}
