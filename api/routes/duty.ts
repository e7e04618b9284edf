import { z } from 'zod'
import type { RosterFault } from '../../contracts/duty.ts'
import type { RosterDraft } from '../../contracts/duty-desk.ts'
import { Refusal } from '../../contracts/errors.ts'
import { JurisdictionId } from '../../contracts/ids.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { peopleFor, requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/duty.ts'
import { type Caller, callerOf } from '../sessions.ts'

const params = z.strictObject({ id: JurisdictionId })

/** Who is on duty for a place, and how its alerts climb. */
export const dutyRoutes = (api: Api, { state, commands, clocks, duty }: Desk): void => {
  /** Whoever works elsewhere is as unknown as somebody who does not exist. */
  const faultsOf = async (caller: Caller, draft: RosterDraft): Promise<RosterFault[]> => {
    const crews = draft.shifts.flatMap((shift) => shift.crews)
    const named = [
      ...crews.flatMap(({ primary, backup }) => (backup === null ? [primary] : [primary, backup])),
      ...draft.overrides.map(({ personId }) => personId),
    ]
    const of = { reach: caller.reach('duty.read'), tree: caller.tree }
    const known = await peopleFor(state, named, draft.jurisdictionId, of)
    const faults = (await duty.faultsOf(draft)).filter(
      (one) => !('personId' in one) || one.fault === 'twice_at_once' || known.has(one.personId),
    )
    const unknown = [...new Set(named)].filter((personId) => !known.has(personId))
    return [...faults, ...unknown.map((personId) => ({ fault: 'unknown_person' as const, personId }))]
  }

  api.route({
    method: 'GET',
    url: '/jurisdictions/:id/duty',
    config: { access: 'duty.read' },
    schema: {
      summary: 'Who is on duty now and in the days to come',
      params,
      querystring: forms.CalendarQuery,
      response: { 200: forms.DutyCalendar },
    },
    handler: async (request) => {
      const { id } = request.params
      requirePlace(id, callerOf(request).reach('duty.read'))
      const now = clocks.civil.now()
      const to = now + request.query.days * DAY_MS
      return { ...duty.calendar(id, now, to, now), roster: await state.rosters.newest(id) }
    },
  })

  api.route({
    method: 'POST',
    url: '/jurisdictions/:id/roster/check',
    config: { access: 'duty.write' },
    schema: {
      summary: 'What speaks against publishing this roster',
      params,
      body: forms.RosterDraft,
      response: { 200: forms.RosterCheck },
    },
    handler: async (request) => {
      const { id: jurisdictionId } = request.params
      const caller = callerOf(request)
      requirePlace(jurisdictionId, caller.reach('duty.write'))
      return { faults: await faultsOf(caller, { ...request.body, jurisdictionId }) }
    },
  })

  api.route({
    method: 'POST',
    url: '/jurisdictions/:id/roster',
    config: { access: 'duty.write' },
    schema: {
      summary: 'Publish a roster',
      description:
        'Refused with `roster_faulty`, and the faults in its details, when anything speaks against it.',
      params,
      body: forms.RosterDraft,
      response: { 201: forms.Roster },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { id: jurisdictionId } = request.params
      requirePlace(jurisdictionId, caller.reach('duty.write'))
      const draft = { ...request.body, jurisdictionId }
      const faults = await faultsOf(caller, draft)
      if (faults.length > 0)
        throw withTimes(new Refusal('roster_faulty', 'the roster cannot be published', { faults }))
      const roster = await commands.publishRoster(draft, caller.actor).catch((error: unknown) => {
        throw withTimes(error)
      })
      return reply.code(201).send(roster)
    },
  })

  api.route({
    method: 'GET',
    url: '/jurisdictions/:id/policy',
    config: { access: 'duty.read' },
    schema: {
      summary: 'How alerts of this place climb: by its own policy, or the nearest above it',
      params,
      response: { 200: forms.Policy },
    },
    handler: async (request) => {
      requirePlace(request.params.id, callerOf(request).reach('duty.read'))
      return duty.policyFor(request.params.id)
    },
  })

  api.route({
    method: 'PUT',
    url: '/jurisdictions/:id/policy',
    config: { access: 'duty.write' },
    schema: {
      summary: 'Give this place a policy of its own; alerts that are open go on by theirs',
      params,
      body: forms.PolicyDraft,
      response: { 200: forms.Policy },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      requirePlace(request.params.id, caller.reach('duty.write'))
      return commands.putPolicy(request.params.id, request.body, caller.actor)
    },
  })
}

/** The faults of a refused roster as the check says them: with times as they are said everywhere here. */
const withTimes = (error: unknown): unknown =>
  error instanceof Refusal && error.code === 'roster_faulty'
    ? new Refusal(
        error.code,
        error.message,
        z.encode(forms.RosterCheck, error.details as z.output<typeof forms.RosterCheck>),
      )
    : error
