import { type Logger, pino } from 'pino'

/** Lines for people at a terminal, JSON for everything that collects logs. Ids only: see contracts/telemetry. */
export function createLogger(level: string): Logger {
  const forPeople = process.stdout.isTTY
  return pino({
    level,
    base: null,
    redact: { paths: ['req.headers', '*.password', '*.secret', '*.token', '*.phone', '*.name'], censor: '-' },
    ...(forPeople
      ? { transport: { target: 'pino-pretty', options: { ignore: 'part', messageFormat: '{part}: {msg}' } } }
      : {}),
  })
}
