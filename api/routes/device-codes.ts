import type { z } from 'zod'
import { Refusal } from '../../contracts/errors.ts'
import { DeviceId } from '../../contracts/ids.ts'
import type { Device } from '../../contracts/registry.ts'
import { looksAt } from '../access-log.ts'
import { type ReadCode, readDeviceCode } from '../device-code.ts'
import { deviceIn } from '../lookup.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import * as forms from '../schemas/onboarding.ts'
import { callerOf } from '../sessions.ts'

/** Newest first; what waits longer than so many messages back is found in the list of quarantine. */
const LOOKED_BACK = 2_000

/** The catalogue of products, and what the code on a device says. */
export const deviceCodeRoutes = (api: Api, desk: Desk): void => {
  const { state, views, profiles, accessLog } = desk
  api.route({
    method: 'GET',
    url: '/profiles',
    config: { access: 'devices.read' },
    schema: { summary: 'The catalogue of products', response: { 200: forms.DeviceProfiles } },
    handler: async () => ({ items: [...profiles] }),
  })

  const namesOf = ({ serial }: ReadCode): string[] => {
    const small = serial.toLowerCase()
    return [...new Set([serial, small, serial.toUpperCase(), `0x${small}`])]
  }
  const knownAs = async (names: readonly string[]): Promise<Device | null> => {
    const [direct] = await state.devices.of(names.flatMap((name) => DeviceId.safeParse(name).data ?? []))
    if (direct !== undefined) return direct
    for (const { id } of await state.gateways.all())
      for (const name of names) {
        const behind = await state.devices.behind(id, name)
        if (behind !== null) return behind
      }
    return null
  }
  const waitingAs = async (names: readonly string[], reach: Reach) => {
    const wanted = new Set(names.map((name) => name.toLowerCase()))
    const found = new Map<string, z.output<typeof forms.CodeAnswer>['waiting'][number]>()
    const filter = { code: 'unregistered_device', principal: null, decoded: false }
    for (let after: string | null = null, seen = 0; seen < LOOKED_BACK; seen += 500) {
      const page = await state.quarantine.list(filter, { limit: 500, after })
      for (const { principal, sourceId } of page.items) {
        if (sourceId === null || !principal.startsWith('gateway:')) continue
        if (!wanted.has(sourceId.toLowerCase())) continue
        const gateway = await state.gateways.get(principal.slice('gateway:'.length) as never)
        if (gateway === null || !reach.has(gateway.jurisdictionId)) continue
        const key = `${gateway.id} ${sourceId}`
        found.set(key, { gatewayId: gateway.id, sourceId, messages: (found.get(key)?.messages ?? 0) + 1 })
      }
      after = page.next
      if (after === null) break
    }
    return [...found.values()]
  }
  api.route({
    method: 'POST',
    url: '/device-codes',
    config: { access: 'devices.write' },
    schema: {
      summary: 'What a code on a device says, and whether the device is known or speaks already',
      body: forms.CodeQuestion,
      response: { 200: forms.CodeAnswer },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const reach = caller.reach('devices.write')
      const read = readDeviceCode(request.body.code, profiles)
      if (read === null) throw new Refusal('bad_request', 'No number of a device stands in this code.')
      const names = namesOf(read)
      const known = await knownAs(names)
      const mine = known === null ? null : await deviceIn(state, known.id, reach).catch(nullWhenUnknown)
      const view = mine === null ? null : await views.device(mine, caller)
      const home = view?.home
      await accessLog.record(caller, 'POST /device-codes', home?.who ? looksAt([home.id], 'identity') : [])
      const profile = read.profile ?? profiles.find(({ model }) => model === known?.model) ?? null
      const waiting = known === null ? await waitingAs(names, caller.reach('gateways.manage')) : []
      return { serial: read.serial, profile, device: view, taken: known !== null && mine === null, waiting }
    },
  })
}

const nullWhenUnknown = (error: unknown): null => {
  if (error instanceof Refusal && error.code === 'not_found') return null
  throw error
}
