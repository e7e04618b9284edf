import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { build } from 'vite'
import { readConfig } from '../../app/config.ts'
import { signInUrl, unclaimedAccount } from '../../app/first-account.ts'
import { type Service, startService } from '../../app/service.ts'
import type { JurisdictionId } from '../../contracts/ids.ts'

const CONSOLE = fileURLToPath(new URL('../../console', import.meta.url))

export interface FreshService {
  service: Service
  /** Of the first account, which has the district. */
  jurisdictionId: JurisdictionId
  signInUrl: string
}

/** A service nobody has used yet, which shows the console as it is now. The caller stops it. */
export async function freshService(folder: string): Promise<FreshService> {
  const outDir = `${folder}/console`
  mkdirSync(outDir)
  await build({ root: CONSOLE, logLevel: 'error', build: { outDir, emptyOutDir: false } })
  const clock = { now: () => Date.now() }
  const service = await startService({
    config: readConfig({ MQTT_PORT: '0', HTTP_PORT: '0', DATA_DIR: `${folder}/data` }),
    mode: 'service',
    consoleDir: outDir,
    log: pino({ level: 'silent' }),
    clocks: () => ({ civil: clock, wall: clock, factor: 1 }),
  })
  const account = await unclaimedAccount(service, { district: '静安区', account: '张工' })
  const jurisdictionId = account?.grants[0]?.jurisdictionId
  if (account === null || jurisdictionId === undefined)
    throw new Error('a fresh service has no first account')
  return { service, jurisdictionId, signInUrl: await signInUrl(service, account) }
}
