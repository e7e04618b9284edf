import { describe, expect, it } from 'vitest'
import { GatewayId, HomeId, JurisdictionId, SourceId } from '../../contracts/ids.ts'
import type { Source } from '../../contracts/source.ts'
import type { StateStore } from '../../store/state.ts'
import { device, firstPage, gateway, home, jurisdiction, resident } from './state-samples.ts'

const [east, west] = [JurisdictionId.parse('east'), JurisdictionId.parse('west')]
const [h1, h2, h3] = [HomeId.parse('h1'), HomeId.parse('h2'), HomeId.parse('h3')]
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

const healthOf = (deviceId: string, lastReceivedAt: number) => ({
  deviceId: device(deviceId).id,
  lastReceivedAt,
  lastMeasuredAt: 1,
  batteryPct: null,
  batteryLow: null,
  signalDbm: -90,
  values: { water_total_m3: 1.5, leak: false },
  cadenceS: 60,
})

export function holdsRegistry(opened: () => StateStore): void {
  describe('places', () => {
    it('are given back as they were put, and put again', async () => {
      const { jurisdictions, homes, residents } = opened()
      const root = jurisdiction('root', { level: 'district' })
      await jurisdictions.put(root)
      await jurisdictions.put(jurisdiction('east', { parentId: root.id }))
      await jurisdictions.put(jurisdiction('east', { parentId: root.id, name: '东' }))
      expect(await jurisdictions.all()).toEqual([
        jurisdiction('east', { parentId: root.id, name: '东' }),
        root,
      ])
      expect(await jurisdictions.get(root.id)).toEqual(root)
      expect(await jurisdictions.get(west)).toBeNull()

      await homes.put(home('h1'))
      await homes.put(home('h1', { archivedAt: 9 }))
      await homes.put(home('h2'))
      expect(await homes.get(h1)).toEqual(home('h1', { archivedAt: 9 }))
      expect(idsOf(await homes.of([h2, h1, h3])).sort()).toEqual(['h1', 'h2'])

      await residents.put(resident('r1'))
      await residents.put(resident('r1', { door: '3-202', contacts: [] }))
      expect(await residents.get(resident('r1').id)).toEqual(resident('r1', { door: '3-202', contacts: [] }))
      expect(await residents.ofHomes([h1, h2])).toHaveLength(1)
    })

    it('are listed within a scope, archived homes on request', async () => {
      const { homes } = opened()
      await homes.put(home('h2', { jurisdictionId: west }))
      await homes.put(home('h1'))
      await homes.put(home('h3', { archivedAt: 5 }))
      const ids = async (scope: JurisdictionId[] | null, archived = false) =>
        idsOf((await homes.list({ scope, archived }, firstPage)).items)
      expect(await ids(null)).toEqual(['h1', 'h2'])
      expect(await ids(null, true)).toEqual(['h1', 'h2', 'h3'])
      expect(await ids([east], true)).toEqual(['h1', 'h3'])
      expect(await ids([])).toEqual([])
      const large = Array.from({ length: 5_000 }, (_, i) => JurisdictionId.parse(`j${i}`))
      expect(await ids([...large, west])).toEqual(['h2'])
    })

    it('of residents are found by name, door, address and phone, wherever they may be looked for', async () => {
      const { homes, residents } = opened()
      await homes.put(home('h1'))
      await homes.put(home('h2', { jurisdictionId: west }))
      await residents.put(resident('r1'))
      await residents.put(
        resident('r2', {
          homeId: h2,
          name: '陈建国',
          phone: '021-5555',
          door: '100%',
          address: 'Ankang Road',
        }),
      )
      const found = async (search: string | null, scope: JurisdictionId[] | null = null) =>
        idsOf((await residents.list({ scope, search }, firstPage)).items)
      expect(await found(null)).toEqual(['r1', 'r2'])
      expect(await found('秀英')).toEqual(['r1'])
      expect(await found('建国', [east])).toEqual([])
      expect(await found('5555', [west])).toEqual(['r2'])
      expect(await found('ankang')).toEqual(['r2'])
      expect(await found('安远')).toEqual(['r1'])
      expect([await found('0%'), await found('_')]).toEqual([['r2'], []])
    })
  })

  describe('devices', () => {
    it('are found by id and behind their gateway', async () => {
      const { devices } = opened()
      const behind = device('s1', {
        kind: 'smoke',
        gatewayId: gateway('g1').id,
        sourceId: '0x01',
        cadenceS: null,
      })
      await devices.put(device('w1'))
      await devices.put(behind)
      await devices.put(device('w1', { enabled: false }))
      expect(await devices.get(device('w1').id)).toEqual(device('w1', { enabled: false }))
      expect(await devices.behind(gateway('g1').id, '0x01')).toEqual(behind)
      expect(await devices.behind(gateway('g2').id, '0x01')).toBeNull()
      expect(idsOf(await devices.of([device('w1').id, device('w9').id]))).toEqual(['w1'])
      expect(idsOf(await devices.all())).toEqual(['s1', 'w1'])
    })

    it('are listed where they stand or hang', async () => {
      const { devices, homes, gateways } = opened()
      await homes.put(home('h1'))
      await homes.put(home('h2', { jurisdictionId: west }))
      await gateways.put(gateway('g1', { jurisdictionId: west }))
      await devices.put(device('w1'))
      await devices.put(device('w2'))
      await devices.put(device('s1', { kind: 'smoke', gatewayId: gateway('g1').id, sourceId: '0x01' }))
      await devices.assign(device('w1').id, h2, 1_000)
      await devices.assign(device('w1').id, h1, 2_000)
      const any = { scope: null, homeId: null, kind: null, gatewayId: null }
      const listed = async (filter: Partial<Parameters<typeof devices.list>[0]>) =>
        idsOf((await devices.list({ ...any, ...filter }, firstPage)).items)
      expect(await listed({})).toEqual(['s1', 'w1', 'w2'])
      expect(await listed({ scope: [east] })).toEqual(['w1'])
      expect(await listed({ scope: [west] })).toEqual(['s1'])
      expect(await listed({ homeId: h1 })).toEqual(['w1'])
      expect(await listed({ homeId: h2 })).toEqual([])
      expect(await listed({ kind: 'water' })).toEqual(['w1', 'w2'])
      expect(await listed({ gatewayId: gateway('g1').id })).toEqual(['s1'])
    })

    it('have a history of where they stood, without overlap', async () => {
      const { devices } = opened()
      const w1 = device('w1').id
      await devices.assign(w1, h1, 1_000)
      await devices.assign(w1, h2, 2_000)
      await devices.assign(w1, null, 3_000)
      await devices.assign(w1, null, 3_500)
      await devices.assign(w1, h1, 4_000)
      const history = [
        { deviceId: w1, homeId: h1, from: 1_000, to: 2_000 },
        { deviceId: w1, homeId: h2, from: 2_000, to: 3_000 },
        { deviceId: w1, homeId: h1, from: 4_000, to: null },
      ]
      expect(await devices.assignments(w1)).toEqual(history)
      expect(await devices.allAssignments()).toEqual(history)
      expect(await devices.assignmentsOfHome(h1)).toEqual([history[0], history[2]])
      expect(await devices.standingIn([h1, h2])).toEqual([history[2]])
      expect(await devices.placesOf([w1])).toEqual([history[2]])
    })

    it('put somewhere by mistake and moved in the same moment leave no trace of it', async () => {
      const { devices } = opened()
      const w1 = device('w1').id
      await devices.assign(w1, h1, 1_000)
      await devices.assign(w1, h2, 1_000)
      expect(await devices.assignments(w1)).toEqual([{ deviceId: w1, homeId: h2, from: 1_000, to: null }])
      // A clock that ran backwards in between counts as the same moment.
      await devices.assign(w1, h3, 900)
      expect(await devices.assignments(w1)).toEqual([{ deviceId: w1, homeId: h3, from: 1_000, to: null }])
      await devices.assign(w1, null, 2_000)
      await devices.assign(w1, h1, 1_500)
      expect((await devices.assignments(w1)).at(-1)).toEqual({
        deviceId: w1,
        homeId: h1,
        from: 2_000,
        to: null,
      })
    })

    it('have their health kept, the last one said', async () => {
      const { health } = opened()
      await health.put(healthOf('w1', 1))
      await health.put(healthOf('w1', 2))
      await health.put(healthOf('w2', 3))
      expect(await health.of([device('w1').id, device('w9').id])).toEqual([healthOf('w1', 2)])
    })
  })

  it('keeps what registrations say of names, by device and by model', async () => {
    const { mappings } = opened()
    const model = { type: 'model' as const, gatewayId: null, model: 'NB-12' }
    const behind = { ...model, gatewayId: GatewayId.parse('g1') }
    const alone = { type: 'device' as const, deviceId: device('w1').id }
    const mapping = { fields: { total: { metric: 'water_total_m3', factor: 0.01 } }, zone: 'Asia/Shanghai' }
    for (const subject of [model, behind, alone]) await mappings.put(subject, mapping)
    await mappings.put(behind, { fields: {}, zone: null })
    await mappings.put(alone, null)
    expect(await mappings.get(model)).toEqual(mapping)
    expect(await mappings.get(alone)).toBeNull()
    expect(await mappings.all()).toEqual(
      expect.arrayContaining([
        { subject: model, mapping },
        { subject: behind, mapping: { fields: {}, zone: null } },
      ]),
    )
  })

  it('keeps sources as they were put, and forgets them', async () => {
    const { sources } = opened()
    const source: Source = {
      id: SourceId.parse('s1'),
      gatewayId: GatewayId.parse('g1'),
      name: '平台',
      enabled: true,
      createdAt: 1_000,
      via: { type: 'push', platform: 'onenet', proof: 'onenet' },
    }
    await sources.put(source)
    await sources.put({ ...source, enabled: false })
    expect(await sources.all()).toEqual([{ ...source, enabled: false }])
    await sources.delete(source.id)
    expect([await sources.get(source.id), await sources.all()]).toEqual([null, []])
  })

  it('keeps sealed secrets by name, replaces and forgets them', async () => {
    const { sealedSecrets } = opened()
    await sealedSecrets.put('source:s1:password', new Uint8Array([1, 2]))
    await sealedSecrets.put('source:s1:password', new Uint8Array([3, 0, 255]))
    await sealedSecrets.put('source:s2:password', new Uint8Array([4]))
    await sealedSecrets.delete('source:s2:password')
    expect(await sealedSecrets.get('source:s1:password')).toEqual(new Uint8Array([3, 0, 255]))
    expect(await sealedSecrets.get('source:s2:password')).toBeNull()
  })

  describe('gateways and credentials', () => {
    it('are given back as they were put', async () => {
      const { gateways, credentials } = opened()
      await gateways.put(gateway('g1', { enabled: false }))
      await gateways.put(gateway('g2', { jurisdictionId: west }))
      expect(await gateways.get(gateway('g1').id)).toEqual(gateway('g1', { enabled: false }))
      expect(idsOf(await gateways.all())).toEqual(['g1', 'g2'])
      expect(idsOf((await gateways.list({ scope: [west] }, firstPage)).items)).toEqual(['g2'])

      await credentials.put('device:w1', new Uint8Array([1, 2, 3]))
      await credentials.put('device:w1', new Uint8Array([4, 5, 6]))
      expect(await credentials.get('device:w1')).toEqual(new Uint8Array([4, 5, 6]))
      expect(await credentials.get('device:w2')).toBeNull()
      expect(await credentials.all()).toEqual([{ principal: 'device:w1', hash: new Uint8Array([4, 5, 6]) }])
    })
  })
}
