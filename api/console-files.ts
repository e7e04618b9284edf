import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from './options.ts'

/** Vite puts a hash of their content into the names of what lies under `assets/`: those never change. */
const FOREVER = 'public, max-age=31536000, immutable'

/** The built console at `/`. */
export const consoleFiles = async (api: Api, { dir }: { dir: string }): Promise<void> => {
  api.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: 'open' }
    route.schema = { ...route.schema, hide: true }
  })
  await api.register(fastifyStatic, {
    root: dir,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.replaceAll('\\', '/').includes('/assets/')
      void reply.header('cache-control', hashed ? FOREVER : 'no-cache')
    },
  })
}

/** A browser that asks for a page of the console, whose addresses only the console itself knows. */
export const wantsPage = (request: FastifyRequest): boolean =>
  request.method === 'GET' &&
  !request.url.startsWith('/api/') &&
  !request.url.startsWith('/assets/') &&
  (request.headers.accept ?? '').includes('text/html')

export const sendPage = (reply: FastifyReply, dir: string): FastifyReply =>
  reply.header('cache-control', 'no-cache').sendFile('index.html', dir)
