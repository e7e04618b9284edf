import { describe, expect, it } from 'vitest'
import { DeviceId, GatewayId } from '../../contracts/ids.ts'
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts'
import { device, within } from '../store/state-samples.ts'
import { type District, homeId, NOW, openDistrict, type Person } from './district.ts'

const idsOf = async (district: District, person: Person, path: string): Promise<string[]> => {
  const { items } = (await district.as(person, 'GET', path)).body
  return items.map((item: { id?: string; home?: { id: string } }) => item.id ?? item.home?.id)
}

/** A water meter in `home`, heard `hoursAgo`; null: never. */
const settleMeter = async ({ state }: District, name: string, home: string, hoursAgo: number | null) => {
  const id = DeviceId.parse(name)
  await state.devices.put(device(id, { cadenceS: 900 }))
  await state.devices.assign(id, homeId(home), NOW - DAY_MS)
  if (hoursAgo === null) return
  const at = NOW - hoursAgo * HOUR_MS
  const unsaid = { batteryPct: null, batteryLow: null, signalDbm: null, values: {}, cadenceS: 900 }
  await state.health.put({ deviceId: id, lastReceivedAt: at, lastMeasuredAt: at, ...unsaid })
}

describe('devices by how urgently they need somebody', () => {
  const troubled = async (): Promise<District> => {
    const district = await openDistrict()
    await settleMeter(district, 'five-hours', 'a1', 5)
    await settleMeter(district, 'nine-hours', 'b1', 9)
    await settleMeter(district, 'never', 'a2', null)
    await district.state.devices.put(device('retired', { enabled: false }))
    return district
  }
  const ORDER = ['never', 'nine-hours', 'five-hours', 'water-a1', 'water-a2', 'water-b1', 'retired']

  it('come silent first, the longest of them on top, and the disabled last', async () => {
    expect(await idsOf(await troubled(), 'admin', '/devices?order=silent')).toEqual(ORDER)
  })

  it('come in pages that miss and double nothing', async () => {
    const district = await troubled()
    const seen: string[] = []
    let after = ''
    for (let page = 0; page < 10; page++) {
      const path = `/devices?order=silent&limit=2${after && `&after=${encodeURIComponent(after)}`}`
      const { body } = await district.as('admin', 'GET', path)
      seen.push(...body.items.map((item: { id: string }) => item.id))
      if (body.next === null) break
      after = body.next
    }
    expect(seen).toEqual(ORDER)
  })

  it('are told apart by whether they are silent, by kind and by home', async () => {
    const district = await troubled()
    const list = (query: string) => idsOf(district, 'admin', `/devices?${query}`)
    expect(await list('silent=true')).toEqual(ORDER.slice(0, 3))
    expect(await list('silent=false')).toEqual(ORDER.slice(3))
    expect(await list('silent=true&homeId=a1')).toEqual(['five-hours'])
    expect(await list('silent=true&kind=smoke')).toEqual([])
  })

  it('are shown within the reach of the caller alone', async () => {
    const district = await troubled()
    const gateway = { id: 'gw-b', jurisdictionId: 'compound-b', name: '', topics: ['z/#'] }
    await district.as('admin', 'POST', '/gateways', gateway)
    await district.state.devices.put(
      device('behind', { gatewayId: GatewayId.parse('gw-b'), sourceId: '0x1', enabled: true }),
    )
    const inB = await idsOf(district, 'workerOfB', '/devices?order=silent')
    expect(inB).toEqual(['behind', 'nine-hours', 'water-b1'])
  })

  it('that were just registered or moved are there at once', async () => {
    const district = await troubled()
    await idsOf(district, 'admin', '/devices?order=silent')
    await district.as('admin', 'POST', '/devices', { id: 'new', kind: 'smoke', homeId: 'b1' })
    expect(await idsOf(district, 'admin', '/devices?silent=true')).toContain('new')
    expect(await idsOf(district, 'workerOfA', '/devices?silent=true')).not.toContain('new')
    await district.as('admin', 'PUT', '/devices/new/home', { homeId: 'a1' })
    expect(await idsOf(district, 'workerOfA', '/devices?silent=true')).toContain('new')
    await district.as('admin', 'PATCH', '/devices/new', { enabled: false })
    expect(await idsOf(district, 'admin', '/devices?silent=true')).not.toContain('new')
  })
})

