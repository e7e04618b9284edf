import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { connectPacket, gate, RawClient, returnCodeFor, testBroker } from './harness.ts'

/** Of the connect flags, in the tenth byte of a short CONNECT. */
const CLEAN_SESSION = 0x02

const will = (topic: string) => ({
  will: { topic, payload: Buffer.from('offline'), qos: 1 as const, retain: false },
})

describe('who is let in', () => {
  it('lets in a device with its secret, and says that no session was kept', async () => {
    const { port, broker } = await testBroker()
    const client = await RawClient.open(port)
    client.send(connectPacket('meter-1'))
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 0, sessionPresent: false })
    expect(broker.connected()).toBe(1)
  })

  it('answers a wrong secret and an unknown id alike, so that ids cannot be guessed', async () => {
    const { port, counts } = await testBroker()
    expect(await returnCodeFor(port, connectPacket('meter-1', { password: Buffer.from('wrong') }))).toBe(4)
    expect(await returnCodeFor(port, connectPacket('stranger'))).toBe(4)
    expect(counts.get('broker_refused_total wrong_secret')).toBe(1)
    expect(counts.get('broker_refused_total unknown')).toBe(1)
  })

  it('refuses a disabled device and one without a name as not authorised', async () => {
    const { port, broker } = await testBroker()
    expect(await returnCodeFor(port, connectPacket('disabled'))).toBe(5)
    const {
      username: _name,
      password: _secret,
      ...anonymous
    } = connectPacket('') as never as Record<string, unknown>
    expect(await returnCodeFor(port, anonymous as never)).toBe(5)
    expect(broker.connected()).toBe(0)
  })

  it('says that the server is unavailable when nobody can tell', async () => {
    const { port } = await testBroker({ authenticate: async () => ({ ok: false, reason: 'unavailable' }) })
    expect(await returnCodeFor(port, connectPacket('meter-1'))).toBe(3)
    const failing = await testBroker({
      authenticate: async () => {
        throw new Error('registry is closed')
      },
    })
    expect(await returnCodeFor(failing.port, connectPacket('meter-1'))).toBe(3)
  })

  it('does not wait for ever for an authentication that never answers', async () => {
    const { port } = await testBroker({
      authenticate: () => gate().promise as never,
      limits: { authenticateMs: 20 },
    })
    expect(await returnCodeFor(port, connectPacket('meter-1'))).toBe(3)
  })

  it('tells an MQTT 5 client that its version is not spoken here', async () => {
    const { port } = await testBroker()
    expect(await returnCodeFor(port, connectPacket('meter-1', { protocolVersion: 5 }))).toBe(1)
  })

  it('still speaks MQTT 3.1', async () => {
    const { port } = await testBroker()
    const old = { protocolId: 'MQIsdp', protocolVersion: 3 } as const
    expect(await returnCodeFor(port, connectPacket('meter-1', old))).toBe(0)
  })

  it('names a client that has no id, unless it wants its session kept', async () => {
    const { port } = await testBroker()
    expect(await returnCodeFor(port, connectPacket('meter-1', { clientId: '' }))).toBe(0)

    const kept = generate(connectPacket('meter-1', { clientId: '' }))
    kept[9] = (kept[9] ?? 0) & ~CLEAN_SESSION
    const client = await RawClient.open(port)
    client.socket.write(kept)
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 2 })
  })

  it('refuses a client id that is longer than any it would keep a session under', async () => {
    const { port } = await testBroker()
    expect(await returnCodeFor(port, connectPacket('meter-1', { clientId: 'x'.repeat(256) }))).toBe(0)
    expect(await returnCodeFor(port, connectPacket('meter-1', { clientId: 'x'.repeat(257) }))).toBe(2)
  })

  it('refuses a will for a topic that is not its own', async () => {
    const { port } = await testBroker()
    expect(await returnCodeFor(port, connectPacket('meter-1', will('devices/meter-2/status')))).toBe(5)
    expect(await returnCodeFor(port, connectPacket('meter-1', will('$SYS/x')))).toBe(5)
    expect(await returnCodeFor(port, connectPacket('meter-1', will('devices/meter-1/status')))).toBe(0)
  })
})

describe('whose session it is', () => {
  it('keeps a device from throwing out another by using its client id', async () => {
    const { port, broker } = await testBroker()
    const victim = await RawClient.connected(port, 'meter-1', { clientId: 'the-id' })
    await RawClient.connected(port, 'meter-2', { clientId: 'the-id' })
    expect(broker.connected()).toBe(2)
    victim.send({ cmd: 'pingreq' })
    expect(await victim.next()).toMatchObject({ cmd: 'pingresp' })
  })

  it('lets a device that reconnects take over from its own dead connection', async () => {
    const { port, broker } = await testBroker()
    const before = await RawClient.connected(port, 'meter-1', { clientId: 'the-id' })
    await RawClient.connected(port, 'meter-1', { clientId: 'the-id' })
    expect(await before.next()).toBeUndefined()
    expect(broker.connected()).toBe(1)
  })

  it('closes the oldest connection of a device that opens one too many', async () => {
    const { port, broker } = await testBroker({ limits: { connectionsPerPrincipal: 2 } })
    const first = await RawClient.connected(port, 'meter-1', { clientId: 'a' })
    await RawClient.connected(port, 'meter-1', { clientId: 'b' })
    await RawClient.connected(port, 'meter-1', { clientId: 'c' })
    await first.closed
    expect(broker.connected()).toBe(2)
  })

  it('puts out a device that is disabled while it is connected, and lets its will lapse', async () => {
    const { port, broker, received } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1', will('devices/meter-1/status'))
    const bystander = await RawClient.connected(port, 'meter-2')
    broker.disconnect('device:meter-1')
    await client.closed
    bystander.send({ cmd: 'pingreq' })
    expect(await bystander.next()).toMatchObject({ cmd: 'pingresp' })
    expect(received).toEqual([])
  })
})
