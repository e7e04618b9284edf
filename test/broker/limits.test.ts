import { setImmediate as nextTurn } from 'node:timers/promises'
import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../broker/limits.ts'
import { BoundedPersistence } from '../../broker/persistence.ts'
import { RetainedMessages } from '../../broker/retained.ts'
import { type Session, Sessions } from '../../broker/sessions.ts'
import { noMeters } from '../../contracts/telemetry.ts'
import { manualClock } from '../support/clock.ts'
import { connectPacket, publishPacket, RawClient, testBroker } from './harness.ts'

const READINGS = 'devices/meter-1/readings'
const KIB = 1_024
const PUBLISH_QOS_0 = 0x30

const retainedPacket = (topic: string, payload: string) =>
  ({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: true, dup: false }) as never

describe('packet sizes', () => {
  it('hears nobody out whose CONNECT is larger than 4 KB', async () => {
    const { port, counts } = await testBroker()
    const client = await RawClient.open(port)
    client.send(connectPacket('meter-1', { password: Buffer.alloc(5 * KIB) }))
    expect(await client.next()).toBeUndefined()
    expect(counts.get('broker_faults_total packet_too_large')).toBe(1)
  })

  it('cuts a packet of 256 MB off at its announcement, before a byte of it is kept', async () => {
    const { port, counts } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.socket.write(Buffer.from([PUBLISH_QOS_0, 0xff, 0xff, 0xff, 0x7f]))
    expect(await client.next()).toBeUndefined()
    expect(counts.get('broker_faults_total packet_too_large')).toBe(1)
  })

  it('takes 256 KB from a device and 2 MB from a gateway, in whatever pieces, and no more', async () => {
    const { port, received } = await testBroker()
    const kib = (count: number) => Buffer.alloc(count * KIB, 'x')
    const device = await RawClient.connected(port, 'meter-1')
    device.send(publishPacket(READINGS, kib(255)))
    expect(await device.next()).toMatchObject({ cmd: 'puback' })
    device.send(publishPacket(READINGS, kib(257)))
    expect(await device.next()).toBeUndefined()

    const gateway = await RawClient.connected(port, 'gateway-1')
    gateway.send(publishPacket('zigbee2mqtt/bridge/devices', kib(2_047)))
    expect(await gateway.next()).toMatchObject({ cmd: 'puback' })
    gateway.send(publishPacket('zigbee2mqtt/bridge/devices', kib(2_049)))
    expect(await gateway.next()).toBeUndefined()
    expect(received.map(({ payload }) => payload.length)).toEqual([255 * KIB, 2_047 * KIB])
  })

  it('keeps what came in front of an oversized packet', async () => {
    const { port } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.send(
      publishPacket(READINGS, 'x', { messageId: 1 }),
      publishPacket(READINGS, Buffer.alloc(300 * KIB)),
    )
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await client.next()).toBeUndefined()
  })

  it('turns away whoever does not begin with CONNECT, or whose length never ends', async () => {
    const { port, counts } = await testBroker()
    const browser = await RawClient.open(port)
    browser.socket.write('GET / HTTP/1.1\r\n\r\n')
    expect(await browser.next()).toBeUndefined()
    expect(counts.get('broker_faults_total not_connect')).toBe(1)
    const endless = await RawClient.connected(port, 'meter-1')
    endless.socket.write(Buffer.from([PUBLISH_QOS_0, 0xff, 0xff, 0xff, 0xff, 0x01]))
    expect(await endless.next()).toBeUndefined()
    expect(counts.get('broker_faults_total malformed_length')).toBe(1)
  })

  it('understands packets however they are cut up', async () => {
    const { port, received } = await testBroker()
    const client = await RawClient.open(port)
    const bytes = Buffer.concat(
      [connectPacket('meter-1'), publishPacket(READINGS, Buffer.alloc(300, 'x'))].map((packet) =>
        generate(packet),
      ),
    )
    for (const byte of bytes) {
      client.socket.write(Buffer.from([byte]))
      await nextTurn()
    }
    expect(await client.next()).toMatchObject({ cmd: 'connack' })
    expect(await client.next()).toMatchObject({ cmd: 'puback' })
    expect(received[0]?.payload.length).toBe(300)
  })
})

describe('time', () => {
  it('closes a connection on which no CONNECT comes', async () => {
    const { port, counts } = await testBroker({ limits: { connectMs: 20 } })
    const client = await RawClient.open(port)
    expect(await client.next()).toBeUndefined()
    expect(counts.get('broker_faults_total connect_timeout')).toBe(1)
  })

  it('closes a connection that is silent for one and a half times its keep-alive', async () => {
    const { port, counts } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1', { keepalive: 1 })
    expect(await client.next()).toBeUndefined()
    expect(counts.get('broker_faults_total keep_alive')).toBe(1)
  })
})

