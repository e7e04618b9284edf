import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  CIVIL_NOW,
  connectPacket,
  gate,
  mqttClient,
  publishPacket,
  RawClient,
  testBroker,
  urlOf,
} from './harness.ts'

const READINGS = 'devices/meter-1/readings'

describe('acknowledged means kept', () => {
  it('hands over who sent what, and when it came in civil time', async () => {
    const { broker, received } = await testBroker()
    const client = await mqttClient(urlOf('mqtt', broker.addresses.tcp), 'meter-1')
    await client.publishAsync(READINGS, '{"a":1}', { qos: 1, retain: true })
    expect(received).toMatchObject([
      {
        principal: { type: 'device', deviceId: 'meter-1' },
        topic: READINGS,
        text: '{"a":1}',
        receivedAt: CIVIL_NOW,
        retained: false,
      },
    ])
  })

  it('sends PUBACK only when the message has been accepted', async () => {
    const kept = gate()
    const { port, arrived } = await testBroker({ accept: () => kept.promise })
    const client = await RawClient.connected(port, 'meter-1')
    client.send(publishPacket(READINGS, 'x', { messageId: 7 }))
    await arrived(1)
    client.send({ cmd: 'pingreq' })
    expect(await client.next()).toMatchObject({ cmd: 'pingresp' })
    kept.resolve()
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 7 })
  })

  it('acknowledges in the order of arrival, though the last is kept first', async () => {
    const gates = [gate(), gate(), gate()]
    let taken = 0
    const { port, arrived } = await testBroker({ accept: () => gates[taken++]?.promise ?? Promise.resolve() })
    const client = await RawClient.connected(port, 'meter-1')
    client.send(...[1, 2, 3].map((messageId) => publishPacket(READINGS, 'x', { messageId })))
    await arrived(3)
    gates[2]?.resolve()
    gates[1]?.resolve()
    await nextTurn()
    expect(client.unread).toEqual([])
    gates[0]?.resolve()
    for (const messageId of [1, 2, 3]) expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
  })

  it('closes the connection without PUBACK when a message could not be kept', async () => {
    const { port, counts } = await testBroker({ accept: () => Promise.reject(new Error('disk full')) })
    const client = await RawClient.connected(port, 'meter-1')
    client.send(publishPacket(READINGS, 'x'))
    expect(await client.next()).toBeUndefined()
    expect(counts.get('broker_not_kept_total accept')).toBe(1)
  })

  it('acknowledges what came before the message that could not be kept, and nothing after it', async () => {
    let taken = 0
    const { port } = await testBroker({
      accept: async () => {
        taken += 1
        if (taken === 2) throw new Error('disk full')
      },
    })
    const client = await RawClient.connected(port, 'meter-1')
    client.send(...[1, 2, 3].map((messageId) => publishPacket(READINGS, 'x', { messageId })))
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await client.next()).toBeUndefined()
  })

  it('does not let one device wait for another', async () => {
    const slow = gate()
    const { port, arrived } = await testBroker({
      accept: (_principal, { topic }) => (topic === READINGS ? slow.promise : Promise.resolve()),
    })
    const stuck = await RawClient.connected(port, 'meter-1')
    stuck.send(publishPacket(READINGS, 'x'))
    await arrived(1)
    const other = await RawClient.connected(port, 'meter-2')
    other.send(publishPacket('devices/meter-2/readings', 'x', { messageId: 2 }))
    expect(await other.next()).toMatchObject({ cmd: 'puback', messageId: 2 })
    slow.resolve()
    expect(await stuck.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
  })

  it('lets nobody wait for a device that subscribes to itself and does not read', async () => {
    const { port, counts } = await testBroker({ limits: { drainMs: 50 } })
    const deaf = await RawClient.connected(port, 'meter-1')
    deaf.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'devices/meter-1/#', qos: 0 }] })
    expect(await deaf.next()).toMatchObject({ cmd: 'suback' })
    deaf.socket.pause()
    const large = Buffer.alloc(200_000)
    for (let i = 0; i < 200; i++) deaf.send(publishPacket(READINGS, large, { qos: 0 }))

    const other = await RawClient.connected(port, 'meter-2')
    for (let messageId = 1; messageId <= 100; messageId++) {
      other.send(publishPacket('devices/meter-2/readings', 'x', { messageId }))
      expect(await other.next()).toMatchObject({ cmd: 'puback', messageId })
    }
    while (counts.get('broker_faults_total not_reading') === undefined) await delay(10)
  })

  it('leaves in the kernel what is above the bound of messages on their way', async () => {
    const kept = gate()
    const { port, received, arrived } = await testBroker({
      accept: () => kept.promise,
      limits: { inFlightPerClient: 3 },
    })
    const client = await RawClient.connected(port, 'meter-1')
    for (let messageId = 1; messageId <= 10; messageId++)
      client.send(publishPacket(READINGS, 'x', { messageId }))
    await arrived(3)
    await nextTurn()
    expect(received.length).toBe(3)
    kept.resolve()
    for (let messageId = 1; messageId <= 10; messageId++) {
      expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
    }
  })

  it('keeps a QoS 2 message once, however often it is sent before PUBREL', async () => {
    const kept = gate()
    const { port, received, arrived } = await testBroker({ accept: () => kept.promise })
    const persistent = { clean: false }
    const client = await RawClient.connected(port, 'meter-1', persistent)
    const packet = publishPacket(READINGS, 'x', { qos: 2, messageId: 9 })
    client.send(packet, { ...packet, dup: true } as never)
    await arrived(1)
    kept.resolve()
    expect(await client.next()).toMatchObject({ cmd: 'pubrec', messageId: 9 })
    client.socket.destroy()

    const again = await RawClient.connected(port, 'meter-1', persistent)
    again.send({ ...packet, dup: true } as never)
    expect(await again.next()).toMatchObject({ cmd: 'pubrec', messageId: 9 })
    again.send({ cmd: 'pubrel', messageId: 9 })
    expect(await again.next()).toMatchObject({ cmd: 'pubcomp', messageId: 9 })
    expect(received.length).toBe(1)

    again.send(packet)
    expect(await again.next()).toMatchObject({ cmd: 'pubrec', messageId: 9 })
    expect(received.length).toBe(2)
  })
})

