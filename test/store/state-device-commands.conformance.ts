import { describe, expect, it } from 'vitest'
import type { DeviceCommand } from '../../contracts/device-command.ts'
import { DeviceCommandId, DeviceId, SourceId } from '../../contracts/ids.ts'
import type { StateStore } from '../../store/state.ts'

const id = (text: string) => DeviceId.parse(text)
const command = (name: string, over: Partial<DeviceCommand> = {}): DeviceCommand => ({
  id: DeviceCommandId.parse(name),
  deviceId: id('valve'),
  homeId: null,
  act: { type: 'valve', open: false },
  by: 'account:a',
  requestedAt: 1_000,
  expiresAt: 9_000,
  state: 'requested',
  changedAt: 1_000,
  sentAt: null,
  tries: 0,
  reason: null,
  ...over,
})

export function holdsDeviceCommands(opened: () => StateStore): void {
  describe('commands to devices', () => {
    it('are open until they end, the first first, and shown by device, the last first', async () => {
      const { deviceCommands } = opened()
      const [a, b] = [command('a'), command('b', { requestedAt: 2_000 })]
      await deviceCommands.put(b)
      await deviceCommands.put(a)
      await deviceCommands.put(command('c', { deviceId: id('other'), state: 'expired' }))
      expect(await deviceCommands.open()).toEqual([a, b])
      const ended = { ...a, state: 'acknowledged' as const, changedAt: 3_000 }
      await deviceCommands.put(ended)
      expect(await deviceCommands.open()).toEqual([b])
      expect(await deviceCommands.ofDevice(id('valve'), 10)).toEqual([b, ended])
      expect(await deviceCommands.ofDevice(id('valve'), 1)).toEqual([b])
    })
  })

  describe('addresses of devices', () => {
    it('are one for each device, as it was put last', async () => {
      const { deviceAddresses } = opened()
      const address = {
        deviceId: id('valve'),
        family: 'zigbee2mqtt',
        address: 'zigbee2mqtt/valve',
        sourceId: null,
        abilities: {},
      }
      await deviceAddresses.put(address)
      const moved = {
        ...address,
        sourceId: SourceId.parse('tower'),
        abilities: { valve_close: { state: 'OFF' } },
      }
      await deviceAddresses.put(moved)
      expect(await deviceAddresses.all()).toEqual([moved])
    })
  })
}
