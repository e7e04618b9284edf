import { pino } from 'pino'
import { realClocks } from '../../app/clock.ts'
import { readConfig } from '../../app/config.ts'
import { startService } from '../../app/service.ts'
import { type DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import type { DeviceKind } from '../../contracts/reading.ts'

export interface Member {
  homeId: HomeId
  water: { id: DeviceId; secret: string }
  smoke: { id: DeviceId; secret: string }
}

/** Registers `homes` homes, each with a water meter and a smoke detector, in the service's data folder. */
export async function registerHomes(environment: Record<string, string>, homes: number): Promise<Member[]> {
  const service = await startService({
    config: readConfig({ ...environment, MQTT_PORT: '0', HTTP_PORT: '0' }),
    clocks: () => realClocks,
    mode: 'service',
    consoleDir: null,
    log: pino({ level: 'silent' }),
  })
  const { commands } = service
  const place = await commands.createJurisdiction({ parentId: null, level: 'district', name: '静安区' })
  const jurisdictionId = JurisdictionId.parse(place.id)
  const device = async (kind: DeviceKind, homeId: HomeId) => {
    const given = { kind, homeId, id: null, model: '', gatewayId: null, sourceId: null, cadenceS: 900 }
    const { device: made, secret } = await commands.registerDevice(given)
    return { id: made.id, secret: secret ?? '' }
  }
  const members = await Promise.all(
    Array.from({ length: homes }, async () => {
      const { id: homeId } = await commands.createHome({ jurisdictionId, zone: null })
      return { homeId, water: await device('water', homeId), smoke: await device('smoke', homeId) }
    }),
  )
  await service.stop()
  return members
}
