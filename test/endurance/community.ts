import { pino } from 'pino'
import { realClocks } from '../../app/clock.ts'
import { readConfig } from '../../app/config.ts'
import { unclaimedAccount } from '../../app/first-account.ts'
import { startService } from '../../app/service.ts'
import type { GivenConsent } from '../../contracts/consent.ts'
import type { DeviceId, HomeId } from '../../contracts/ids.ts'
import type { DeviceKind } from '../../contracts/reading.ts'

const AGREED: GivenConsent = { purposes: ['safety'], givenBy: 'resident', form: 'on_paper', givenAt: null }

export interface Member {
  homeId: HomeId
  water: { id: DeviceId; secret: string }
  smoke: { id: DeviceId; secret: string }
}

/** Registers `homes` homes, each with a water meter and a smoke detector, in the service's data folder; and a token. */
export async function registerHomes(
  environment: Record<string, string>,
  homes: number,
): Promise<{ members: Member[]; token: string }> {
  const service = await startService({
    config: readConfig({ ...environment, MQTT_PORT: '0', HTTP_PORT: '0' }),
    clocks: realClocks,
    mode: 'service',
    consoleDir: null,
    log: pino({ level: 'silent' }),
  })
  const { commands } = service
  const account = await unclaimedAccount(service, { district: '静安区', account: 'admin' })
  const jurisdictionId = account?.grants[0]?.jurisdictionId
  if (!account || !jurisdictionId) throw new Error('the folder is not empty')
  const { grants, id: createdBy } = account
  const { secret: token } = await commands.createToken({ name: 'test', grants, createdBy, expiresAt: null })
  const device = async (kind: DeviceKind, homeId: HomeId) => {
    const given = { kind, homeId, id: null, model: '', gatewayId: null, sourceId: null, cadenceS: 900 }
    const { device: made, secret } = await commands.registerDevice({ ...given, consent: AGREED }, 'system')
    return { id: made.id, secret: secret ?? '' }
  }
  const members = await Promise.all(
    Array.from({ length: homes }, async () => {
      const { id: homeId } = await commands.createHome({ jurisdictionId, zone: null })
      return { homeId, water: await device('water', homeId), smoke: await device('smoke', homeId) }
    }),
  )
  await service.stop()
  return { members, token }
}
