import { pino } from 'pino'
import { realClocks } from '../../app/clock.ts'
import { readConfig } from '../../app/config.ts'
import { secretHash } from '../../app/secrets.ts'
import { startService } from '../../app/service.ts'
import { DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { openState } from '../../store/sqlite/state.ts'
import { benchClients } from './broker-clients.ts'

/**
 * The whole service as a process, rules and series included, with the load's clients registered: each a meter in a home
 * of its own. Takes `MQTT_PORT` and `DATA_DIR`.
 */
const folder = process.env['DATA_DIR'] ?? ''
const state = openState({ file: `${folder}/state.db` })
const jurisdictionId = JurisdictionId.parse('bench')
await state.transaction(async (tables) => {
  await tables.jurisdictions.put({ id: jurisdictionId, parentId: null, level: 'district', name: 'bench' })
  for (const { username, password } of benchClients) {
    const id = DeviceId.parse(username)
    const homeId = HomeId.parse(`home-${username}`)
    await tables.homes.put({
      id: homeId,
      jurisdictionId,
      zone: 'Asia/Shanghai',
      createdAt: 0,
      archivedAt: null,
    })
    const device = {
      id,
      kind: 'electricity' as const,
      model: '',
      gatewayId: null,
      sourceId: null,
      cadenceS: 900,
    }
    await tables.devices.put({ ...device, enabled: true, createdAt: 0 })
    await tables.devices.assign(id, homeId, 0)
    await tables.credentials.put(`device:${username}`, secretHash(password))
  }
})
await state.close()
await startService({
  config: readConfig({ ...process.env, HTTP_PORT: '0' }),
  clocks: realClocks,
  mode: 'service',
  consoleDir: null,
  log: pino({ level: 'error' }),
})
