import { setTimeout as sleepMs } from 'node:timers/promises'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'

export interface LoadPlan {
  url: string
  credentials: readonly { id: string; secret: string }[]
  /** Messages a second of each connection. */
  rate: number
  seconds: number
  /** Of each connection. */
  inFlight: number
  mqtt?: Pick<IClientOptions, 'ca' | 'rejectUnauthorized'>
}

export interface LoadResult {
  connections: number
  sent: number
  acked: number
  failed: number
  seconds: number
  ackedPerSecond: number
  /** From publish to PUBACK, milliseconds. */
  p50Ms: number
  p99Ms: number
}

const TICK_MS = 20

/** Plain load: every connection publishes its own rising register at the rate, as far as its window allows. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const clients = await connectAll(plan)
  const latencies: number[] = []
  const counts = { sent: 0, acked: 0, failed: 0 }
  const inFlight = new Map<MqttClient, number>(clients.map(({ client }) => [client, 0]))
  const publish = (client: MqttClient, id: string) => {
    counts.sent += 1
    inFlight.set(client, (inFlight.get(client) ?? 0) + 1)
    const sentAt = performance.now()
    client.publish(`devices/${id}/readings`, payload(counts.sent), { qos: 1 }, (error) => {
      inFlight.set(client, (inFlight.get(client) ?? 0) - 1)
      counts[error ? 'failed' : 'acked'] += 1
      if (!error) latencies.push(performance.now() - sentAt)
    })
  }

  const begun = performance.now()
  const owed = clients.map(() => Math.random())
  let last = begun
  while (performance.now() - begun < plan.seconds * 1000) {
    await sleepMs(TICK_MS)
    const now = performance.now()
    for (const [n, { client, id }] of clients.entries()) {
      let due = Math.min(plan.rate, (owed[n] ?? 0) + ((now - last) / 1000) * plan.rate)
      for (; due >= 1 && (inFlight.get(client) ?? 0) < plan.inFlight; due -= 1) publish(client, id)
      owed[n] = due
    }
    last = now
  }
  // The last ones may be on their way; ten seconds is more than any PUBACK should take.
  for (let waited = 0; counts.acked + counts.failed < counts.sent && waited < 10_000; waited += TICK_MS) {
    await sleepMs(TICK_MS)
  }
  const seconds = (performance.now() - begun) / 1000
  await Promise.all(clients.map(({ client }) => client.endAsync(true)))
  return {
    connections: clients.length,
    ...counts,
    seconds,
    ackedPerSecond: counts.acked / seconds,
    ...percentiles(latencies),
  }
}

function connectAll(plan: LoadPlan): Promise<{ id: string; client: MqttClient }[]> {
  return Promise.all(
    plan.credentials.map(async ({ id, secret }) => {
      const options = { ...plan.mqtt, clientId: id, username: id, password: secret, reconnectPeriod: 1000 }
      return { id, client: await mqtt.connectAsync(plan.url, options, false) }
    }),
  )
}

/** About 200 bytes, as the anchors were measured with. */
const payload = (n: number) =>
  JSON.stringify({
    ts: new Date().toISOString(),
    seq: n,
    values: {
      water_total_m3: Math.floor(n / 1000) / 1000,
      water_flow_m3h: 0.012,
      battery_pct: 87,
      temperature_c: 18.5,
      signal_dbm: -97,
      leak: false,
      burst: false,
    },
  })

function percentiles(latencies: number[]): { p50Ms: number; p99Ms: number } {
  const sorted = latencies.sort((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}
