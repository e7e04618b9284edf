import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { alert, home } from '../store/state-samples.ts'
import { homeId, NOW, openDistrict } from './district.ts'

const ids = (body: { items: { id?: string; home?: { id: string } }[] }) =>
  body.items.map((item) => item.id ?? item.home?.id)

describe('an alert', () => {
  it('says who, where and why, with times that people read', async () => {
    const district = await openDistrict()
    const { body } = await district.as('workerOfA', 'GET', '/alerts?homeId=a1')
    expect(body.items[0]).toMatchObject({
      id: 'alert-a1',
      severity: 'P2',
      state: 'open',
      openedAt: '2026-11-19T23:00:00.000Z',
      who: { name: '老人 a1', age: 86, phone: '13800001111', compound: '安远小区', door: '3-201' },
      jurisdictionPath: ['长宁区', '甲社区', '安远小区'],
      evidence: { sentence: { en: '3 L in 12 h' } },
    })
  })

  it('is acknowledged, noted and resolved, and its history says by whom', async () => {
    const district = await openDistrict()
    const act = (path: string, body: object) => district.as('root', 'POST', `/alerts/alert-a1/${path}`, body)
    const taken = await act('acknowledge', { version: 1 })
    expect(taken.body).toMatchObject({ state: 'acknowledged', version: 2, who: { name: '老人 a1' } })
    expect((await act('notes', { note: '已致电，无人接听' })).status).toBe(200)
    const closed = await act('resolve', { note: '平安' })
    expect(closed.body).toMatchObject({ state: 'resolved', resolvedAt: '2026-11-20T00:00:00.000Z' })
    const { timeline } = (await district.as('root', 'GET', '/alerts/alert-a1')).body
    expect(timeline.map((line: { event: string; note: string | null }) => [line.event, line.note])).toEqual([
      ['opened', null],
      ['acknowledged', null],
      ['noted', '已致电，无人接听'],
      ['resolved', '平安'],
    ])
    expect(timeline[0].actorName).toBeNull()
    expect(timeline[1]).toMatchObject({ actorName: 'token of root', at: '2026-11-20T00:00:00.000Z' })
    expect((await act('resolve', {})).body.error.code).toBe('already_resolved')
  })

  it('that has moved on is not changed by one who has not seen it', async () => {
    const district = await openDistrict()
    await district.as('workerOfA', 'POST', '/alerts/alert-a1/acknowledge', {})
    const late = await district.as('root', 'POST', '/alerts/alert-a1/resolve', { version: 1 })
    expect([late.status, late.body.error.code]).toEqual([409, 'version_conflict'])
  })

  it('is found by state, severity, kind, time and place, the most urgent first', async () => {
    const district = await openDistrict()
    const base = { homeId: homeId('a2'), jurisdictionId: home('x').jurisdictionId }
    const at = { ...base, jurisdictionId: 'compound-a' as typeof base.jurisdictionId }
    await district.state.alerts.put(
      alert('fire', { ...at, severity: 'P1', kind: 'smoke.alarm', openedAt: NOW }),
    )
    await district.state.alerts.put(alert('old', { ...at, state: 'resolved', openedAt: NOW - 50 * HOUR_MS }))
    const list = async (query: string) => ids((await district.as('root', 'GET', `/alerts?${query}`)).body)
    expect(await list('state=open,acknowledged')).toEqual(['fire', 'alert-a1', 'alert-a2', 'alert-b1'])
    expect(await list('severity=P1')).toEqual(['fire'])
    expect(await list('kind=smoke.alarm,water.flood')).toEqual(['fire'])
    expect(await list('order=newest&homeId=a2')).toEqual(['fire', 'alert-a2', 'old'])
    expect(await list('to=2026-11-19T00:00:00Z')).toEqual(['old'])
    expect(await list('from=2026-11-20T08:00:00%2B08:00')).toEqual(['fire'])
    expect(await list('jurisdictionId=community-b')).toEqual(['alert-b1'])
  })
})

