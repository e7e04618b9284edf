import type { Log } from '../contracts/telemetry.ts'
import type { TokenBuckets } from './rates.ts'

/** Says the same of the same one a few times and then only now and then: a log must not be a way to fill the disk. */
export function quietLog(log: Log, rate: TokenBuckets): Log {
  const mayLog = (data: object, message: string) => rate.take(`${message} ${JSON.stringify(data)}`)
  return {
    debug: (data, message) => log.debug(data, message),
    info: (data, message) => {
      if (mayLog(data, message)) log.info(data, message)
    },
    warn: (data, message) => {
      if (mayLog(data, message)) log.warn(data, message)
    },
    error: (data, message) => {
      if (mayLog(data, message)) log.error(data, message)
    },
  }
}
