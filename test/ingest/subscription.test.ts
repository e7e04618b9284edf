import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { MqttVia } from '../../contracts/source.ts'
import { type SubscriptionOptions, subscribe } from '../../ingest/subscription.ts'
import { silentBroker } from '../support/silent-broker.ts'

async function subscribed(url: string, over: Partial<SubscriptionOptions> = {}) {
  const via: MqttVia = {
    type: 'mqtt',
    url,
    topics: ['zigbee2mqtt/#'],
    commandTopics: ['zigbee2mqtt/#'],
    username: null,
    clientId: 'shouwang',
    ca: null,
    cert: null,
  }
  const states: string[] = []
  const subscription = subscribe({
    via,
    password: null,
    key: null,
    accept: async () => {},
    subscribed: null,
    onSubscribed() {},
    onState: (state) => states.push(state),
    onError() {},
    civil: { now: () => 0 },
    reconnectMs: 10,
    answerMs: 1_000,
    leaveMs: 50,
    ...over,
  })
  onTestFinished(() => subscription.stop())
  return { subscription, states }
}

describe('a broker of somebody else that falls silent', () => {
  it('holds up no command for longer than it may take to answer one', async () => {
    const broker = await silentBroker()
    const { subscription, states } = await subscribed(broker.url)
    await vi.waitFor(() => expect(states).toContain('connected'))
    await expect(subscription.publish('zigbee2mqtt/valve/set', 'OFF')).rejects.toThrow('did not answer')
    broker.answers.puback = true
    await subscription.publish('zigbee2mqtt/plug/set', 'ON')
    expect(broker.published()).toEqual(['zigbee2mqtt/valve/set', 'zigbee2mqtt/plug/set'])
  })

  it('is not told again by itself what nobody wants any more when it is back', async () => {
    const broker = await silentBroker()
    const { subscription, states } = await subscribed(broker.url, { answerMs: 60_000 })
    await vi.waitFor(() => expect(states).toContain('connected'))
    const told = subscription.publish('zigbee2mqtt/valve/set', 'OFF')
    const refused = expect(told).rejects.toThrow('did not answer')
    await vi.waitFor(() => expect(broker.published()).toHaveLength(1))
    broker.hangUp()
    await refused
    await vi.waitFor(() => expect(states.filter((state) => state === 'connected')).toHaveLength(2))
    broker.answers.puback = true
    await subscription.publish('zigbee2mqtt/plug/set', 'ON')
    expect(broker.published()).toEqual(['zigbee2mqtt/valve/set', 'zigbee2mqtt/plug/set'])
  })

  it('is left all the same, in the middle of whatever it owes us', async () => {
    const broker = await silentBroker()
    const { subscription, states } = await subscribed(broker.url)
    await vi.waitFor(() => expect(states).toContain('connected'))
    const told = subscription.publish('zigbee2mqtt/valve/set', 'OFF')
    const refused = expect(told).rejects.toThrow()
    await subscription.stop()
    await refused

    broker.answers.suback = false
    const second = await subscribed(broker.url)
    await vi.waitFor(() => expect(broker.heard.filter(({ cmd }) => cmd === 'subscribe')).toHaveLength(2))
    await second.subscription.leave()
  })
})
