import { createHash } from 'node:crypto'
import apiReference from '@scalar/fastify-api-reference'
import type { Api } from './options.ts'

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g

/** The page brings a script in its text: its own policy names exactly that one by hash, and nothing comes from outside. */
const policyFor = (html: string): string => {
  const hashes = [...html.matchAll(INLINE_SCRIPT)].map(
    (match) =>
      `'sha256-${createHash('sha256')
        .update(match[1] ?? '')
        .digest('base64')}'`,
  )
  return [
    "default-src 'self'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The document and a page to read it, for whoever is signed in. */
export const documentation = async (api: Api): Promise<void> => {
  api.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: 'signed_in' }
  })
  api.addHook('onSend', async (_request, reply, payload) => {
    if (typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')) {
      void reply.header('content-security-policy', policyFor(payload))
    }
    return payload
  })
  api.route({
    method: 'GET',
    url: '/api/v1/openapi.json',
    schema: { hide: true },
    handler: async (_request, reply) => reply.serializer(JSON.stringify).send(api.swagger()),
  })
  await api.register(apiReference, {
    routePrefix: '/api/v1/docs',
    configuration: {
      url: '/api/v1/openapi.json',
      telemetry: false,
      withDefaultFonts: false,
      hideClientButton: true,
      agent: { disabled: true },
      showDeveloperTools: 'never',
    },
  })
}