describe('a device that does not stay', () => {
  it('is kept when it sends CONNECT, PUBLISH and hangs up in one segment', async () => {
    const { port, received, arrived } = await testBroker()
    const client = await RawClient.open(port)
    client.send(connectPacket('meter-1'), publishPacket(READINGS, 'last words', { qos: 0 }))
    client.socket.end()
    await arrived(1)
    expect(received[0]?.text).toBe('last words')
    await client.closed
  })

  it('still gets its acknowledgement when it has only closed its own side', async () => {
    const kept = gate()
    const { port, arrived } = await testBroker({ accept: () => kept.promise })
    const client = await RawClient.open(port)
    client.send(connectPacket('meter-1'), publishPacket(READINGS, 'x', { messageId: 5 }))
    client.socket.end()
    await arrived(1)
    // By the time somebody else has been let in, the end of the stream has long been seen.
    await RawClient.connected(port, 'meter-2')
    kept.resolve()
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 5 })
    expect(await client.next()).toBeUndefined()
  })

  it('gets its acknowledgement before DISCONNECT is obeyed', async () => {
    const { port } = await testBroker()
    const client = await RawClient.open(port)
    client.send(connectPacket('meter-1'), publishPacket(READINGS, 'x', { messageId: 5 }), {
      cmd: 'disconnect',
    })
    expect(await client.next()).toMatchObject({ cmd: 'connack' })
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 5 })
    expect(await client.next()).toBeUndefined()
  })

  it('is kept when it goes away with a reset while its secret is still being looked up', async () => {
    const lookup = gate()
    const asked = gate()
    const { port, received, arrived } = await testBroker({
      authenticate: async () => {
        asked.resolve()
        await lookup.promise
        return { ok: true, principal: { type: 'device', deviceId: 'meter-1' as never } }
      },
    })
    const client = await RawClient.open(port)
    client.send(connectPacket('meter-1'), publishPacket(READINGS, 'last words', { qos: 0 }))
    await asked.promise
    client.socket.resetAndDestroy()
    await client.closed
    lookup.resolve()
    await arrived(1)
    expect(received[0]?.text).toBe('last words')
  })

  it('may pipeline far more than Aedes would queue behind CONNECT', async () => {
    const { port, received } = await testBroker()
    const client = await RawClient.open(port)
    const ids = Array.from({ length: 2_000 }, (_, i) => i + 1)
    client.send(
      connectPacket('meter-1'),
      ...ids.map((messageId) => publishPacket(READINGS, `${messageId}`, { messageId })),
    )
    expect(await client.next()).toMatchObject({ cmd: 'connack' })
    for (const messageId of ids) expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
    expect(received.map(({ text }) => Number(text))).toEqual(ids)
  })

  it('has its will written in its own name when its line breaks', async () => {
    const { port, received, arrived } = await testBroker()
    const will = {
      topic: 'devices/meter-1/status',
      payload: Buffer.from('offline'),
      qos: 1 as const,
      retain: true,
    }
    const client = await RawClient.connected(port, 'meter-1', { will })
    client.socket.resetAndDestroy()
    await arrived(1)
    expect(received).toMatchObject([
      {
        principal: { deviceId: 'meter-1' },
        topic: 'devices/meter-1/status',
        text: 'offline',
        retained: false,
      },
    ])
  })
})

describe('a device whose message could not be kept', () => {
  it('still leaves its will, kept and retained', async () => {
    const { port, arrived } = await testBroker({
      accept: async (_principal, { topic }) => {
        if (topic === READINGS) throw new Error('disk full')
      },
    })
    const topic = 'devices/meter-1/status'
    const will = { topic, payload: Buffer.from('offline'), qos: 1 as const, retain: true }
    const client = await RawClient.connected(port, 'meter-1', { will })
    client.send(publishPacket(READINGS, 'x'))
    expect(await client.next()).toBeUndefined()
    await arrived(2)
    const later = await RawClient.connected(port, 'meter-1', { clientId: 'later' })
    later.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] })
    expect(await later.next()).toMatchObject({ cmd: 'suback' })
    expect(await later.next()).toMatchObject({ topic, payload: Buffer.from('offline'), retain: true })
  })
})

describe('closing', () => {
  it('lets accepted messages settle and acknowledges them first, and publishes nobody’s will', async () => {
    const kept = gate()
    const { broker, port, received, arrived } = await testBroker({ accept: () => kept.promise })
    const will = {
      topic: 'devices/meter-1/status',
      payload: Buffer.from('offline'),
      qos: 1 as const,
      retain: true,
    }
    const client = await RawClient.connected(port, 'meter-1', { will })
    client.send(publishPacket(READINGS, 'x', { messageId: 3 }))
    await arrived(1)
    const closed = broker.close()
    kept.resolve()
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 3 })
    expect(await client.next()).toBeUndefined()
    await closed
    expect(received.length).toBe(1)
  })
})
