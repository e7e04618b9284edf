import type { Log } from '../contracts/telemetry.ts'

/** Ctrl-C or a stop from the system ends cleanly, once; a second one ends at once. */
export function stopOnSignal(service: { stop(): Promise<void> }, log: Log): void {
  let asked = false
  const end = () => {
    if (asked) process.exit(130)
    asked = true
    log.info({}, 'stopping: what was accepted is kept')
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
