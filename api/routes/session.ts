import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { MINUTE_MS } from '../../contracts/time.ts'
import type { Api, Desk } from '../options.ts'
import { Empty } from '../schemas/common.ts'
import { ClockNow, Language, Me, Password, SignIn } from '../schemas/session.ts'
import { type Caller, callerOf } from '../sessions.ts'

/** Sign-in tries from one address within a minute. */
const TRIES_PER_MINUTE = 10

const ownAccount = (caller: Caller) => {
  if (caller.tokenId !== null) throw new Refusal('forbidden', 'A token has no account of its own.')
  return caller.accountId
}

export const sessionRoutes = (api: Api, desk: Desk): void => {
  const clock = () => ({
    civilNow: desk.clocks.civil.now(),
    civilFactor: desk.clocks.factor,
    zone: desk.zoneDefault,
  })
  const me = ({ actor, name, grants, language }: Caller): z.output<typeof Me> => ({
    account: { id: actor.slice(actor.indexOf(':') + 1), name, grants: [...grants], language },
    ...clock(),
    mode: desk.mode,
  })

  api.route({
    method: 'POST',
    url: '/session',
    config: { access: 'open', rateLimit: { max: TRIES_PER_MINUTE, timeWindow: MINUTE_MS } },
    schema: { summary: 'Sign in; sets the session cookie', body: SignIn, response: { 200: Me } },
    handler: async (request, reply) => {
      const { body } = request
      const account =
        'link' in body
          ? await desk.sessions.byLink(body.link)
          : await desk.sessions.byPassword(body.name, body.password)
      return me(await desk.sessions.open(account.id, reply))
    },
  })

  api.route({
    method: 'GET',
    url: '/session',
    config: { access: 'signed_in' },
    schema: { summary: 'Who I am', response: { 200: Me } },
    handler: async (request) => me(callerOf(request)),
  })

  api.route({
    method: 'PATCH',
    url: '/session',
    config: { access: 'signed_in' },
    schema: {
      summary: 'Change my language',
      body: z.strictObject({ language: Language }),
      response: { 200: Me },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      await desk.commands.updateAccount(ownAccount(caller), request.body)
      return me({ ...caller, ...request.body })
    },
  })

  api.route({
    method: 'DELETE',
    url: '/session',
    config: { access: 'signed_in' },
    schema: { summary: 'Sign out', response: { 204: Empty } },
    handler: async (request, reply) => {
      await desk.sessions.close(callerOf(request), reply)
      await desk.hub.recheck()
      return reply.code(204).send()
    },
  })

  api.route({
    method: 'PUT',
    url: '/session/password',
    config: { access: 'signed_in' },
    schema: {
      summary: 'Set my password; signs out everywhere else',
      body: z.strictObject({ password: Password }),
      response: { 204: Empty },
    },
    handler: async (request, reply) => {
      const id = ownAccount(callerOf(request))
      await desk.commands.setPassword(id, request.body.password)
      await desk.state.accounts.deleteSessionsOf(id)
      await desk.hub.recheck()
      await desk.sessions.open(id, reply)
      return reply.code(204).send()
    },
  })

  api.route({
    method: 'GET',
    url: '/clock',
    config: { access: 'signed_in' },
    schema: { summary: 'What time it is for the service', response: { 200: ClockNow } },
    handler: async () => clock(),
  })
}
