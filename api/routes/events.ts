import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Sink } from '../events.ts'
import type { Api, Desk } from '../options.ts'
import { EventsQuery, liveEventData } from '../schemas/live.ts'
import { callerOf } from '../sessions.ts'

const sinkOf = (response: ServerResponse): Sink => ({
  write: (text) => void response.write(text),
  bufferedBytes: () => response.writableLength,
  drained: () =>
    new Promise((resolve) => {
      if (!response.writableNeedDrain || response.destroyed) return resolve()
      response.once('drain', resolve)
      response.once('close', resolve)
    }),
  end: () => {
    // A wire that does not take what is written would not take the end either.
    if (response.writableLength > 0) response.destroy()
    else response.end()
  },
})

export const eventRoutes = (api: Api, { hub }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/events',
    config: { access: 'places.read' },
    schema: {
      summary: 'What happens, as it happens (Server-Sent Events)',
      description:
        'Events alert, visit, registry (numbered, replayed after Last-Event-ID without gap), heard, clock, and reset ' +
        'when what was missed is no longer kept.',
      querystring: EventsQuery,
      response: {
        200: {
          description: 'A stream; the data of each event is one of these.',
          content: { 'text/event-stream': { schema: z.union(Object.values(liveEventData)) } },
        },
      },
    },
    handler: (request, reply) => {
      const caller = callerOf(request)
      const header = request.headers['last-event-id']
      const lastEventId = (typeof header === 'string' ? header : request.query.lastEventId) ?? null
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
        // When the stream ends so does the connection: kept alive, it would hold up the service's own stop.
        connection: 'close',
      })
      request.raw.socket.setNoDelay(true)
      const { leave } = hub.open(caller, sinkOf(raw), lastEventId)
      raw.once('close', leave)
      raw.once('error', leave)
    },
  })
}
