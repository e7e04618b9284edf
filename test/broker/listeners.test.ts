import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
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
})
