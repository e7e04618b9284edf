import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { Refusal } from '../contracts/errors.ts'
import { MINUTE_MS, SECOND_MS } from '../contracts/time.ts'
import { AccessLog } from './access-log.ts'
import { consoleFiles, sendPage, wantsPage } from './console-files.ts'
import { documentation } from './documentation.ts'
import { answerError, errorBody } from './errors.ts'
import { EventHub } from './events.ts'
import { HomeWatch } from './home-watch.ts'
import { describeRoute, swaggerOptions } from './openapi.ts'
import type { Api, ApiOptions, Desk } from './options.ts'
import { accessLogRoutes } from './routes/access-log.ts'
import { accountRoutes } from './routes/accounts.ts'
import { alertRoutes } from './routes/alerts.ts'
import { channelRoutes, checkInRoutes, subscriptionRoutes } from './routes/channels.ts'
import { circumstanceRoutes } from './routes/circumstances.ts'
import { consentRoutes } from './routes/consents.ts'
import { cutRoutes } from './routes/cuts.ts'
import { deviceActRoutes } from './routes/device-acts.ts'
import { deviceCareRoutes } from './routes/device-care.ts'
import { deviceCodeRoutes } from './routes/device-codes.ts'
import { deviceCommandRoutes } from './routes/device-commands.ts'
import { deviceRoutes } from './routes/devices.ts'
import { dutyRoutes } from './routes/duty.ts'
import { eventRoutes } from './routes/events.ts'
import { findingRoutes } from './routes/findings.ts'
import { gatewayRoutes } from './routes/gateways.ts'
import { homeRoutes } from './routes/homes.ts'
import { importRoutes } from './routes/imports.ts'
import { installationRoutes } from './routes/installations.ts'
import { jurisdictionRoutes } from './routes/jurisdictions.ts'
import { mappingRoutes } from './routes/mappings.ts'
import { pageRoutes } from './routes/pages.ts'
import { personRoutes } from './routes/people.ts'
import { probeRoutes } from './routes/probes.ts'
import { proposalRoutes } from './routes/proposals.ts'
import { pushRoutes } from './routes/push.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { readingRoutes } from './routes/readings.ts'
import { reportRoutes } from './routes/reports.ts'
import { residentRoutes } from './routes/residents.ts'
import { rotaRoutes } from './routes/rota.ts'
import { ruleRoutes } from './routes/rules.ts'
import { sessionRoutes } from './routes/session.ts'
import { sourceRoutes } from './routes/sources.ts'
import { summaryRoutes } from './routes/summary.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { trialRoutes } from './routes/trials.ts'
import { visitRoutes } from './routes/visits.ts'
import { whyNotRoutes } from './routes/why-not.ts'
import { COOKIE, originFits, Sessions } from './sessions.ts'
import { boundBodies, boundConnections, strangerLimits } from './strangers.ts'
import { Views } from './views.ts'
import { VisitViews } from './visit-views.ts'

export type { ApiOptions } from './options.ts'

const BODY_LIMIT_BYTES = 262_144
const HEARTBEAT_MS = 15 * SECOND_MS

const ROUTES = [
  sessionRoutes,
  summaryRoutes,
  jurisdictionRoutes,
  homeRoutes,
  circumstanceRoutes,
  residentRoutes,
  readingRoutes,
  whyNotRoutes,
  deviceCareRoutes,
  deviceRoutes,
  deviceCodeRoutes,
  deviceActRoutes,
  consentRoutes,
  installationRoutes,
  importRoutes,
  deviceCommandRoutes,
  gatewayRoutes,
  mappingRoutes,
  sourceRoutes,
  alertRoutes,
  reportRoutes,
  rotaRoutes,
  proposalRoutes,
  personRoutes,
  dutyRoutes,
  pageRoutes,
  visitRoutes,
  cutRoutes,
  findingRoutes,
  quarantineRoutes,
  ruleRoutes,
  trialRoutes,
  accountRoutes,
  tokenRoutes,
  accessLogRoutes,
  channelRoutes,
  subscriptionRoutes,
  checkInRoutes,
  eventRoutes,
]