describe('lists', () => {
  it('come in pages that miss and double nothing', async () => {
    const district = await openDistrict()
    for (let n = 0; n < 7; n++) {
      await district.state.homes.put(home(`c${n}`, { jurisdictionId: 'compound-a' as never }))
    }
    for (const path of [
      '/homes',
      '/devices',
      '/alerts',
      '/residents',
      '/jurisdictions',
      '/accounts',
      '/tokens',
    ]) {
      const whole = (await district.as('root', 'GET', `${path}?limit=500`)).body
      expect(whole.next, path).toBeNull()
      const seen: (string | undefined)[] = []
      for (let after: string | null = null, more = true; more; more = after !== null) {
        const mark: string = after === null ? '' : `&after=${encodeURIComponent(after)}`
        const { body } = await district.as('root', 'GET', `${path}?limit=2${mark}`)
        expect(body.items.length, path).toBeLessThanOrEqual(2)
        seen.push(...ids(body))
        after = body.next
      }
      expect(seen, path).toEqual(ids(whole))
      expect(seen.length, path).toBeGreaterThan(2)
    }
  })

  it('find homes by who lives there, for a case worker', async () => {
    const district = await openDistrict()
    const { body } = await district.as('workerOfA', 'GET', encodeURI('/homes?search=老人 a2'))
    expect(body.items).toHaveLength(1)
    expect(body.items[0]).toMatchObject({ home: { id: 'a2' }, openAlerts: 1, worstSeverity: 'P2' })
    expect(body.items[0].devices).toEqual([
      { id: 'water-a2', kind: 'water', lastReceivedAt: '2026-11-19T23:55:00.000Z', silent: false },
    ])
  })

  it('leave the archived out until asked', async () => {
    const district = await openDistrict()
    expect((await district.as('root', 'PATCH', '/homes/a2', { archived: true })).status).toBe(200)
    expect(ids((await district.as('root', 'GET', '/homes')).body)).toEqual(['a1', 'b1'])
    expect(ids((await district.as('root', 'GET', '/homes?archived=true')).body)).toEqual(['a1', 'a2', 'b1'])
  })
})

describe('a resident', () => {
  it('is recorded and erased for good', async () => {
    const district = await openDistrict()
    const resident = {
      name: '周奶奶',
      birthYear: 1938,
      phone: '139',
      door: '1-1',
      address: '',
      living: 'no_kin',
      notes: '',
      contacts: [],
    }
    const put = await district.as('workerOfA', 'PUT', '/homes/a1/resident', resident)
    expect(put.body).toMatchObject({ ...resident, homeId: 'a1' })
    expect((await district.as('workerOfA', 'DELETE', '/homes/a1/resident')).status).toBe(204)
    expect((await district.as('workerOfA', 'GET', '/homes/a1')).body.resident).toBeNull()
    expect((await district.as('workerOfA', 'GET', '/alerts/alert-a1')).body.who).toBeNull()
    expect((await district.as('workerOfA', 'DELETE', '/homes/a1/resident')).status).toBe(404)
  })
})

