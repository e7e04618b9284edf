import { describe, expect, it } from 'vitest'
import { AlertState } from '../../contracts/alert.ts'
import {
  ChannelId,
  ConsentId,
  DeviceId,
  GatewayId,
  HomeId,
  InstallationId,
  JurisdictionId,
} from '../../contracts/ids.ts'
import { gateway, person, within } from '../store/state-samples.ts'
import { type Answer, ask, openDistrict, type Person } from './district.ts'

const NOT_FOUND = [404, 'not_found']
const codeOf = ({ status, body }: Answer) => [status, body?.error?.code]

describe('a worker of community A', () => {
  it('is told the names of their own homes in a list that holds others as well', async () => {
    const district = await openDistrict()
    const names = async (person: Person, ids: string) =>
      (await district.as(person, 'GET', `/home-names?ids=${ids}`)).body.items
    const [first] = await names('workerOfA', 'a1')
    expect(first).toEqual({
      homeId: 'a1',
      place: expect.stringMatching(/./),
      resident: { name: expect.stringMatching(/./), door: expect.any(String) },
    })
    expect(await names('workerOfA', 'b1,a1,nowhere,a1')).toEqual([first])
    expect(await names('workerOfB', 'a1')).toEqual([])
    // An administrator knows where homes are, and not who lives there.
    expect(await names('admin', 'a1')).toEqual([{ ...first, resident: null }])
    expect(
      await district.as('workerOfA', 'GET', `/home-names?ids=${Array(101).fill('a1').join()}`),
    ).toMatchObject({
      status: 400,
    })
  })

  it('finds nothing of community B, as if it were not there', async () => {
    const district = await openDistrict()
    const resident = {
      name: 'x',
      birthYear: null,
      phone: '',
      door: '',
      address: '',
      living: 'alone',
      notes: '',
      contacts: [],
    }
    const tries = [
      await district.as('workerOfA', 'GET', '/homes/b1'),
      await district.as('workerOfA', 'GET', '/homes/b1/readings?metrics=water_total_m3'),
      await district.as('workerOfA', 'GET', '/homes/b1/actogram'),
      await district.as('workerOfA', 'PUT', '/homes/b1/resident', resident),
      await district.as('workerOfA', 'DELETE', '/homes/b1/resident'),
      await district.as('workerOfA', 'GET', '/alerts/alert-b1'),
      await district.as('workerOfA', 'POST', '/alerts/alert-b1/acknowledge', {}),
      await district.as('workerOfA', 'POST', '/alerts/alert-b1/resolve', {}),
      await district.as('workerOfA', 'POST', '/alerts/alert-b1/notes', { note: 'x' }),
      await district.as('workerOfA', 'GET', '/devices/water-b1'),
      await district.as('workerOfA', 'GET', '/homes?jurisdictionId=community-b'),
      await district.as('workerOfA', 'GET', '/residents?jurisdictionId=compound-b'),
      await district.as('workerOfA', 'GET', '/alerts?jurisdictionId=district'),
    ]
    expect(tries.map(codeOf)).toEqual(tries.map(() => NOT_FOUND))
    // What is there and what is not cannot be told apart.
    expect(tries[0]?.body).toEqual((await district.as('workerOfA', 'GET', '/homes/none')).body)
    expect((await district.state.alerts.get('alert-b1' as never))?.state).toBe('open')
    expect(await district.looks()).toEqual([])
  })

  it('sees its own in every list, and nothing else', async () => {
    const district = await openDistrict()
    const list = async (path: string) => JSON.stringify((await district.as('workerOfA', 'GET', path)).body)
    const paths = ['/homes', '/homes?search=老人', '/residents', '/alerts', '/devices', '/alerts?homeId=b1']
    for (const path of paths) {
      const body = await list(encodeURI(path))
      expect(body, path).not.toContain('b1')
      if (!path.includes('homeId')) expect(body, path).toContain('a1')
    }
    expect(await list('/jurisdictions')).not.toContain('乙社区')
    expect((await district.as('workerOfA', 'GET', '/summary')).body).toEqual({
      homes: 2,
      heardLastHour: 2,
      blind: 0,
      devices: 2,
      silentDevices: 0,
      seriesLagEntries: 7,
      dutySetUp: false,
      openAlerts: { P1: 0, P2: 2, P3: 0, P4: 0 },
      alertStates: { ...Object.fromEntries(AlertState.options.map((state) => [state, 0])), open: 2 },
    })
  })

  it('may not touch the works', async () => {
    const district = await openDistrict()
    const paths = [
      '/gateways',
      '/quarantine',
      '/rules',
      '/rules/history',
      '/accounts',
      '/tokens',
      '/access-log',
    ]
    for (const path of paths) {
      expect(codeOf(await district.as('workerOfA', 'GET', path)), path).toEqual([403, 'forbidden'])
    }
    const home = { jurisdictionId: 'compound-a' }
    expect(codeOf(await district.as('workerOfA', 'POST', '/homes', home))).toEqual([403, 'forbidden'])
  })
})

