import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { type StoryHome, StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const CONSENT = { purposes: ['safety'], givenBy: 'resident' }

interface Sheet {
  installation: {
    id: string
    homeId: string
    firstReading: { values: Record<string, unknown>; signalDbm: number | null } | null
    testAlarmAt: string | null
    acceptedAt: string | null
  }
  profile: { id: string } | null
  who: { name: string } | null
  consent: { deviceKind: string } | null
}

async function newHome(story: StoryService): Promise<string> {
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  return (await story.call<{ id: string }>('POST', '/homes', { jurisdictionId: root?.id })).id
}

describe('an engineer puts up a smoke detector', () => {
  it('from its code to an accepted sheet; without consent it does not begin', async () => {
    const story = await StoryService.start(MORNING)
    const homeId = await newHome(story)
    const code = await story.call<{ serial: string; device: null; profile: { id: string; kind: string } }>(
      'POST',
      '/device-codes',
      { code: 'SW1:native:SW-SMOKE:smoke-7' },
    )
    expect(code).toMatchObject({ serial: 'smoke-7', device: null, profile: { id: 'native.sw-smoke' } })
    const { device, secret } = await story.call<{
      device: { id: string; model: string; cadenceS: number }
      secret: string
    }>('POST', '/devices', { id: code.serial, kind: 'smoke', profileId: code.profile.id })
    expect(device).toMatchObject({ id: 'smoke-7', model: 'SW-SMOKE', cadenceS: 14_400 })
    const put = () => story.call('PUT', `/devices/${device.id}/home`, { homeId })
    await expect(put()).rejects.toThrow('consent_missing')
    await story.call('POST', `/homes/${homeId}/consents`, { deviceKind: 'smoke', ...CONSENT })
    await put()
    const { installation } = await story.call<Sheet>('POST', '/installations', { deviceId: device.id })
    const look = () => story.call<Sheet>('GET', `/installations/${installation.id}`)
    expect((await look()).installation).toMatchObject({ firstReading: null, testAlarmAt: null })
    await expect(story.call('POST', `/installations/${installation.id}/accept`)).rejects.toThrow('not_ready')

    story.civil.pass(MINUTE_MS)
    const home = { id: homeId, devices: {}, secrets: { [device.id]: secret } } as unknown as StoryHome
    const say = await story.connect(home, device.id as never)
    await say({ smoke: false, battery_pct: 98, signal_dbm: -71 })
    expect((await look()).installation).toMatchObject({
      firstReading: { values: { smoke: false, battery_pct: 98 }, signalDbm: -71 },
      testAlarmAt: null,
    })
    story.civil.pass(MINUTE_MS)
    await say({ smoke: false, smoke_test: true })
    const accepted = await story.call<Sheet>('POST', `/installations/${installation.id}/accept`)
    expect(accepted.installation.testAlarmAt).toBe(iso(story.civil.now()))
    expect(accepted.installation.acceptedAt).not.toBeNull()
    expect(accepted.consent?.deviceKind).toBe('smoke')
    expect(await story.alerts()).toEqual([])
    await say({ smoke: false, battery_pct: 3 })
    expect((await look()).installation).toEqual(accepted.installation)
  })

  it('what the catalogue knows of a meter explains what had waited for it', async () => {
    const story = await StoryService.start(MORNING)
    const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
    const gateway = { id: 'roof', jurisdictionId: root?.id, name: '楼顶', topics: ['rtlamr/#'] }
    await story.call('POST', '/gateways', gateway)
    const principal = { type: 'gateway', gatewayId: 'roof', topics: ['rtlamr/#'] } as never
    const payload = Buffer.from(
      JSON.stringify({
        Time: iso(story.civil.now()),
        Type: 'R900',
        Message: { ID: 1_541_000_111, Consumption: 100_000, Leak: 0, LeakNow: 0, BackFlow: 0 },
      }),
    )
    const receivedAt = story.civil.now()
    await story.service.accept(principal, { topic: 'rtlamr/1', payload, receivedAt, retained: false })
    const code = await story.call<{ waiting: object[] }>('POST', '/device-codes', { code: 'SN:1541000111' })
    expect(code.waiting).toEqual([{ gatewayId: 'roof', sourceId: '1541000111', messages: 1 }])
    const made = await story.call<{ device: { id: string }; decoded: number }>('POST', '/devices', {
      kind: 'water',
      profileId: 'rtlamr.r900',
      gatewayId: 'roof',
      sourceId: '1541000111',
      homeId: await newHome(story),
      consent: CONSENT,
    })
    expect(made.decoded).toBeGreaterThan(0)
    await story.service.pipeline.caughtUp()
    const { health } = await story.call<{ health: { values: Record<string, number> } }>(
      'GET',
      `/devices/${made.device.id}`,
    )
    expect(health.values['water_total_m3']).toBeCloseTo(37.854, 3)
  })

  it('a consent that is taken back takes the devices of its kind out of the home', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const { id } = await story.call<{ id: string }>('POST', `/homes/${home.id}/consents`, {
      deviceKind: 'water',
      ...CONSENT,
    })
    const withdrawn = await story.call('POST', `/homes/${home.id}/consents/${id}/withdraw`)
    expect(withdrawn).toMatchObject({ withdrawnAt: iso(story.civil.now()) })
    const { devices } = await story.call<{ devices: { kind: string }[] }>('GET', `/homes/${home.id}`)
    expect(devices.map(({ kind }) => kind).sort()).toEqual(['electricity', 'smoke'])
  })
})

