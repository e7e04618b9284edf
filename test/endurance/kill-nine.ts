import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import type { DeviceId } from '../../contracts/ids.ts'
import { openJournal } from '../../store/sqlite/journal.ts'
import { openState } from '../../store/sqlite/state.ts'
import { freePort } from '../support/server-process.ts'
import { type Member, registerHomes } from './community.ts'
import { endProcess, startServiceProcess } from './service-process.ts'

export interface KillNineResult {
  kills: number
  acknowledged: number
  /** Acknowledged messages that the journal does not hold. */
  missing: number
  smokeAcknowledged: number
  smokeAlerts: number
  /** Homes with more than one open alert of a family. */
  doubled: number
}

const IN_FLIGHT = 5

/**
 * Kills the service with signal 9 again and again while every meter of a community publishes as fast as it is
 * acknowledged, then compares what an outside counter saw acknowledged with what the journal holds and with the alerts.
 */
export async function killNine(folder: string, kills: number, homes = 40): Promise<KillNineResult> {
  const port = await freePort()
  const environment = {
    DATA_DIR: folder,
    MQTT_PORT: String(port),
    HTTP_PORT: '0',
    LOG_LEVEL: 'info',
    // The whole journal is wanted for the comparison: nothing may be trimmed meanwhile.
    JOURNAL_RESERVE: '10000000',
  }
  const { members } = await registerHomes(environment, homes)
  const acknowledged = new Map<DeviceId, Set<number>>()
  let running = true
  let child = await startServiceProcess(environment)
  const clients: MqttClient[] = []
  const publishing = members.flatMap((member) => {
    const water = connect(port, member.water, clients)
    const smoke = connect(port, member.smoke, clients)
    return [
      ...Array.from({ length: IN_FLIGHT }, (_, lane) =>
        publishReadings(water, member.water.id, lane, acknowledged, () => running),
      ),
      publishSmoke(smoke, member, acknowledged),
    ]
  })
  for (let round = 0; round < kills; round++) {
    await sleep(300 + Math.random() * 1_200)
    await endProcess(child, 'SIGKILL')
    child = await startServiceProcess(environment)
  }
  await sleep(1_000)
  running = false
  await Promise.all(publishing)
  await Promise.all(clients.map((client) => client.endAsync()))
  await endProcess(child, 'SIGTERM')
  return { kills, ...(await compare(folder, members, acknowledged)) }
}

function connect(port: number, device: { id: DeviceId; secret: string }, clients: MqttClient[]): MqttClient {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    username: device.id,
    password: device.secret,
    clientId: `${device.id}-1`,
    clean: false,
    reconnectPeriod: 100,
    connectTimeout: 5_000,
  })
  client.on('error', () => {})
  clients.push(client)
  return client
}

/** Each message has a time of its own, by which it is found again. */
async function publishReadings(
  client: MqttClient,
  id: DeviceId,
  lane: number,
  acknowledged: Map<DeviceId, Set<number>>,
  running: () => boolean,
): Promise<void> {
  const own = acknowledged.get(id) ?? new Set()
  acknowledged.set(id, own)
  const start = Date.now() - 20 * 86_400_000
  for (let n = 0; running(); n++) {
    const measuredAt = start + (n * IN_FLIGHT + lane) * 10
    const payload = { ts: new Date(measuredAt).toISOString(), values: { water_total_m3: 100 + n / 1e6 } }
    await publishUntilAcknowledged(client, id, payload)
    own.add(measuredAt)
  }
}

/** A meter keeps what was not acknowledged and sends it again; what was acknowledged it forgets. */
async function publishUntilAcknowledged(client: MqttClient, id: DeviceId, payload: object): Promise<void> {
  for (;;) {
    try {
      await client.publishAsync(`devices/${id}/readings`, JSON.stringify(payload), { qos: 1 })
      return
    } catch {
      await sleep(20)
    }
  }
}

/** One alarm for each home, at some moment of the run. */
async function publishSmoke(
  client: MqttClient,
  { smoke }: Member,
  acknowledged: Map<DeviceId, Set<number>>,
): Promise<void> {
  await sleep(Math.random() * 5_000)
  const measuredAt = Date.now()
  const payload = { ts: new Date(measuredAt).toISOString(), values: { smoke: true } }
  await publishUntilAcknowledged(client, smoke.id, payload)
  acknowledged.set(smoke.id, new Set([measuredAt]))
}

async function compare(folder: string, members: readonly Member[], acknowledged: Map<DeviceId, Set<number>>) {
  const journal = openJournal({ file: join(folder, 'journal.db') })
  const kept = new Map<DeviceId, Set<number>>()
  for (let seq = journal.tail() - 1; seq < journal.head(); ) {
    const entries = await journal.read(seq, 10_000)
    for (const entry of entries) {
      if (entry.type !== 'readings') continue
      const own = kept.get(entry.deviceId) ?? new Set()
      kept.set(entry.deviceId, own)
      for (const reading of entry.readings) own.add(reading.measuredAt)
    }
    seq = entries.at(-1)?.seq ?? journal.head()
  }
  await journal.close()
  const state = openState({ file: join(folder, 'state.db') })
  let smokeAlerts = 0
  let doubled = 0
  for (const { homeId } of members) {
    const active = await state.alerts.activeOf(homeId)
    const families = active.map((alert) => alert.family)
    smokeAlerts += families.filter((family) => family === 'smoke').length
    if (new Set(families).size < families.length) doubled++
  }
  await state.close()
  const all = [...acknowledged].flatMap(([id, times]) =>
    [...times].map((at) => kept.get(id)?.has(at) === true),
  )
  return {
    acknowledged: all.length,
    missing: all.filter((there) => !there).length,
    smokeAcknowledged: members.filter(({ smoke }) => acknowledged.has(smoke.id)).length,
    smokeAlerts,
    doubled,
  }
}
