import { type Arbitrary, array, assert, constantFrom, oneof, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maySubscribe, mayUseTopic, prefixesOf } from '../../broker/permissions.ts'
import { filterMatches, isTopicFilter, rootOf } from '../../broker/topics.ts'
import { GatewayId } from '../../contracts/ids.ts'
import { mqttClient, principalNamed, publishPacket, RawClient, testBroker, urlOf } from './harness.ts'

const MINE = 'devices/meter-1/readings'
const ANOTHERS = 'devices/meter-2/readings'

describe('what a device may publish', () => {
  it.each([
    ['another device’s topic', ANOTHERS],
    ['a topic whose owner only starts with its name', 'devices/meter-11/readings'],
    ['the bare prefix', 'devices/meter-1/'],
    ['the broker’s own topics', '$SYS/x/disconnect/clients'],
    ['a gateway’s topics', 'zigbee2mqtt/lamp'],
  ])('closes the connection at a message on %s, and keeps nothing', async (_what, topic) => {
    const { port, received, counts } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.send(publishPacket(topic, 'x'))
    expect(await client.next()).toBeUndefined()
    expect(received).toEqual([])
    expect(counts.get('broker_forbidden_total publish')).toBe(1)
  })

  it('hears a device that speaks as its platform wants, and delivers and retains none of it', async () => {
    const { port, received } = await testBroker()
    const client = await RawClient.connected(port, 'gateway-1')
    const topics = ['$oc/devices/x/sys/properties/report', '$sys/product/x/thing/property/post']
    client.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: '$oc/#', qos: 0 }] })
    expect(await client.next()).toMatchObject({ cmd: 'suback', granted: [128] })
    for (const topic of topics) client.send(publishPacket(topic, '{}', { retain: true }))
    for (const _topic of topics) expect(await client.next()).toMatchObject({ cmd: 'puback' })
    client.send({ cmd: 'pingreq' })
    expect(await client.next()).toMatchObject({ cmd: 'pingresp' })
    expect(received.map(({ topic }) => topic)).toEqual(topics)
  })

  it('acknowledges what it was allowed before', async () => {
    const { port, received } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.send(publishPacket(MINE, 'x', { messageId: 1 }), publishPacket(ANOTHERS, 'x', { messageId: 2 }))
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await client.next()).toBeUndefined()
    expect(received.length).toBe(1)
  })

  it('lets a gateway publish under its own id and its registered topics alone', async () => {
    const { port, received } = await testBroker()
    const gateway = await RawClient.connected(port, 'gateway-1')
    gateway.send(publishPacket('zigbee2mqtt/0x01', 'a', { messageId: 1 }))
    expect(await gateway.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    gateway.send(publishPacket('devices/gateway-1/status', 'b', { messageId: 2 }))
    expect(await gateway.next()).toMatchObject({ cmd: 'puback', messageId: 2 })
    gateway.send(publishPacket('zigbee2mqttx/0x01', 'c', { messageId: 3 }))
    expect(await gateway.next()).toBeUndefined()
    expect(received.map(({ text }) => text)).toEqual(['a', 'b'])
  })

  it('gives a gateway no right to all devices, even when somebody registered that', () => {
    const gatewayId = GatewayId.parse('g')
    expect(
      prefixesOf({ type: 'gateway', gatewayId, topics: ['devices/#', '$SYS/#', 'wmbusmeters/#'] }),
    ).toEqual(['devices/g/', 'wmbusmeters/'])
  })
})

