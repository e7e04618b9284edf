import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { DeviceId } from '../../contracts/ids.ts'
import { iso, MINUTE_MS } from '../../contracts/time.ts'
import { Authority } from '../broker/authority.ts'
import { sayMissing, serverBinary } from '../support/debian.ts'
import { mosquittoPub } from '../support/mosquitto.ts'
import { StoryService } from '../support/service.ts'
import { SMOKE, VALVE } from '../support/zigbee-radio.ts'
import { startZigbee2mqtt, zigbee2mqttPackage } from '../support/zigbee2mqtt.ts'

const PYTHON = '/usr/bin/python3'
const mosquitto = await serverBinary('mosquitto_pub')
const paho = await pahoFolder()
const zigbee2mqtt = await zigbee2mqttPackage()
const run = promisify(execFile)

async function pahoFolder(): Promise<string | null> {
  if (existsSync(PYTHON)) return serverBinary('python3-paho-mqtt')
  sayMissing('paho', `no ${PYTHON}`)
  return null
}

let authority: Authority
beforeAll(() => {
  authority = new Authority()
})
afterAll(() => authority.remove())

/** The service over TCP and TLS, with real time, and a water meter in a home. */
async function meter() {
  const { cert, key } = authority.issue('server')
  const [certFile, keyFile, caFile] = [
    ['server.pem', cert],
    ['server.key', key],
    ['ca.pem', authority.ca],
  ].map(([name, bytes]) => {
    const file = join(authority.folder, name as string)
    writeFileSync(file, bytes as Buffer)
    return file
  }) as [string, string, string]
  const tls = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, MQTT_TLS_PORT: '0' }
  const story = await StoryService.start(iso(Date.now()), tls)
  const { device, secret } = await story.service.commands.registerDevice(
    {
      id: null,
      kind: 'water',
      model: '',
      gatewayId: null,
      sourceId: null,
      cadenceS: 900,
      homeId: null,
    },
    'system',
  )
  const { tcp, tls: secured } = story.service.broker.addresses
  return {
    id: device.id,
    secret: secret ?? '',
    ports: { tcp: tcp?.port ?? 0, tls: secured?.port ?? 0 },
    caFile,
    topic: `devices/${device.id}/readings`,
    kept: () => valuesOf(story, device.id, 'water_total_m3'),
  }
}

async function valuesOf(story: StoryService, id: DeviceId, metric: string): Promise<unknown[]> {
  const entries = await story.service.journal.read(0, 1_000)
  return entries.flatMap((entry) =>
    entry.type === 'readings' && entry.deviceId === id
      ? entry.readings.flatMap(({ values }) => values[metric] ?? [])
      : [],
  )
}

describe.skipIf(mosquitto === null)('mosquitto_pub', () => {
  it('is heard over TCP, over TLS, and told in time that MQTT 5 is not spoken', async () => {
    const { id, secret, ports, caFile, topic, kept } = await meter()
    const who = ['-h', '127.0.0.1', '-u', id, '-P', secret, '-q', '1', '-t', topic]
    const overTcp = [...who, '-p', `${ports.tcp}`]
    expect(await mosquittoPub([...overTcp, '-m', '{"water_total_m3": 1}'])).toMatchObject({ code: 0 })
    const overTls = [...who, '-p', `${ports.tls}`, '--cafile', caFile]
    expect(await mosquittoPub([...overTls, '-m', '{"water_total_m3": 2}'])).toMatchObject({ code: 0 })
    const five = await mosquittoPub([...overTcp, '-V', 'mqttv5', '-m', '{"water_total_m3": 3}'])
    expect(five?.code).not.toBe(0)
    expect(five?.stderr).toMatch(/unacceptable protocol version|Unsupported Protocol Version/i)
    expect(await kept()).toEqual([1, 2])
  })
})

const PAHO = `
import json, sys
import paho.mqtt.client as mqtt
port, name, secret, topic = sys.argv[1:]
def client(protocol):
    one = mqtt.Client(protocol=protocol)
    one.username_pw_set(name, secret)
    one.answer = None
    one.on_connect = lambda client, data, flags, code, *rest: setattr(client, "answer", str(code))
    one.connect("127.0.0.1", int(port))
    one.loop_start()
    return one
good = client(mqtt.MQTTv311)
good.publish(topic, json.dumps({"water_total_m3": 4}), qos=1).wait_for_publish(10)
good.disconnect()
five = client(mqtt.MQTTv5)
while five.answer is None: pass
print(five.answer)
`

