import mqtt from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DeviceId } from '../../contracts/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { ask, asked, Listener, states, until } from '../support/commands.ts'
import { serverBinary } from '../support/debian.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const mosquitto = await serverBinary('mosquitto')

async function homeWith(story: StoryService, kind: 'water' | 'smoke') {
  const home = await story.home('王秀英')
  const id = home.devices[kind]
  const listen = () =>
    Listener.at(story.service.mqttUrl, id, home.secrets[id] ?? '', `devices/${id}/commands`)
  return { home, id, listen }
}

/** A gateway of ours with zigbee2mqtt behind it, and a valve there. */
async function zigbee(story: StoryService) {
  const home = await story.home('王秀英')
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  const gateway = { id: 'gw-tower', jurisdictionId: root?.id, name: '3号楼', topics: ['zigbee2mqtt/#'] }
  const { secret } = await story.call<{ secret: string }>('POST', '/gateways', gateway)
  const valve = { kind: 'water', homeId: home.id, gatewayId: 'gw-tower', sourceId: 'flat 501/valve' }
  const { device } = await story.call<{ device: { id: DeviceId } }>('POST', '/devices', valve)
  const listen = () => Listener.at(story.service.mqttUrl, 'gw-tower', secret, 'zigbee2mqtt/+/+/set')
  return { id: device.id, listen }
}
const VALVE = 'zigbee2mqtt/flat 501/valve'
const state = { type: 'binary', property: 'state', access: 7, value_on: 'ON', value_off: 'OFF' }
const BRIDGE_DEVICES = [
  {
    friendly_name: 'flat 501/valve',
    definition: { exposes: [{ type: 'switch', features: [state] }] },
  },
]

describe('a command to a meter that speaks for itself', () => {
  it('waits until the meter listens, is answered, and stands in the access log', async () => {
    const story = await StoryService.start(MORNING)
    const { id, home, listen } = await homeWith(story, 'water')
    const made = await ask(story, id, { type: 'set_interval', seconds: 900 })
    expect(made).toMatchObject({ state: 'requested', tries: 0 })
    const meter = await listen()
    const { said } = await meter.next()
    expect(said).toMatchObject({ id: made.id, command: 'set_interval', seconds: 900 })
    expect(said['expiresAt']).toBe('2026-03-02T00:00:00.000Z')
    expect(await states(story, id)).toEqual(['sent'])
    await meter.say(`devices/${id}/answers`, { id: made.id, ok: true })
    await until(async () => (await states(story, id))[0] === 'acknowledged')
    const log = await story.call<{ items: { what: string; homeId: string }[] }>('GET', '/access-log')
    expect(log.items).toContainEqual(expect.objectContaining({ what: 'command', homeId: home.id }))
    const kept = await story.call<{ items: unknown[] }>('GET', '/quarantine')
    expect(kept.items).toEqual([])
  })

  it('is sent again when the meter wakes, and given up at its deadline', async () => {
    const story = await StoryService.start(MORNING)
    const { id, listen } = await homeWith(story, 'water')
    const meter = await listen()
    const made = await ask(story, id, { type: 'valve', open: false })
    const first = await meter.next()
    await meter.say(`devices/${id}/readings`, { water_total_m3: 1 })
    await story.pass(10 * MINUTE_MS)
    await meter.say(`devices/${id}/readings`, { water_total_m3: 1 })
    const second = await meter.next()
    expect([first.said['id'], second.said['id']]).toEqual([made.id, made.id])
    expect((await asked(story, id)).items[0]?.tries).toBe(2)
    expect(meter.heard).toEqual([])
    await story.pass(HOUR_MS)
    expect(await states(story, id)).toEqual(['expired'])
    await meter.say(`devices/${id}/readings`, { water_total_m3: 1, valve_open: false })
    expect(await states(story, id)).toEqual(['expired'])
  })

  it('outlives a restart of the service', async () => {
    const story = await StoryService.start(MORNING)
    const { id, listen } = await homeWith(story, 'water')
    const made = await ask(story, id, { type: 'set_interval', seconds: 60 })
    await story.away(MINUTE_MS)
    const meter = await listen()
    expect((await meter.next()).said['id']).toBe(made.id)
  })

  it('reaches a meter that sleeps in a session that was kept for it', async () => {
    const story = await StoryService.start(MORNING)
    const { home, id } = await homeWith(story, 'water')
    const session = { username: id, password: home.secrets[id] ?? '', clientId: 'm', clean: false }
    const awake = await mqtt.connectAsync(story.service.mqttUrl, session)
    await awake.subscribeAsync(`devices/${id}/commands`, { qos: 1 })
    await awake.endAsync()
    await until(async () => story.service.broker.connected() === 0)
    const made = await ask(story, id, { type: 'set_interval', seconds: 60 })
    expect(made.state).toBe('requested')
    const again = new Listener(mqtt.connect(story.service.mqttUrl, { ...session, resubscribe: false }))
    onTestFinished(async () => {
      await again.client.endAsync(true)
    })
    expect((await again.next()).said['id']).toBe(made.id)
    expect(await states(story, id)).toEqual(['sent'])
  })

  it('takes the place of the one before it: what was to be closed does not close after it was opened', async () => {
    const story = await StoryService.start(MORNING)
    const { id, listen } = await homeWith(story, 'water')
    await ask(story, id, { type: 'valve', open: false })
    const last = await ask(story, id, { type: 'valve', open: true })
    const meter = await listen()
    expect((await meter.next()).said).toMatchObject({ id: last.id, open: true })
    expect((await asked(story, id)).items.map(({ state: is }) => is).sort()).toEqual(['failed', 'sent'])
    await meter.say(`devices/${id}/readings`, { valve_open: true })
    await until(async () => (await states(story, id)).includes('acknowledged'))
    expect(meter.heard).toEqual([])
  })

  it('cannot be answered by anybody else', async () => {
    const story = await StoryService.start(MORNING)
    const { id, home, listen } = await homeWith(story, 'water')
    const meter = await listen()
    const made = await ask(story, id, { type: 'set_interval', seconds: 60 })
    await meter.next()
    const other = home.devices.electricity
    const stranger = await Listener.at(
      story.service.mqttUrl,
      other,
      home.secrets[other] ?? '',
      `devices/${other}/x`,
    )
    await stranger.say(`devices/${other}/answers`, { id: made.id, ok: true })
    expect(await states(story, id)).toEqual(['sent'])
    await meter.say(`devices/${id}/answers`, { id: made.id, ok: false, reason: 'the valve is stuck' })
    await until(async () => (await states(story, id))[0] === 'failed')
    expect((await asked(story, id)).items[0]?.reason).toBe('the valve is stuck')
  })
})

