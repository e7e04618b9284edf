import { describe, expect, it } from 'vitest'
import { RawClient, testBroker } from './harness.ts'
import { illegalFirstPackets, illegalPackets } from './illegal-packets.ts'
import { ConnectFlag, connect, field, publish, subscribe } from './wire.ts'

const MINE = 'devices/meter-1/readings'
const PUBACK = 0x40

/** All that the broker answers until it closes. */
async function answersTo(client: RawClient): Promise<unknown[]> {
  const answers: unknown[] = []
  for (let answer = await client.next(); answer !== undefined; answer = await client.next())
    answers.push(answer)
  return answers
}

describe('what a client may not say first', () => {
  it.each(illegalFirstPackets)('$what: closed [$rule]', async ({ bytes, reason }) => {
    let asked = 0
    const { port, counts } = await testBroker({
      authenticate: async () => {
        asked += 1
        return { ok: false, reason: 'unknown' }
      },
    })
    const client = await RawClient.open(port)
    client.socket.write(bytes)
    const answers = await answersTo(client)
    const unspoken = [expect.objectContaining({ cmd: 'connack', returnCode: 1 })]
    expect(answers).toEqual(reason === 'protocol_level' ? unspoken : [])
    expect(Object.fromEntries(counts)).toEqual({ [`broker_faults_total ${reason}`]: 1 })
    expect(asked).toBe(0)
  })
})

describe('what a client may not say at all', () => {
  it.each(illegalPackets)(
    '$what: closed, and what came before it is kept [$rule]',
    async ({ bytes, reason }) => {
      const { port, counts, received } = await testBroker()
      const client = await RawClient.connected(port, 'meter-1')
      client.socket.write(
        Buffer.concat([publish(0x32, MINE, 7, 'before'), bytes, publish(0x32, MINE, 8, 'after')]),
      )
      expect(await answersTo(client)).toMatchObject([{ cmd: 'puback', messageId: 7 }])
      expect(received.map(({ text }) => text)).toEqual(['before'])
      expect(Object.fromEntries(counts)).toEqual({ [`broker_faults_total ${reason}`]: 1 })
    },
  )

  it('means nothing behind DISCONNECT', async () => {
    const { port, counts, received } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.socket.write(Buffer.concat([Buffer.from([0xe0, 0]), publish(0x32, MINE, 8, 'after')]))
    expect(await answersTo(client)).toEqual([])
    expect(received).toEqual([])
    expect(counts.size).toBe(0)
  })
})

describe('what a strict reader must still allow', () => {
  it.each([
    ['a topic in Chinese', publish(0x32, 'devices/meter-1/水表/读数', 1)],
    ['a byte order mark, which is a character [MQTT-1.5.3-3]', publish(0x32, 'devices/meter-1/\uFEFF', 1)],
    ['a character beyond the basic plane', publish(0x32, 'devices/meter-1/𠮷', 1)],
    ['an empty level', publish(0x32, 'devices/meter-1//x', 1)],
    ['a space in a topic [MQTT-4.7.3-1]', publish(0x32, 'devices/meter-1/a b', 1)],
    ['an empty payload', publish(0x32, MINE, 1, '')],
    ['DUP with QoS 1', publish(0x3a, MINE, 1)],
    ['the highest identifier', publish(0x32, MINE, 65_535)],
  ])('%s', async (_what, bytes) => {
    const { port, received } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.socket.write(bytes)
    expect(await client.next()).toMatchObject({ cmd: 'puback' })
    expect(received.length).toBe(1)
  })

  it('wildcards where they belong, and acknowledgements of nothing in particular', async () => {
    const { port } = await testBroker()
    const client = await RawClient.connected(port, 'meter-1')
    client.socket.write(Buffer.from([PUBACK, 2, 0, 9]))
    client.socket.write(
      subscribe(3, ['devices/meter-1/+/a/+', 2], ['devices/meter-1/#', 1], ['+/+', 0], ['#', 0]),
    )
    expect(await client.next()).toMatchObject({ cmd: 'suback', granted: [2, 1, 128, 128] })
  })

  it('a will with every legal QoS, and an empty will message', async () => {
    const { clean, will, willQos1, willQos2, willRetain, username, password } = ConnectFlag
    for (const qos of [0, willQos1, willQos2, willQos2 | willRetain]) {
      const { port } = await testBroker()
      const client = await RawClient.open(port)
      const payload = [
        field('c'),
        field('devices/meter-1/status'),
        field(''),
        field('meter-1'),
        field('right'),
      ]
      client.socket.write(connect({ flags: clean | will | username | password | qos, payload }))
      expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
    }
  })
})
