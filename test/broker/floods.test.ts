import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Entrance } from '../../broker/entrance.ts'
import { defaultLimits } from '../../broker/limits.ts'
import { TokenBuckets } from '../../broker/rates.ts'
import { networkOf } from '../../contracts/network.ts'
import { type Log, noMeters, silentLog } from '../../contracts/telemetry.ts'
import { manualClock } from '../support/clock.ts'
import { connectPacket, publishPacket, RawClient, returnCodeFor, testBroker } from './harness.ts'

const READINGS = 'devices/meter-1/readings'
const KIB = 1_024
const NEVER_AGAIN = { burst: 2, perSecond: 0 }
const wrong = connectPacket('meter-1', { password: Buffer.from('wrong') })

/** A log that remembers what was said at `info` and above. */
function listeningLog(): { log: Log; lines: [string, object][] } {
  const lines: [string, object][] = []
  const hear = (data: object, message: string) => lines.push([message, data])
  return { log: { ...silentLog, info: hear, warn: hear, error: hear }, lines }
}

async function opened(port: number) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return socket
}

describe('token buckets', () => {
  it('give so many at once and so many a second, to each key its own', () => {
    const clock = manualClock(0)
    const buckets = new TokenBuckets({ burst: 2, perSecond: 1 }, clock)
    const take = (key: string, count: number) => Array.from({ length: count }, () => buckets.take(key))
    expect(take('a', 3)).toEqual([true, true, false])
    expect(take('b', 1)).toEqual([true])
    clock.pass(1_000)
    expect(take('a', 2)).toEqual([true, false])
    clock.pass(60_000)
    expect(take('a', 3)).toEqual([true, true, false])
  })

  it('take nothing away when the clock is set back', () => {
    let now = 10_000
    const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, { now: () => now })
    expect(buckets.take('a')).toBe(true)
    now = 0
    expect(buckets.take('a')).toBe(false)
    now = 1_000
    expect(buckets.take('a')).toBe(true)
  })

  it('forget the longest unseen rather than grow without end', () => {
    const buckets = new TokenBuckets({ burst: 1, perSecond: 0 }, { now: () => 0 })
    expect(buckets.take('first')).toBe(true)
    for (let i = 0; i < 20_000; i++) buckets.take(`${i}`)
    expect(buckets.take('19999')).toBe(false)
    expect(buckets.take('first')).toBe(true)
  })
})

