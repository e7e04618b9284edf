import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { array, assert, asyncProperty, integer, nat } from 'fast-check'
import { generate, type Packet, parser } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { InspectedConnection } from '../../broker/inspection.ts'
import { defaultLimits } from '../../broker/limits.ts'
import { HeldBytes, InFlightBytes } from '../../broker/memory.ts'
import { connectPacket, publishPacket } from './harness.ts'

const IN_FLIGHT = 3
const limits = { ...defaultLimits, inFlightPerClient: IN_FLIGHT, heldBytes: 64 }

const inspected = (source: Duplex, charge: (bytes: number) => number = () => 0) =>
  new InspectedConnection(source, {
    limits,
    held: new HeldBytes(limits.heldTotalBytes),
    inFlight: new InFlightBytes(limits.inFlightTotalBytes, limits.inFlightReserveBytes),
    onConnect: () => {},
    onViolation: () => {},
    charge,
  })

/** A socket without a network: what is pushed into it has been received. */
const socket = () => new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}

it('passes on every byte, in order and within its bounds, however a stream is cut up', async () => {
  const payloads = array(nat(400), { maxLength: 20 })
  const lengths = array(integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 })
  await assert(
    asyncProperty(payloads, lengths, async (sizes, pieces) => {
      const packets = [
        connectPacket('meter-1'),
        ...sizes.map((size, i) =>
          publishPacket('devices/meter-1/readings', Buffer.alloc(size), { messageId: i + 1 }),
        ),
        { cmd: 'pingreq' } as Packet,
        { cmd: 'disconnect' } as Packet,
      ]
      const sent = Buffer.concat(packets.map((packet) => generate(packet)))
      const source = socket()
      const connection = inspected(source)
      const passed: Buffer[] = []
      const reader = parser()
      let inFlight = 0
      reader.on('packet', ({ cmd }: Packet) => {
        if (cmd === 'connect') setImmediate(() => connection.admit(limits.devicePacketBytes))
        if (cmd === 'disconnect') expect(inFlight).toBe(0)
        if (cmd !== 'publish') return
        inFlight += 1
        expect(inFlight).toBeLessThanOrEqual(IN_FLIGHT)
        setImmediate(() => {
          inFlight -= 1
          connection.settled()
        })
      })
      connection.on('data', (chunk: Buffer) => {
        passed.push(chunk)
        reader.parse(chunk)
      })
      for (const piece of cut(sent, pieces)) source.push(piece)
      source.push(null)
      await once(connection, 'end')
      expect(Buffer.concat(passed).equals(sent)).toBe(true)
    }),
  )
})

it('has each read paid for before the packet is whole, and then reads no further', async () => {
  const charged: number[] = []
  const source = socket()
  const connection = inspected(source, (bytes) => {
    charged.push(bytes)
    return charged.length < 3 ? 0 : 3_600_000
  })
  source.push(generate(connectPacket('meter-1')))
  await once(connection, 'readable')
  connection.admit(limits.devicePacketBytes)
  const large = generate(publishPacket('devices/meter-1/readings', Buffer.alloc(10_000)))
  for (const byte of large.subarray(0, 5_000)) {
    source.push(Buffer.from([byte]))
    await nextTurn()
  }
  const reads = 5_000 - source.readableLength
  expect(source.isPaused()).toBe(true)
  expect(reads).toBeLessThan(500)
  const paid = charged.reduce((sum, bytes) => sum + bytes, 0) / limits.readCostBytes
  expect(paid).toBeGreaterThan(reads - 70)
  connection.destroy()
})

it('ends at a packet that is too large, and passes none of it on', async () => {
  const source = socket()
  const connection = inspected(source)
  connection.once('data', () => {
    connection.admit(100)
    source.push(generate(publishPacket('devices/meter-1/readings', Buffer.alloc(101))))
  })
  source.push(generate(connectPacket('meter-1')))
  const [error] = (await once(connection, 'error')) as [Error]
  expect(error).toMatchObject({ reason: 'packet_too_large' })
  expect(connection.readableLength).toBe(0)
})
