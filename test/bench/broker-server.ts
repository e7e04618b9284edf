import { createHash, timingSafeEqual } from 'node:crypto'
import { startBroker } from '../../broker/broker.ts'
import { DeviceId, HomeId } from '../../contracts/ids.ts'
import { noMeters, silentLog } from '../../contracts/telemetry.ts'
import { createIngest } from '../../ingest/ingest.ts'
import { openJournal } from '../../store/sqlite/journal.ts'
import { benchClients } from './broker-clients.ts'

/**
 * The durable path alone, as a process: credentials compared by hash, decoding, validation, journal, acknowledgement;
 * no rules and no readers behind it. Takes `MQTT_PORT` and `DATA_DIR`.
 */
const sha256 = (secret: string | Uint8Array) => createHash('sha256').update(secret).digest()
const secrets = new Map(benchClients.map(({ username, password }) => [username, sha256(password)]))
const journal = openJournal({ file: `${process.env['DATA_DIR']}/journal.db` })
const home = HomeId.parse('home-1')
const ingest = createIngest({
  directory: {
    device: (id) => ({ id: DeviceId.parse(id), kind: 'electricity', enabled: true }),
    behind: () => null,
    homeAt: () => home,
    mappingOf: () => null,
  },
  meters: noMeters,
})
const civil = { now: () => Date.now() }

await startBroker({
  tcp: { host: '127.0.0.1', port: Number(process.env['MQTT_PORT']) },
  tls: null,
  ws: null,
  authenticate: async (username, secret) => {
    const expected = secrets.get(username)
    if (expected === undefined) return { ok: false, reason: 'unknown' }
    if (!timingSafeEqual(expected, sha256(secret))) return { ok: false, reason: 'wrong_secret' }
    return { ok: true, principal: { type: 'device', deviceId: DeviceId.parse(username) } }
  },
  accept: async (principal, message) => {
    const { readings, quarantined } = ingest.take(principal, message)
    if (quarantined.length > 0) throw new Error(`the load is not valid: ${quarantined[0]?.message}`)
    const bodies = readings.map((group) => ({ type: 'readings' as const, ...group }))
    await journal.append(bodies, message.receivedAt)
  },
  civil,
  log: silentLog,
  meters: noMeters,
})