describe.skipIf(paho === null)('paho for Python', () => {
  it('is heard, and understands the answer that MQTT 5 is not spoken', async () => {
    const { id, secret, ports, topic, kept } = await meter()
    const env = { ...process.env, PYTHONPATH: paho ?? '' }
    const { stdout } = await run(PYTHON, ['-c', PAHO, `${ports.tcp}`, id, secret, topic], { env })
    // 0x84, what code 1 of 3.1.1 is in version 5: unsupported protocol version.
    expect(stdout.trim()).toBe('132')
    expect(await kept()).toEqual([4])
  })
})

describe('mqtt.js', () => {
  it('is heard over TCP and TLS', async () => {
    const { id, secret, ports, topic, kept } = await meter()
    const who = { username: id, password: secret }
    const urls = [`mqtt://127.0.0.1:${ports.tcp}`, `mqtts://127.0.0.1:${ports.tls}`]
    for (const [at, url] of urls.entries()) {
      const client = await mqtt.connectAsync(url, { ...who, ca: authority.ca })
      await client.publishAsync(topic, JSON.stringify({ water_total_m3: 5 + at }), { qos: 1 })
      await client.endAsync()
    }
    expect(await kept()).toEqual([5, 6])
  })
})

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe.skipIf(zigbee2mqtt === null)('the real zigbee2mqtt, as a gateway', () => {
  it('its devices wait unregistered, then their readings are in the right home, and its valve closes', async () => {
    const story = await StoryService.start(iso(Date.now()))
    const home = await story.home('王秀英')
    const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
    const gateway = { id: 'gw-tower', jurisdictionId: root?.id, name: '3号楼', topics: ['zigbee2mqtt/#'] }
    const { secret } = await story.call<{ secret: string }>('POST', '/gateways', gateway)
    const bridge = await startZigbee2mqtt(
      zigbee2mqtt ?? '',
      { server: story.service.mqttUrl, user: 'gw-tower', password: secret },
      { [SMOKE]: '501/smoke', [VALVE]: '501/valve' },
    )
    onTestFinished(() => bridge.stop())

    const smokes = (zonestatus: number) =>
      bridge.say({
        ieeeAddr: SMOKE,
        type: 'commandStatusChangeNotification',
        cluster: 'ssIasZone',
        data: { zonestatus },
      })
    const waiting = async () =>
      (await story.call<{ items: { sourceId: string; code: string }[] }>('GET', '/quarantine')).items
    smokes(0)
    await until(async () => (await waiting()).some(({ sourceId }) => sourceId === '501/smoke'))
    expect((await waiting()).every(({ code }) => code === 'unregistered_device')).toBe(true)

    const behind = { homeId: home.id, gatewayId: 'gw-tower' }
    const smoke = { kind: 'smoke', sourceId: '501/smoke', ...behind }
    const valve = { kind: 'water', sourceId: '501/valve', ...behind }
    const made = await story.call<{ device: { id: DeviceId } }>('POST', '/devices', smoke)
    const { device } = await story.call<{ device: { id: DeviceId } }>('POST', '/devices', valve)
    smokes(1)
    await until(async () => (await story.alerts()).some(({ kind }) => kind === 'smoke.alarm'))
    expect((await story.alerts())[0]).toMatchObject({ who: { name: '王秀英' } })
    expect(await valuesOf(story, made.device.id, 'smoke')).toContain(true)

    const report = (data: object) =>
      bridge.say({ ieeeAddr: VALVE, type: 'attributeReport', cluster: 'genOnOff', data })
    report({ onOff: 1 })
    await until(async () => (await valuesOf(story, device.id, 'valve_open')).includes(true))
    story.civil.pass(MINUTE_MS)
    const closing = { act: { type: 'valve', open: false } }
    await story.call('POST', `/devices/${device.id}/commands`, closing)
    await until(() =>
      bridge.orders.some(({ cluster, command }) => cluster === 'genOnOff' && command === 'off'),
    )
    await until(async () => {
      const { items } = await story.call<{ items: { state: string }[] }>(
        'GET',
        `/devices/${device.id}/commands`,
      )
      return items[0]?.state === 'acknowledged'
    })
  })
})
