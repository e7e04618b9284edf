import { afterEach, expect, test } from 'vitest'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import { type Credential, Publisher } from '../../simulators/publisher.ts'
import type { SimMessage } from '../../simulators/report.ts'
import { SmallBroker } from './small-broker.ts'

const broker = new SmallBroker()
const open: Publisher[] = []
afterEach(async () => {
  for (const publisher of open.splice(0)) await publisher.close(true)
  await broker.stop()
  broker.heard.length = 0
  broker.refuse = () => false
})

const messages = (devices: number, each: number): SimMessage[] =>
  Array.from({ length: devices * each }, (_, n) => {
    const deviceId = DeviceId.parse(`meter-${n % devices}`)
    const payload = JSON.stringify({ values: { water_total_m3: n } })
    return {
      at: n * 1000,
      homeId: HomeId.parse('h'),
      deviceId,
      kind: 'water',
      topic: `devices/${deviceId}/readings`,
      payload,
    }
  })
const asSent = (sent: SimMessage[]) => sent.map(({ topic, payload }) => `${topic} ${payload}`).sort()

type Options = ConstructorParameters<typeof Publisher>[0]
function publisherOf(change: Partial<Options> = {}): Publisher {
  const publisher = new Publisher({
    url: `mqtt://127.0.0.1:${broker.port}`,
    credentials: { device: (id): Credential => ({ username: id, password: 'secret' }) },
    clock: { now: () => Number.MAX_SAFE_INTEGER },
    factor: 1,
    reconnectMs: 20,
    ...change,
  })
  open.push(publisher)
  return publisher
}

test('each device speaks for itself and every message is acknowledged', async () => {
  await broker.start()
  const publisher = publisherOf()
  const sent = messages(5, 20)
  await publisher.run(sent)
  expect(broker.heard.toSorted()).toEqual(asSent(sent))
  expect(publisher.counts).toEqual({ sent: 100, acked: 100, refused: 0, disconnects: 0 })
})

test('a broker that goes away in the middle and comes back has lost nothing', async () => {
  await broker.start()
  const publisher = publisherOf({ maxInFlight: 8 })
  const sent = messages(4, 100)
  async function* withAnOutage(): AsyncGenerator<SimMessage> {
    for (const [n, message] of sent.entries()) {
      if (n === 150) {
        await broker.stop()
        // Long enough for a few vain attempts to reconnect; the publisher goes on sending until its window is full.
        setTimeout(() => void broker.start(), 100)
      }
      yield message
    }
  }
  await publisher.run(withAnOutage())
  // What was on its way when the broker fell may arrive twice: at least once is what QoS 1 promises.
  expect([...new Set(broker.heard)].sort()).toEqual(asSent(sent))
  expect(publisher.counts.acked).toBe(400)
  expect(publisher.counts.disconnects).toBeGreaterThan(0)
})

test('a device that the broker refuses is counted and holds nobody up', async () => {
  await broker.start()
  broker.refuse = (username) => username === 'meter-1'
  const publisher = publisherOf({ maxInFlight: 4 })
  await publisher.run(messages(3, 10))
  expect(publisher.counts.acked).toBe(20)
  expect(publisher.counts.refused).toBe(10)
})

test('through a gateway there is one connection, and at most so many connections otherwise', async () => {
  await broker.start()
  const gateway = publisherOf({ credentials: { gateway: { username: 'gateway-1', password: 's' } } })
  await gateway.run(messages(6, 5))
  expect(broker.heard).toHaveLength(30)
  const few = publisherOf({ maxConnections: 2, maxInFlight: 1 })
  await few.run(messages(6, 5))
  expect(few.counts.acked).toBe(30)
  expect(broker.heard).toHaveLength(60)
})

test('messages leave at their civil time', async () => {
  await broker.start()
  let civil = 0
  const slept: number[] = []
  const publisher = publisherOf({
    clock: { now: () => civil },
    factor: 60,
    sleep: (ms) => {
      slept.push(ms)
      civil += ms * 60
      return Promise.resolve()
    },
  })
  await publisher.run(messages(1, 4).map((message) => ({ ...message, at: message.at * 60 })))
  expect(slept).toEqual([1000, 1000, 1000])
})
