import type { Commands, DeviceDeed, RegisteredDevice, RegistryChange } from '../../contracts/command.ts'
import type { DeviceAct } from '../../contracts/device-act.ts'
import { Refusal } from '../../contracts/errors.ts'
import { DeviceActId, type HomeId } from '../../contracts/ids.ts'
import type { Device } from '../../contracts/registry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { CommandOptions } from '../commands/commands.ts'
import { requireConsent } from '../commands/consents.ts'
import { deviceCommands } from '../commands/device-commands.ts'
import { found } from '../commands/found.ts'
import { newId } from '../secrets.ts'

/**
 * What somebody did to a device at a time that they say: swap, reset, move, retirement. What was heard before the act
 * was registered keeps the home that it was stamped with; the rules are told from when on the registers are others.
 */
export function deviceActCommands(options: CommandOptions): Pick<Commands, 'actOnDevice'> {
  const { state, pipeline, directory, clocks, disconnect } = options
  const { registerDevice } = deviceCommands(options)
  const now = () => clocks.civil.now()
  const change = (body: RegistryChange) => pipeline.execute({ type: 'registry', change: body }, now())

  const takeOut = async (device: Device, at: EpochMs): Promise<void> => {
    if (directory.stayOf(device.id) !== null)
      await change({ type: 'assignment', deviceId: device.id, homeId: null, at })
    await state.awaitedConsents.delete(device.id)
    await change({ type: 'device', device: { ...device, enabled: false } })
    disconnect(`device:${device.id}`)
  }
  const bringSuccessor = async (
    old: Device,
    homeId: HomeId | null,
    deed: Extract<DeviceDeed, { type: 'swap' }>,
  ): Promise<RegisteredDevice | null> => {
    if (deed.successor === null) return null
    const { kind, model, cadenceS } = old
    const like =
      deed.successor.profileId === null ? { kind, model, cadenceS } : { kind, model: '', cadenceS: null }
    if (homeId !== null) await requireConsent(state, homeId, kind)
    const registered = await registerDevice({ ...deed.successor, ...like, homeId: null }, deed.by)
    await takeOut(old, deed.at)
    if (homeId !== null)
      await change({ type: 'assignment', deviceId: registered.device.id, homeId, at: deed.at })
    return registered
  }

  return {
    async actOnDevice(deed) {
      const device = await found(state.devices.get(deed.deviceId), 'device')
      const stay = directory.stayOf(device.id)
      checkTime(deed.at, now(), stay?.from ?? null)
      const homeId = stay?.homeId ?? null
      const base = {
        id: DeviceActId.parse(newId('act')),
        deviceId: device.id,
        homeId,
        at: deed.at,
        recordedAt: now(),
        by: deed.by,
      }
      let act: DeviceAct
      let registered: RegisteredDevice | null = null
      switch (deed.type) {
        case 'swap':
          registered = await bringSuccessor(device, homeId, deed)
          act = {
            ...base,
            type: 'swap',
            endRegister: deed.endRegister,
            startRegister: deed.startRegister,
            successorId: registered?.device.id ?? null,
          }
          break
        case 'reset':
          act = { ...base, type: 'reset', endRegister: deed.endRegister, startRegister: deed.startRegister }
          break
        case 'move':
          if (deed.toHomeId !== null) {
            await found(state.homes.get(deed.toHomeId), 'home')
            await requireConsent(state, deed.toHomeId, device.kind)
          }
          await state.awaitedConsents.delete(device.id)
          await change({ type: 'assignment', deviceId: device.id, homeId: deed.toHomeId, at: deed.at })
          act = { ...base, type: 'move', toHomeId: deed.toHomeId }
          break
        case 'retire':
          await takeOut(device, deed.at)
          act = { ...base, type: 'retire', endRegister: deed.endRegister }
          break
      }
      await change({ type: 'device_act', act })
      return { act, registered }
    },
  }
}

function checkTime(at: EpochMs, now: EpochMs, from: EpochMs | null): void {
  if (at > now) throw new Refusal('bad_request', 'this time is still to come')
  if (from !== null && at < from)
    throw new Refusal('bad_request', 'the device was put where it stands after that time')
}