describe('a device says in which home it stands', () => {
  it('to a case worker with who lives there, to an administrator with the place alone', async () => {
    const district = await openDistrict()
    const seen = async (person: Person) => (await district.as(person, 'GET', '/devices/water-a1')).body.home
    const place = { id: 'a1', place: '安远小区' }
    expect(await seen('workerOfA')).toEqual({ ...place, who: { name: '老人 a1', door: '3-201' } })
    expect(await seen('admin')).toEqual({ ...place, who: null })
    await district.state.devices.assign(DeviceId.parse('water-a1'), null, NOW)
    expect(await seen('admin')).toBeNull()
  })

  it('not to those whose gateway it is, while the home is out of their reach', async () => {
    const district = await openDistrict()
    const gateway = { id: 'gw-b', jurisdictionId: 'compound-b', name: '', topics: ['z/#'] }
    await district.as('admin', 'POST', '/gateways', gateway)
    const behind = { id: 'behind', kind: 'smoke', gatewayId: 'gw-b', sourceId: '1', homeId: 'a1' }
    expect((await district.as('admin', 'POST', '/devices', behind)).status).toBe(201)
    const { items } = (await district.as('workerOfB', 'GET', '/devices')).body
    expect(items.find((item: { id: string }) => item.id === 'behind').home).toBeNull()
    expect((await district.looks()).map((look) => look.homeId)).not.toContain('a1')
  })
})

describe('blind homes', () => {
  it('are asked for by themselves, within reach, alone and among those found by name', async () => {
    const district = await openDistrict()
    expect(await idsOf(district, 'admin', '/homes?blind=true')).toEqual([])
    district.clocks.civil.pass(DAY_MS)
    district.clocks.wall.pass(DAY_MS)
    expect(await idsOf(district, 'admin', '/homes?blind=true')).toEqual(['a1', 'a2', 'b1'])
    expect(await idsOf(district, 'workerOfA', '/homes?blind=true')).toEqual(['a1', 'a2'])
    expect(await idsOf(district, 'admin', '/homes?blind=true&jurisdictionId=compound-b')).toEqual(['b1'])
    const found = encodeURI('/homes?blind=true&search=老人 a2')
    expect(await idsOf(district, 'workerOfA', found)).toEqual(['a2'])
    const first = (await district.as('admin', 'GET', '/homes?blind=true&limit=2')).body
    expect(first.next).not.toBeNull()
    expect(await idsOf(district, 'admin', `/homes?blind=true&limit=2&after=${first.next}`)).toEqual(['b1'])
    await district.as('admin', 'PATCH', '/homes/a1', { archived: true })
    expect(await idsOf(district, 'admin', '/homes?blind=true')).toEqual(['a2', 'b1'])
  })
})

describe('what the office reads', () => {
  it('tells who looked, by name, and where', async () => {
    const district = await openDistrict()
    await district.as('workerOfA', 'GET', '/homes/a1')
    const [entry] = (await district.as('admin', 'GET', '/access-log')).body.items
    expect(entry).toMatchObject({ actorName: 'token of workerOfA', homeId: 'a1', place: '安远小区' })
    expect(JSON.stringify(entry)).not.toContain('老人')
  })

  it('tells whether what was refused is registered by now', async () => {
    const district = await openDistrict()
    const gateway = { id: 'gw', jurisdictionId: 'compound-a', name: '', topics: ['z/#'] }
    await district.as('admin', 'POST', '/gateways', gateway)
    const item = { receivedAt: NOW, topic: 'z/1', payload: '', sizeBytes: 0, code: 'x', message: '' }
    await district.state.quarantine.add(
      [
        { ...item, principal: 'gateway:gw', sourceId: '0x1' },
        { ...item, principal: 'gateway:gw', sourceId: null },
        { ...item, principal: 'device:water-a1', sourceId: 'other' },
      ],
      within(10),
    )
    const devices = async () =>
      (await district.as('admin', 'GET', '/quarantine')).body.items
        .map((each: { deviceId: string | null }) => each.deviceId)
        .reverse()
    expect(await devices()).toEqual([null, null, 'water-a1'])
    const smoke = { id: 'smoke-1', kind: 'smoke', gatewayId: 'gw', sourceId: '0x1', homeId: 'a1' }
    await district.as('admin', 'POST', '/devices', smoke)
    expect(await devices()).toEqual(['smoke-1', null, 'water-a1'])
  })
})
