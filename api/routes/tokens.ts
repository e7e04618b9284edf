import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { TokenId } from '../../contracts/ids.ts'
import type { ApiToken } from '../../contracts/registry.ts'
import type { Api, Desk } from '../options.ts'
import { mayGrant } from '../permissions.ts'
import { Empty } from '../schemas/common.ts'
import * as forms from '../schemas/office.ts'
import { callerOf } from '../sessions.ts'
import { requireGrantable } from './accounts.ts'

export const tokenRoutes = (api: Api, { state, commands, hub }: Desk): void => {
  const tokenById = async (id: TokenId): Promise<ApiToken | null> => {
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page = await state.accounts.tokens({ limit: 500, after })
      const found = page.items.find((token) => token.id === id)
      if (found !== undefined) return found
      after = page.next
    }
    return null
  }

  api.route({
    method: 'GET',
    url: '/tokens',
    config: { access: 'accounts.manage' },
    schema: { summary: 'Tokens', querystring: forms.TokenQuery, response: { 200: forms.TokenPage } },
    handler: async (request) => {
      const reach = callerOf(request).reach('accounts.manage')
      const { limit, after = null } = request.query
      const page = await state.accounts.tokens({ limit, after })
      return { items: page.items.filter((token) => mayGrant(reach, token.grants)), next: page.next }
    },
  })

  api.route({
    method: 'POST',
    url: '/tokens',
    config: { access: 'accounts.manage' },
    schema: {
      summary: 'Make a token for an integration; its secret is shown this once',
      body: forms.NewToken,
      response: { 201: forms.IssuedToken },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      requireGrantable(caller.reach('accounts.manage'), request.body.grants)
      const issued = await commands.createToken({ ...request.body, createdBy: caller.accountId })
      return reply.code(201).send(issued)
    },
  })

  api.route({
    method: 'DELETE',
    url: '/tokens/:id',
    config: { access: 'accounts.manage' },
    schema: { summary: 'End a token', params: z.strictObject({ id: TokenId }), response: { 204: Empty } },
    handler: async (request, reply) => {
      const token = await tokenById(request.params.id)
      if (token === null || !mayGrant(callerOf(request).reach('accounts.manage'), token.grants)) {
        throw new Refusal('not_found', 'No such token.')
      }
      await commands.deleteToken(token.id)
      await hub.recheck()
      return reply.code(204).send()
    },
  })
}
