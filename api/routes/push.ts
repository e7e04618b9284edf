import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { networkOf } from '../../contracts/network.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import type { Api, Desk } from '../options.ts'

/** A gateway's own bound: what may come by MQTT may come this way. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024
/** Of one source; what comes faster is told to come later, and platforms keep it until then. */
const PUSHES_PER_MINUTE = 6_000

const params = z.strictObject({ sourceId: z.string().max(64) })
const limited = {
  access: 'open' as const,
  rateLimit: {
    max: PUSHES_PER_MINUTE,
    timeWindow: MINUTE_MS,
    keyGenerator: (request: FastifyRequest) =>
      `${networkOf(request.ip)} ${String((request.params as { sourceId?: unknown }).sourceId)}`,
  },
}

/**
 * Platforms that push: open to all, because whoever pushes proves itself by what it sends. A body that cannot be read is
 * kept in quarantine and answered 200, since the platform would send the very same again until it gives up on us.
 */
export const pushRoutes = (root: Api, { push }: Desk): void => {
  root.register(async (scope) => {
    const api = scope as Api
    api.removeAllContentTypeParsers()
    api.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    api.route({
      method: 'POST',
      url: '/push/:sourceId',
      bodyLimit: BODY_LIMIT_BYTES,
      config: limited,
      schema: {
        summary: 'Readings that a platform pushes; answered when they are durable',
        params,
        response: { 200: z.strictObject({ ok: z.literal(true) }) },
      },
      handler: async (request) => {
        await push.take(request.params.sourceId, {
          headers: textsOf(request.headers),
          query: textsOf(request.query as object),
          body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
        })
        return { ok: true as const }
      },
    })

    api.route({
      method: 'GET',
      url: '/push/:sourceId',
      config: limited,
      schema: {
        summary: 'How OneNET asks whether an address is ours',
        params,
        response: { 200: z.string() },
      },
      handler: async (request, reply) => {
        const word = await push.verify(request.params.sourceId, textsOf(request.query as object))
        return reply.type('text/plain; charset=utf-8').send(word)
      },
    })
  })
}

/** What came once, as text: a name that stands there twice says nothing. */
const textsOf = (said: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
