import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Reading } from '../../contracts/reading.ts'
import { HOUR_MS, iso } from '../../contracts/time.ts'
import { Authority } from '../broker/authority.ts'
import { serverBinary } from '../support/debian.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import type { RunningServer } from '../support/server-process.ts'
import { StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const binary = await serverBinary('mosquitto')

interface SourceView {
  id: string
  hasPassword: boolean
  status: {
    state: string
    messages: number
    errors: number
    lagMs: number | null
    lastError: { message: string } | null
  }
}

async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (holds(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const sourcesOf = async (story: StoryService) =>
  (await story.call<{ items: SourceView[] }>('GET', '/sources')).items

/** A gateway without topics here, a meter behind it, and a subscription to `url` that speaks as it. */
async function subscribeTo(story: StoryService, url: string, over: object = {}) {
  const home = await story.home('陈秀英')
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  const gateway = { id: 'gw-tower', jurisdictionId: root?.id, name: '3号楼', topics: [] }
  await story.call('POST', '/gateways', gateway)
  const meter = { kind: 'electricity', homeId: home.id, gatewayId: 'gw-tower', sourceId: 'plug' }
  const { device } = await story.call<{ device: { id: string } }>('POST', '/devices', meter)
  const via = {
    type: 'mqtt',
    url,
    topics: ['zigbee2mqtt/#'],
    username: 'shouwang',
    clientId: 'shouwang',
    ca: null,
    cert: null,
  }
  const made = await story.call<{ source: SourceView; proof: null }>('POST', '/sources', {
    gatewayId: 'gw-tower',
    name: '3号楼的 mosquitto',
    via: { ...via, ...over },
    password: 'never shown again',
  })
  return { source: made.source, deviceId: device.id, homeId: home.id }
}

/** What stands in the journal of that device, in order. */
async function journaled(story: StoryService, deviceId: string): Promise<number[]> {
  const found: Reading[] = []
  for (let after = 0; ; ) {
    const entries = await story.service.journal.read(after, 1_000)
    for (const entry of entries)
      if (entry.type === 'readings' && entry.deviceId === deviceId) found.push(...entry.readings)
    const last = entries.at(-1)
    if (last === undefined) return found.map(({ values }) => Number(values['energy_import_kwh']))
    after = last.seq
  }
}

async function pointsOf(story: StoryService, homeId: string): Promise<number[]> {
  const span = `from=${iso(story.civil.now() - HOUR_MS)}&to=${iso(story.civil.now() + HOUR_MS)}`
  const { series } = await story.call<{ series: { points: { value: number }[] }[] }>(
    'GET',
    `/homes/${homeId}/readings?metrics=energy_import_kwh&resolution=raw&${span}`,
  )
  return series.flatMap(({ points }) => points.map(({ value }) => value))
}

describe.skipIf(binary === null)('a broker of somebody else', () => {
  let other: RunningServer
  beforeAll(async () => {
    other = await startMosquitto(binary ?? '', [
      'persistence true',
      'autosave_interval 1',
      'autosave_on_changes true',
      'max_queued_messages 100000',
    ])
  })
  afterAll(() => other?.remove())

  it('nothing is lost and nothing doubled while it is stopped and started, and we are', async () => {
    const story = await StoryService.start(MORNING)
    const { source, deviceId, homeId } = await subscribeTo(story, other.url)
    expect(source.hasPassword).toBe(true)
    expect(JSON.stringify(source)).not.toContain('never shown again')
    const connected = ([one]: SourceView[]) => one?.status.state === 'connected'
    await until(() => sourcesOf(story), connected)

    const publisher = mqtt.connect(other.url, { clientId: 'zigbee2mqtt', clean: false, reconnectPeriod: 50 })
    onTestFinished(async () => {
      await publisher.endAsync(true)
    })
    const all: number[] = []
    const publish = async (count: number) => {
      const sent = Array.from({ length: count }, () => {
        const n = all.length + 1
        all.push(n)
        const payload = JSON.stringify({ energy: n, last_seen: iso(story.civil.now() + n) })
        return publisher.publishAsync('zigbee2mqtt/plug', payload, { qos: 1 })
      })
      await Promise.all(sent)
    }
    await publish(100)
    const restarted = other.restart()
    await publish(100)
    await restarted
    await publish(50)
    // In the midst of it we stop: what comes meanwhile waits there.
    const halfway = publish(100)
    await story.service.stop()
    await halfway
    await publish(50)
    await story.boot()
    const kept = await until(
      () => journaled(story, deviceId),
      (found) => new Set(found).size >= all.length,
    )
    expect(new Set(kept)).toEqual(new Set(all))
    // Between the publisher and its broker a message may double, as QoS 1 allows: one key, one point.
    await story.service.settled()
    expect((await pointsOf(story, homeId)).toSorted((a, b) => a - b)).toEqual(all)
    const [after] = await sourcesOf(story)
    expect(after?.status).toMatchObject({ state: 'connected', lagMs: expect.any(Number) })
    expect(await story.service.metricsText()).toContain(`shouwang_source_connected{source="${source.id}"} 1`)
    await story.call('DELETE', `/sources/${source.id}`)
  })

  it('what could not be kept is not acknowledged, and comes again', async () => {
    const story = await StoryService.start(MORNING)
    const { deviceId } = await subscribeTo(story, other.url, { clientId: 'shouwang-2' })
    await until(
      () => sourcesOf(story),
      ([one]) => one?.status.state === 'connected',
    )
    const { journal } = story.service
    const append = journal.append.bind(journal)
    let failures = 0
    journal.append = async (bodies, at) => {
      if (bodies.some(({ type }) => type === 'readings') && failures++ < 1) throw new Error('disk full')
      return append(bodies, at)
    }
    const publisher = await mqtt.connectAsync(other.url)
    await publisher.publishAsync('zigbee2mqtt/plug', '{"energy": 7}', { qos: 1 })
    await publisher.endAsync()
    const kept = await until(
      () => journaled(story, deviceId),
      (found) => found.length > 0,
    )
    expect(kept).toEqual([7])
    const [source] = await sourcesOf(story)
    expect(source?.status.errors).toBeGreaterThan(0)
    expect(source?.status.lastError?.message).toContain('disk full')
    await story.call('DELETE', `/sources/${source?.id}`)
  })
})

describe.skipIf(binary === null)('a broker that wants TLS and our certificate', () => {
  let authority: Authority
  let other: RunningServer
  beforeAll(async () => {
    authority = new Authority()
    const { cert, key } = authority.issue('broker')
    const kept = (name: string, bytes: Buffer) => {
      writeFileSync(join(authority.folder, name), bytes)
      return join(authority.folder, name)
    }
    other = await startMosquitto(binary ?? '', [
      `cafile ${kept('broker-ca.pem', authority.ca)}`,
      `certfile ${kept('broker.pem', cert)}`,
      `keyfile ${kept('broker.key', key)}`,
      'require_certificate true',
    ])
  })
  afterAll(async () => {
    await other?.remove()
    authority.remove()
  })

  it('a stranger is not trusted; with both certificates it connects, and the key is never shown', async () => {
    const story = await StoryService.start(MORNING)
    const url = other.url.replace('mqtt:', 'mqtts:')
    const { source, deviceId } = await subscribeTo(story, url)
    const [stranger] = await until(
      () => sourcesOf(story),
      ([one]) => one?.status.lastError !== null,
    )
    expect(stranger?.status.lastError?.message).toMatch(/certificate|self-signed/)

    const ours = authority.issue('shouwang')
    const via = {
      type: 'mqtt',
      url,
      topics: ['zigbee2mqtt/#'],
      username: null,
      clientId: 'shouwang',
      ca: authority.ca.toString(),
      cert: ours.cert.toString(),
    }
    const change = { via, key: ours.key.toString(), password: null }
    const changed = await story.call<SourceView & { hasKey: boolean }>(
      'PATCH',
      `/sources/${source.id}`,
      change,
    )
    expect([changed.hasKey, changed.hasPassword]).toEqual([true, false])
    expect(JSON.stringify(changed)).not.toContain('PRIVATE KEY')
    await until(
      () => sourcesOf(story),
      ([one]) => one?.status.state === 'connected',
    )
    const publisher = await mqtt.connectAsync(url, { ...authority.issue('z2m'), ca: authority.ca })
    await publisher.publishAsync('zigbee2mqtt/plug', '{"energy": 7}', { qos: 1 })
    await publisher.endAsync()
    await until(
      () => journaled(story, deviceId),
      (found) => found.length > 0,
    )
  })
})

describe('a source that cannot work', () => {
  it('says why, and does not stop the others nor the service', async () => {
    const story = await StoryService.start(MORNING)
    await subscribeTo(story, 'mqtt://127.0.0.1:1')
    const [source] = await until(
      () => sourcesOf(story),
      ([one]) => (one?.status.errors ?? 0) > 0,
    )
    expect(source?.status.lastError?.message).toContain('ECONNREFUSED')
    await story.call('PATCH', `/sources/${source?.id}`, { enabled: false })
    expect((await sourcesOf(story))[0]?.status.state).toBe('off')
  })

  it('a password does not cross the network in the clear by accident', async () => {
    const story = await StoryService.start(MORNING)
    await expect(subscribeTo(story, 'mqtt://broker.example.org')).rejects.toThrow('400')
    await expect(
      subscribeTo(await StoryService.start(MORNING), 'mqtts://user:pass@broker.example.org'),
    ).rejects.toThrow('400')
  })
})