describe('an administrator alone', () => {
  it('sees homes and devices, and no case content', async () => {
    const district = await openDistrict()
    const homes = await district.as('admin', 'GET', '/homes')
    expect(homes.body.items).toHaveLength(3)
    const home = await district.as('admin', 'GET', '/homes/a1')
    const device = await district.as('admin', 'GET', '/devices/water-a1')
    const devices = await district.as('admin', 'GET', '/devices')
    expect(home.body).toMatchObject({ resident: null, openAlerts: null })
    expect(homes.body.items[0]).toMatchObject({ resident: null, openAlerts: null, worstSeverity: null })
    expect(device.body.health).toMatchObject({ batteryPct: 80, values: null })
    expect(home.body.devices[0].health.values).toBeNull()
    const summary = await district.as('admin', 'GET', '/summary')
    expect(summary.body).toMatchObject({ homes: 3, openAlerts: null, alertStates: null })
    for (const { body } of [homes, home, device, devices, summary]) {
      expect(JSON.stringify(body)).not.toMatch(/老人|alert-|1380000|12\.5/)
    }
    expect(await district.looks()).toEqual([])
  })

  it('is refused where people are', async () => {
    const district = await openDistrict()
    const paths = [
      '/residents',
      '/alerts',
      '/alerts/alert-a1',
      '/homes?search=x',
      '/homes/a1/readings?metrics=power_w',
      '/homes/a1/actogram',
    ]
    for (const path of paths) {
      expect(codeOf(await district.as('admin', 'GET', path)), path).toEqual([403, 'forbidden'])
    }
  })
})

describe('an administrator of community A', () => {
  it('gives and takes over no rights beyond it', async () => {
    const district = await openDistrict()
    const grants = [{ role: 'administrator', jurisdictionId: 'district' }]
    const asA = (method: 'POST' | 'PATCH', path: string, body?: object) =>
      district.as('adminOfA', method, path, body)
    expect(codeOf(await asA('POST', '/accounts', { name: 'x', grants }))).toEqual([403, 'forbidden'])
    expect(codeOf(await asA('POST', '/tokens', { name: 'x', grants }))).toEqual([403, 'forbidden'])
    expect(codeOf(await asA('PATCH', '/accounts/adminOfA', { grants }))).toEqual([403, 'forbidden'])
    expect(codeOf(await asA('POST', '/accounts/root/sign-in-links'))).toEqual(NOT_FOUND)
    expect(codeOf(await asA('PATCH', '/accounts/root', { enabled: false }))).toEqual(NOT_FOUND)
    expect((await asA('POST', '/accounts/workerOfA/sign-in-links')).status).toBe(201)
    const seen = (await district.as('adminOfA', 'GET', '/accounts')).body.items
    expect(seen.map((account: { id: string }) => account.id)).toEqual(['adminOfA', 'workerOfA'])
  })

  it('puts homes and devices only where it is', async () => {
    const district = await openDistrict()
    const post = (path: string, body: object) => district.as('adminOfA', 'POST', path, body)
    expect(codeOf(await post('/homes', { jurisdictionId: 'compound-b' }))).toEqual(NOT_FOUND)
    expect(codeOf(await post('/devices', { kind: 'smoke', homeId: 'b1' }))).toEqual(NOT_FOUND)
    const gateway = { jurisdictionId: 'compound-b', name: 'x', topics: ['zigbee2mqtt/#'] }
    expect(codeOf(await post('/gateways', gateway))).toEqual(NOT_FOUND)
    expect(codeOf(await district.as('adminOfA', 'PUT', '/devices/water-a1/home', { homeId: 'b1' }))).toEqual(
      NOT_FOUND,
    )
    expect(
      codeOf(await district.as('adminOfA', 'PATCH', '/homes/a1', { jurisdictionId: 'compound-b' })),
    ).toEqual(NOT_FOUND)
    expect(codeOf(await post('/jurisdictions', { parentId: null, level: 'district', name: 'x' }))).toEqual([
      403,
      'forbidden',
    ])
    expect(codeOf(await district.as('adminOfA', 'PUT', '/rules', { version: 1 }))).toEqual([403, 'forbidden'])
  })

  it('reads quarantine of its own devices, and who looked at its own homes', async () => {
    const district = await openDistrict()
    const item = {
      receivedAt: 1_000,
      sourceId: null,
      topic: 't',
      payload: 'AA==',
      sizeBytes: 1,
      code: 'malformed',
      message: 'no JSON',
    }
    await district.state.quarantine.add(
      ['device:water-a1', 'device:water-b1', 'gateway:none'].map((principal) => ({ ...item, principal })),
      within(100),
    )
    const listed = await district.as('adminOfA', 'GET', '/quarantine')
    expect(listed.body.items.map((each: { principal: string }) => each.principal)).toEqual([
      'device:water-a1',
    ])
    // What a meter said is use, wherever it is read; what has no home is nobody's.
    const [own] = listed.body.items
    await district.as('adminOfA', 'GET', `/quarantine/${own.id}`)
    const read = (await district.looks()).map(({ route, what, homeId }) => `${route} ${what} ${homeId}`)
    expect(read.sort()).toEqual(['GET /quarantine curve a1', 'GET /quarantine/:id curve a1'])
    const all = await district.as('admin', 'GET', '/quarantine')
    expect(all.body.items).toHaveLength(3)
    const other = all.body.items.find((each: { principal: string }) => each.principal === 'device:water-b1')
    expect(codeOf(await district.as('adminOfA', 'GET', `/quarantine/${other.id}`))).toEqual(NOT_FOUND)
    await district.as('workerOfA', 'GET', '/homes/a1')
    await district.as('workerOfB', 'GET', '/homes/b1')
    const looks = (await district.as('adminOfA', 'GET', '/access-log')).body.items
    expect(new Set(looks.map((look: { homeId: string }) => look.homeId))).toEqual(new Set(['a1']))
  })
})