describe('hushing a detector', () => {
  it('silences its horn and closes no alert', async () => {
    const story = await StoryService.start(MORNING)
    const { id, listen } = await homeWith(story, 'smoke')
    const detector = await listen()
    await detector.say(`devices/${id}/readings`, { smoke: true })
    await story.service.settled()
    await ask(story, id, { type: 'hush' })
    expect((await detector.next()).said).toMatchObject({ command: 'hush' })
    await detector.say(`devices/${id}/readings`, { smoke: true, muted: true })
    await until(async () => (await states(story, id))[0] === 'acknowledged')
    await story.service.settled()
    expect(await story.alerts()).toMatchObject([{ kind: 'smoke.alarm', state: 'open' }])
  })

  it('is refused where it means nothing, with a code', async () => {
    const story = await StoryService.start(MORNING)
    const { id } = await homeWith(story, 'water')
    await expect(ask(story, id, { type: 'hush' })).rejects.toThrow(/409.*command_unsupported/)
    expect((await asked(story, id)).obstacles).toMatchObject({ valve: null, hush: expect.any(String) })
  })
})

describe('a valve behind zigbee2mqtt', () => {
  it('is closed in the words that its bridge has told, and its own state is the answer', async () => {
    const story = await StoryService.start(MORNING)
    const { id, listen } = await zigbee(story)
    await expect(ask(story, id, { type: 'valve', open: false })).rejects.toThrow(/not been heard/)
    const bridge = await listen()
    await bridge.say('zigbee2mqtt/bridge/devices', BRIDGE_DEVICES)
    await bridge.say(VALVE, { state: 'ON', battery: 90 })
    await ask(story, id, { type: 'valve', open: false })
    expect(await bridge.next()).toEqual({ topic: `${VALVE}/set`, said: { state: 'OFF' } })
    await bridge.say(VALVE, { state: 'OFF', battery: 90 })
    await until(async () => (await states(story, id))[0] === 'acknowledged')
    await expect(ask(story, id, { type: 'set_interval', seconds: 60 })).rejects.toThrow(/cluster by cluster/)
  })

  it('that cannot be reached is a failure, in the words of the bridge', async () => {
    const story = await StoryService.start(MORNING)
    const { id, listen } = await zigbee(story)
    const bridge = await listen()
    await bridge.say('zigbee2mqtt/bridge/devices', BRIDGE_DEVICES)
    await bridge.say(VALVE, { state: 'ON' })
    await ask(story, id, { type: 'valve', open: false })
    const message = "Publish 'set' 'state' to 'flat 501/valve' failed: 'Error: ZCL command timed out'"
    await bridge.say('zigbee2mqtt/bridge/logging', { level: 'error', message })
    await until(async () => (await states(story, id))[0] === 'failed')
    expect((await asked(story, id)).items[0]?.reason).toContain('timed out')
  })

  it.skipIf(mosquitto === null)('of somebody else’s broker is reached where we may send', async () => {
    const other = await startMosquitto(mosquitto ?? '')
    onTestFinished(() => other.remove())
    const story = await StoryService.start(MORNING)
    const { id } = await zigbee(story)
    const via = {
      type: 'mqtt',
      url: other.url,
      topics: ['zigbee2mqtt/#'],
      username: null,
      clientId: 'shouwang',
      ca: null,
      cert: null,
    }
    const source = { gatewayId: 'gw-tower', name: '3号楼的 mosquitto', via }
    const made = await story.call<{ source: { id: string } }>('POST', '/sources', source)
    await until(async () => {
      const { items } = await story.call<{ items: { status: { state: string } }[] }>('GET', '/sources')
      return items[0]?.status.state === 'connected'
    })
    const bridge = await Listener.at(other.url, '', '', 'zigbee2mqtt/+/+/set')
    await bridge.say('zigbee2mqtt/bridge/devices', BRIDGE_DEVICES)
    await bridge.say(VALVE, { state: 'ON' })
    await until(
      async () =>
        (await asked(story, id)).obstacles['valve'] === 'the source has no permission to send commands there',
    )
    await story.call('PATCH', `/sources/${made.source.id}`, {
      via: { ...via, commandTopics: ['zigbee2mqtt/+/+/set'] },
    })
    await ask(story, id, { type: 'valve', open: false })
    expect(await bridge.next()).toEqual({ topic: `${VALVE}/set`, said: { state: 'OFF' } })
    await bridge.say(VALVE, { state: 'OFF' })
    await until(async () => (await states(story, id))[0] === 'acknowledged')
  })
})
