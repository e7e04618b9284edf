import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { Directory } from '../../app/directory.ts'
import { ServiceMetrics } from '../../app/metrics.ts'
import { SealedSecrets } from '../../app/sealed-secrets.ts'
import { SourceDesk } from '../../app/sources/sources.ts'
import { GatewayId, SourceId } from '../../contracts/ids.ts'
import type { Source } from '../../contracts/source.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { openState } from '../../store/sqlite/state.ts'
import * as sample from '../store/state-samples.ts'
import { temporaryFolder } from '../support/folder.ts'
import { silentBroker } from '../support/silent-broker.ts'

const GATEWAY = GatewayId.parse('gw')

async function deskWith(url: string) {
  const folder = temporaryFolder()
  const state = openState({ file: join(folder, 'state.db') })
  await state.jurisdictions.put(sample.jurisdiction('east'))
  await state.gateways.put(sample.gateway(GATEWAY))
  const directory = await Directory.load(state)
  const clock = { now: () => 0 }
  const desk = new SourceDesk({
    directory,
    facts: state.facts,
    secrets: SealedSecrets.load(folder, state.sealedSecrets),
    keep: async () => ({ family: null, readings: [], quarantined: [] }),
    clocks: { civil: clock, wall: clock, factor: 1 },
    metrics: new ServiceMetrics(),
    log: silentLog,
  })
  onTestFinished(async () => {
    await desk.stop()
    await state.close()
  })
  const source: Source = {
    id: SourceId.parse('src'),
    gatewayId: GATEWAY,
    name: '3号楼',
    enabled: true,
    createdAt: 0,
    via: {
      type: 'mqtt',
      url,
      topics: ['zigbee2mqtt/#'],
      commandTopics: [],
      username: null,
      clientId: 'shouwang',
      ca: null,
      cert: null,
    },
  }
  const put = (over: Partial<Source>) => {
    directory.putSource({ ...source, ...over })
    return desk.apply(source)
  }
  return { desk, source, put }
}

it('a source that two people change at once has one connection, as the later of them wanted it', async () => {
  const broker = await silentBroker({ hangsUp: true })
  const { desk, source, put } = await deskWith(broker.url)
  await put({})
  await vi.waitFor(() => expect(desk.status(source.id).state).toBe('connected'))
  await Promise.all([put({ name: '4号楼' }), put({ name: '5号楼' }), put({ name: '6号楼' })])
  await vi.waitFor(() => expect(desk.status(source.id).state).toBe('connected'))
  expect(broker.connected()).toBe(1)
  await Promise.all([put({ enabled: true }), put({ enabled: false })])
  expect([desk.status(source.id).state, broker.connected()]).toEqual(['off', 0])
})

it('a source that is changed while it is taken away stays away, and one that is changed in the stop is not opened', async () => {
  const broker = await silentBroker({ hangsUp: true })
  const { desk, source, put } = await deskWith(broker.url)
  await put({})
  await vi.waitFor(() => expect(desk.status(source.id).state).toBe('connected'))
  await Promise.all([desk.remove(source.id), put({})])
  expect(broker.connected()).toBe(0)
  await Promise.all([desk.stop(), put({})])
  expect(broker.connected()).toBe(0)
})