describe('what ties places together', () => {
  const PLACE_OF = { a: 'community-a', b: 'community-b', above: 'district' } as const
  const staffed = async () => {
    const district = await openDistrict()
    for (const [name, place] of Object.entries(PLACE_OF))
      await district.state.people.put(
        person(`p-${name}`, { jurisdictionId: JurisdictionId.parse(place), name: `员工${name}` }),
      )
    return district
  }
  const newPerson = { jurisdictionId: 'community-a', kind: 'staff', name: '新人' }

  it('a device behind a gateway of A that stands in B is seen by A, and changed by B alone', async () => {
    const district = await openDistrict()
    const { state } = district
    await state.gateways.put(gateway('gw-a', { jurisdictionId: JurisdictionId.parse('community-a') }))
    const [kept] = await state.devices.of([DeviceId.parse('water-b1')])
    if (kept === undefined) throw new Error('the district has no such meter')
    await state.devices.put({ ...kept, gatewayId: GatewayId.parse('gw-a'), sourceId: 'x' })
    expect((await district.as('adminOfA', 'GET', '/devices/water-b1')).body).toMatchObject({ home: null })
    const tries = [
      await district.as('adminOfA', 'PUT', '/devices/water-b1/home', { homeId: null }),
      await district.as('adminOfA', 'POST', '/devices/water-b1/acts', { type: 'retire' }),
      await district.as('adminOfA', 'PATCH', '/devices/water-b1', { enabled: false }),
      await district.as('adminOfA', 'POST', '/devices/water-b1/secret'),
      await district.as('adminOfA', 'POST', '/installations', { deviceId: 'water-b1' }),
      await district.as('workerOfA', 'POST', '/devices/water-b1/commands', {
        act: { type: 'valve', open: false },
      }),
    ]
    expect(tries.map(codeOf)).toEqual(tries.map(() => [403, 'forbidden']))
    expect(await state.installations.ofHome(HomeId.parse('b1'))).toEqual([])
    expect(await district.looks()).toEqual([])
    expect((await district.as('admin', 'PATCH', '/devices/water-b1', { model: 'x' })).status).toBe(200)
  })

  it('an installation of B is not there for A, in the same words as one that never was', async () => {
    const district = await openDistrict()
    await district.state.installations.put({
      id: InstallationId.parse('inst-b'),
      deviceId: DeviceId.parse('water-b1'),
      homeId: HomeId.parse('b1'),
      consentId: ConsentId.parse('c1'),
      by: 'account:root',
      startedAt: 1,
      firstReading: null,
      testAlarmAt: null,
      acceptedAt: null,
    })
    const [there, never] = [
      await district.as('adminOfA', 'GET', '/installations/inst-b'),
      await district.as('adminOfA', 'GET', '/installations/inst-x'),
    ]
    expect(there.body).toEqual(never.body)
    expect(codeOf(there)).toEqual(NOT_FOUND)
  })

  it('nobody is tied to an account, a home or a channel of another place', async () => {
    const district = await staffed()
    for (const [name, place] of Object.entries(PLACE_OF))
      await district.state.channels.put({
        id: ChannelId.parse(`ch-${name}`),
        kind: 'wecom',
        name,
        jurisdictionId: JurisdictionId.parse(place),
        settings: { baseUrl: 'https://example.org/send' },
        secretsSet: [],
        voice: false,
        enabled: true,
        createdAt: 1,
      })
    const tied = (over: object) => district.as('adminOfA', 'POST', '/people', { ...newPerson, ...over })
    const address = (channelId: string) => ({ addresses: [{ channelId, address: 'x' }] })
    const tries = [
      await tied({ accountId: 'workerOfB' }),
      await tied({ accountId: 'nobody-at-all' }),
      await tied({ holdsKeyOf: ['b1'] }),
      await tied({ pairedWith: ['b1'] }),
      await tied(address('ch-b')),
      await district.as('adminOfA', 'PATCH', '/people/p-a', { holdsKeyOf: ['b1'] }),
      await district.as('adminOfA', 'PATCH', '/people/p-a', { accountId: 'root' }),
      await district.as('adminOfA', 'PATCH', '/people/p-a', address('ch-b')),
    ]
    expect(tries.map(codeOf)).toEqual(tries.map(() => NOT_FOUND))
    const own = { accountId: 'workerOfA', holdsKeyOf: ['a1'], pairedWith: ['a2'] }
    expect((await tied({ ...own, ...address('ch-above') })).status).toBe(201)
    // What somebody above has tied stays when others are changed.
    await district.as('root', 'PATCH', '/people/p-a', { holdsKeyOf: ['b1'] })
    const kept = { holdsKeyOf: ['b1', 'a1'], name: '改名' }
    expect((await district.as('adminOfA', 'PATCH', '/people/p-a', kept)).status).toBe(200)
  })

  it('nobody of another place is sent, or put on duty, and so their name is not to be had', async () => {
    const district = await staffed()
    const dispatch = (id: string) =>
      district.as('workerOfA', 'POST', '/alerts/alert-a1/dispatch', { candidates: [id] })
    const [foreign, never] = [await dispatch('p-b'), await dispatch('p-none')]
    expect(codeOf(foreign)).toEqual(NOT_FOUND)
    expect(foreign.body).toEqual(never.body)
    for (const id of ['p-a', 'p-above']) expect((await dispatch(id)).status, id).toBe(200)
    const draft = (id: string) => ({
      version: 0,
      zone: 'Asia/Shanghai',
      from: '2026-12-01',
      to: '2026-12-02',
      shifts: [
        {
          name: '全天',
          startMinute: 0,
          durationMinutes: 1_440,
          weekdays: [1, 2, 3, 4, 5, 6, 7],
          crews: [{ primary: id, backup: null }],
          turnDays: 1,
          turnsFrom: '2026-12-01',
        },
      ],
    })
    const place = '/jurisdictions/community-a/roster'
    const faults = async (id: string) =>
      (await district.as('adminOfA', 'POST', `${place}/check`, draft(id))).body.faults
    expect(await faults('p-b')).toEqual([{ fault: 'unknown_person', personId: 'p-b' }])
    expect(await faults('p-none')).toEqual([{ fault: 'unknown_person', personId: 'p-none' }])
    expect(codeOf(await district.as('adminOfA', 'POST', place, draft('p-b')))).toEqual([400, 'roster_faulty'])
    for (const id of ['p-a', 'p-above'])
      expect(JSON.stringify(await faults(id)), id).not.toContain('unknown_person')
  })
})