describe('what is kept for later', () => {
  it('retains the status of a device and nothing else of it', async () => {
    const { port } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.send(
      publishPacket(READINGS, 'old', { messageId: 1, retain: true }),
      publishPacket('devices/meter-1/status', 'online', { messageId: 2, retain: true }),
    )
    await client.next()
    await client.next()
    const later = await RawClient.connected(port, 'meter-1', { clientId: 'later' })
    later.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'devices/meter-1/#', qos: 0 }] })
    expect(await later.next()).toMatchObject({ cmd: 'suback' })
    expect(await later.next()).toMatchObject({ topic: 'devices/meter-1/status', retain: true })
    later.send({ cmd: 'pingreq' })
    expect(await later.next()).toMatchObject({ cmd: 'pingresp' })
  })

  it('bounds retained messages by root, in number and in bytes, and forgets them on request', () => {
    const retained = new RetainedMessages({
      ...defaultLimits,
      retainedPerRoot: 2,
      retainedTotal: 3,
      retainedTotalBytes: 19,
    })
    expect(['z/1', 'z/2', 'z/3'].map((topic) => retained.put(retainedPacket(topic, 'x')))).toEqual([
      true,
      true,
      false,
    ])
    expect(['y/1', 'x/1'].map((topic) => retained.put(retainedPacket(topic, 'x')))).toEqual([true, false])
    expect(retained.put(retainedPacket('z/1', 'x'.repeat(9)))).toBe(false)
    expect(retained.put(retainedPacket('z/1', ''))).toBe(true)
    expect(retained.put(retainedPacket('x/1', 'x'.repeat(8)))).toBe(true)
    expect([...retained.matching(['z/#', 'x/+'])].map(({ topic }) => topic)).toEqual(['z/2', 'x/1'])
    expect([...retained.matching(['z/#', 'z/+', 'z/2'])].map(({ topic }) => topic)).toEqual(['z/2'])
    // To look is work too, also where nothing is found.
    expect(retained.costBytes(['z/none', 'z/nothing'])).toBe(2 * defaultLimits.comparisonCostBytes)
    expect(retained.costBytes(['nobody/#'])).toBe(0)
  })

  it('bounds what is queued and retained in bytes, topics counted, and forgets it in the same measure', () => {
    const sessions = new Sessions(
      { ...defaultLimits, queuedPerSessionBytes: 20, queuedTotalBytes: 30 },
      () => 0,
    )
    const [a, b] = ['device:a/1', 'device:b/1'].map((id) => sessions.open(id)) as [Session, Session]
    const put = (session: Session, bytes: number) =>
      sessions.enqueue(session, retainedPacket('t', 'x'.repeat(bytes - 1)))
    expect([put(a, 15), put(a, 6), put(b, 15), put(b, 1)]).toEqual([true, false, true, false])
    sessions.forget('device:a/1')
    expect([put(b, 5), put(b, 1)]).toEqual([true, false])
    expect(sessions.dequeue(b, undefined)).toBeDefined()
    expect(put(b, 15)).toBe(true)

    const retained = new RetainedMessages({ ...defaultLimits, retainedPerRootBytes: 10 })
    expect(['z/1', 'z/2'].map((topic) => retained.put(retainedPacket(topic, '1234')))).toEqual([true, false])
    expect(retained.put(retainedPacket('y/1', '1234'))).toBe(true)
  })

  it('refuses subscriptions beyond what all clients together may have', async () => {
    const { port } = await testBroker({ limits: { subscriptionsTotal: 2 } })
    const subscriptionTo = (name: string, count: number) => ({
      cmd: 'subscribe' as const,
      messageId: 1,
      subscriptions: Array.from({ length: count }, (_, i) => ({
        topic: `devices/${name}/${i}`,
        qos: 0 as const,
      })),
    })
    const first = await RawClient.connected(port, 'meter-1')
    first.send(subscriptionTo('meter-1', 2))
    expect(await first.next()).toMatchObject({ granted: [0, 0] })
    const second = await RawClient.connected(port, 'meter-2')
    second.send(subscriptionTo('meter-2', 1))
    expect(await second.next()).toMatchObject({ granted: [128] })
    first.socket.destroy()
    await first.closed
    // The first one has left when somebody who came after it has been let in.
    const third = await RawClient.connected(port, 'meter-3')
    third.send(subscriptionTo('meter-3', 1))
    expect(await third.next()).toMatchObject({ granted: [0] })
  })

  it('refuses subscriptions of further sessions when as many are kept as may be', async () => {
    const { port } = await testBroker({ limits: { subscriptionsTotal: 1 } })
    const grantedTo = async (name: string, clean: boolean) => {
      const client = await RawClient.connected(port, name, { clean })
      const topic = `devices/${name}/commands`
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
      const suback = await client.next()
      client.socket.destroy()
      await client.closed
      return suback
    }
    expect(await grantedTo('meter-1', false)).toMatchObject({ granted: [1] })
    expect(await grantedTo('meter-2', false)).toMatchObject({ granted: [128] })
    expect(await grantedTo('meter-3', true)).toMatchObject({ granted: [1] })
  })

  it('refuses a filter that is too long, and keeps the connection', async () => {
    const { port } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    const topic = `devices/meter-1/${'x'.repeat(600)}`
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] })
    expect(await client.next()).toMatchObject({ cmd: 'suback', granted: [128] })
  })

  it('answers one SUBSCRIBE at a time, and no faster than it may send all that is retained', async () => {
    const { port, counts } = await testBroker({
      wall: manualClock(0),
      limits: { trafficRatePerPrincipal: { burst: 30_000, perSecond: 1 } },
    })
    const gateway = await RawClient.connected(port, 'gateway-1')
    const lamps = Array.from({ length: 20 }, (_, i) => `zigbee2mqtt/lamp-${i}`)
    gateway.send(...lamps.map((topic, i) => publishPacket(topic, 'on', { messageId: i + 1, retain: true })))
    for (const _lamp of lamps) expect(await gateway.next()).toMatchObject({ cmd: 'puback' })

    const subscriptions = [{ topic: 'zigbee2mqtt/#', qos: 0 as const }]
    const subscribe = (messageId: number) => ({ cmd: 'subscribe' as const, messageId, subscriptions })
    gateway.send(...[1, 2, 3, 4].map(subscribe))
    const answers: (string | undefined)[] = []
    while (answers.length < 2 * (1 + lamps.length)) answers.push((await gateway.next())?.cmd)
    expect(answers.filter((cmd) => cmd === 'suback').length).toBe(2)
    const other = await RawClient.connected(port, 'meter-1')
    other.send(publishPacket(READINGS, 'x'))
    expect(await other.next()).toMatchObject({ cmd: 'puback' })
    expect(gateway.unread).toEqual([])
    expect(counts.size).toBe(0)
    // The rest waits for its time; it is not lost, and nobody is cut.
    expect(gateway.socket.readableEnded).toBe(false)
  })

  it('keeps no more QoS 2 messages between PUBLISH and PUBREL than it may', async () => {
    const { port, received, counts } = await testBroker({ limits: { receivingPerSession: 2 } })
    const client = await RawClient.connected(port, 'meter-1')
    for (const messageId of [1, 2, 3]) client.send(publishPacket(READINGS, 'x', { qos: 2, messageId }))
    while ((await client.next()) !== undefined);
    expect(received.length).toBe(2)
    expect(counts.get('broker_not_kept_total too_many_unreleased')).toBe(1)
  })

  it('delivers what came while a device was away, up to its bound', async () => {
    const { port, broker, counts } = await testBroker({ limits: { queuedPerSession: 2 } })
    const before = await RawClient.connected(port, 'meter-1', { clean: false })
    before.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'devices/meter-1/commands', qos: 1 }],
    })
    await before.next()
    before.socket.destroy()
    for (const command of ['1', '2', '3']) await broker.publish('devices/meter-1/commands', command)
    expect(counts.get('broker_dropped_total queued')).toBe(1)

    const after = await RawClient.open(port)
    after.send(connectPacket('meter-1', { clean: false }))
    expect(await after.next()).toMatchObject({ cmd: 'connack', sessionPresent: true })
    for (const command of ['1', '2']) {
      expect(await after.next()).toMatchObject({ cmd: 'publish', payload: Buffer.from(command) })
    }
  })

  it('forgets sessions that were left long ago, and the oldest when there are too many', () => {
    let now = 0
    const limits = { ...defaultLimits, sessionExpiryMs: 100, sessionsTotal: 3, sessionsPerPrincipal: 2 }
    const sessions = new Sessions(limits, () => now)
    const leave = (clientId: string) => {
      sessions.open(clientId)
      sessions.absent(clientId)
      now += 10
    }
    const known = (...ids: string[]) => ids.filter((id) => sessions.get(id) !== undefined)

    for (const id of ['device:a/1', 'device:a/2', 'device:a/3']) leave(id)
    expect(known('device:a/1', 'device:a/2', 'device:a/3')).toEqual(['device:a/2', 'device:a/3'])
    leave('device:b/1')
    leave('device:c/1')
    expect(known('device:a/2', 'device:a/3', 'device:b/1', 'device:c/1')).toEqual([
      'device:a/3',
      'device:b/1',
      'device:c/1',
    ])
    sessions.present('device:a/3')
    now += 100
    leave('device:d/1')
    expect(known('device:a/3', 'device:b/1', 'device:c/1', 'device:d/1')).toEqual([
      'device:a/3',
      'device:d/1',
    ])
  })

  it('keeps no trace of a clean session whose last QoS 2 message settles after its end', async () => {
    const sessions = new Sessions(defaultLimits, () => 0)
    const persistence = new BoundedPersistence({
      sessions,
      retained: new RetainedMessages(defaultLimits),
      limits: defaultLimits,
      meters: noMeters,
      granted: () => true,
    })
    const store = (clean: boolean) =>
      persistence.incomingStorePacket({ id: 'device:a/1', closed: true, clean } as never, { messageId: 9 })
    await store(true)
    expect(sessions.get('device:a/1')).toBeUndefined()
    await store(false)
    expect(sessions.get('device:a/1')?.received).toEqual(new Set([9]))
  })
})
