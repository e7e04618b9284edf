import { fileURLToPath } from 'node:url'
import { realClocks } from './clock.ts'
import { ConfigFaults, readConfig } from './config.ts'
import { signInUrl, unclaimedAccount } from './first-account.ts'
import { createLogger } from './logger.ts'
import { startService } from './service.ts'
import { stopOnSignal } from './shutdown.ts'

/** `npm start`: the real service, in real time, empty until somebody registers homes. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLogger(config.logLevel)
  const consoleDir = fileURLToPath(new URL('../console/dist', import.meta.url))
  const service = await startService({ config, clocks: realClocks, mode: 'service', consoleDir, log })
  stopOnSignal(service, log)
  const { httpUrl, mqttUrl, broker, series } = service
  const { tls, ws } = broker.addresses
  log.info(
    { http: httpUrl, mqtt: mqttUrl, mqttTlsPort: tls?.port, mqttWsPort: ws?.port, series: series.name },
    'Shouwang keeps watch',
  )
  const account = await unclaimedAccount(service, { district: '本区', account: 'admin' })
  // To the terminal and not to the log: a log is collected and kept, a way in must not be.
  if (account)
    process.stdout.write(
      `\nNobody owns this installation yet. Sign in once with this link (15 minutes, a restart prints another),\n` +
        `then set a password under Settings:\n\n  ${await signInUrl(service, account)}\n\n`,
    )
}

main().catch((error: unknown) => {
  if (error instanceof ConfigFaults) process.stderr.write(`${error.message}\n`)
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
})
