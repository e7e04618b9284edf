import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Downward } from '../../app/devices/downward.ts'
import { Directory } from '../../app/directory.ts'
import { DeviceId, GatewayId } from '../../contracts/ids.ts'
import type { Log } from '../../contracts/telemetry.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { openState } from '../../store/sqlite/state.ts'
import { temporaryFolder } from '../support/folder.ts'

it('a message that is kept is not refused for what it means for commands: it would come again for ever', async () => {
  const state = openState({ file: join(temporaryFolder(), 'state.db') })
  onTestFinished(() => state.close())
  const errors: unknown[] = []
  const log: Log = { ...silentLog, error: (about: object) => errors.push(about) }
  const directory = await Directory.load(state)
  const downward = await Downward.open({ state, directory, civil: { now: () => 0 }, log })
  directory.device = () => {
    throw new Error('a fault of ours')
  }
  const gatewayId = GatewayId.parse('gw')
  const readings = [{ deviceId: DeviceId.parse('valve'), homeId: null, readings: [] }]
  downward.heard(
    { type: 'gateway', gatewayId, topics: ['zigbee2mqtt/#'] },
    { topic: 'zigbee2mqtt/valve', payload: Buffer.from('{}'), receivedAt: 0, retained: false },
    { family: 'zigbee2mqtt', readings, quarantined: [] },
    null,
  )
  expect(errors).toHaveLength(1)
})
