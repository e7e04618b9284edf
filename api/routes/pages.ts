import { z } from 'zod'
import type { Page, Recipient } from '../../contracts/duty.ts'
import { Refusal } from '../../contracts/errors.ts'
import { AlertId, type PersonId } from '../../contracts/ids.ts'
import { looksAt } from '../access-log.ts'
import { alertIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import { Empty } from '../schemas/common.ts'
import * as forms from '../schemas/duty.ts'
import { callerOf } from '../sessions.ts'

const PERSON = 'person:'

/** Names of those on duty; what residents and their contacts are called stands with the home. */
const namesOf = async (
  state: Desk['state'],
  recipients: readonly Recipient[],
): Promise<Map<Recipient, string>> => {
  const ids = recipients.flatMap((one) =>
    one.startsWith(PERSON) ? [one.slice(PERSON.length) as PersonId] : [],
  )
  const people = await state.people.of([...new Set(ids)])
  return new Map(people.map(({ id, name }) => [`${PERSON}${id}`, name]))
}

/** Who was told what, and whether they have seen it. */
export const pageRoutes = (api: Api, { state, commands, duty, accessLog }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/alerts/:id/pages',
    config: { access: 'alerts.read' },
    schema: {
      summary: 'Who was told of an alert, the newest first, and who is next',
      params: z.strictObject({ id: AlertId }),
      querystring: forms.DutyPagesQuery,
      response: { 200: forms.DutyPages },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const alert = await alertIn(state, request.params.id, caller.reach('alerts.read'))
      const { limit, after = null } = request.query
      const filter = { scope: null, recipient: null, alertId: alert.id }
      const { items, next } = await state.pages.list(filter, { limit, after })
      const told = await state.pages.toldOf(alert.id)
      await accessLog.record(
        caller,
        'GET /alerts/:id/pages',
        looksAt(alert.homeId ? [alert.homeId] : [], 'alert'),
      )
      const nextStep = await duty.nextStep(alert)
      const named = [...items, ...told.map(({ page }) => page)].map(({ recipient }) => recipient)
      const nameOf = await namesOf(state, [...named, ...(nextStep?.told ?? [])])
      const channels = new Map((await state.channels.all()).map(({ config }) => [config.id, config]))
      const shown = (page: Page) => {
        const through = page.channelId === null ? undefined : channels.get(page.channelId)
        return {
          ...page,
          name: nameOf.get(page.recipient) ?? null,
          channel: through ? { kind: through.kind, name: through.name, voice: through.voice } : null,
        }
      }
      return {
        items: items.map(shown),
        next,
        told: told.map(({ page, times }) => ({ ...shown(page), times })),
        nextStep: nextStep && {
          dueAt: nextStep.dueAt,
          isRepeat: nextStep.isRepeat,
          tell: nextStep.tell,
          names: nextStep.told.flatMap((recipient) => nameOf.get(recipient) ?? []),
        },
      }
    },
  })

  api.route({
    method: 'GET',
    url: '/pages',
    config: { access: 'signed_in' },
    schema: {
      summary: 'What the caller was told, the newest first',
      querystring: forms.OwnPagesQuery,
      response: { 200: forms.OwnPages },
    },
    handler: async (request) => {
      const person = await state.people.byAccount(callerOf(request).accountId)
      const { limit, after = null } = request.query
      if (person === null) return { items: [], next: null }
      return state.pages.list(
        { scope: null, recipient: `person:${person.id}`, alertId: null },
        { limit, after },
      )
    },
  })

  api.route({
    method: 'POST',
    url: '/pages/:key/answer',
    config: { access: 'signed_in' },
    schema: {
      summary: 'Say that one has seen a page; by whoever it was for',
      params: z.strictObject({ key: z.string().min(1).max(200) }),
      response: { 204: Empty },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const person = await state.people.byAccount(caller.accountId)
      const page = await state.pages.get(request.params.key)
      if (person === null || page?.recipient !== `person:${person.id}`)
        throw new Refusal('not_found', 'No such page.')
      await commands.answerPage(page.key, `account:${caller.accountId}`)
      return reply.code(204).send(undefined)
    },
  })
}
