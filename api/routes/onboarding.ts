import { z } from 'zod'
import { asksConsent } from '../../contracts/consent.ts'
import { Refusal } from '../../contracts/errors.ts'
import { ConsentId, DeviceId, HomeId, InstallationId } from '../../contracts/ids.ts'
import type { Installation } from '../../contracts/installation.ts'
import type { Device } from '../../contracts/registry.ts'
import { looksAt } from '../access-log.ts'
import { type ReadCode, readDeviceCode } from '../device-code.ts'
import { deviceIn, gatewayIn, homeIn } from '../lookup.ts'
import { mqttAddress } from '../mqtt-address.ts'
import type { Api, Desk } from '../options.ts'
import type { Reach } from '../permissions.ts'
import * as forms from '../schemas/onboarding.ts'
import { type Caller, callerOf } from '../sessions.ts'

const deviceParams = z.strictObject({ id: DeviceId })
const homeParams = z.strictObject({ id: HomeId })
/** Newest first; what waits longer than so many messages back is found in the list of quarantine. */
const LOOKED_BACK = 2_000

/** How devices come into homes on the spot: the catalogue, codes, consents, installations, and acts on devices. */
export const onboardingRoutes = (api: Api, desk: Desk): void => {
  catalogueRoutes(api, desk)
  actRoutes(api, desk)
  consentRoutes(api, desk)
  installationRoutes(api, desk)
}

const catalogueRoutes = (api: Api, desk: Desk): void => {
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

const actRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, homeWatch, mqtt, clocks } = desk
  api.route({
    method: 'POST',
    url: '/devices/:id/acts',
    config: { access: 'devices.write' },
    schema: {
      summary: 'A swap, reset, move or retirement, at the time at which it was done',
      params: deviceParams,
      body: forms.DeviceDeed,
      response: { 201: forms.DeviceActDone },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const reach = caller.reach('devices.write')
      const device = await deviceIn(state, request.params.id, reach)
      const { at, ...deed } = request.body
      if (deed.type === 'move' && deed.toHomeId !== null) await homeIn(state, deed.toHomeId, reach)
      if (deed.type === 'swap' && deed.successor !== null && deed.successor.gatewayId !== null)
        await gatewayIn(state, deed.successor.gatewayId, reach)
      const { act, registered } = await commands.actOnDevice({
        ...deed,
        deviceId: device.id,
        at: at ?? clocks.civil.now(),
        by: caller.actor,
      })
      homeWatch.forget()
      if (registered === null) return reply.code(201).send({ act, registered: null })
      const { secret, decoded } = registered
      const name = { topic: `devices/${registered.device.id}/readings`, username: registered.device.id }
      return reply.code(201).send({
        act,
        registered: {
          device: { ...(await views.device(registered.device, caller)), home: null },
          secret,
          decoded,
          mqtt: secret === null ? null : { ...name, ...mqttAddress(request, mqtt) },
        },
      })
    },
  })

  api.route({
    method: 'GET',
    url: '/devices/:id/history',
    config: { access: 'devices.read' },
    schema: {
      summary: 'Where a device stood, and what was done to it',
      params: deviceParams,
      response: { 200: forms.DeviceHistory },
    },
    handler: async (request) => {
      const { id } = await deviceIn(state, request.params.id, callerOf(request).reach('devices.read'))
      return { stays: await state.devices.assignments(id), acts: await state.deviceActs.of(id) }
    },
  })
}

const consentRoutes = (api: Api, { state, commands, homeWatch }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/homes/:id/consents',
    config: { access: 'places.read' },
    schema: {
      summary: 'Who agreed to which devices, the newest first',
      params: homeParams,
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
      params: homeParams,
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
      params: homeParams.extend({ consentId: ConsentId }),
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

const installationRoutes = (api: Api, desk: Desk): void => {
  const { state, commands, views, accessLog, profiles } = desk
  const params = z.strictObject({ id: InstallationId })
  /** Whoever put it up sees its first values: they stand before the dial. Written down like every look at a curve. */
  const sheetOf = async (caller: Caller, route: string, installation: Installation) => {
    const home = await homeIn(state, installation.homeId, caller.reach('devices.write'))
    const device = await state.devices.get(installation.deviceId)
    if (device === null) throw new Refusal('not_found', 'No such device.')
    const mayKnow = caller.reach('people.read').has(home.jurisdictionId)
    const resident = mayKnow ? (await views.residentsOf([home.id])).get(home.id) : undefined
    await accessLog.record(caller, route, [
      ...(resident === undefined ? [] : looksAt([home.id], 'identity')),
      ...(installation.firstReading === null ? [] : looksAt([home.id], 'curve')),
    ])
    const { by } = installation
    return {
      installation,
      device,
      profile: profiles.find(({ model }) => model === device.model) ?? null,
      consent: await state.consents.get(installation.consentId),
      place: caller.tree.pathOf(home.jurisdictionId).map(({ name }) => name),
      who:
        resident === undefined
          ? null
          : { name: resident.name, door: resident.door, address: resident.address },
      byName: (await views.actorNames([{ actor: by }])).get(by) ?? null,
    }
  }
  const installationIn = async (caller: Caller, id: InstallationId): Promise<Installation> => {
    const installation = await state.installations.get(id)
    if (installation === null) throw new Refusal('not_found', 'No such installation.')
    await homeIn(state, installation.homeId, caller.reach('devices.write'))
    return installation
  }

  api.route({
    method: 'POST',
    url: '/installations',
    config: { access: 'devices.write' },
    schema: {
      summary: 'From now on the first reading of a device in its home is awaited',
      body: forms.NewInstallation,
      response: { 201: forms.InstallationSheet },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const device = await deviceIn(state, request.body.deviceId, caller.reach('devices.write'))
      const installation = await commands.startInstallation(device.id, caller.actor)
      return reply.code(201).send(await sheetOf(caller, 'POST /installations', installation))
    },
  })

  api.route({
    method: 'GET',
    url: '/installations/:id',
    config: { access: 'devices.write' },
    schema: {
      summary: 'What was heard of the device since, and all that its sheet says',
      params,
      response: { 200: forms.InstallationSheet },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id } = await installationIn(caller, request.params.id)
      return sheetOf(caller, 'GET /installations/:id', await commands.followInstallation(id))
    },
  })

  api.route({
    method: 'POST',
    url: '/installations/:id/accept',
    config: { access: 'devices.write' },
    schema: {
      summary: 'Accepted: the sheet stays as it is',
      params,
      response: { 200: forms.InstallationSheet },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const { id } = await installationIn(caller, request.params.id)
      return sheetOf(caller, 'POST /installations/:id/accept', await commands.acceptInstallation(id))
    },
  })
}