describe('without a caller', () => {
  it('every route of the document but those for anybody is refused', async () => {
    const { api } = await openDistrict()
    const document = JSON.parse(JSON.stringify(api.swagger())) as {
      paths: Record<string, Record<string, unknown>>
    }
    const open: string[] = []
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const url = path.replaceAll(/\{\w+\}/g, 'a1')
        const answer = await api.inject({ method: method.toUpperCase() as 'GET', url })
        const refused = answer.statusCode === 401 ? answer.json().error.code : answer.statusCode
        if (refused !== 'not_signed_in') open.push(`${method} ${path} ${refused}`)
      }
    }
    // Whoever answers for a resident, or pushes readings, shows a proof of its own in place of a sign-in.
    expect(open.sort()).toEqual([
      'get /healthz 200',
      'get /push/{sourceId} wrong_credentials',
      'get /readyz 200',
      'post /api/v1/check-ins/answers 400',
      'post /api/v1/session 400',
      'post /push/{sourceId} wrong_credentials',
    ])
    for (const url of ['/api/v1/docs/', '/api/v1/docs/js/scalar.js', '/api/v1/openapi.json', '/metrics']) {
      expect((await api.inject({ method: 'GET', url })).statusCode, url).toBe(401)
    }
  })

  it('a wrong, malformed or other kind of key is none', async () => {
    const district = await openDistrict()
    for (const authorization of [
      'Bearer wrong',
      'Bearer',
      'Basic cm9vdDpyb290',
      `Bearer ${'x'.repeat(500)}`,
    ]) {
      const answer = await ask(district.api, {
        method: 'GET',
        url: '/api/v1/clock',
        headers: { authorization },
      })
      expect(codeOf(answer), authorization).toEqual([401, 'not_signed_in'])
    }
  })
})