describe('a device that was registered and never heard', () => {
  it('is a finding of its own after a day, stands first in the list of care, and leaves it when it speaks', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const water = await story.connect(home, home.devices.water)
    const smoke = await story.connect(home, home.devices.smoke)
    for (let hour = 0; hour < 25; hour++) {
      await water({ water_total_m3: 10 + Math.floor(hour / 5) / 10 })
      await smoke({ smoke: false })
      await story.pass(HOUR_MS)
    }
    const [alert] = await story.alerts()
    expect(alert).toMatchObject({ kind: 'device.never_heard' })
    const care = () =>
      story.call<{ items: { device: { id: string }; reasons: string[] }[]; counts: object }>(
        'GET',
        '/device-care',
      )
    expect((await care()).items[0]).toMatchObject({
      device: { id: home.devices.electricity },
      reasons: ['never_heard'],
    })
    const electricity = await story.connect(home, home.devices.electricity)
    await electricity({ energy_import_kwh: 4 })
    expect((await story.alerts()).filter(({ state }) => state === 'open')).toEqual([])
    expect((await care()).counts).toEqual({})
  })
})

describe('acts on devices', () => {
  it('a meter that is swapped for another goes, its successor stands there from the time of the act', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const say = await story.connect(home, home.devices.water)
    await say({ water_total_m3: 812 })
    await story.pass(2 * HOUR_MS)
    const at = iso(story.civil.now() - HOUR_MS)
    const { act, registered } = await story.call<{
      act: { successorId: string }
      registered: { device: { id: string; model: string }; secret: string }
    }>('POST', `/devices/${home.devices.water}/acts`, {
      type: 'swap',
      at,
      endRegister: 812,
      startRegister: 0.02,
      successor: { profileId: 'native.sw-water-1l' },
    })
    expect(registered.device.model).toBe('SW-WATER-1L')
    expect(act.successorId).toBe(registered.device.id)
    home.secrets[registered.device.id] = registered.secret
    const sayNew = await story.connect(home, registered.device.id as never)
    await sayNew({ water_total_m3: 0.021 })
    expect(await story.alerts()).toEqual([])
    const history = await story.call<{ stays: { to: string | null }[]; acts: { type: string }[] }>(
      'GET',
      `/devices/${home.devices.water}/history`,
    )
    expect(history).toMatchObject({ stays: [{ to: at }], acts: [{ type: 'swap', at }] })
    await expect(story.connect(home, home.devices.water)).rejects.toThrow()
  })

  it('a new meter under the old number: registered it is silent, unregistered it is a finding and nothing else', async () => {
    for (const isRegistered of [true, false]) {
      const story = await StoryService.start(MORNING)
      const home = await story.home('陈秀英')
      const say = await story.connect(home, home.devices.water)
      await say({ water_total_m3: 12 })
      await story.pass(15 * MINUTE_MS)
      if (isRegistered)
        await story.call('POST', `/devices/${home.devices.water}/acts`, {
          type: 'swap',
          at: iso(story.civil.now()),
          endRegister: 12,
          startRegister: 905,
        })
      await story.pass(15 * MINUTE_MS)
      await say({ water_total_m3: 905 })
      await story.pass(15 * MINUTE_MS)
      await say({ water_total_m3: 905.01 })
      expect((await story.alerts()).map(({ kind }) => kind)).toEqual(isRegistered ? [] : ['device.register'])
    }
  })

  it('moves and retires at a time; none of it in the future, none before the device came', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const elsewhere = await newHome(story)
    await story.call('POST', `/homes/${elsewhere}/consents`, { deviceKind: 'water', ...CONSENT })
    const act = (body: object) => story.call('POST', `/devices/${home.devices.water}/acts`, body)
    await story.pass(HOUR_MS)
    await expect(act({ type: 'reset', at: iso(story.civil.now() + MINUTE_MS) })).rejects.toThrow(
      'still to come',
    )
    await expect(act({ type: 'reset', at: iso(story.civil.now() - DAY_MS) })).rejects.toThrow('after that')
    await act({ type: 'move', toHomeId: elsewhere, at: iso(story.civil.now() - MINUTE_MS) })
    const { devices } = await story.call<{ devices: { id: string }[] }>('GET', `/homes/${elsewhere}`)
    expect(devices.map(({ id }) => id)).toEqual([home.devices.water])
    await act({ type: 'retire', endRegister: 12 })
    expect(await story.call('GET', `/devices/${home.devices.water}`)).toMatchObject({
      enabled: false,
      homeId: null,
    })
  })
})