describe('what a device may subscribe to', () => {
  it('refuses only the filters that reach beyond its own topics', async () => {
    const { port } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    const filters = [
      'devices/meter-1/#',
      'devices/meter-1/+/x',
      '#',
      '+/meter-1/#',
      '$SYS/#',
      '$share/g/devices/meter-1/#',
    ]
    client.send({
      cmd: 'subscribe',
      messageId: 4,
      subscriptions: [...filters, 'devices/meter-2/commands', 'devices/+/commands'].map((topic) => ({
        topic,
        qos: 1,
      })),
    })
    expect(await client.next()).toMatchObject({
      cmd: 'suback',
      granted: [1, 1, 128, 128, 128, 128, 128, 128],
    })
  })

  it('does not queue for an absent device what matches a filter that was refused to it', async () => {
    const { port, broker } = await testBroker({ limits: { queuedPerSession: 1 } })
    const before = await RawClient.connected(port, 'meter-1', { clean: false })
    before.send({
      cmd: 'subscribe',
      messageId: 4,
      subscriptions: ['devices/meter-1/commands', 'devices/meter-2/#', '#'].map((topic) => ({
        topic,
        qos: 1,
      })),
    })
    expect(await before.next()).toMatchObject({ granted: [1, 128, 128] })
    before.socket.destroy()
    await broker.publish('devices/meter-2/commands', 'for another')
    await broker.publish('devices/meter-1/commands', 'for me')

    const after = await RawClient.connected(port, 'meter-1', { clean: false })
    expect(await after.next()).toMatchObject({ cmd: 'publish', topic: 'devices/meter-1/commands' })
    after.send({ cmd: 'pingreq' })
    expect(await after.next()).toMatchObject({ cmd: 'pingresp' })
  })

  it('does not deliver what was queued under topics that have been taken away since', async () => {
    let topics = ['zigbee2mqtt/#']
    const { port, broker } = await testBroker({
      authenticate: async () => ({
        ok: true,
        principal: { type: 'gateway', gatewayId: GatewayId.parse('g'), topics },
      }),
    })
    const before = await RawClient.connected(port, 'g', { clean: false })
    before.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: ['zigbee2mqtt/+/set', 'devices/g/commands'].map((topic) => ({ topic, qos: 1 as const })),
    })
    expect(await before.next()).toMatchObject({ granted: [1, 1] })
    before.socket.destroy()
    await broker.publish('zigbee2mqtt/valve/set', 'ON')
    await broker.publish('devices/g/commands', 'mine')
    topics = []

    const after = await RawClient.connected(port, 'g', { clean: false })
    expect(await after.next()).toMatchObject({ cmd: 'publish', topic: 'devices/g/commands' })
    after.send({ cmd: 'pingreq' })
    expect(await after.next()).toMatchObject({ cmd: 'pingresp' })
  })

  it('grants no more than so many filters', async () => {
    const { port } = await testBroker({ limits: { subscriptionsPerClient: 2 } })
    const client = await RawClient.connected(port, 'meter-1')
    const subscribe = (...names: string[]) =>
      client.send({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: names.map((name) => ({ topic: `devices/meter-1/${name}`, qos: 0 as const })),
      })
    subscribe('a', 'b', 'c')
    expect(await client.next()).toMatchObject({ granted: [0, 0, 128] })
    client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['devices/meter-1/a'] })
    expect(await client.next()).toMatchObject({ cmd: 'unsuback' })
    subscribe('c')
    expect(await client.next()).toMatchObject({ granted: [0] })
  })
})

describe('messages downward', () => {
  it('reach the device that has subscribed to its commands', async () => {
    const { broker } = await testBroker()
    const client = await mqttClient(urlOf('mqtt', broker.addresses.tcp), 'valve-1')
    const message = new Promise((resolve) => {
      client.on('message', (topic, payload, { qos }) => resolve({ topic, payload: payload.toString(), qos }))
    })
    await client.subscribeAsync('devices/valve-1/commands', { qos: 1 })
    await broker.publish('devices/valve-1/commands', '{"close":true}')
    expect(await message).toEqual({ topic: 'devices/valve-1/commands', payload: '{"close":true}', qos: 1 })
  })

  it('reach a gateway where zigbee2mqtt listens', async () => {
    const { broker } = await testBroker()
    const client = await mqttClient(urlOf('mqtt', broker.addresses.tcp), 'gateway-1')
    const topic = new Promise((resolve) => client.on('message', resolve))
    await client.subscribeAsync('zigbee2mqtt/+/set')
    await broker.publish('zigbee2mqtt/plug/set', '{"state":"OFF"}')
    expect(await topic).toBe('zigbee2mqtt/plug/set')
  })
})

const join = (levels: string[]) => levels.join('/')

describe('topics and filters', () => {
  // Half of them begin with a prefix that somebody owns, so that grants are common.
  const owned = constantFrom('devices/meter-1', 'devices/gateway-1', 'zigbee2mqtt')
  const under = (rest: Arbitrary<string>) => oneof(rest, tuple(owned, rest).map(join))
  const words = ['devices', 'meter-1', 'meter-2', 'zigbee2mqtt', 'a', '', '$SYS', '$share']
  const topics = under(array(constantFrom(...words), { minLength: 1, maxLength: 4 }).map(join))
  const filters = under(array(constantFrom(...words, '+', '#'), { minLength: 1, maxLength: 4 }).map(join))
  const principals = constantFrom('meter-1', 'gateway-1').map(principalNamed)

  it('never grants a filter that matches a topic outside the principal’s own', () => {
    assert(
      property(principals, filters, topics, (principal, filter, topic) => {
        const prefixes = prefixesOf(principal)
        if (!maySubscribe(prefixes, filter) || !filterMatches(filter, topic)) return
        // `x/#` matches its parent `x` too, which is nobody else's.
        expect(
          mayUseTopic(prefixes, topic) || prefixes.some((prefix) => [topic, `${topic}/`].includes(prefix)),
        ).toBe(true)
      }),
    )
  })

  it('finds what a granted filter matches under the same root', () => {
    assert(
      property(principals, filters, topics, (principal, filter, topic) => {
        if (maySubscribe(prefixesOf(principal), filter) && filterMatches(filter, topic)) {
          expect(rootOf(topic)).toBe(rootOf(filter))
        }
      }),
    )
  })

  it.each(['', 'a#', 'a/#/b', '+a', 'a/b+', 'a\0'])('knows that %j is no filter', (filter) => {
    expect(isTopicFilter(filter)).toBe(false)
  })

  it.each([
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['a/+/c', 'a/b/c', true],
    ['a/b', 'a/b/c', false],
    ['a/b/c', 'a/b', false],
  ])('%s against %s: %s', (filter, topic, matches) => {
    expect(filterMatches(filter, topic)).toBe(matches)
  })
})
