import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { DeviceId } from '../../contracts/ids.ts'
import { Authority, type Certificate } from '../broker/authority.ts'
import { serverBinary } from '../support/debian.ts'
import { mosquittoPub } from '../support/mosquitto.ts'
import { StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const METER = DeviceId.parse('meter-7')
const mosquitto = await serverBinary('mosquitto_pub')

let authority: Authority
let stranger: Authority
beforeAll(() => {
  authority = new Authority()
  stranger = new Authority()
})
afterAll(() => {
  authority.remove()
  stranger.remove()
})

const write = (name: string, content: Buffer): string => {
  const file = join(authority.folder, name)
  writeFileSync(file, content)
  return file
}

/** The service under TLS, asking for client certificates, with one meter that is known. */
async function secured(environment: Record<string, string> = {}) {
  const server = authority.issue('server')
  const files = {
    TLS_CERT_FILE: write('server.pem', server.cert),
    TLS_KEY_FILE: write('server.key', server.key),
    MQTT_CLIENT_CA_FILE: write('clients.pem', authority.ca),
  }
  const story = await StoryService.start(MORNING, { MQTT_TLS_PORT: '0', ...files, ...environment })
  const meter = {
    kind: 'water',
    model: '',
    gatewayId: null,
    sourceId: null,
    cadenceS: 900,
    homeId: null,
  } as const
  await story.service.commands.registerDevice({ ...meter, id: METER }, 'system')
  return { story, files, port: story.service.broker.addresses.tls?.port ?? 0 }
}

async function connect(
  port: number,
  certificate: Partial<Certificate>,
  over: object = {},
): Promise<MqttClient> {
  const options = { ca: authority.ca, ...certificate, reconnectPeriod: 0, ...over }
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, options)
  onTestFinished(async () => {
    await client.endAsync(true)
  })
  return client
}

/** What a client without a secret is told, if only by closing; null: it was let in. */
async function refusal(port: number, certificate: Partial<Certificate>): Promise<string | null> {
  const options = { ca: authority.ca, ...certificate, reconnectPeriod: 0 }
  const client = mqtt.connect(`mqtts://127.0.0.1:${port}`, options)
  const answer = await new Promise<string | null>((resolve) => {
    client.on('connect', () => resolve(null))
    client.on('error', ({ message }) => resolve(message))
    client.on('close', () => resolve('closed'))
  })
  await client.endAsync(true)
  return answer
}

const litresKept = async (story: StoryService): Promise<unknown[]> => {
  const entries = await story.service.journal.read(0, 1_000)
  return entries.flatMap((entry) =>
    entry.type === 'readings' ? entry.readings.map(({ values }) => values['water_total_m3']) : [],
  )
}

describe('a meter with a certificate of its own', () => {
  it('is known by its common name and needs no secret', async () => {
    const { story, port } = await secured()
    const client = await connect(port, authority.issue(METER))
    await client.publishAsync(`devices/${METER}/readings`, '{"water_total_m3": 12.5}', { qos: 1 })
    expect(await litresKept(story)).toEqual([12.5])
  })

  it.skipIf(mosquitto === null)('is let in with mosquitto_pub --cert', async () => {
    const { story, port, files } = await secured()
    const { cert, key } = authority.issue(METER)
    const shown = ['--cert', write('meter.pem', cert), '--key', write('meter.key', key)]
    const there = ['-h', '127.0.0.1', '-p', `${port}`, '--cafile', files.MQTT_CLIENT_CA_FILE, '-q', '1']
    const reading = ['-t', `devices/${METER}/readings`, '-m', '{"water_total_m3": 7.25}']
    expect(await mosquittoPub([...there, ...shown, ...reading])).toMatchObject({ code: 0 })
    expect((await mosquittoPub([...there, ...reading]))?.code).not.toBe(0)
    expect(await litresKept(story)).toEqual([7.25])
  })

  it('is known by the one DNS name of its certificate where that is configured', async () => {
    const { port } = await secured({ MQTT_CLIENT_ID_FROM: 'san' })
    expect(await refusal(port, authority.issue('of the factory', { dns: [METER] }))).toBeNull()
    expect(await refusal(port, authority.issue(METER))).not.toBeNull()
    expect(await refusal(port, authority.issue('x', { dns: [METER, 'meter-8'] }))).not.toBeNull()
  })

  it('is turned away when it is unknown, too old, of another authority, or was disabled', async () => {
    const { story, port } = await secured()
    expect(await refusal(port, authority.issue('meter-8'))).toMatch(/Bad username/)
    expect(await refusal(port, authority.issue(METER, { days: -1 }))).not.toBeNull()
    expect(await refusal(port, stranger.issue(METER))).not.toBeNull()
    const resident = await connect(port, authority.issue(METER))
    const closed = new Promise<void>((resolve) => resident.on('close', resolve))
    await story.service.commands.updateDevice(METER, { enabled: false })
    await closed
    expect(await refusal(port, authority.issue(METER))).toMatch(/Not authorized/)
  })
})

/** The serial number of the certificate that a new connection is shown. */
async function serialShown(port: number): Promise<string> {
  const socket = tlsConnect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}

describe('certificates that are renewed while the service runs', () => {
  it('are shown by MQTT and HTTPS, and a client that is there is not cut off', async () => {
    const { story, port, files } = await secured()
    const httpsPort = Number(new URL(story.service.httpUrl).port)
    const resident = await connect(port, authority.issue(METER))
    let cuts = 0
    resident.on('close', () => {
      cuts += 1
    })
    const before = await serialShown(port)
    expect(await serialShown(httpsPort)).toBe(before)

    const renewed = authority.issue('server')
    writeFileSync(files.TLS_CERT_FILE, renewed.cert)
    writeFileSync(files.TLS_KEY_FILE, renewed.key)
    const shown = async () => [await serialShown(port), await serialShown(httpsPort)]
    while ((await shown()).includes(before)) await new Promise((resolve) => setImmediate(resolve))
    expect(new Set(await shown()).size).toBe(1)
    await resident.publishAsync(`devices/${METER}/readings`, '{"water_total_m3": 1}', { qos: 1 })
    expect(await litresKept(story)).toEqual([1])
    expect(cuts).toBe(0)
  })

  it('of the authority of clients, too: who comes with one of the new authority is known', async () => {
    const { port, files } = await secured()
    const ofNew = stranger.issue(METER)
    expect(await refusal(port, ofNew)).not.toBeNull()
    writeFileSync(files.MQTT_CLIENT_CA_FILE, stranger.ca)
    while ((await refusal(port, ofNew)) !== null) await new Promise((resolve) => setImmediate(resolve))
    expect(await refusal(port, authority.issue(METER))).not.toBeNull()
  })
})
