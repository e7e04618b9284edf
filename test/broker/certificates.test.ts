import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { generate, type Packet } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { watchCertificates } from '../../app/certificates.ts'
import type { BrokerOptions } from '../../broker/broker.ts'
import { silentLog } from '../../contracts/telemetry.ts'
import { Authority, type Certificate } from './authority.ts'
import { connectPacket, principalNamed, testBroker } from './harness.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }

let authority: Authority
let server: Certificate

beforeAll(() => {
  authority = new Authority()
  server = authority.issue('server')
})
afterAll(() => authority.remove())

/** The serial number of the certificate that a new connection is shown. */
async function serialShown(port: number): Promise<string> {
  const socket = tlsConnect({ host: '127.0.0.1', port, ca: authority.ca })
  await once(socket, 'secureConnect')
  const serial = socket.getPeerCertificate().serialNumber
  socket.destroy()
  return serial
}

/** The return code of a CONNECT under a client certificate; null when the connection was closed instead. */
async function returnCode(
  port: number,
  client: Partial<Certificate>,
  packet = connectPacket('', { username: undefined, password: undefined } as never),
): Promise<number | null> {
  const socket = tlsConnect({ host: '127.0.0.1', port, ca: authority.ca, ...client })
  socket.on('error', () => {})
  socket.write(generate(packet))
  const answer = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [null])])
  socket.destroy()
  const [bytes] = answer as [Buffer | null]
  return bytes === null ? null : (bytes[3] ?? null)
}

describe('a renewed certificate', () => {
  it('is shown to whoever comes next, and those who are there stay', async () => {
    const { broker } = await testBroker({ tls: { ...LOOPBACK, ...server }, ws: { ...LOOPBACK, ...server } })
    const ports = [broker.addresses.tls?.port ?? 0, broker.addresses.ws?.port ?? 0]
    const before = await Promise.all(ports.map(serialShown))
    const resident = tlsConnect({ host: '127.0.0.1', port: ports[0] ?? 0, ca: authority.ca })
    resident.write(generate(connectPacket('meter-1')))
    await once(resident, 'data')

    const renewed = authority.issue('server')
    broker.reloadTls(renewed.cert, renewed.key)
    const after = await Promise.all(ports.map(serialShown))
    expect(before[0]).toBe(before[1])
    expect(after[0]).toBe(after[1])
    expect(after[0]).not.toBe(before[0])
    resident.write(generate({ cmd: 'pingreq' }))
    const [pong] = (await once(resident, 'data')) as [Buffer]
    expect(pong[0]).toBe(0xd0)
    resident.destroy()
  })

  it('that does not go with its key is refused, and the one before it stays', async () => {
    const { broker } = await testBroker({ tls: { ...LOOPBACK, ...server } })
    const port = broker.addresses.tls?.port ?? 0
    const before = await serialShown(port)
    expect(() => broker.reloadTls(authority.issue('server').cert, server.key)).toThrow('key values mismatch')
    expect(await serialShown(port)).toBe(before)
  })

  it('is taken from its files when they change, or when somebody asks', async () => {
    const [certFile, keyFile] = ['live.pem', 'live.key'].map((name) => join(authority.folder, name)) as [
      string,
      string,
    ]
    const write = ({ cert, key }: Certificate) => {
      writeFileSync(certFile, cert)
      writeFileSync(keyFile, key)
    }
    write(server)
    const applied: Buffer[] = []
    const changed = Promise.withResolvers<void>()
    const watch = watchCertificates(
      { certFile, keyFile },
      ({ cert }) => {
        applied.push(cert)
        changed.resolve()
      },
      silentLog,
      20,
    )
    watch.reload()
    expect(applied).toEqual([server.cert])
    const renewed = authority.issue('server')
    write(renewed)
    while (!applied.at(-1)?.equals(renewed.cert)) await new Promise((resolve) => setImmediate(resolve))
    watch.stop()
  })

  it('that cannot be read is said in the log and changes nothing', () => {
    const warnings: object[] = []
    const log = { ...silentLog, warn: (data: object) => warnings.push(data) }
    const watch = watchCertificates({ certFile: '/nowhere/a', keyFile: '/nowhere/b' }, () => {}, log)
    watch.reload()
    watch.stop()
    expect(warnings).toEqual([{ reason: expect.stringContaining('ENOENT') }])
  })
})

