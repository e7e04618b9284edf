import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { AccountId } from '../../contracts/ids.ts'
import type { Grant } from '../../contracts/registry.ts'
import { accountIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import { mayGrant, type Reach } from '../permissions.ts'
import * as forms from '../schemas/office.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: AccountId })

export const requireGrantable = (reach: Reach, grants: readonly Grant[] | undefined): void => {
  if (grants !== undefined && !mayGrant(reach, grants)) {
    throw new Refusal('forbidden', 'Rights can be given only over places that one administers.')
  }
}

export const accountRoutes = (api: Api, { state, commands, hub }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/accounts',
    config: { access: 'accounts.manage' },
    schema: { summary: 'Accounts', querystring: forms.AccountQuery, response: { 200: forms.AccountPage } },
    handler: async (request) => {
      const reach = callerOf(request).reach('accounts.manage')
      const { limit, after = null } = request.query
      const page = await state.accounts.list({ limit, after })
      return { items: page.items.filter((account) => mayGrant(reach, account.grants)), next: page.next }
    },
  })

  api.route({
    method: 'POST',
    url: '/accounts',
    config: { access: 'accounts.manage' },
    schema: { summary: 'Add an account', body: forms.NewAccount, response: { 201: forms.Account } },
    handler: async (request, reply) => {
      requireGrantable(callerOf(request).reach('accounts.manage'), request.body.grants)
      return reply.code(201).send(await commands.createAccount(request.body))
    },
  })

  api.route({
    method: 'PATCH',
    url: '/accounts/:id',
    config: { access: 'accounts.manage' },
    schema: {
      summary: 'Change or disable an account',
      params,
      body: forms.AccountChange,
      response: { 200: forms.Account },
    },
    handler: async (request) => {
      const reach = callerOf(request).reach('accounts.manage')
      const account = await accountIn(state, request.params.id, reach)
      requireGrantable(reach, request.body.grants)
      const changed = await commands.updateAccount(account.id, request.body)
      await hub.recheck()
      return changed
    },
  })

  api.route({
    method: 'POST',
    url: '/accounts/:id/sign-in-links',
    config: { access: 'accounts.manage' },
    schema: {
      summary: 'Make a single-use link that signs this account in',
      params,
      response: { 201: forms.SignInLink },
    },
    handler: async (request, reply) => {
      const account = await accountIn(state, request.params.id, callerOf(request).reach('accounts.manage'))
      const { secret, expiresAt } = await commands.createSignInLink(account.id)
      return reply
        .code(201)
        .send({ url: `${request.protocol}://${request.host}/#/sign-in/${secret}`, expiresAt })
    },
  })
}