describe('a device', () => {
  it('is registered, told how to speak once, moved and taken out', async () => {
    const district = await openDistrict()
    const made = await district.as('admin', 'POST', '/devices', {
      id: 'smoke-1',
      kind: 'smoke',
      homeId: 'a1',
    })
    expect(made.status).toBe(201)
    expect(made.body.device).toMatchObject({ id: 'smoke-1', homeId: 'a1', silent: true, health: null })
    expect(made.body.mqtt).toEqual({
      topic: 'devices/smoke-1/readings',
      username: 'smoke-1',
      host: 'localhost',
      port: 1883,
      tlsPort: 8883,
    })
    expect(made.body.secret.length).toBeGreaterThan(20)
    const shown = JSON.stringify((await district.as('admin', 'GET', '/devices/smoke-1')).body)
    expect(shown).not.toContain(made.body.secret)
    const moved = await district.as('admin', 'PUT', '/devices/smoke-1/home', { homeId: 'b1' })
    expect(moved.body.homeId).toBe('b1')
    expect((await district.as('workerOfA', 'GET', '/devices/smoke-1')).status).toBe(404)
    expect((await district.as('workerOfB', 'GET', '/devices/smoke-1')).status).toBe(200)
    const out = await district.as('admin', 'PUT', '/devices/smoke-1/home', { homeId: null })
    expect(out.body.homeId).toBeNull()
    expect((await district.as('workerOfB', 'GET', '/devices/smoke-1')).status).toBe(404)
    expect((await district.as('admin', 'GET', '/devices/smoke-1')).status).toBe(200)
  })

  it('is silent after four of its intervals and three hours, and a home without a heard one is blind', async () => {
    const district = await openDistrict()
    district.clocks.civil.pass(3 * HOUR_MS - 5 * MINUTE_MS)
    expect((await district.as('admin', 'GET', '/devices/water-a1')).body.silent).toBe(false)
    district.clocks.civil.pass(1)
    expect((await district.as('admin', 'GET', '/devices/water-a1')).body.silent).toBe(true)
    const summary = (await district.as('workerOfA', 'GET', '/summary')).body
    expect(summary).toMatchObject({ homes: 2, heardLastHour: 0, blind: 2, devices: 2, silentDevices: 2 })
  })

  it('behind a gateway has no secret of its own', async () => {
    const district = await openDistrict()
    const gateway = { id: 'gw', jurisdictionId: 'compound-a', name: '1 号楼', topics: ['zigbee2mqtt/#'] }
    const made = await district.as('admin', 'POST', '/gateways', gateway)
    expect(made.body).toMatchObject({
      gateway: { ...gateway, createdAt: '2026-11-20T00:00:00.000Z' },
      mqtt: { topics: ['zigbee2mqtt/#'], username: 'gw', host: 'localhost', port: 1883, tlsPort: 8883 },
    })
    const device = { kind: 'smoke', gatewayId: 'gw', sourceId: '0x01' }
    const { body } = await district.as('admin', 'POST', '/devices', device)
    expect([body.secret, body.mqtt]).toEqual([null, null])
    expect((await district.as('admin', 'POST', '/gateways/gw/secret')).body.secret).toBeTypeOf('string')
    expect((await district.as('admin', 'PATCH', '/gateways/gw', { enabled: false })).body.enabled).toBe(false)
  })
})

describe('the rules', () => {
  it('are changed as one document, by who saw the present one', async () => {
    const district = await openDistrict()
    const { body } = await district.as('admin', 'GET', '/rules')
    expect(body).toMatchObject({
      version: 1,
      'inactivity.personal': { enabled: true, budgetPer30Days: 0.5, capHours: 20 },
      'inactivity.water_volume': { enabled: false, hours: 12, litres: 10 },
    })
    const wanted = { version: 1, 'inactivity.water_volume': { enabled: true, hours: 24, litres: 8 } }
    const put = await district.as('admin', 'PUT', '/rules', wanted)
    expect(put.body).toMatchObject({
      version: 2,
      'inactivity.water_volume': { enabled: true, hours: 24, litres: 8 },
    })
    expect((await district.as('admin', 'PUT', '/rules', wanted)).body.error.code).toBe('version_conflict')
    expect((await district.as('admin', 'PUT', '/rules', { version: 2, typo: {} })).status).toBe(400)
    const history = (await district.as('admin', 'GET', '/rules/history')).body.items
    expect(history[0]).toMatchObject({ at: '2026-11-20T00:00:00.000Z', settings: { version: 2 } })
    expect(history[0].by).toMatch(/^token:/)
  })
})

describe('places', () => {
  it('are added below those that one administers, and renamed', async () => {
    const district = await openDistrict()
    const made = await district.as('adminOfA', 'POST', '/jurisdictions', {
      parentId: 'community-a',
      level: 'compound',
      name: '新小区',
    })
    expect(made.status).toBe(201)
    const renamed = await district.as('adminOfA', 'PATCH', `/jurisdictions/${made.body.id}`, {
      name: '旧小区',
    })
    expect(renamed.body.name).toBe('旧小区')
    const created = await district.as('adminOfA', 'POST', '/homes', { jurisdictionId: made.body.id })
    expect(created.body).toMatchObject({ zone: 'Asia/Shanghai', archivedAt: null })
    const list = (await district.as('adminOfA', 'GET', '/jurisdictions')).body.items
    expect(list.map((place: { name: string }) => place.name).sort()).toEqual(
      ['旧小区', '安远小区', '甲社区', '长宁区'].sort(),
    )
  })
})
