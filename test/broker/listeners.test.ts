import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { generate, type IConnectPacket } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { manualClock } from '../support/clock.ts'
import { mosquittoPub } from '../support/mosquitto.ts'
import { connectPacket, mqttClient, SECRET, testBroker, urlOf } from './harness.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }
const READINGS = 'devices/meter-1/readings'

let folder = ''
let certFile = ''
let certificate: { cert: Buffer; key: Buffer }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broker-tls-'))
  certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  execFileSync('openssl', ['req', '-x509', ...newKey, '-out', certFile, '-days', '2', ...subject], {
    stdio: 'ignore',
  })
  certificate = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the ways in', () => {
  it('speak MQTT over TLS', async () => {
    const { broker, received } = await testBroker({ tls: { ...LOOPBACK, ...certificate } })
    const client = await mqttClient(urlOf('mqtts', broker.addresses.tls), 'meter-1', { ca: certificate.cert })
    await client.publishAsync(READINGS, 'over tls', { qos: 1 })
    expect(received[0]?.text).toBe('over tls')
  })

  it('wait for a TLS handshake no longer than for a CONNECT', async () => {
    const tls = { ...LOOPBACK, ...certificate }
    const { broker } = await testBroker({ tls, ws: tls, limits: { connectMs: 50 } })
    for (const address of [broker.addresses.tls, broker.addresses.ws]) {
      const silent = connect(address?.port ?? 0, '127.0.0.1')
      await new Promise((resolve) => silent.resume().once('close', resolve))
    }
  })

  it('speak MQTT over WebSocket, with and without TLS', async () => {
    const plain = await testBroker({ ws: LOOPBACK })
    const client = await mqttClient(urlOf('ws', plain.broker.addresses.ws), 'meter-1')
    await client.publishAsync(READINGS, 'over ws', { qos: 1 })
    expect(plain.received[0]?.text).toBe('over ws')

    const secure = await testBroker({ ws: { ...LOOPBACK, ...certificate } })
    const url = urlOf('wss', secure.broker.addresses.ws)
    const secureClient = await mqttClient(url, 'meter-1', { ca: certificate.cert })
    await secureClient.publishAsync(READINGS, 'over wss', { qos: 1 })
    expect(secure.received[0]?.text).toBe('over wss')
  })

  it('send a packet as one WebSocket frame, not byte by byte', async () => {
    const { broker } = await testBroker({ ws: LOOPBACK })
    const socket = new WebSocket(urlOf('ws', broker.addresses.ws), 'mqtt')
    const frames: Buffer[] = []
    await new Promise((resolve) => socket.once('open', resolve))
    const answered = new Promise((resolve) => socket.once('message', resolve))
    socket.on('message', (frame: Buffer) => frames.push(frame))
    socket.send(generate(connectPacket('meter-1')))
    await answered
    expect(frames).toEqual([Buffer.from([0x20, 2, 0, 0])])
    socket.terminate()
  })

  it('close every one that was opened when one of them cannot be', async () => {
    const { broker } = await testBroker()
    const taken = broker.addresses.tcp?.port ?? 0
    await expect(testBroker({ ws: { host: '127.0.0.1', port: taken } })).rejects.toThrow('EADDRINUSE')
  })
})

