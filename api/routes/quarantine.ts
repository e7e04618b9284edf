import { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { DeviceId, GatewayId } from '../../contracts/ids.ts'
import type { QuarantineItem } from '../../contracts/quarantine.ts'
import { looksAt } from '../access-log.ts'
import { deviceIn, gatewayIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import { Preview, PreviewRequest } from '../schemas/mappings.ts'
import * as forms from '../schemas/office.ts'
import { type Caller, callerOf } from '../sessions.ts'

const params = z.strictObject({ id: z.coerce.number().int().min(0) })

export const quarantineRoutes = (api: Api, { state, keptMessages, accessLog }: Desk): void => {
  const principalIsIn = async (principal: string, reach: Reach): Promise<boolean> => {
    const [kind, id] = [
      principal.slice(0, principal.indexOf(':')),
      principal.slice(principal.indexOf(':') + 1),
    ]
    try {
      if (kind === 'device') await deviceIn(state, DeviceId.parse(id), reach)
      else await gatewayIn(state, GatewayId.parse(id), reach)
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }
  /** Messages of devices out of reach are left out, so a page may hold fewer than asked for. */
  const inReach = async (items: readonly QuarantineItem[], reach: Reach): Promise<QuarantineItem[]> => {
    if (reach.everywhere) return [...items]
    const seen = new Map<string, boolean>()
    for (const { principal } of items) {
      if (!seen.has(principal)) seen.set(principal, await principalIsIn(principal, reach))
    }
    return items.filter((item) => seen.get(item.principal) === true)
  }

  const oneInReach = async (id: number, reach: Reach): Promise<QuarantineItem> => {
    const found = await state.quarantine.get(id)
    const [item] = await inReach(found === null ? [] : [found], reach)
    if (item === undefined) throw new Refusal('not_found', 'No such message.')
    return item
  }

  const deviceOf = async ({ principal, sourceId }: QuarantineItem): Promise<DeviceId | null> => {
    if (principal.startsWith('device:')) return DeviceId.parse(principal.slice('device:'.length))
    if (sourceId === null) return null
    const gatewayId = GatewayId.parse(principal.slice('gateway:'.length))
    return (await state.devices.behind(gatewayId, sourceId))?.id ?? null
  }
  /** A device that is not registered is refused over and over: it is looked up once. */
  const withDevices = async (items: readonly QuarantineItem[]) => {
    const known = new Map<string, DeviceId | null>()
    const keyOf = (item: QuarantineItem) => JSON.stringify([item.principal, item.sourceId])
    for (const item of items) if (!known.has(keyOf(item))) known.set(keyOf(item), await deviceOf(item))
    return items.map((item) => ({ ...item, deviceId: known.get(keyOf(item)) ?? null }))
  }

  /** What a meter of a home said is a look at its curve, whether it could be read or not. */
  const noteLooks = async (
    caller: Caller,
    route: string,
    items: readonly { deviceId: DeviceId | null }[],
  ) => {
    const ids = [...new Set(items.flatMap(({ deviceId }) => deviceId ?? []))]
    const standing = ids.length === 0 ? [] : await state.devices.placesOf(ids)
    const homes = standing.map(({ homeId }) => homeId)
    await accessLog.record(caller, route, looksAt(homes, 'curve'))
  }

  api.route({
    method: 'GET',
    url: '/quarantine',
    config: { access: 'quarantine.read' },
    schema: {
      summary: 'Messages that could not be taken, newest first',
      querystring: forms.QuarantineQuery,
      response: { 200: forms.QuarantinePage },
    },
    handler: async (request) => {
      const { limit, after = null, code = null, principal = null, decoded = null } = request.query
      const page = await state.quarantine.list({ code, principal, decoded }, { limit, after })
      const caller = callerOf(request)
      const items = await withDevices(await inReach(page.items, caller.reach('quarantine.read')))
      await noteLooks(caller, 'GET /quarantine', items)
      return { items, next: page.next }
    },
  })

  api.route({
    method: 'GET',
    url: '/quarantine/:id',
    config: { access: 'quarantine.read' },
    schema: {
      summary: 'One of them',
      params,
      response: { 200: forms.QuarantineItem },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const item = await oneInReach(request.params.id, caller.reach('quarantine.read'))
      const [shown] = await withDevices([item])
      if (shown === undefined) throw new Error('one message gives one view')
      await noteLooks(caller, 'GET /quarantine/:id', [shown])
      return shown
    },
  })

  api.route({
    method: 'POST',
    url: '/quarantine/:id/preview',
    config: { access: 'quarantine.read' },
    schema: {
      summary: 'What would come of one of them under a mapping; nothing is kept of it',
      params,
      body: PreviewRequest,
      response: { 200: Preview },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const item = await oneInReach(request.params.id, caller.reach('quarantine.read'))
      await noteLooks(caller, 'POST /quarantine/:id/preview', await withDevices([item]))
      const preview = keptMessages.preview(item, request.body.proposed)
      if (preview === null) throw new Refusal('conflict', 'Only the beginning of this message was kept.')
      return {
        ...preview,
        samples: preview.samples.map(({ seq = null, channel = null, ...sample }) => ({
          ...sample,
          seq,
          channel,
        })),
      }
    },
  })
}
