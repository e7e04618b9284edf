import mqtt from 'mqtt'
import { describe, expect, it } from 'vitest'
import { HOUR_MS, iso } from '../../contracts/time.ts'
import { listenToEvents } from '../support/events.ts'
import { StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'

describe('a packet that cannot be read', () => {
  it('is acknowledged, kept with its reason, listed, and harms nobody else', async () => {
    const story = await StoryService.start(MORNING)
    const [home, neighbour] = [await story.home('陈秀英'), await story.home('王建国')]
    const sendGarbage = await story.connect(home, home.devices.water)
    const sendSmoke = await story.connect(neighbour, neighbour.devices.smoke)
    await sendGarbage('{"water_total_m3": 12.')
    await sendSmoke({ smoke: true })
    await sendGarbage({ water_total_m3: 12.5 })
    const kept = await story.call<{ items: Record<string, unknown>[] }>('GET', '/quarantine')
    expect(kept.items).toMatchObject([
      {
        code: 'malformed',
        principal: `device:${home.devices.water}`,
        topic: `devices/${home.devices.water}/readings`,
      },
    ])
    expect(Buffer.from(String(kept.items[0]?.['payload']), 'base64').toString()).toBe(
      '{"water_total_m3": 12.',
    )
    expect(await story.alerts()).toMatchObject([{ kind: 'smoke.alarm', who: { name: '王建国' } }])
    const device = await story.call<{ health: { values: object } }>('GET', `/devices/${home.devices.water}`)
    expect(device.health.values).toEqual({ water_total_m3: 12.5 })
  })

  it('one bad value in a day of values takes none of the others with it', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const send = await story.connect(home, home.devices.water)
    await send([
      { ts: iso(story.civil.now() - 3), values: { water_total_m3: 12.5 } },
      { ts: iso(story.civil.now() - 2), values: { water_total_m3: 'much' } },
      { ts: iso(story.civil.now() - 1), values: { water_total_m3: 12.6 } },
    ])
    await story.service.settled()
    const { series } = await story.call<{ series: { points: { value: number }[] }[] }>(
      'GET',
      `/homes/${home.id}/readings?metrics=water_total_m3&resolution=raw&from=${iso(story.civil.now() - HOUR_MS)}&to=${iso(story.civil.now() + HOUR_MS)}`,
    )
    expect(series[0]?.points.map((point) => point.value)).toEqual([12.5, 12.6])
    expect((await story.call<{ items: unknown[] }>('GET', '/quarantine')).items).toHaveLength(1)
  })
})

describe('who may speak', () => {
  it('a disabled device is sent away at once, and refused when it comes back', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const id = home.devices.smoke
    const password = home.secrets[id] ?? ''
    const client = await mqtt.connectAsync(story.service.mqttUrl, {
      username: id,
      password,
      reconnectPeriod: 0,
    })
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    await story.call('PATCH', `/devices/${id}`, { enabled: false })
    await closed
    const again = mqtt.connectAsync(story.service.mqttUrl, { username: id, password, reconnectPeriod: 0 })
    await expect(again).rejects.toMatchObject({ code: 5 })
    const wrong = mqtt.connectAsync(story.service.mqttUrl, {
      username: id,
      password: 'x',
      reconnectPeriod: 0,
    })
    await expect(wrong).rejects.toMatchObject({ code: 4 })
  })

  it('a gateway speaks for the detector registered behind it; a stranger behind it waits in quarantine', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
    const { gateway, secret } = await story.call<{ gateway: { id: string }; secret: string }>(
      'POST',
      '/gateways',
      {
        jurisdictionId: root?.id,
        name: '3号楼网关',
        topics: ['zigbee2mqtt/#'],
      },
    )
    await story.call('POST', '/devices', {
      kind: 'smoke',
      homeId: home.id,
      gatewayId: gateway.id,
      sourceId: 'kitchen_smoke',
    })
    const client = await mqtt.connectAsync(story.service.mqttUrl, { username: gateway.id, password: secret })
    await client.publishAsync('zigbee2mqtt/kitchen_smoke', '{"smoke":true,"battery":80}', { qos: 1 })
    await client.publishAsync('zigbee2mqtt/cellar_smoke', '{"smoke":false,"battery":70}', { qos: 1 })
    await story.service.pipeline.caughtUp()
    expect(await story.alerts()).toMatchObject([{ kind: 'smoke.alarm', who: { name: '陈秀英' } }])
    const kept = await story.call<{ items: unknown[] }>('GET', '/quarantine')
    expect(kept.items).toMatchObject([{ code: 'unregistered_device', sourceId: 'cellar_smoke' }])
    await client.endAsync()
  })
})

describe('a home that is given up', () => {
  it('lets its devices go: what they send later rings nowhere', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    await story.call('PATCH', `/homes/${home.id}`, { archived: true })
    await (await story.connect(home, home.devices.smoke))({ smoke: true })
    expect(await story.alerts()).toEqual([])
    const device = await story.call<{ home: unknown }>('GET', `/devices/${home.devices.smoke}`)
    expect(device.home).toBeNull()
  })
})

describe('who listens', () => {
  it('misses nothing of what happened while its line was cut, even across a restart', async () => {
    const story = await StoryService.start(MORNING)
    const homes = [await story.home('陈秀英'), await story.home('王建国')]
    const alarm = async (n: number) => {
      const home = homes[n]
      if (home) await (await story.connect(home, home.devices.smoke))({ smoke: true })
    }
    const first = await listenToEvents(story.service.httpUrl, story.token)
    await alarm(0)
    const seen = await first.next('alert')
    first.stop()
    await alarm(1)
    await story.away(30_000)
    const second = await listenToEvents(story.service.httpUrl, story.token, seen.id ?? '')
    expect((await second.next('alert')).data).toMatchObject({ who: { name: '王建国' }, state: 'open' })
  })

  it('every look at a person is written down', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    await story.call('GET', `/homes/${home.id}`)
    await story.call('GET', `/homes/${home.id}/actogram`)
    const log = await story.call<{ items: { what: string; homeId: string }[] }>(
      'GET',
      `/access-log?homeId=${home.id}`,
    )
    expect(new Set(log.items.map((entry) => entry.what))).toEqual(new Set(['identity', 'curve']))
  })
})
