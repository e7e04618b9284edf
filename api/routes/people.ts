import { z } from 'zod'
import type { Person } from '../../contracts/duty.ts'
import { Refusal } from '../../contracts/errors.ts'
import { type JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { accountIn, homeIn, personIn, requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/duty.ts'
import { type Caller, callerOf } from '../sessions.ts'

const params = z.strictObject({ id: PersonId })
type Ties = Pick<Person, 'accountId' | 'pairedWith' | 'holdsKeyOf' | 'addresses'>

/** Those who answer alerts. Their names and numbers are for whoever works with them in the same place. */
export const personRoutes = (api: Api, { state, commands, channels }: Desk): void => {
  /** What somebody is newly tied to must be the caller's to tie: accounts, homes and channels of others are not there. */
  const requireTies = async (
    caller: Caller,
    said: Partial<Ties>,
    { place, before }: { place: JurisdictionId; before: Ties | null },
  ): Promise<void> => {
    const reach = caller.reach('duty.write')
    const { accountId = null, pairedWith = [], holdsKeyOf = [], addresses = [] } = said
    if (accountId !== null && accountId !== before?.accountId)
      await accountIn(state, accountId, caller.reach('accounts.manage'))
    const known = new Set([...(before?.pairedWith ?? []), ...(before?.holdsKeyOf ?? [])])
    for (const id of new Set([...pairedWith, ...holdsKeyOf]))
      if (!known.has(id)) await homeIn(state, id, reach)
    const above = new Set(caller.tree.pathOf(place).map(({ id }) => id))
    const used = new Set(before?.addresses.map(({ channelId }) => channelId))
    for (const { channelId } of addresses) {
      if (used.has(channelId)) continue
      const channel = await channels.get(channelId)
      if (channel === null || !(reach.has(channel.jurisdictionId) || above.has(channel.jurisdictionId)))
        throw new Refusal('not_found', 'No such channel.')
    }
  }

  api.route({
    method: 'GET',
    url: '/people',
    config: { access: 'duty.read' },
    schema: {
      summary: 'Those who answer alerts and visits',
      querystring: forms.PersonQuery,
      response: { 200: forms.PersonPage },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const {
        jurisdictionId,
        kind = null,
        search = null,
        enabled = null,
        limit,
        after = null,
      } = request.query
      const { scope } = caller.reach('duty.read').within(jurisdictionId, caller.tree)
      return state.people.list({ scope, kind, search, enabled }, { limit, after })
    },
  })

  api.route({
    method: 'GET',
    url: '/people/:id',
    config: { access: 'duty.read' },
    schema: { summary: 'One of them', params, response: { 200: forms.Person } },
    handler: async (request) => personIn(state, request.params.id, callerOf(request).reach('duty.read')),
  })

  api.route({
    method: 'POST',
    url: '/people',
    config: { access: 'duty.write' },
    schema: { summary: 'Add somebody', body: forms.NewPerson, response: { 201: forms.Person } },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { jurisdictionId } = request.body
      requirePlace(jurisdictionId, caller.reach('duty.write'))
      await requireTies(caller, request.body, { place: jurisdictionId, before: null })
      return reply.code(201).send(await commands.createPerson(request.body, caller.actor))
    },
  })

  api.route({
    method: 'PATCH',
    url: '/people/:id',
    config: { access: 'duty.write' },
    schema: {
      summary: 'Change somebody, or let them rest',
      params,
      body: forms.PersonChange,
      response: { 200: forms.Person },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const reach = caller.reach('duty.write')
      const before = await personIn(state, request.params.id, reach)
      const { jurisdictionId: place = before.jurisdictionId } = request.body
      requirePlace(place, reach)
      await requireTies(caller, request.body, { place, before })
      return commands.updatePerson(before.id, request.body, caller.actor)
    },
  })
}