describe('WebSocket frames', () => {
  const UNMASKED_LENGTH_IN_8_BYTES = 0xff
  const BINARY = 0x82
  /** The header of a masked binary frame of that many bytes. */
  const frameOf = (bytes: number) => {
    const header = Buffer.alloc(14)
    header[0] = BINARY
    header[1] = UNMASKED_LENGTH_IN_8_BYTES
    header.writeBigUInt64BE(BigInt(bytes), 2)
    return header
  }

  async function upgraded(address: AddressInfo | null): Promise<Socket> {
    const socket = connect(address?.port ?? 0, '127.0.0.1')
    socket.on('error', () => {})
    onTestFinished(() => {
      socket.destroy()
    })
    const lines = ['GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket']
    const more = [
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: mqtt',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ]
    socket.write([...lines, ...more, '', ''].join('\r\n'))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toContain('101 Switching')
    return socket
  }

  /** How many bytes of a frame are taken before the connection is cut. */
  async function takenOf(socket: Socket, frameBytes: number): Promise<number> {
    // Not `once`: a reset is an error to it.
    const closed = new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)))
    socket.resume()
    socket.write(frameOf(frameBytes))
    const chunk = Buffer.alloc(16_384)
    let sent = 0
    while (sent < frameBytes) {
      socket.write(chunk)
      sent += chunk.length
      if (await Promise.race([closed, delay(2).then(() => false)])) return sent
    }
    return sent
  }

  it('from strangers are cut long before the largest packet of a gateway', async () => {
    const { broker } = await testBroker({ ws: LOOPBACK })
    expect(await takenOf(await upgraded(broker.addresses.ws), 2_000_000)).toBeLessThan(400_000)
  })

  it('from a device are cut at what it may send, before they are whole', async () => {
    const { broker } = await testBroker({ ws: LOOPBACK })
    const socket = await upgraded(broker.addresses.ws)
    const hello = generate(connectPacket('meter-1'))
    const NO_MASK = [0, 0, 0, 0]
    socket.write(Buffer.from([BINARY, 0x80 | hello.length, ...NO_MASK, ...hello]))
    await once(socket, 'data')
    expect(await takenOf(socket, 2_000_000)).toBeLessThan(1_000_000)
  })

  it('from a device are cut at what a device may send, from a gateway only beyond that', async () => {
    const { broker, received } = await testBroker({ ws: LOOPBACK })
    const url = urlOf('ws', broker.addresses.ws)
    const gateway = await mqttClient(url, 'gateway-1')
    await gateway.publishAsync('zigbee2mqtt/bridge/devices', Buffer.alloc(1_900_000), { qos: 1 })
    const device = await mqttClient(url, 'meter-1')
    await device.publishAsync(READINGS, Buffer.alloc(250_000), { qos: 1 })
    expect(received.map(({ payload }) => payload.length)).toEqual([1_900_000, 250_000])
    const cut = new Promise<void>((resolve) => device.once('close', () => resolve()))
    device.publish(READINGS, Buffer.alloc(1_900_000), { qos: 1 })
    await cut
    expect(received.length).toBe(2)
  })

  it('must be binary', async () => {
    const { broker } = await testBroker({ ws: LOOPBACK })
    const socket = new WebSocket(urlOf('ws', broker.addresses.ws), 'mqtt')
    await once(socket, 'open')
    const answers: unknown[] = []
    socket.on('message', (answer) => answers.push(answer))
    // Good in every other way: it would be answered that it says no name.
    const { username: _name, password: _secret, ...nameless } = connectPacket('') as IConnectPacket
    socket.send(generate(nameless).toString())
    await once(socket, 'close')
    expect(answers).toEqual([])
  })

  it.each([
    ['ping', (socket: WebSocket) => socket.ping()],
    ['pong', (socket: WebSocket) => socket.pong()],
    ['empty', (socket: WebSocket) => socket.send(Buffer.alloc(0))],
  ])('that carry nothing (%s) may come now and then, and not as a flood', async (_kind, send) => {
    const wall = manualClock(0)
    const limits = { idleFrameRate: { burst: 2, perSecond: 1 } }
    const { broker } = await testBroker({ ws: LOOPBACK, wall, limits })
    const socket = new WebSocket(urlOf('ws', broker.addresses.ws), 'mqtt')
    const closed = once(socket, 'close')
    await once(socket, 'open')
    for (let i = 0; i < 2; i++) send(socket)
    socket.send(generate(connectPacket('meter-1')))
    await once(socket, 'message')
    wall.pass(1_000)
    send(socket)
    socket.send(generate({ cmd: 'pingreq' }))
    await once(socket, 'message')
    send(socket)
    await closed
  })

  it('and the handshake before them have their time', async () => {
    const { broker } = await testBroker({ ws: LOOPBACK, limits: { connectMs: 50 } })
    const silent = connect(broker.addresses.ws?.port ?? 0, '127.0.0.1')
    const slow = connect(broker.addresses.ws?.port ?? 0, '127.0.0.1')
    slow.write('GET / HTTP/1.1\r\nHost:')
    await Promise.all(
      [silent, slow].map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))),
    )
    const idle = await upgraded(broker.addresses.ws)
    await once(idle.resume(), 'close')
  })
})

const COMMON = ['-h', '127.0.0.1', '-u', 'meter-1', '-P', SECRET, '-t', READINGS]
const to = (port: number, ...more: string[]) => [...COMMON, '-p', `${port}`, ...more]

describe('a real mosquitto_pub', () => {
  it('is heard at every QoS, and with its will', async () => {
    const { port, received } = await testBroker()
    for (const qos of ['0', '1', '2']) {
      const run = await mosquittoPub(to(port, '-q', qos, '-m', `qos ${qos}`))
      if (run === null) return
      expect(run).toMatchObject({ code: 0, stderr: '' })
    }
    expect(received.map(({ text }) => text)).toEqual(['qos 0', 'qos 1', 'qos 2'])
  })

  it('is told that its secret is wrong', async () => {
    const { port } = await testBroker()
    const run = await mosquittoPub([...to(port, '-m', 'x'), '-P', 'wrong'])
    if (run === null) return
    expect(run.code).not.toBe(0)
    expect(run.stderr).toContain('bad user name or password')
  })

  it('is heard over TLS', async () => {
    const { broker, received } = await testBroker({ tls: { ...LOOPBACK, ...certificate } })
    const run = await mosquittoPub(
      to(broker.addresses.tls?.port ?? 0, '--cafile', certFile, '-q', '1', '-m', 'tls'),
    )
    if (run === null) return
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(received[0]?.text).toBe('tls')
  })

  it('is told that MQTT 5 is not spoken here', async () => {
    const { port, counts } = await testBroker()
    const run = await mosquittoPub(to(port, '-V', 'mqttv5', '-m', 'x'))
    if (run === null) return
    expect(run.code).not.toBe(0)
    expect(run.stderr).toMatch(/protocol version/i)
    expect(counts.get('broker_faults_total protocol_level')).toBe(1)
  })
})

describe('mqtt.js', () => {
  it('is told that MQTT 5 is not spoken here', async () => {
    const { broker } = await testBroker()
    const url = urlOf('mqtt', broker.addresses.tcp)
    await expect(mqttClient(url, 'meter-1', { protocolVersion: 5 })).rejects.toThrow(
      'Unacceptable protocol version',
    )
  })
})
