import mqtt, { type MqttClient } from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DeviceKind } from '../../contracts/reading.ts'
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { type StoryHome, StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const METER = { total: { metric: 'water_total_m3', factor: 0.01 } }

interface Item {
  id: number
  code: string
  sourceId: string | null
  decodedAt: string | null
}

/** A service with a gateway that stands for a city's platform, and what one does at the desk. */
async function platform(story: StoryService) {
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  const gateway = {
    id: 'city',
    jurisdictionId: root?.id,
    name: '水务平台',
    topics: ['tylink/#', 'zigbee2mqtt/#'],
  }
  const { secret } = await story.call<{ secret: string }>('POST', '/gateways', gateway)
  let client: MqttClient | null = null
  const connect = async () => {
    client = await mqtt.connectAsync(story.service.mqttUrl, { username: 'city', password: secret })
  }
  await connect()
  onTestFinished(async () => {
    await client?.endAsync(true)
  })
  return {
    send: async (topic: string, payload: unknown) => {
      await client?.publishAsync(topic, JSON.stringify(payload), { qos: 1 })
      await story.service.pipeline.caughtUp()
    },
    register: (home: StoryHome, kind: DeviceKind, sourceId: string, model = '') =>
      story.call<{ device: { id: string }; decoded: number }>('POST', '/devices', {
        kind,
        homeId: home.id,
        gatewayId: 'city',
        sourceId,
        model,
      }),
    kept: async (query = 'decoded=false') =>
      (await story.call<{ items: Item[] }>('GET', `/quarantine?${query}`)).items,
    put: (subject: object, mapping: object | null) =>
      story.call<{ decoded: number }>('PUT', '/mappings', { subject, mapping }),
    values: async (id: string) =>
      (await story.call<{ health: { values: object } | null }>('GET', `/devices/${id}`)).health?.values ??
      null,
    points: async (home: StoryHome, metric: string) => {
      await story.service.settled()
      const span = `from=${iso(story.civil.now() - 10 * DAY_MS)}&to=${iso(story.civil.now() + HOUR_MS)}`
      const { series } = await story.call<{ series: { points: { at: string; value: number }[] }[] }>(
        'GET',
        `/homes/${home.id}/readings?metrics=${metric}&resolution=raw&${span}`,
      )
      return series.flatMap(({ points }) => points.map(({ value }) => value))
    },
  }
}

const report = (at: number, total: number) => ({ data: { total: { value: total, time: at } } })

describe('a meter whose names are in its product model', () => {
  it('waits whole; the form shows its fields and what they would give; one answer decodes all that waited', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const city = await platform(story)
    const { device } = await city.register(home, 'water', 'm-1', 'NB-12')
    for (let hour = 0; hour < 3; hour++) {
      await city.send('tylink/m-1/thing/property/report', report(story.civil.now(), 1_200 + hour))
      story.civil.pass(HOUR_MS)
    }
    const waiting = await city.kept()
    expect(waiting.map(({ code, sourceId }) => [code, sourceId])).toEqual(
      Array.from({ length: 3 }, () => ['needs_mapping', 'm-1']),
    )
    const subject = { type: 'model', gatewayId: 'city', model: 'NB-12' }
    const mappings = () => story.call<{ items: object[] }>('GET', '/mappings')
    expect((await mappings()).items).toEqual([
      { subject, mapping: null, devices: 1, heard7Days: 0, waiting: 3, decoded: 0 },
    ])
    const path = `/quarantine/${waiting[0]?.id}/preview`
    expect(await story.call('POST', path, {})).toMatchObject({
      fields: [{ sourceId: 'm-1', name: 'total', said: 1_202 }],
      samples: [],
      refused: { code: 'needs_mapping' },
    })
    const proposed = { sourceId: 'm-1', mapping: { fields: METER, zone: null } }
    expect(await story.call('POST', path, { proposed })).toMatchObject({
      samples: [{ sourceId: 'm-1', values: { water_total_m3: 12.02 } }],
      refused: null,
    })
    expect(await city.values(device.id)).toBeNull()

    expect(await city.put(subject, { fields: METER, zone: null })).toEqual({ decoded: 3 })
    await story.service.pipeline.caughtUp()
    expect(await city.kept()).toEqual([])
    expect((await city.kept('decoded=true')).map(({ decodedAt }) => decodedAt)).toEqual(
      Array.from({ length: 3 }, () => iso(story.civil.now())),
    )
    expect(await city.points(home, 'water_total_m3')).toEqual([12, 12.01, 12.02])
    expect(await city.put(subject, { fields: METER, zone: null })).toEqual({ decoded: 0 })

    await city.send('tylink/m-1/thing/property/report', report(story.civil.now(), 1_203))
    expect(await city.values(device.id)).toEqual({ water_total_m3: 12.03 })
    const mapping = { fields: METER, zone: null }
    expect((await mappings()).items).toEqual([
      { subject, mapping, devices: 1, heard7Days: 4, waiting: 0, decoded: 3 },
    ])
    const general = { type: 'model', gatewayId: null, model: 'NB-99' }
    await city.put(general, mapping)
    expect((await mappings()).items).toContainEqual(
      expect.objectContaining({ subject: general, devices: 0, waiting: 0 }),
    )
    await city.put(general, null)
    expect((await mappings()).items).toHaveLength(1)
    expect(await story.alerts()).toEqual([])
  })

  it('its own word comes before that of its model, and both are there again after a restart', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const city = await platform(story)
    const { device } = await city.register(home, 'water', 'm-1', 'NB-12')
    await city.put({ type: 'model', gatewayId: null, model: 'NB-12' }, { fields: METER, zone: 'Asia/Urumqi' })
    const own = { total: { metric: 'water_total_m3', factor: 0.001 } }
    await city.put({ type: 'device', deviceId: device.id }, { fields: own, zone: null })
    await story.service.stop()
    await story.boot()
    const again = await story.call(`GET`, `/devices/${device.id}/mapping`)
    expect(again).toMatchObject({
      device: { fields: own },
      ofGateway: null,
      ofModel: { zone: 'Asia/Urumqi' },
    })
    await story.service.accept(
      { type: 'gateway', gatewayId: 'city' as never, topics: ['tylink/#'] },
      {
        topic: 'tylink/m-1/thing/property/report',
        payload: Buffer.from(JSON.stringify(report(story.civil.now(), 5_000))),
        receivedAt: story.civil.now(),
        retained: false,
      },
    )
    await story.service.pipeline.caughtUp()
    expect(await city.values(device.id)).toEqual({ water_total_m3: 5 })
  })
})

