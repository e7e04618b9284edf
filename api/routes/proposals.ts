import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { ProposalId } from '../../contracts/ids.ts'
import type { Proposal } from '../../contracts/proposal.ts'
import { looksAt } from '../access-log.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import * as forms from '../schemas/proposals.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: ProposalId })

/** What reviewed cases propose for their homes, with what the homes' own past says to it. */
export const proposalRoutes = (api: Api, { state, commands, accessLog }: Desk): void => {
  const proposalIn = async (id: ProposalId, reach: Reach): Promise<Proposal> => {
    const proposal = await state.proposals.get(id)
    if (proposal === null || !reach.has(proposal.jurisdictionId))
      throw new Refusal('not_found', 'No such proposal.')
    return proposal
  }
  const viewsOf = async (proposals: readonly Proposal[]) => {
    const replays = await state.proposals.replays(proposals.map(({ id }) => id))
    return Promise.all(
      proposals.map(async (proposal) => ({
        ...proposal,
        isStale: await commands.isStale(proposal.id),
        replay: replays.get(proposal.id) ?? null,
      })),
    )
  }
  const viewOf = async (proposal: Proposal) => {
    const [view] = await viewsOf([proposal])
    if (view === undefined) throw new Error('one proposal gives one view')
    return view
  }

  api.route({
    method: 'GET',
    url: '/proposals',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'What reviewed cases propose, newest first, with a replay over the home’s own past',
      querystring: forms.ProposalQuery,
      response: { 200: forms.Proposals },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { state: states = null, alertId = null, jurisdictionId, limit, after = null } = request.query
      const { scope } = caller.reach('alerts.read').within(jurisdictionId, caller.tree)
      const page = await state.proposals.list({ scope, states, alertId }, { limit, after })
      const homes = page.items.map(({ homeId }) => homeId)
      await accessLog.record(caller, 'GET /proposals', looksAt(homes, 'alert'))
      return { items: await viewsOf(page.items), next: page.next }
    },
  })

  api.route({
    method: 'GET',
    url: '/proposals/:id',
    config: { access: 'alerts.read' },
    schema: { summary: 'A proposal and its replay', params, response: { 200: forms.Proposal } },
    handler: async (request) => {
      const caller = callerOf(request)
      const proposal = await proposalIn(request.params.id, caller.reach('alerts.read'))
      await accessLog.record(caller, 'GET /proposals/:id', looksAt([proposal.homeId], 'alert'))
      return viewOf(proposal)
    },
  })

  for (const [verb, decision, summary] of [
    [
      'approve',
      'approved',
      'It holds from now on; refused until its replay is there, and when its base has changed',
    ],
    ['reject', 'rejected', 'Nothing is changed'],
  ] as const)
    api.route({
      method: 'POST',
      url: `/proposals/:id/${verb}`,
      config: { access: 'alerts.act' },
      schema: { summary, params, body: forms.Decision, response: { 200: forms.Proposal } },
      handler: async (request) => {
        const caller = callerOf(request)
        const { id, homeId } = await proposalIn(request.params.id, caller.reach('alerts.act'))
        const decided = await commands.decideProposal(id, decision, caller.actor)
        await accessLog.record(caller, `POST /proposals/:id/${verb}`, looksAt([homeId], 'alert'))
        return viewOf(decided)
      },
    })
}