/** The HTTP side of the service, all routes made and not yet listening. Closing it ends the open streams. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const api = bareServer(options)
  const desk = deskOf(options, api)
  await secureHeaders(api, options.tls !== null)
  await api.register(cookie)
  await api.register(rateLimit, {
    global: false,
    errorResponseBuilder: () => new Refusal('too_many_requests', 'Too many tries. Wait a minute.'),
  })
  await api.register(swagger, swaggerOptions)
  guardRoutes(api, desk)
  boundBodies(api, strangerLimits)
  boundConnections(api.server, strangerLimits, options.trustedProxies.length > 0)
  logRequests(api)
  await api.register(documentation)
  if (options.consoleDir !== null) await api.register(consoleFiles, { dir: options.consoleDir })
  answerUnknown(api, options.consoleDir)
  await api.register(ownRoutes([probeRoutes, pushRoutes], desk))
  await api.register(ownRoutes(ROUTES, desk), { prefix: '/api/v1' })
  keepStreamsAlive(api, desk)
  await api.ready()
  return api
}

const bareServer = ({ log, tls, trustedProxies }: ApiOptions): Api => {
  const api = Fastify({
    // Typed for plain HTTP: the routes do not see the difference.
    ...(tls === null ? {} : ({ https: tls } as object)),
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false,
    requestTimeout: strangerLimits.requestMs,
    frameworkErrors: (error, request, reply) => void answerError(error, request as never, reply as never),
    clientErrorHandler: refuseBrokenRequest,
  }) as unknown as Api
  api.server.headersTimeout = strangerLimits.headersMs
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  api.removeContentTypeParser('text/plain')
  api.decorateRequest('caller', null)
  api.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  return api
}

/** What is no HTTP at all never reaches a route; it gets the same shape of answer. */
const refuseBrokenRequest = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const refusal = tooLarge
    ? new Refusal('too_large', 'The headers are too large.')
    : new Refusal('bad_request', 'This is not an HTTP request.')
  const body = JSON.stringify(errorBody(refusal))
  const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close`
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

const deskOf = (options: ApiOptions, api: Api): Desk => {
  const { state, clocks, live } = options
  const sessions = new Sessions(state, clocks.wall)
  const accessLog = new AccessLog(state.access, clocks.civil)
  const homeWatch = new HomeWatch(state, clocks)
  const views = new Views(state, clocks.civil, homeWatch)
  const hub = new EventHub({ live, state, views, sessions, accessLog, clocks, log: api.log })
  const visitViews = new VisitViews(state, clocks.civil)
  return { ...options, sessions, accessLog, homeWatch, views, visitViews, hub }
}

/** Everything comes from here alone; Ant Design writes styles into the page, scripts never stand in it. */
const secureHeaders = async (api: Api, underTls: boolean): Promise<void> => {
  await api.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: underTls,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
}

/** Every route says who may use it, and one that forgets stops the start. */
const ownRoutes = (adders: readonly ((api: Api, desk: Desk) => void)[], desk: Desk) => async (api: Api) => {
  api.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (access === undefined)
      throw new Error(`route ${String(route.method)} ${route.url} does not say who may use it`)
    describeRoute(route, access)
  })
  for (const add of adders) add(api, desk)
}

/** Nobody is let through by oversight: a route of which nothing is said wants a caller, too. */
const guardRoutes = (api: Api, { sessions }: Desk): void => {
  api.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    if (request.is404) return
    refuseForeignPage(request)
    const access = request.routeOptions.config.access ?? 'signed_in'
    if (access === 'open') return
    request.caller = await sessions.authenticate(request, reply)
    if (request.caller === null) throw new Refusal('not_signed_in', 'Sign in first.')
    if (access !== 'signed_in' && !request.caller.can(access)) {
      throw new Refusal('forbidden', 'Your role does not allow this.')
    }
  })
}

/** A page elsewhere could make a browser send our cookie along, or sign it in as somebody else. */
const refuseForeignPage = ({ method, headers, cookies }: FastifyRequest): void => {
  if (method === 'GET' || method === 'HEAD' || headers.authorization !== undefined) return
  if (headers.origin === undefined && cookies[COOKIE] === undefined) return
  if (!originFits(headers.origin, headers.host)) {
    throw new Refusal('forbidden', 'This request does not come from a page of this service.')
  }
}

/** The pattern of the route and the actor's id: never an address with its query, where a name may stand. */
const logRequests = (api: Api): void => {
  api.addHook('onResponse', async (request, reply) => {
    const ms = Math.round(reply.elapsedTime)
    const route = request.is404 ? 'unknown' : request.routeOptions.url
    const actor = request.caller?.actor ?? null
    request.log.info({ method: request.method, route, status: reply.statusCode, ms, actor }, 'answered')
  })
}

const answerUnknown = (api: Api, consoleDir: string | null): void => {
  api.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    if (consoleDir !== null && wantsPage(request)) return sendPage(reply, consoleDir)
    return answerError(new Refusal('not_found', 'No such address.'), request, reply)
  })
}

const keepStreamsAlive = (api: Api, { hub }: Desk): void => {
  const ticking = setInterval(() => hub.tick(), HEARTBEAT_MS)
  const checking = setInterval(() => {
    hub.recheck().catch(() => api.log.error({}, 'the rights of live listeners could not be checked'))
  }, MINUTE_MS)
  ticking.unref()
  checking.unref()
  api.addHook('preClose', async () => {
    clearInterval(ticking)
    clearInterval(checking)
    await hub.close()
  })
}
