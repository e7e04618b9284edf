import { z } from 'zod'
import { asksConsent } from '../../contracts/consent.ts'
import { Refusal } from '../../contracts/errors.ts'
import { ConsentId, HomeId } from '../../contracts/ids.ts'
import { homeIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/onboarding.ts'
import { callerOf } from '../sessions.ts'

const params = z.strictObject({ id: HomeId })

/** Who of a home agreed to which devices. */
export const consentRoutes = (api: Api, { state, commands, homeWatch }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/homes/:id/consents',
    config: { access: 'places.read' },
    schema: {
      summary: 'Who agreed to which devices, the newest first',
      params,
      response: { 200: forms.Consents },
    },
    handler: async (request) => {
      const { id } = await homeIn(state, request.params.id, callerOf(request).reach('places.read'))
      const items = await state.consents.ofHome(id)
      const waiting = new Map(
        (await state.awaitedConsents.ofHome(id)).map((one) => [one.deviceId, one.since]),
      )
      const agreed = new Set(items.filter((one) => one.withdrawnAt === null).map((one) => one.deviceKind))
      const standing = await state.devices.standingIn([id])
      const kinds = (await state.devices.of(standing.map(({ deviceId }) => deviceId))).map(({ kind }) => kind)
      const awaiting = (await state.devices.of([...waiting.keys()])).map((device) => ({
        deviceId: device.id,
        deviceKind: device.kind,
        since: waiting.get(device.id) ?? device.createdAt,
      }))
      return {
        items,
        awaiting,
        without: [...new Set(kinds)].filter((kind) => asksConsent(kind) && !agreed.has(kind)).sort(),
      }
    },
  })

  api.route({
    method: 'POST',
    url: '/homes/:id/consents',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Somebody of the home agreed, and this caller was there or has the paper',
      params,
      body: forms.NewConsent,
      response: { 201: forms.Consent },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { id: homeId } = await homeIn(state, request.params.id, caller.reach('devices.write'))
      const consent = await commands.giveConsent({ ...request.body, homeId }, caller.actor)
      homeWatch.forget()
      return reply.code(201).send(consent)
    },
  })

  api.route({
    method: 'POST',
    url: '/homes/:id/consents/:consentId/withdraw',
    config: { access: 'places.read' },
    schema: {
      summary: 'It was taken back: devices of its kind leave the home at once',
      params: params.extend({ consentId: ConsentId }),
      response: { 200: forms.Consent },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id: homeId } = await homeIn(state, request.params.id, caller.reach('places.read'))
      const consent = await state.consents.get(request.params.consentId)
      if (consent?.homeId !== homeId) throw new Refusal('not_found', 'No such consent.')
      const withdrawn = await commands.withdrawConsent(consent.id, caller.actor)
      homeWatch.forget()
      return withdrawn
    },
  })
}
