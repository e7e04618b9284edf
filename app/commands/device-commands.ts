import type { Actor } from '../../contracts/alert.ts'
import type { Commands, NewDevice, RegistryChange } from '../../contracts/command.ts'
import type { GivenConsent } from '../../contracts/consent.ts'
import { Refusal } from '../../contracts/errors.ts'
import { DeviceId, type HomeId } from '../../contracts/ids.ts'
import type { DeviceProfile } from '../../contracts/profile.ts'
import type { Device } from '../../contracts/registry.ts'
import type { Directory } from '../directory.ts'
import { newId, newSecret, secretHash } from '../secrets.ts'
import type { CommandOptions } from './commands.ts'
import { requireConsent } from './consents.ts'
import { found } from './found.ts'
import { installationCommands } from './installation-commands.ts'

type DeviceCommands = Pick<
  Commands,
  'registerDevice' | 'updateDevice' | 'assignDevice' | 'renewDeviceSecret' | 'putMapping'
>

/** What people change of devices, but for what they do to them at a given time (`device-acts.ts`). */
export function deviceCommands(options: CommandOptions): DeviceCommands {
  const { state, pipeline, directory, credentials, clocks, keptMessages, disconnect } = options
  const change = (body: RegistryChange) =>
    pipeline.execute({ type: 'registry', change: body }, clocks.civil.now())
  const { giveConsent } = installationCommands(options)
  const giveSecret = async (id: DeviceId): Promise<string> => {
    const secret = newSecret()
    await state.credentials.put(`device:${id}`, secretHash(secret))
    credentials.set(`device:${id}`, secretHash(secret))
    return secret
  }
  const admit = async (into: {
    kind: Device['kind']
    homeId: HomeId
    consent: GivenConsent | null
    by: Actor
  }): Promise<void> => {
    const { kind, homeId, consent, by } = into
    await found(state.homes.get(homeId), 'home')
    if (consent === null) return requireConsent(state, homeId, kind)
    await giveConsent({ ...consent, homeId, deviceKind: kind }, by)
  }
  return {
    async registerDevice({ id: wanted, homeId, profileId = null, consent = null, ...given }, by) {
      const id = wanted ?? DeviceId.parse(newId('dev'))
      const profile = profileId === null ? null : profileOf(options.profiles, profileId, given.kind)
      const rest = profile === null ? given : filledBy(profile, given)
      checkNew(directory, { id, ...rest })
      if (homeId !== null) await admit({ kind: rest.kind, homeId, consent, by })
      const device: Device = { ...rest, id, enabled: true, createdAt: clocks.civil.now() }
      const secret = rest.gatewayId === null ? await giveSecret(id) : null
      if (profile !== null) await putMappingOf(options, profile, device)
      await change({ type: 'device', device })
      if (homeId !== null) await change({ type: 'assignment', deviceId: id, homeId, at: clocks.civil.now() })
      return { device, secret, decoded: await keptMessages.decode([device]) }
    },
    async updateDevice(id, update) {
      const device = { ...(await found(state.devices.get(id), 'device')), ...update }
      await change({ type: 'device', device })
      if (!device.enabled) disconnect(`device:${id}`)
      else if (update.model !== undefined || update.enabled === true) await keptMessages.decode([device])
      return device
    },
    async assignDevice(id, homeId) {
      const { kind } = await found(state.devices.get(id), 'device')
      if (homeId !== null) await found(state.homes.get(homeId), 'home')
      if (homeId !== null) await requireConsent(state, homeId, kind)
      const at = clocks.civil.now()
      await state.awaitedConsents.delete(id)
      await change({ type: 'assignment', deviceId: id, homeId, at })
      return homeId === null ? null : { deviceId: id, homeId, from: at, to: null }
    },
    async renewDeviceSecret(id) {
      const device = await found(state.devices.get(id), 'device')
      if (device.gatewayId !== null)
        throw new Refusal('conflict', 'a device behind a gateway has no secret of its own')
      const secret = await giveSecret(id)
      disconnect(`device:${id}`)
      return { secret }
    },
    async putMapping(subject, mapping) {
      await state.mappings.put(subject, mapping)
      directory.putMapping(subject, mapping)
      return { decoded: await keptMessages.decode(directory.devicesUnder(subject)) }
    },
  }
}

/** Devices and gateways sign in by the same kind of name, so no two of them may share one. */
function checkNew(
  directory: Directory,
  { id, gatewayId, sourceId }: Pick<Device, 'id' | 'gatewayId' | 'sourceId'>,
): void {
  if (directory.device(id) || directory.gateway(id))
    throw new Refusal('conflict', 'this device id is already registered')
  if ((gatewayId === null) !== (sourceId === null))
    throw new Refusal('bad_request', 'a device behind a gateway needs both gatewayId and sourceId')
  if (gatewayId === null || sourceId === null) return
  if (!directory.gateway(gatewayId)) throw new Refusal('not_found', 'no such gateway')
  if (directory.behind(gatewayId, sourceId))
    throw new Refusal('conflict', 'this source id is already registered behind that gateway')
}

function profileOf(profiles: readonly DeviceProfile[], id: string, kind: Device['kind']): DeviceProfile {
  const profile = profiles.find((one) => one.id === id)
  if (profile === undefined) throw new Refusal('not_found', 'no such profile in the catalogue')
  if (profile.kind !== kind)
    throw new Refusal('bad_request', `${profile.model} is of the kind ${profile.kind}`)
  return profile
}

type Given = Omit<NewDevice, 'id' | 'homeId' | 'profileId' | 'consent'>

/** What was said at registration comes before what the catalogue knows. */
const filledBy = (profile: DeviceProfile, given: Given): Given => ({
  ...given,
  model: given.model === '' ? profile.model : given.model,
  cadenceS: given.cadenceS ?? profile.cadenceS,
})

/** The catalogue's word is put once, where nobody has said yet what the model's names mean: from then on it is the site's. */
export async function putMappingOf(
  { state, directory }: Pick<CommandOptions, 'state' | 'directory'>,
  { mapping }: DeviceProfile,
  { model, gatewayId }: Device,
): Promise<void> {
  if (mapping === null) return
  for (const gateway of new Set([null, gatewayId]))
    if ((await state.mappings.get({ type: 'model', gatewayId: gateway, model })) !== null) return
  const subject = { type: 'model', gatewayId, model } as const
  await state.mappings.put(subject, mapping)
  directory.putMapping(subject, mapping)
}
