import { setImmediate as nextTurn } from 'node:timers/promises'
import { generate } from 'mqtt-packet'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HeldBytes, InFlightBytes } from '../../broker/memory.ts'
import { connectPacket, gate, publishPacket, RawClient, testBroker } from './harness.ts'

const READINGS = 'devices/meter-1/readings'
const KIB = 1_024

describe('bytes that are held', () => {
  it('in all are bounded: whoever holds most goes', () => {
    const gone: string[] = []
    const holder = (name: string) => ({
      crowdOut() {
        gone.push(name)
        held.set(this, 0)
      },
    })
    const held = new HeldBytes(100)
    const [small, large, late] = [holder('small'), holder('large'), holder('late')]
    held.set(small, 10)
    held.set(large, 60)
    held.set(late, 30)
    expect(gone).toEqual([])
    held.set(late, 40)
    expect(gone).toEqual(['large'])
    held.set(small, 0)
    held.set(late, 100)
    expect(gone).toEqual(['large'])
  })

  it('of half packets are bounded over all connections, and the small ones stay', async () => {
    const { port, counts } = await testBroker({ limits: { heldTotalBytes: 300 * KIB } })
    const meter = await RawClient.connected(port, 'meter-3')
    meter.socket.write(Buffer.from([0x30, 0x20, 0x00]))
    const half = Buffer.alloc(200 * KIB)
    half.set([0x30, 0xff, 0xff, 0x0f])
    for (const name of ['meter-1', 'meter-2']) (await RawClient.connected(port, name)).socket.write(half)
    while (counts.get('broker_faults_total crowded_out') === undefined) await nextTurn()
    expect(counts.get('broker_faults_total crowded_out')).toBe(1)
    expect(meter.socket.readableEnded).toBe(false)
  })

  it('of a half packet have their time', async () => {
    const { port, counts } = await testBroker({ limits: { packetMs: 30 } })
    const slow = await RawClient.connected(port, 'meter-1')
    slow.socket.write(Buffer.from([0x30, 0x20]))
    expect(await slow.next()).toBeUndefined()
    expect(counts.get('broker_faults_total packet_timeout')).toBe(1)
  })

  it('of a CONNECT that comes byte by byte have theirs', async () => {
    const { port, counts } = await testBroker({ limits: { connectMs: 60 } })
    const loris = await RawClient.open(port)
    const bytes = [...generate(connectPacket('meter-1'))]
    const timer = setInterval(() => loris.socket.write(Buffer.from([bytes.shift() ?? 0])), 10)
    onTestFinished(() => clearInterval(timer))
    expect(await loris.next()).toBeUndefined()
    expect([...counts.keys()]).toEqual(['broker_faults_total connect_timeout'])
  })
})

describe('bytes that wait to be kept', () => {
  it('of one connection are bounded, and the rest is taken as they settle', async () => {
    const kept = gate()
    const { port, received, arrived } = await testBroker({
      accept: () => kept.promise,
      limits: { inFlightBytesPerClient: 25 * KIB },
    })
    const client = await RawClient.connected(port, 'meter-1')
    const payload = Buffer.alloc(10 * KIB)
    client.send(...[1, 2, 3, 4].map((messageId) => publishPacket(READINGS, payload, { messageId })))
    await arrived(2)
    await nextTurn()
    expect(received.length).toBe(2)
    kept.resolve()
    for (const messageId of [1, 2, 3, 4])
      expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
  })

  it('of all are bounded, but a smoke alarm passes by a flood', async () => {
    const kept = gate()
    const { port, received, arrived } = await testBroker({
      accept: (_principal, { topic }) => (topic === READINGS ? kept.promise : Promise.resolve()),
      limits: { inFlightTotalBytes: 20 * KIB },
    })
    const flood = await RawClient.connected(port, 'meter-1')
    const payload = Buffer.alloc(10 * KIB)
    flood.send(...[1, 2, 3, 4].map((messageId) => publishPacket(READINGS, payload, { messageId })))
    await arrived(2)
    const detector = await RawClient.connected(port, 'smoke-1')
    detector.send(publishPacket('devices/smoke-1/readings', '{"smoke":true}', { messageId: 9 }))
    expect(await detector.next()).toMatchObject({ cmd: 'puback', messageId: 9 })
    expect(received.length).toBe(3)
    kept.resolve()
    for (const messageId of [1, 2, 3, 4])
      expect(await flood.next()).toMatchObject({ cmd: 'puback', messageId })
  })

  it('are counted until they are kept, also when their sender is gone', async () => {
    const kept = gate()
    const { port, arrived, broker, received } = await testBroker({
      accept: () => kept.promise,
      limits: { inFlightTotalBytes: 5 * KIB, inFlightReserveBytes: 0 },
    })
    const first = await RawClient.connected(port, 'meter-1')
    first.send(publishPacket(READINGS, Buffer.alloc(10 * KIB)))
    await arrived(1)
    broker.disconnect('device:meter-1')
    await first.closed
    const second = await RawClient.connected(port, 'meter-2')
    second.send(publishPacket('devices/meter-2/readings', 'x', { messageId: 2 }))
    await RawClient.connected(port, 'meter-3')
    expect(received.length).toBe(1)
    kept.resolve()
    expect(await second.next()).toMatchObject({ cmd: 'puback', messageId: 2 })
  })

  it('wake those that wait in the order in which they came', () => {
    const woken: string[] = []
    const bytes = new InFlightBytes(10, 0)
    bytes.take(10)
    const wake = (name: string) => () => {
      woken.push(name)
      bytes.take(10)
    }
    const [a, b] = [wake('a'), wake('b')]
    expect([bytes.mayTake(0, 5, a), bytes.mayTake(0, 5, b)]).toEqual([false, false])
    bytes.give(10)
    expect(woken).toEqual(['a'])
    bytes.give(10)
    expect(woken).toEqual(['a', 'b'])
  })
})
