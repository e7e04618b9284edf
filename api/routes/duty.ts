import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { JurisdictionId } from '../../contracts/ids.ts'
import { DAY_MS } from '../../contracts/time.ts'
import { requirePlace } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/duty.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: JurisdictionId })

/** Who is on duty for a place, and how its alerts climb. */
export const dutyRoutes = (api: Api, { state, commands, clocks, duty }: Desk): void => {
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
      requirePlace(jurisdictionId, callerOf(request).reach('duty.write'))
      return { faults: await duty.faultsOf({ ...request.body, jurisdictionId }) }
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
      const roster = await commands
        .publishRoster({ ...request.body, jurisdictionId }, caller.actor)
        .catch((error: unknown) => {
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