describe('a detector that nobody had registered', () => {
  it('rings once it is registered, if its smoke is not a day old', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const city = await platform(story)
    await city.send('zigbee2mqtt/kitchen', { smoke: true, battery: 80 })
    story.civil.pass(20 * MINUTE_MS)
    expect((await city.register(home, 'smoke', 'kitchen')).decoded).toBe(1)
    await story.service.pipeline.caughtUp()
    expect(await story.alerts()).toMatchObject([{ kind: 'smoke.alarm', severity: 'P1' }])
  })

  it('pages nobody for smoke of the day before yesterday, with or without a clock', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const city = await platform(story)
    await city.send('zigbee2mqtt/kitchen', { smoke: true, last_seen: iso(story.civil.now()) })
    await city.send('zigbee2mqtt/hall', { smoke: true })
    story.civil.pass(30 * HOUR_MS)
    const registered = [
      await city.register(home, 'smoke', 'kitchen'),
      await city.register(home, 'smoke', 'hall'),
    ]
    expect(registered.map(({ decoded }) => decoded)).toEqual([1, 1])
    await story.service.pipeline.caughtUp()
    expect((await story.alerts()).filter(({ severity }) => severity === 'P1')).toEqual([])
  })

  it('a message that was too large to keep whole waits on, and says so', async () => {
    const story = await StoryService.start(MORNING)
    const home = await story.home('陈秀英')
    const city = await platform(story)
    await city.send('zigbee2mqtt/kitchen', { smoke: false, note: 'x'.repeat(100_000) })
    await city.send('zigbee2mqtt/hall', { smoke: false, note: 'x'.repeat(300_000) })
    const [hall] = await city.kept()
    expect((await city.register(home, 'smoke', 'kitchen')).decoded).toBe(1)
    expect((await city.register(home, 'smoke', 'hall')).decoded).toBe(0)
    await expect(story.call('POST', `/quarantine/${hall?.id}/preview`, {})).rejects.toThrow('409')
  })
})