describe('a flood of connections', () => {
  it('is closed before a byte is read, and lets in again when its address has been quiet', async () => {
    const wall = manualClock(0)
    const { port, counts } = await testBroker({
      wall,
      limits: { connectionRatePerAddress: { burst: 2, perSecond: 1 } },
    })
    await RawClient.connected(port, 'meter-1')
    await RawClient.connected(port, 'meter-2')
    const third = await opened(port)
    await once(third, 'close')
    expect(counts.get('broker_refused_total connection_rate')).toBe(1)
    wall.pass(1_000)
    await RawClient.connected(port, 'meter-3')
  })

  it('that says nothing takes no place from a device that says who it is', async () => {
    const { port, counts, broker } = await testBroker({ limits: { pendingPerAddress: 3 } })
    const silent = await Promise.all([1, 2, 3].map(() => opened(port)))
    const closed = once(silent[0] as (typeof silent)[0], 'close')
    await RawClient.connected(port, 'meter-1')
    await closed
    expect(counts.get('broker_refused_total pending')).toBe(1)
    // Let in, it has given its place back: one more may wait now.
    await opened(port)
    await RawClient.connected(port, 'meter-2')
    expect(broker.connected()).toBe(2)
  })

  it('from everywhere gives way where it is thickest', async () => {
    const { port, counts } = await testBroker({ limits: { pendingConnections: 2 } })
    await Promise.all([1, 2].map(() => opened(port)))
    await RawClient.connected(port, 'meter-1')
    expect(counts.get('broker_refused_total pending')).toBe(1)
  })

  it('stops at the number of connections that all listeners may have together', async () => {
    const { port, counts } = await testBroker({ limits: { connections: 1 } })
    const only = await RawClient.connected(port, 'meter-1')
    await once(await opened(port), 'close')
    expect(counts.get('broker_refused_total full')).toBe(1)
    only.send({ cmd: 'pingreq' })
    expect(await only.next()).toMatchObject({ cmd: 'pingresp' })
  })

  it('gives every place back, also when two of one IPv6 network come from the same port', () => {
    const counts = new Map<string, number>()
    const meters = { ...noMeters, count: (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1) }
    const limits = { ...defaultLimits, pendingConnections: 2 }
    const entrance = new Entrance(limits, manualClock(0), meters)
    const from = (remoteAddress: string) =>
      Object.assign(new EventEmitter(), {
        remoteAddress,
        remotePort: 4_000,
        localAddress: '2001:db8::1',
        localPort: 1_883,
        destroy: () => {},
      }) as unknown as Socket
    for (let i = 0; i < 10; i++) {
      const pair = [from('2001:db8:1:2::a'), from('2001:db8:1:2::b')]
      for (const socket of pair) expect(entrance.enter(socket)).toBe(true)
      // One is let in, by what wraps it; then both go.
      entrance.admitted(from('2001:db8:1:2::a'))
      for (const socket of pair) socket.emit('close')
    }
    expect(counts.size).toBe(0)
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('counts %s as %s', (remote, network) => {
    expect(networkOf(remote)).toBe(network)
  })
})

describe('a storm of takeovers', () => {
  it('of one credential is refused as unavailable, and touches nobody else', async () => {
    const wall = manualClock(0)
    const { port, counts } = await testBroker({
      wall,
      limits: { admissionRatePerPrincipal: { burst: 3, perSecond: 1 }, refusalMs: 20 },
    })
    const stormy = connectPacket('meter-1', { clientId: 'same' })
    const codes: (number | undefined)[] = []
    const before = performance.now()
    for (let i = 0; i < 5; i++) codes.push(await returnCodeFor(port, stormy))
    expect(codes).toEqual([0, 0, 0, 3, 3])
    // Whoever is turned away waits for it, or the next try would come at once.
    expect(performance.now() - before).toBeGreaterThan(2 * 19)
    expect(counts.get('broker_slowed_total')).toBe(2)
    expect(counts.get('broker_refused_total admission_rate')).toBe(2)
    expect(await returnCodeFor(port, connectPacket('meter-2'))).toBe(0)
    wall.pass(1_000)
    expect(await returnCodeFor(port, stormy)).toBe(0)
  })

  it('cannot be brought upon a device by somebody who does not know its secret', async () => {
    const { port } = await testBroker({
      wall: manualClock(0),
      limits: { admissionRatePerPrincipal: NEVER_AGAIN },
    })
    for (let i = 0; i < 5; i++) expect(await returnCodeFor(port, wrong)).toBe(4)
    expect(await returnCodeFor(port, connectPacket('meter-1'))).toBe(0)
  })
})

describe('a device that sends more than its share', () => {
  it('is read as fast as it may send, over all its connections, and keeps nobody else waiting', async () => {
    const wall = manualClock(0)
    const { port, received } = await testBroker({
      wall,
      limits: { trafficRatePerPrincipal: { burst: 2_000, perSecond: 1_000_000 }, packetCostBytes: 1_000 },
    })
    const talker = await RawClient.connected(port, 'meter-1')
    // One chunk may pass into debt; what comes after it waits until that is paid.
    talker.send(...[1, 2, 3].map((messageId) => publishPacket(READINGS, 'x', { messageId })))
    for (const messageId of [1, 2, 3]) expect(await talker.next()).toMatchObject({ cmd: 'puback', messageId })
    talker.send(publishPacket(READINGS, Buffer.alloc(20 * KIB), { messageId: 4 }))
    talker.send(publishPacket(READINGS, 'x', { messageId: 5 }))
    for (const messageId of [4, 5]) expect(await talker.next()).toMatchObject({ cmd: 'puback', messageId })
    expect(received.length).toBe(5)
    const other = await RawClient.connected(port, 'meter-2')
    other.send(publishPacket('devices/meter-2/readings', 'x', { messageId: 6 }))
    expect(await other.next()).toMatchObject({ cmd: 'puback', messageId: 6 })
  })

  it('is not read on while it is in debt', async () => {
    const { port, received } = await testBroker({
      wall: manualClock(0),
      limits: { trafficRatePerPrincipal: { burst: 2_000, perSecond: 1 } },
    })
    const talker = await RawClient.connected(port, 'meter-1')
    talker.send(publishPacket(READINGS, Buffer.alloc(2 * KIB), { messageId: 1 }))
    expect(await talker.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    talker.send(publishPacket(READINGS, 'x', { messageId: 2 }))
    const other = await RawClient.connected(port, 'meter-2')
    other.send(publishPacket('devices/meter-2/readings', 'x', { messageId: 3 }))
    expect(await other.next()).toMatchObject({ cmd: 'puback', messageId: 3 })
    expect(received.map(({ principal }) => principal)).toMatchObject([
      { deviceId: 'meter-1' },
      { deviceId: 'meter-2' },
    ])
  })

  it('has little more passed than it can pay for, however many packets come at once and on whatever connection', async () => {
    const { port } = await testBroker({
      wall: manualClock(0),
      limits: { trafficRatePerPrincipal: { burst: 10_000, perSecond: 1 } },
    })
    const pubrels = Array.from({ length: 5_000 }, (_, i) => ({ cmd: 'pubrel' as const, messageId: i + 1 }))
    const flood = await RawClient.connected(port, 'meter-1')
    flood.send(...pubrels)

    const other = await RawClient.connected(port, 'meter-2')
    while (flood.unread.length === 0) await nextTurn()
    const late = await RawClient.connected(port, 'meter-1', { clientId: 'late' })
    for (const client of [late, other]) client.send({ cmd: 'pingreq' })
    expect(await other.next()).toMatchObject({ cmd: 'pingresp' })
    expect(flood.unread.length).toBeLessThan(300)
    expect(late.unread).toEqual([])
  })

  it('waits as long as its debt takes to be paid', () => {
    const clock = manualClock(0)
    const traffic = new TokenBuckets({ burst: 100, perSecond: 50 }, clock)
    expect([traffic.charge('a', 100), traffic.charge('a', 25), traffic.charge('b', 10)]).toEqual([0, 500, 0])
    clock.pass(500)
    expect(traffic.charge('a', 0)).toBe(0)
    expect(traffic.charge('a', 50)).toBe(1_000)
  })
})

describe('guessing at secrets', () => {
  it('is slowed down after a few, counted, and logged by id alone, a few times', async () => {
    const { log, lines } = listeningLog()
    const wall = manualClock(0)
    const limits = { failureRate: NEVER_AGAIN, refusalMs: 40, logRate: { burst: 3, perSecond: 0 } }
    const { port, counts } = await testBroker({ wall, limits, log })
    const slowed: number[] = []
    for (let i = 0; i < 5; i++) {
      const before = performance.now()
      expect(await returnCodeFor(port, wrong)).toBe(4)
      slowed.push(counts.get('broker_slowed_total') ?? 0)
      if (i >= 2) expect(performance.now() - before).toBeGreaterThanOrEqual(limits.refusalMs - 1)
    }
    expect(slowed).toEqual([0, 0, 1, 2, 3])
    expect(counts.get('broker_refused_total wrong_secret')).toBe(5)
    const refusals = lines.filter(([message]) => message === 'connection refused')
    const line = ['connection refused', { reason: 'wrong_secret', id: 'meter-1' }]
    expect(refusals).toEqual([line, line, line])
    expect(JSON.stringify(lines)).not.toContain('wrong"')
  })

  it('says nothing in the log of names that are nobody’s: they may be secrets', async () => {
    const { log, lines } = listeningLog()
    const { port } = await testBroker({ log })
    await returnCodeFor(port, connectPacket('stranger'))
    expect(lines).toContainEqual(['connection refused', { reason: 'unknown' }])
    expect(JSON.stringify(lines)).not.toContain('stranger')
  })

  it('takes no memory of whoever hangs up instead of waiting for the answer', async () => {
    const limits = { failureRate: { burst: 0, perSecond: 0 }, refusalMs: 60_000 }
    const { port, counts } = await testBroker({ wall: manualClock(0), limits })
    const guesser = await RawClient.open(port)
    guesser.send(wrong)
    while (counts.get('broker_slowed_total') === undefined) await nextTurn()
    guesser.socket.resetAndDestroy()
    while (counts.get('broker_refused_total wrong_secret') === undefined) await nextTurn()
  })

  it('does not keep out the device whose secret is guessed at, nor its neighbours', async () => {
    const limits = { failureRate: { burst: 1, perSecond: 0 }, refusalMs: 60_000 }
    const { port } = await testBroker({ wall: manualClock(0), limits })
    await returnCodeFor(port, wrong)
    const guesser = await RawClient.open(port)
    guesser.send(wrong)
    expect(await returnCodeFor(port, connectPacket('meter-1'))).toBe(0)
    expect(await returnCodeFor(port, connectPacket('meter-2'))).toBe(0)
    expect(guesser.unread).toEqual([])
  })
})