describe('a client certificate', () => {
  const open = (options: Partial<BrokerOptions> = {}) =>
    testBroker({
      tls: { ...LOOPBACK, ...server, clientCa: authority.ca },
      ws: { ...LOOPBACK, ...server, clientCa: authority.ca },
      identify: async (id) => {
        if (id === 'disabled') return { ok: false, reason: 'disabled' }
        if (id === 'stranger') return { ok: false, reason: 'unknown' }
        return { ok: true, principal: principalNamed(id) }
      },
      ...options,
    })

  it('says who a device is, without a secret', async () => {
    const { broker } = await open()
    const port = broker.addresses.tls?.port ?? 0
    expect(await returnCode(port, authority.issue('meter-1'))).toBe(0)
    expect(broker.connected()).toBe(1)
  })

  it('does not let its owner use another name', async () => {
    const { broker, counts } = await open()
    const port = broker.addresses.tls?.port ?? 0
    expect(await returnCode(port, authority.issue('meter-1'), connectPacket('meter-2'))).toBe(5)
    expect(counts.get('broker_refused_total certificate')).toBe(1)
    expect(await returnCode(port, authority.issue('meter-1'), connectPacket('meter-1'))).toBe(0)
  })

  it('is worth nothing when its owner was disabled or is not registered', async () => {
    const { broker } = await open()
    const port = broker.addresses.tls?.port ?? 0
    expect(await returnCode(port, authority.issue('disabled'))).toBe(5)
    expect(await returnCode(port, authority.issue('stranger'))).toBe(4)
  })

  it('of another authority ends the connection, even with the right secret', async () => {
    const { broker } = await open()
    const other = new Authority()
    const port = broker.addresses.tls?.port ?? 0
    expect(await returnCode(port, other.issue('meter-1'), connectPacket('meter-1'))).toBeNull()
    other.remove()
  })

  it('counts over WebSocket in the same way', async () => {
    const { broker } = await open()
    const url = `wss://127.0.0.1:${broker.addresses.ws?.port}`
    const answerTo = async (client: Certificate, packet: Packet) => {
      const socket = new WebSocket(url, 'mqtt', { ca: authority.ca, ...client })
      socket.on('error', () => {})
      socket.on('open', () => socket.send(generate(packet)))
      const [bytes] = await Promise.race([once(socket, 'message'), once(socket, 'close').then(() => [null])])
      socket.terminate()
      return (bytes as Buffer | null)?.[3] ?? null
    }
    const nameless = connectPacket('', { username: undefined, password: undefined } as never)
    expect(await answerTo(authority.issue('meter-1'), nameless)).toBe(0)
    const other = new Authority()
    expect(await answerTo(other.issue('meter-1'), connectPacket('meter-1'))).toBeNull()
    other.remove()
  })

  it('is not needed by whoever has a secret', async () => {
    const { broker } = await open()
    const port = broker.addresses.tls?.port ?? 0
    expect(await returnCode(port, {}, connectPacket('meter-1'))).toBe(0)
    expect(await returnCode(port, {})).toBe(5)
  })

  it('still counts after the server’s own was renewed', async () => {
    const { broker } = await open()
    const renewed = authority.issue('server')
    broker.reloadTls(renewed.cert, renewed.key)
    expect(await returnCode(broker.addresses.tls?.port ?? 0, authority.issue('meter-1'))).toBe(0)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is looked at anew in each handshake of %s', async (version) => {
    const { broker } = await open()
    const handshake = async (session?: Buffer) => {
      const socket = tlsConnect({
        host: '127.0.0.1',
        port: broker.addresses.tls?.port ?? 0,
        ca: authority.ca,
        minVersion: version,
        maxVersion: version,
        ...authority.issue('meter-1'),
        ...(session && { session }),
      })
      let offered: Buffer | undefined
      socket.on('session', (one: Buffer) => {
        offered = one
      })
      socket.write(generate(connectPacket('meter-1')))
      // Whatever the server offers has come before its first answer.
      await once(socket, 'data')
      const reused = socket.isSessionReused()
      socket.destroy()
      return { reused, session: offered ?? socket.getSession() }
    }
    const { session } = await handshake()
    expect((await handshake(session)).reused).toBe(false)
  })

  it('cannot be asked for by a broker that could not tell whose it is', async () => {
    const tls = { ...LOOPBACK, ...server, clientCa: authority.ca }
    await expect(testBroker({ tls })).rejects.toThrow('need `identify`')
  })
})
