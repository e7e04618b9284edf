import mqtt, { type MqttClient } from 'mqtt'
import { onTestFinished } from 'vitest'
import type { DeviceCommand } from '../../contracts/device-command.ts'
import type { StoryService } from './service.ts'

export type Shown = Pick<DeviceCommand, 'id' | 'state' | 'tries' | 'reason' | 'by'>
export const ask = (story: StoryService, id: string, act: object, expiresInS?: number) =>
  story.call<Shown>('POST', `/devices/${id}/commands`, { act, ...(expiresInS ? { expiresInS } : {}) })
export const asked = (story: StoryService, id: string) =>
  story.call<{ items: Shown[]; obstacles: Record<string, string | null> }>('GET', `/devices/${id}/commands`)
export const states = async (story: StoryService, id: string) =>
  (await asked(story, id)).items.map(({ state }) => state)

export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** A client that hears what it has subscribed to, in order. */
export class Listener {
  readonly client: MqttClient
  readonly heard: { topic: string; said: Record<string, unknown> }[] = []

  constructor(client: MqttClient) {
    this.client = client
    client.on('message', (topic, payload) => {
      this.heard.push({ topic, said: JSON.parse(payload.toString()) as Record<string, unknown> })
    })
  }

  static async at(url: string, username: string, password: string, filter: string): Promise<Listener> {
    const client = mqtt.connect(url, { username, password, reconnectPeriod: 0 })
    const listener = new Listener(client)
    onTestFinished(async () => {
      await client.endAsync(true)
    })
    await client.subscribeAsync(filter, { qos: 1 })
    return listener
  }

  async next(): Promise<{ topic: string; said: Record<string, unknown> }> {
    await until(async () => this.heard.length > 0)
    return this.heard.shift() as { topic: string; said: Record<string, unknown> }
  }

  say(topic: string, said: unknown): Promise<unknown> {
    return this.client.publishAsync(topic, JSON.stringify(said), { qos: 1 })
  }
}
