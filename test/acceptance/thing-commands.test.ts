import { describe, expect, it } from 'vitest'
import type { DeviceId } from '../../contracts/ids.ts'
import { HOUR_MS } from '../../contracts/time.ts'
import { ask, asked, Listener, states, until } from '../support/commands.ts'
import { StoryService } from '../support/service.ts'

const MORNING = '2026-03-01T00:00:00Z'
const THING = '/sys/pk/m-1/thing'
const CLOSE = { type: 'valve', open: false }
const VALVE = { metric: 'valve_open', trueWhen: [1], falseWhen: [0] }
const MINUTES = { metric: 'report_interval_s', factor: 60 }

async function gatewayOf(story: StoryService, id: string, topics: string[]) {
  const [root] = (await story.call<{ items: { id: string }[] }>('GET', '/jurisdictions')).items
  const gateway = { id, jurisdictionId: root?.id, name: '3号楼', topics }
  return (await story.call<{ secret: string }>('POST', '/gateways', gateway)).secret
}
async function meterBehind(story: StoryService, gatewayId: string) {
  const home = await story.home('王秀英')
  const meter = { kind: 'water', homeId: home.id, gatewayId, sourceId: 'm-1', model: 'LXS-20' }
  return (await story.call<{ device: { id: DeviceId } }>('POST', '/devices', meter)).device.id
}

/** A gateway through which a meter speaks Alink, whose names its model's mapping explains. */
async function alinkMeter(story: StoryService) {
  const secret = await gatewayOf(story, 'gw-tower', ['/sys/pk/#'])
  const id = await meterBehind(story, 'gw-tower')
  const subject = { type: 'model', gatewayId: null, model: 'LXS-20' }
  const mapping = { fields: { Valve: VALVE, ReportMinutes: MINUTES }, zone: null }
  await story.call('PUT', '/mappings', { subject, mapping })
  const filter = `${THING}/service/property/set`
  const meter = await Listener.at(story.service.mqttUrl, 'gw-tower', secret, filter)
  await meter.say(`${THING}/event/property/post`, { id: '1', version: '1.0', params: { Valve: 1 } })
  await until(async () => (await asked(story, id)).obstacles['valve'] === null)
  return { id, meter }
}

describe('a meter of a thing model', () => {
  it('closes its valve by the property that its mapping knows, and its reply is matched', async () => {
    const story = await StoryService.start(MORNING)
    const { id, meter } = await alinkMeter(story)
    await ask(story, id, { type: 'set_interval', seconds: 900 })
    await ask(story, id, CLOSE)
    const [interval, valve] = [await meter.next(), await meter.next()]
    expect(interval.said).toMatchObject({
      method: 'thing.service.property.set',
      params: { ReportMinutes: 15 },
    })
    expect(valve.said).toMatchObject({ params: { Valve: 0 } })
    await meter.say(`${THING}/service/property/set_reply`, { id: valve.said['id'], code: 200, data: {} })
    await until(async () => (await states(story, id)).includes('acknowledged'))
    expect((await states(story, id)).sort()).toEqual(['acknowledged', 'sent'])
    await meter.say(`${THING}/service/property/set_reply`, {
      id: interval.said['id'],
      code: 460,
      message: 'no',
    })
    await until(async () => (await states(story, id)).includes('failed'))
  })

  it('does what it was asked without a reply: its next report shows it; or nobody answers, and it expires', async () => {
    const story = await StoryService.start(MORNING)
    const { id, meter } = await alinkMeter(story)
    await ask(story, id, { type: 'set_interval', seconds: 900 })
    await meter.next()
    await meter.say(`${THING}/event/property/post`, { id: '2', params: { ReportMinutes: 15 } })
    await until(async () => (await states(story, id))[0] === 'acknowledged')
    await ask(story, id, CLOSE)
    await meter.next()
    await story.pass(2 * HOUR_MS)
    expect((await states(story, id)).sort()).toEqual(['acknowledged', 'expired'])
  })
})

describe('a meter behind a gateway of ThingsBoard', () => {
  it('is called, and answers', async () => {
    const story = await StoryService.start(MORNING)
    const secret = await gatewayOf(story, 'gw-a', ['v1/gateway/#'])
    const id = await meterBehind(story, 'gw-a')
    const gateway = await Listener.at(story.service.mqttUrl, 'gw-a', secret, 'v1/gateway/rpc')
    await gateway.say('v1/gateway/telemetry', { 'm-1': [{ water_total_m3: 5 }] })
    await until(async () => (await asked(story, id)).obstacles['valve'] === null)
    await ask(story, id, CLOSE)
    const { said } = await gateway.next()
    expect(said).toMatchObject({ device: 'm-1', data: { method: 'valve', params: { open: false } } })
    const { id: number } = said['data'] as { id: number }
    await gateway.say('v1/gateway/rpc', { device: 'm-1', id: number, data: { success: true } })
    await until(async () => (await states(story, id))[0] === 'acknowledged')
  })
})
