import type { FastifyRequest } from 'fastify'
import type { ApiOptions } from './options.ts'

/** Where whoever was registered is to connect: the service goes by the name under which it was just reached. */
export const mqttAddress = (
  { hostname }: Pick<FastifyRequest, 'hostname'>,
  { port, tlsPort }: ApiOptions['mqtt'],
) => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port,
  tlsPort,
})
