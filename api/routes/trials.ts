import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import type { HomeId } from '../../contracts/ids.ts'
import type { Home } from '../../contracts/registry.ts'
import type { Trial } from '../../contracts/trial.ts'
import type { StateStore } from '../../store/state.ts'
import { looksAt } from '../access-log.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import * as forms from '../schemas/trials.ts'
import { type Caller, callerOf } from '../sessions.ts'

const MOST_HOMES = 20_000
const params = z.strictObject({ id: z.string().max(64) })

export const trialRoutes = (api: Api, { state, trials, accessLog }: Desk): void => {
  api.route({
    method: 'POST',
    url: '/rules/trials',
    config: { access: 'rules.try' },
    schema: {
      summary: 'Replay other settings over the past of some homes or a place; nothing is changed by it',
      body: forms.NewTrial,
      response: { 202: forms.Trial },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { settings, jurisdictionId, homeIds, days } = request.body
      const reach = caller.reach('rules.try')
      const homes =
        homeIds === undefined
          ? await homesOf(state, reach.within(jurisdictionId, caller.tree))
          : await homesBy(state, homeIds, reach)
      const trial = await trials.start({ settings, homeIds: homes, days, by: caller.actor })
      return reply.code(202).send(withoutCases(trial))
    },
  })

  api.route({
    method: 'GET',
    url: '/rules/trials/:id',
    config: { access: 'rules.try' },
    schema: {
      summary: 'How far a trial is, and what it found out; for the one who began it',
      params,
      response: { 200: forms.Trial },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const trial = trials.get(request.params.id)
      if (trial === null || trial.by !== caller.actor) throw new Refusal('not_found', 'No such trial.')
      if (trial.result === null || !caller.can('alerts.read')) return withoutCases(trial)
      const { result, shown } = await seenBy(caller, trial.result, state)
      await accessLog.record(caller, 'GET /rules/trials/:id', looksAt(shown, 'alert'))
      return { ...trial, result }
    },
  })
}

const homesOf = async (state: StateStore, reach: Reach): Promise<HomeId[]> => {
  const ids: HomeId[] = []
  let after: string | null = null
  do {
    const page: { items: Home[]; next: string | null } = await state.homes.list(
      { scope: reach.scope, archived: false },
      { limit: 500, after },
    )
    ids.push(...page.items.map(({ id }) => id))
    if (ids.length > MOST_HOMES)
      throw new Refusal(
        'range_too_long',
        `A trial takes ${MOST_HOMES} homes at most: choose a smaller place.`,
      )
    after = page.next
  } while (after !== null)
  return ids
}

const homesBy = async (state: StateStore, given: readonly HomeId[], reach: Reach): Promise<HomeId[]> => {
  const ids = [...new Set(given)]
  const homes = (await state.homes.of(ids)).filter(({ jurisdictionId }) => reach.has(jurisdictionId))
  if (homes.length < ids.length) throw new Refusal('not_found', 'No such home.')
  return ids
}

const withoutCases = (trial: Trial) => ({
  ...trial,
  result: trial.result === null ? null : { ...trial.result, added: null, removed: null, perHome: null },
})

/** The lists say which home was quiet when: case data, cut to what the caller may see of cases. */
const seenBy = async (caller: Caller, result: NonNullable<Trial['result']>, state: StateStore) => {
  const reach = caller.reach('alerts.read')
  const named = [...result.added, ...result.removed, ...result.perHome].map(({ homeId }) => homeId)
  const homes = await state.homes.of([...new Set(named)])
  const seen = new Set(homes.filter(({ jurisdictionId }) => reach.has(jurisdictionId)).map(({ id }) => id))
  const isSeen = ({ homeId }: { homeId: HomeId }) => seen.has(homeId)
  const lists = {
    added: result.added.filter(isSeen),
    removed: result.removed.filter(isSeen),
    perHome: result.perHome.filter(isSeen),
  }
  const shown = new Set(Object.values(lists).flatMap((list) => list.map(({ homeId }) => homeId)))
  return { result: { ...result, ...lists }, shown }
}
